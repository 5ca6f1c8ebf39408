"""`signoff audit verify`: is the log as it was written?"""

from typing import Any

import typer

from bot.cli.access import ask
from bot.cli.options import Data, Json
from bot.cli.output import CommandError, Output
from bot.views.text import count

_MOST = 50


def register(app: typer.Typer) -> None:
    audit = typer.Typer(name="audit", help="Prove what was recorded.", rich_markup_mode=None)
    audit.callback()(lambda: None)
    audit.command()(verify)
    app.add_typer(audit)


def verify(data: Data = None, json: Json = False) -> None:
    """Check every run's events against their chain, and name what was changed, removed, inserted or moved."""
    found = ask(data, "audit")
    output = Output(json)
    output.data(found)
    if found["findings"]:
        raise CommandError(*_told(found))
    since = f", {found['unchained']} of them from before there was a chain" if found["unchained"] else ""
    written = f"{count(found['events'], 'event')} of {count(found['runs'], 'run')}"
    output.line(f"All is as it was written: {written}{since}.")
    if found["pruned"]:
        output.line(f"Pruned: {count(found['pruned'], 'run')}; the heads of their chains are kept.")
    output.line(f"Digest {found['digest']}: keep it elsewhere to compare with later.", style="dim")


def _told(found: dict[str, Any]) -> list[str]:
    shown = [f"{one['run']}: {_event(one)} {one['problem']}." for one in found["findings"][:_MOST]]
    left_out = len(found["findings"]) - _MOST
    more = [f"… and {left_out} more"] if left_out > 0 else []
    return [f"Not as it was written: {count(len(found['findings']), 'event')}.", *shown, *more]


def _event(one: dict[str, Any]) -> str:
    name = f"event {one['n']}" if one["n"] is not None else "an event"
    return f"{name} (row {one['seq']})" if one["seq"] is not None else name
