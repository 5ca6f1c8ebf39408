"""`signoff serve`: the process that does everything."""

from typing import Annotated

import typer

from bot.cli import heavy


def serve(
    new: Annotated[
        bool, typer.Option("--new", help="Start with an empty database, even if one existed here before.")
    ] = False,
    reload: Annotated[
        bool, typer.Option("--reload", help="Load workflow files again when they change.")
    ] = False,
) -> None:
    """Serve a Slack workspace. Read the settings from the environment and the .env beside the database."""
    heavy.serve_workspace(new, reload=reload)
