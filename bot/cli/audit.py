"""`signoff audit`: is everything as it was written?"""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.application import engine_settings
from bot.cli.connection import ask
from bot.cli.documents import public_keys_of, read_json, write_json
from bot.cli.options import Data, Json
from bot.cli.output import CommandError, Output
from bot.cli.target import find_place
from bot.control_socket import user_name
from bot.views.text import count
from engine import Actor, SystemClock
from engine.database import backups
from engine.documents import verified_checkpoint

_MOST = 50


def register(app: typer.Typer) -> None:
    audit = typer.Typer(name="audit", help="Prove what was recorded.", rich_markup_mode=None)
    audit.callback()(lambda: None)
    for command in (verify, checkpoint, accept):
        audit.command()(command)
    app.add_typer(audit)


def verify(
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option("--checkpoint", metavar="FILE", help="A checkpoint that the log must have grown from."),
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--key", metavar="FILE", help="Public keys. Otherwise this installation's.")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Hold events, rows and checkpoints against each other; name what was changed, removed or inserted."""
    files = checkpoint or []
    keys = public_keys_of(key, data) if files else {}
    marks = [verified_checkpoint(read_json(file), keys) for file in files]
    found = ask(data, "audit", marks=marks)
    output = Output(json)
    output.data(found)
    if found["findings"]:
        raise CommandError(*_told(found))
    since = f", {found['unchained']} of them from before there was a chain" if found["unchained"] else ""
    written = f"{count(found['events'], 'event')} of {count(found['runs'], 'run')}"
    output.line(f"All is as it was written: {written}{since}.")
    for file, mark in zip(files, marks, strict=True):
        output.line(f"The log has grown from {file}: {count(mark['events'], 'event')}, {mark['at']}.")
    if found["pruned"]:
        output.line(f"Pruned: {count(found['pruned'], 'run')}; the heads of their chains are kept.")
    output.line(
        "Only a checkpoint that is kept elsewhere shows that the newest events are there: "
        "signoff audit checkpoint.",
        style="dim",
    )
    output.line(f"Digest {found['digest']}: keep it elsewhere to compare with later.", style="dim")


def checkpoint(
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Otherwise it is printed.")] = None,
    data: Data = None,
) -> None:
    """Write a signed checkpoint of the log as it is now, to keep where nobody can change it."""
    write_json(ask(data, "checkpoint"), to)


def accept(
    reason: Annotated[str, typer.Option("--reason", help="Why; the log says so.")], data: Data = None
) -> None:
    """Take the database as it is for what was recorded, after you have looked at it. Nothing may serve."""
    place = find_place(data)
    keyring = engine_settings(place.settings).keyring(place.database)
    actor = Actor("cli", user_name(os.getuid()))
    backups.accept(place.database, keyring, SystemClock().now(), actor, reason)
    output = Output(False)
    output.line(f"{place.database} is accepted as it is. Its log says so, with your reason.")
    output.line("Keep a new checkpoint elsewhere: signoff audit checkpoint --to FILE.")


def _told(found: dict[str, Any]) -> list[str]:
    shown = [_place(one) for one in found["findings"][:_MOST]]
    left_out = len(found["findings"]) - _MOST
    more = [f"… and {left_out} more"] if left_out > 0 else []
    return [f"Not as it was written: {count(len(found['findings']), 'place')}.", *shown, *more]


def _place(one: dict[str, Any]) -> str:
    where = f"{one['run']}: " if one["run"] else ""
    if one["n"] is None and one["seq"] is None:
        return f"{where}{one['problem']}."
    name = f"event {one['n']}" if one["n"] is not None else "an event"
    row = f" (row {one['seq']})" if one["seq"] is not None else ""
    return f"{where}{name}{row} {one['problem']}."
