"""`signoff db`: backups of the database, and the pause of a restored one."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import heavy
from bot.cli.connection import ask
from bot.cli.options import Data, Json, new_group
from bot.cli.output import Output, note
from bot.cli.target import find_target
from bot.serving import resume_preview
from bot.views.wording.text import count

db = new_group("db", "Back up, restore and maintain the database.")


@db.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write. It must not exist yet.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Copy the database while it is in use, and check the copy."""
    copy = heavy.back_up(find_target(data), file)
    output = Output(json)
    output.data({"file": str(copy.path), "bytes": copy.size, "runs": copy.runs, "events": copy.events})
    output.line(
        f"{copy.path}: {_size(copy.size)}, {count(copy.runs, 'run')}, {count(copy.events, 'event')}, checked."
    )


@db.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Replace the database with a backup, and pause. Signoff keeps the replaced database beside it."""
    target = find_target(data)
    aside = heavy.restore_backup(target, file)
    output = Output(json)
    output.data({"database": str(target.database), "aside": str(aside) if aside else None})
    output.line(f"{target.database} is {file} now, and paused: nothing executes, fires or posts.")
    if aside:
        output.line(f"The replaced database is {aside}.")
    output.line("signoff db prospect shows what would happen. signoff db resume ends the pause.")


@db.command()
def prospect(data: Data = None, json: Json = False) -> None:
    """Show what would happen if the pause ended now."""
    outlook = ask(data, "prospect")
    output = Output(json)
    output.data(outlook)
    output.line(outlook["paused"] or "It is not paused.")
    for line in resume_preview.lines(outlook):
        output.line(line)


@db.command()
def resume(data: Data = None, json: Json = False) -> None:
    """End the pause of a restored installation."""
    resumed = ask(data, "resume")
    output = Output(json)
    output.data(resumed)
    output.line("It continues." if resumed["serving"] else "It continues when signoff serve starts.")


@db.command()
def vacuum(data: Data = None, json: Json = False) -> None:
    """Return the space of pruned runs to the disk. Stop signoff serve first."""
    target = find_target(data)
    note(f"{target.database} is rewritten if no process has it open. Meanwhile it needs twice its space.")
    before, after = heavy.vacuum_database(target)
    output = Output(json)
    output.data({"before": before, "after": after})
    output.line(f"{target.database}: {_size(before)} before, {_size(after)} now.")


@db.command("migrate-to")
def migrate_to(
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL", help="An empty database on a server: postgresql://USER:PASSWORD@HOST/DATABASE."
        ),
    ],
    data: Data = None,
    json: Json = False,
) -> None:
    """Move the records to PostgreSQL, check the copy, and pause the file. Stop signoff serve first."""
    target = find_target(data)
    moved = heavy.move_database(target, url)
    output = Output(json)
    keys = str(moved.keys) if moved.keys else None
    output.data({"database": moved.server, "runs": moved.runs, "events": moved.events, "keys": keys})
    output.line(
        f"{target.database} was moved to {moved.server}: {count(moved.runs, 'run')}, "
        f"{count(moved.events, 'event')}, checked."
    )
    also = f", SIGNOFF_KEYS to {keys}" if keys else ""
    output.line(f"Set DATABASE_URL to the server{also}, and start signoff serve.")
    output.line("The file is kept as it was, and paused.")


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 1e6 else f"{count / 1e3:,.0f} kB"
