"""`signoff personal`: the keys that seal personal data."""

from typing import Annotated

import typer

from bot.cli import heavy
from bot.cli.confirmation import confirm
from bot.cli.options import Data, Json, new_group
from bot.cli.output import Output

personal = new_group("personal", "Manage the keys that seal personal data.")


@personal.command()
def keys(data: Data = None, json: Json = False) -> None:
    """List the keys. Deleting one makes everything unreadable that it sealed."""
    found = heavy.personal_keys(data).keys()
    output = Output(json)
    output.data([{"key": key.id, "current": key.is_current} for key in found])
    for key in found:
        output.line(f"{key.id}  {'seals now' if key.is_current else 'reads older values'}")
    if not found:
        output.line("There is no key yet. Signoff makes one for the first personal value.")


@personal.command()
def rotate(data: Data = None) -> None:
    """Seal with a new key from now on. Values that older keys sealed stay readable."""
    Output().line(f"The key {heavy.personal_keys(data).rotate()} seals personal data from now on.")


@personal.command()
def forget(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Id, as signoff personal keys lists it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    data: Data = None,
) -> None:
    """Delete an older key. What it sealed can never be read again, also not from a backup of the database."""
    keys = heavy.personal_keys(data)
    keys.check_forgettable(key)
    if not yes and not confirm(
        f"Delete the key {key}? Nobody can read again what it sealed.", f"This would delete the key {key}."
    ):
        Output().line("Nothing was deleted.")
        return
    keys.forget(key)
    Output().line(f"The key {key} is deleted. Delete it from the copies of the folder of keys too.")
