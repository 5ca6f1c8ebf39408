"""`signoff keys`: the folder with the keys of an installation."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import heavy
from bot.cli.options import new_group
from bot.cli.output import Output

keys = new_group("keys", "Make the keys of an installation.")


@keys.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder that is new or empty.")],
) -> None:
    """Make all keys before the first start, so that several processes that serve have the same ones."""
    output = Output()
    for name in heavy.new_keys(folder):
        output.line(str(folder / name))
    output.line("Keep a copy apart from the copies of the database. SIGNOFF_KEYS names the folder.")
