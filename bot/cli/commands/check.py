"""`signoff check`: everything that is wrong with workflow files, before they are served."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import formatting, heavy
from bot.cli.options import Json
from bot.cli.output import Output


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH...", help="Files and folders. Default: those of SIGNOFF_WORKFLOWS."),
    ] = None,
    people: Annotated[
        bool,
        typer.Option("--people", help="Ask Slack, or SIGNOFF_GROUPS, whether each approval can be answered."),
    ] = False,
    json: Json = False,
) -> None:
    """Check workflow files and print every mistake."""
    output = Output(json)
    report = heavy.check_workflows(paths or [], people=people)
    output.data(report.as_json())
    if report.workflows:
        output.table(("Workflow", "Steps", "Starts", "Next", "Owner", "Channel"), map(_row, report.workflows))
    for workflow in report.workflows:
        for option, setting in workflow["settings"].items():
            output.line(f"{workflow['name']} names no {option}, so {setting} gives {workflow[option]}.")
    for warning in report.all_warnings():
        output.line(warning, style="yellow")
    for problem in report.problems:
        output.line(_line(problem), style="red" if report.workflows else "")
    if report.problems:
        if not report.workflows:
            count = len(report.problems)
            output.line(f"{count} problem{'s' if count > 1 else ''}.", style="red")
        raise typer.Exit(1)
    if people:
        output.line("Every approval has enough people to answer it, for every requester.")


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
