"""`signoff check`: everything that is wrong with workflow files, before they are served."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import formatting, heavy
from bot.cli.connection import ask
from bot.cli.contracts import needs
from bot.cli.options import Json
from bot.cli.output import Output
from bot.cli.target import find_target


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH...", help="Files and folders. Default: those of SIGNOFF_WORKFLOWS."),
    ] = None,
    people: Annotated[
        bool,
        typer.Option(
            "--people",
            help="Look up people in Slack, or in SIGNOFF_GROUPS, to check that approvals can be completed.",
        ),
    ] = False,
    against: Annotated[
        str,
        typer.Option(
            "--against",
            metavar="PATH|REVISION",
            help="Another version of these files, as a path or a Git revision: print which contracts break, "
            "and what runs under way need.",
        ),
    ] = "",
    json: Json = False,
) -> None:
    """Check workflow files and print every mistake."""
    output = Output(json)
    report = heavy.check_workflows(paths or [], people=people, against=against)
    needed = _needs(report) if against and report.workflows else []
    output.data({**report.as_json(), **({"needs": needed} if against else {})})
    if report.workflows:
        output.table(("Workflow", "Steps", "Starts", "Next", "Owner", "Channel"), map(_row, report.workflows))
    for workflow in report.workflows:
        for option, setting in workflow["settings"].items():
            output.line(f"{workflow['name']} names no {option}, so {setting} gives {workflow[option]}.")
        for rule in workflow["break_glass"]:
            named, where = " or ".join(rule["people"]), f"{rule['step']} of {workflow['name']}"
            output.line(f"{named} can break glass at {where}; the approvers of {rule['review']} review it.")
    for warning in report.all_warnings():
        output.line(warning, style="yellow")
    for problem in report.problems:
        output.line(_line(problem), style="red" if report.workflows else "")
    if report.problems:
        if not report.workflows:
            count = len(report.problems)
            output.line(f"{count} problem{'s' if count > 1 else ''}.", style="red")
        raise typer.Exit(1)
    if against:
        _print_against(output, against, report.breaks, needed)
    if people:
        output.line("Every approval has enough people to answer it, for every requester.")


def _needs(report: Any) -> list[str]:
    """Return what runs under way need, if there is a database."""
    if find_target(None).database.is_missing:
        return []
    unsettled = ask(None, "unsettled")
    more = ["Signoff checked the first 10,000 steps only; there are more."] if unsettled["more"] else []
    return [*needs(unsettled["steps"], report.contracts()), *more]


def _print_against(output: Output, against: str, broken: list[str], needed: list[str]) -> None:
    for line in (*broken, *needed):
        output.line(line, style="red")
    if broken or needed:
        count = len(broken)
        output.line(f"{count} contract{'' if count == 1 else 's'} of {against} broken.")
        raise typer.Exit(1)
    output.line(f"No contract of {against} breaks.")


def _line(problem: dict[str, Any]) -> str:
    where = problem["file"] or "?"
    if problem["line"]:
        where += f":{problem['line']}"
    if problem["column"]:
        where += f":{problem['column']}"
    about = ", ".join(f"{kind} {problem[kind]}" for kind in ("workflow", "step") if problem[kind])
    return f"{where}: {about + ': ' if about else ''}{problem['problem']} {problem['remedy']}"


def _row(workflow: dict[str, Any]) -> tuple[str, ...]:
    triggers = workflow["triggers"]
    moments = sorted(filter(None, (trigger["next_fire_at"] for trigger in triggers)))
    return (
        workflow["name"],
        str(len(workflow["steps"])),
        ", ".join(trigger["description"] for trigger in triggers) or "by hand",
        formatting.clock(moments[0]) if moments else "",
        workflow["owner"],
        workflow["channel"] or "",
    )
