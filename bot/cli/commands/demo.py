"""`signoff demo`: a local Slack and the bot, to try."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import heavy
from bot.cli.options import whole_number
from bot.demo import folder as demo_folder


def demo(
    port: Annotated[
        int,
        typer.Option(
            "--port",
            metavar="NUMBER",
            parser=whole_number("--port", 0, 65535),
            help="Port of the page. 0 takes a free one.",
        ),
    ] = demo_folder.PORT,
    data: Annotated[
        Path, typer.Option("--data", metavar="DIR", help="Folder where the demo keeps everything.")
    ] = demo_folder.FOLDER,
    workspace: Annotated[
        Path | None,
        typer.Option(
            "--workspace",
            metavar="FILE",
            help="YAML file with the people, groups and channels. The folder keeps it for the next starts.",
        ),
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the page.")] = False,
) -> None:
    """Try Signoff: a local Slack in the browser, with the bot in it."""
    heavy.serve_demo(port, data, workspace, browser=not no_browser)
