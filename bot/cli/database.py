"""`signoff db`: copies of the database, and what becomes of one that was restored."""

import os
from pathlib import Path
from typing import Annotated

import typer

from bot.application import engine_settings
from bot.cli.connection import ask
from bot.cli.options import Data, Json
from bot.cli.output import Output, note
from bot.cli.target import find_place
from bot.control_socket import user_name
from bot.resume_preview import lines
from engine import Actor, SystemClock
from engine.database import backups


def register(app: typer.Typer) -> None:
    db = typer.Typer(name="db", help="Back up, restore and care for the database.", rich_markup_mode=None)
    db.callback()(lambda: None)
    for command in (backup, restore, prospect, resume, vacuum):
        db.command()(command)
    app.add_typer(db)


def backup(
    file: Annotated[Path, typer.Argument(help="A new file.")], data: Data = None, json: Json = False
) -> None:
    """Copy the database as of now, while it is in use, and check the copy."""
    made = backups.backup(find_place(data).database, file)
    output = Output(json)
    output.data({"file": str(made.path), "bytes": made.size, "runs": made.runs, "events": made.events})
    output.line(f"{made.path}: {_size(made.size)}, {made.runs:,} runs, {made.events:,} events, checked.")


def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")], data: Data = None, json: Json = False
) -> None:
    """Put a backup in the database's place, paused. The one that was there is kept beside it."""
    place = find_place(data)
    database, keyring = place.database, engine_settings(place.settings).keyring(place.database)
    user = Actor("cli", user_name(os.getuid()))
    aside = backups.restore(database, file, SystemClock().now(), keyring, user)
    output = Output(json)
    output.data({"database": str(database), "aside": str(aside) if aside else None})
    output.line(f"{database} is {file} now, and paused: nothing executes, fires or posts.")
    if aside:
        output.line(f"What was there before is {aside}.")
    output.line("signoff db prospect says what would happen; signoff db resume lets it happen.")


def prospect(data: Data = None, json: Json = False) -> None:
    """Say what would execute, fire and be posted if the installation went on now."""
    found = ask(data, "prospect")
    output = Output(json)
    output.data(found)
    output.line(found["paused"] or "It is not paused.")
    for line in lines(found):
        output.line(line)


def resume(data: Data = None, json: Json = False) -> None:
    """End the pause of a restored installation."""
    found = ask(data, "resume")
    output = Output(json)
    output.data(found)
    output.line("It goes on." if found["serving"] else "It goes on when signoff serve is started.")


def vacuum(data: Data = None, json: Json = False) -> None:
    """Give what pruned runs took back to the disk. Nothing may serve meanwhile."""
    database = find_place(data).database
    note(f"Rewriting {database}; it takes as much room again until it is done.")
    before, after = backups.vacuum(database)
    output = Output(json)
    output.data({"before": before, "after": after})
    output.line(f"{database}: {_size(before)} before, {_size(after)} now.")


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 1e6 else f"{count / 1e3:,.0f} kB"
