"""`signoff canary`: try a candidate of a workflow on a share of its new runs."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.connection import ask
from bot.cli.options import Data, Json, new_group
from bot.cli.output import Output
from bot.views.wording.canaries import candidate_state
from bot.views.wording.times import duration

canary = new_group("canary", "Try a candidate of a workflow on a share of its new runs.")
Workflow = Annotated[str, typer.Argument(metavar="WORKFLOW", help="The workflow.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="The reason, for the log.")]


def _percent(option: str) -> Any:
    def parse(text: str) -> float:
        try:
            return float(text.strip().removesuffix("%"))
        except ValueError:
            raise typer.BadParameter(f"{option} {text} is not a percentage. Write it like 10%.") from None

    return parse


@canary.command()
def start(
    workflow: Workflow,
    candidate: Annotated[
        Path, typer.Option("--candidate", metavar="FILE", help="The file with the new version.")
    ],
    share: Annotated[
        float,
        typer.Option(
            "--share",
            metavar="PERCENT",
            parser=_percent("--share"),
            help="Share of the new runs that execute it.",
        ),
    ],
    min_runs: Annotated[
        int,
        typer.Option(
            "--min-runs", metavar="N", help="Runs of each side that must end before they are compared."
        ),
    ] = 20,
    max_failures: Annotated[
        float | None,
        typer.Option(
            "--max-failures",
            metavar="PERCENT",
            parser=_percent("--max-failures"),
            help="Roll it back when its failure rate exceeds the current file's by more than PERCENT points.",
        ),
    ] = None,
    max_slowdown: Annotated[
        float | None,
        typer.Option(
            "--max-slowdown",
            metavar="FACTOR",
            help="Roll it back when its median run takes longer by more than this factor, such as 1.5.",
        ),
    ] = None,
    promote_after: Annotated[
        int | None,
        typer.Option(
            "--promote-after", metavar="N", help="Promote it after this many ended runs within those limits."
        ),
    ] = None,
    ask_at: Annotated[
        str,
        typer.Option(
            "--ask", metavar="GATE", help="Ask the approvers of this gate before --promote-after promotes it."
        ),
    ] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Let a share of the new runs execute a candidate file."""
    rules = {
        "min_runs": min_runs,
        "max_failures": max_failures,
        "max_slowdown": max_slowdown,
        "promote_after": promote_after,
    }
    file = str(candidate.absolute())
    values: dict[str, Any] = {"workflow": workflow, "file": file, "share": share, "rules": rules}
    _print(ask(data, "canary_start", workflows=True, gate=ask_at, **values), json)


@canary.command()
def show(workflow: Workflow, data: Data = None, json: Json = False) -> None:
    """Compare the runs of the candidate with those of the current file."""
    _print(ask(data, "canary_show", workflows=True, workflow=workflow), json)


@canary.command()
def promote(workflow: Workflow, reason: Reason = "", data: Data = None, json: Json = False) -> None:
    """Let the new runs that people and triggers start execute the candidate."""
    _print(ask(data, "canary_promote", workflows=True, workflow=workflow, reason=reason), json)


@canary.command()
def rollback(workflow: Workflow, reason: Reason = "", data: Data = None, json: Json = False) -> None:
    """Let new runs execute the current file again."""
    _print(ask(data, "canary_rollback", workflows=True, workflow=workflow, reason=reason), json)


def _print(report: dict[str, Any], json: bool) -> None:
    output = Output(json)
    output.data(report)
    state = candidate_state(report["state"], report["share"])
    output.line(f"The candidate {report['file']} of {report['workflow']} {state}.")
    if report["reason"]:
        output.line(f"Why: {report['reason']}.")
    if report["question"]:
        output.line(f"Asked: {report['question']}")
    if report["problem"]:
        output.line(report["problem"], style="red")
    output.table(
        ("", "Ended", "Failed", "Median", "Under way"), [_row(report, "current"), _row(report, "candidate")]
    )


def _row(report: dict[str, Any], side: str) -> tuple[str, ...]:
    tally = report[side + "_runs"]
    share = f"{tally['failed'] / tally['ended']:.1%}" if tally["ended"] else ""
    median = duration(tally["seconds"]) if tally["seconds"] is not None else ""
    return side, str(tally["ended"]), share, median, str(tally["under_way"])
