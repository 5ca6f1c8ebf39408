"""`signoff audit`: the log, and whether the records are as they were written."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.audit_files import Format, Writer
from bot.cli import formatting, heavy
from bot.cli.audit_view import event_row, print_exports, print_review
from bot.cli.connection import ask, connect
from bot.cli.document_files import new_text_file, write_json
from bot.cli.formatting import plain
from bot.cli.options import Data, Json, To, moment_or_age, new_group, whole_number
from bot.cli.output import CommandError, Output
from bot.cli.target import find_target
from bot.views.wording.text import count

audit = new_group("audit", "Read and export the log, and verify that nobody changed it.")
MAX_FINDINGS_SHOWN = 50
Since = Annotated[
    str | None,
    typer.Option(
        "--since", metavar="MOMENT", help="The first moment, such as 30d, 2026-01-31 or 2026-01-31T09:00."
    ),
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="MOMENT", help="The moment after the last event.")
]
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
def show(
    run: Annotated[str | None, typer.Option("--run", metavar="RUN", help="Only events of this run.")] = None,
    workflow: Annotated[
        str | None, typer.Option("--workflow", metavar="NAME", help="Only events of this workflow.")
    ] = None,
    person: Annotated[
        str | None,
        typer.Option("--by", metavar="PERSON", help="Only acts of this person, by the id that show prints."),
    ] = None,
    types: Annotated[
        list[str] | None,
        typer.Option(
            "--type",
            metavar="TYPE",
            help="Only events of this type, such as request.decided, or of all types that begin with this "
            "word, such as request. Repeat it for more.",
        ),
    ] = None,
    since: Since = None,
    until: Until = None,
    before: Annotated[
        int | None,
        typer.Option(
            "--before",
            metavar="EVENT",
            parser=whole_number("--before", 1, 2**53),
            help="Only events before this one, by its number.",
        ),
    ] = None,
    limit: Annotated[
        int,
        typer.Option(
            "--limit", metavar="N", parser=whole_number("--limit", 1, 1_000), help="Events to show at most."
        ),
    ] = 50,
    data: Data = None,
    json: Json = False,
) -> None:
    """Show the newest events of the log: who did what, and when. The last line is the newest event."""
    given = {"run": run, "workflow": workflow, "person": person, "types": types, "before": before}
    chosen: dict[str, Any] = {name: value for name, value in given.items() if value}
    found = ask(data, "events", limit=limit + 1, period=_period(since, until), **chosen)["events"]
    more, found = len(found) > limit, found[:limit]
    output = Output(json)
    output.data(found)
    if not found:
        output.line("No event fits.")
        return
    output.table(("EVENT", "TIME", "TYPE", "BY", "RUN", "DETAILS"), map(event_row, reversed(found)))
    if more:
        output.line(f"There are earlier events: --before {found[-1]['seq']}.", style="dim")


@audit.command()
def review(since: Since = None, until: Until = None, data: Data = None, json: Json = False) -> None:
    """Sum up approvals of a period: how they ended, who decided, and how fast. Default: the last 30 days."""
    found = ask(data, "audit_review", period=_period(since, until))
    output = Output(json)
    output.data(found)
    print_review(output, found)


@audit.command()
def export(
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="New file to write.")],
    form: Annotated[
        Format,
        typer.Option(
            "--format",
            metavar="jsonl|csv",
            help="JSON Lines, or a table whose cells no spreadsheet executes.",
        ),
    ] = "jsonl",
    since: Since = None,
    until: Until = None,
    data: Data = None,
) -> None:
    """Write events of the log to a file that can be verified without the database.

    Without --since and --until: all events.
    """
    period = _period(since, until)
    with new_text_file(to) as file, connect(data) as engine:
        document = engine.call("export", period=period)
        content = document["export"]
        writer = Writer(file, form, document)
        place = content["after"]
        while place < content["events"]:
            records = engine.call("export_page", after=place, last=content["events"])["records"]
            for record in records:
                writer.add(record)
            if not records:
                break
            place = records[-1]["seq"]
    output = Output()
    output.line(f"Written to {to}.")
    print_exports(output, [to], *heavy.verify_export_files([to], None, data, []))


@audit.command("verify-export")
def verify_export(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="The export. Several must continue one another."),
    ],
    checkpoints: Annotated[
        list[Path] | None,
        typer.Option(
            "--checkpoint",
            metavar="FILE",
            help="A checkpoint that the export must agree with; for one export. Repeat it for more.",
        ),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="FILE", help="Public keys. Default: those of this installation."),
    ] = None,
    data: Data = None,
) -> None:
    """Verify exports, without a server and without the database."""
    if checkpoints and len(files) > 1:
        raise typer.BadParameter("--checkpoint goes with one export. Verify each export by itself.")
    print_exports(Output(), files, *heavy.verify_export_files(files, key, data, checkpoints or []))


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


def _period(since: str | None, until: str | None) -> dict[str, str | float]:
    given = {"since": since, "until": until}
    return {name: moment_or_age(f"--{name}", text) for name, text in given.items() if text is not None}


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
