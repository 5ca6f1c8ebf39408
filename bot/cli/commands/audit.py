"""`signoff audit`: whether the records are as they were written."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import formatting, heavy
from bot.cli.connection import ask
from bot.cli.document_files import write_json
from bot.cli.formatting import plain
from bot.cli.options import Data, Json, To, new_group
from bot.cli.output import CommandError, Output
from bot.cli.target import find_target
from bot.views.wording.text import count

audit = new_group("audit", "Verify that nobody has changed the records.")
MAX_FINDINGS_SHOWN = 50
REMEDIES = {
    "accept": 'Restore a backup, or accept what is stored ({}): signoff audit accept --reason "…".',
    "stays": "Signoff continues after signoff audit accept, but verify still names changed events and other "
    "checkpoints ({}), because nothing can prove them again.",
    "reset": "A resource that cannot be read begins again ({}) after signoff resources reset NAME.",
    "without": "Signoff continues without rows that cannot be read ({}). Only a backup brings them back: "
    "signoff db restore BACKUP.",
    "restore": "Only a backup brings back what was removed ({}): signoff db restore BACKUP.",
}


@audit.command()
def verify(
    checkpoints: Annotated[
        list[Path] | None,
        typer.Option(
            "--checkpoint",
            metavar="FILE",
            help="An earlier checkpoint from which the log must continue. Repeat it for more.",
        ),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="FILE", help="Public keys. Default: those of this installation."),
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Verify events, rows and checkpoints. Name each one that was changed, removed or inserted."""
    files = checkpoints or []
    marks = heavy.verify_checkpoint_files(files, key, data) if files else []
    report = ask(data, "audit", marks=marks)
    output = Output(json)
    output.data(report)
    if report["findings"]:
        raise CommandError(*_findings(report["findings"]))
    _print_proof(output, report)
    for file, mark in zip(files, marks, strict=True):
        output.line(f"The log continues {file}: {count(mark['events'], 'event')}, {mark['at']}.")
    if report["pruned"]:
        output.line(f"Pruned: {count(report['pruned'], 'run')}; the heads of their chains are kept.")
    output.line(
        "Only a checkpoint that is kept elsewhere shows that the newest events are there: "
        "signoff audit checkpoint.",
        style="dim",
    )
    written = f"after event {report['log']['events']:,}"
    output.line(f"Digest {written}: {report['digest']}. It changes with every event.", style="dim")


@audit.command()
def checkpoint(to: To = None, data: Data = None) -> None:
    """Write a signed checkpoint of the log. Keep it where nobody can change it."""
    write_json(ask(data, "checkpoint"), to)


@audit.command()
def accept(
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="The reason. It is recorded in the log.")
    ],
    data: Data = None,
) -> None:
    """Accept a changed database as it is.

    Before you do this, look at what signoff audit verify names, and stop signoff serve.
    """
    target = find_target(data)
    heavy.accept_database(target, reason)
    output = Output()
    output.line(f"{target.database} is accepted as it is. The log records this with your reason.")
    output.line("To see what an acceptance cannot cover: signoff audit verify.")
    output.line("Keep a new checkpoint elsewhere: signoff audit checkpoint --to FILE.")


def _print_proof(output: Output, report: dict[str, Any]) -> None:
    earlier = f", {report['unchained']} of them from before there was a chain" if report["unchained"] else ""
    written = f"{count(report['events'], 'event')} of {count(report['runs'], 'run')}{earlier}"
    for accepted in report["accepted"]:
        who, when = plain(accepted["actor"]), formatting.clock(accepted["at"])
        output.line(f"{who} accepted the database as it was on {when}: {plain(accepted['reason'])}")
    if report["accepted"]:
        output.line(
            f"Everything since then is as it was written, and earlier events are unproven: {written}."
        )
    else:
        output.line(f"Everything is as it was written: {written}.")


def _findings(findings: list[dict[str, Any]]) -> list[str]:
    lines = [_finding(finding) for finding in findings[:MAX_FINDINGS_SHOWN]]
    left_out = len(findings) - MAX_FINDINGS_SHOWN
    more = [f"… and {left_out} more"] if left_out > 0 else []
    remedies = [
        text.format(count(number, "place"))
        for remedy, text in REMEDIES.items()
        if (number := sum(finding["remedy"] == remedy for finding in findings))
    ]
    return [f"Changed outside Signoff: {count(len(findings), 'place')}.", *lines, *more, *remedies]


def _finding(finding: dict[str, Any]) -> str:
    run = f"{finding['run']}: " if finding["run"] else ""
    if finding["n"] is None and finding["seq"] is None:
        return f"{run}{finding['problem']}."
    event = f"event {finding['n']}" if finding["n"] is not None else "an event"
    row = f" (row {finding['seq']})" if finding["seq"] is not None else ""
    return f"{run}{event}{row} {finding['problem']}."
