"""`signoff check`: everything that is wrong with workflow files, before they are served."""

import asyncio
import re
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.application import engine_settings
from bot.application import register as register_workflows
from bot.cli import formatting, serializers
from bot.cli.connection import people_of
from bot.cli.options import Json
from bot.cli.output import Output
from bot.cli.target import settings_here
from bot.cli.workflow_files import load
from bot.config import Settings
from engine import DefinitionError, DefinitionErrors, Engine

_UNKNOWN = "Correct the group, or SIGNOFF_GROUPS."
_PLACE = re.compile(r"(.*\.py):(\d+)")


def register(app: typer.Typer) -> None:
    app.command()(check)


def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders; otherwise those of SIGNOFF_WORKFLOWS.")
    ] = None,
    people: Annotated[
        bool,
        typer.Option("--people", help="Ask Slack, or SIGNOFF_GROUPS, whether each approval can be answered."),
    ] = False,
    json: Json = False,
) -> None:
    """Read workflow files and say everything that is wrong with them."""
    settings = settings_here()
    output = Output(json)
    try:
        found, unanswerable, unknown, warnings = asyncio.run(_workflows(settings, paths or [], people))
    except DefinitionErrors as errors:
        problems = [_problem(error) for error in errors.errors]
        output.data({"workflows": [], "problems": problems})
        for problem in problems:
            output.line(_line(problem))
        count = len(problems)
        output.line(f"{count} problem{'s' if count > 1 else ''}.", style="red")
        raise typer.Exit(1) from None
    output.data(
        {"workflows": found, "problems": unanswerable, "unknown_people": unknown, "warnings": warnings}
    )
    output.table(("Workflow", "Steps", "Starts", "Next", "Owner", "Channel"), map(_row, found))
    for one in unknown:
        output.line(f"{one} {_UNKNOWN}", style="yellow")
    for one in warnings:
        output.line(one, style="yellow")
    for problem in unanswerable:
        output.line(_line(problem), style="red")
    if unanswerable:
        raise typer.Exit(1)
    if people:
        output.line("Every approval can be answered by the people there are, whoever asks.")


async def _workflows(
    settings: Settings, paths: list[Path], people: bool
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[str], list[str]]:
    """Registered with a real engine, on a file of its own, so that nothing is checked in two ways.

    And with `people`, the approvals that those there are could not complete, and members whom nobody knows.
    Last, warnings about channels that decide.
    """
    loaded = load(settings, paths)
    unknown: list[str] = []
    unanswerable: list[dict[str, Any]] = []
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="signoff-check-"))
        source = await people_of(stack, settings) if people else None
        engine = await Engine.open(
            Path(folder) / "signoff.db", settings=engine_settings(settings, loaded), people=source
        )
        try:
            register_workflows(engine, loaded)
            if people:
                places = {found.name: found for found in loaded.workflows}
                unanswerable = [
                    _unanswerable(places[name].place_of(step), name, step, why)
                    for name, step, why in await engine.approver_review.unanswerable()
                ]
                unknown = list(
                    dict.fromkeys(text for _, text in await engine.approver_review.unknown_people())
                )
            warnings = await engine.approver_review.public_approvers(known=people)
            triggers = [serializers.trigger(one) for one in await engine.schedules()]
            found = [serializers.workflow(one) for one in engine.workflows()]
        finally:
            await engine.close(grace=0)
    for one in found:
        one["file"] = _shown(one["file"])
        one["triggers"] = [trigger for trigger in triggers if trigger["workflow"] == one["name"]]
    return found, unanswerable, unknown, warnings


def _unanswerable(place: str, workflow: str, step: str, why: str) -> dict[str, Any]:
    """`step`: empty for what is wrong with the workflow's owner."""
    remedy = "Name more people, or ask for fewer."
    if "cannot be found in this workspace" in why:
        remedy = _UNKNOWN
    elif "There is no channel" in why:
        remedy = "Correct the name, or type /invite @signoff in that channel."
    elif "There is no " in why:
        remedy = "Correct the name, or create the group."
    elif "is public: anybody" in why:
        remedy = "Name a group, a private channel or people."
    elif not step:
        remedy = "Name an owner who is a full, active member."
    problem = f"It cannot be completed. {why}" if step else why
    return _problem(DefinitionError(problem, remedy=remedy, workflow=workflow, step=step or None, file=place))


def _problem(error: DefinitionError) -> dict[str, Any]:
    place = _PLACE.fullmatch(error.file or "")
    return {
        "file": _shown(place[1] if place else error.file),
        "line": int(place[2]) if place else None,
        "workflow": error.workflow,
        "step": error.step,
        "problem": error.problem,
        "remedy": error.remedy,
    }


def _line(problem: dict[str, Any]) -> str:
    place = problem["file"] or "?"
    if problem["line"]:
        place += f":{problem['line']}"
    about = ", ".join(f"{what} {problem[what]}" for what in ("workflow", "step") if problem[what])
    return f"{place}: {about + ': ' if about else ''}{problem['problem']} {problem['remedy']}"


def _shown(file: str | None) -> str | None:
    """Relative where it lies below the current folder."""
    if file and Path(file).is_relative_to(Path.cwd()):
        return str(Path(file).relative_to(Path.cwd()))
    return file


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    triggers = one["triggers"]
    moments = sorted(filter(None, (trigger["next_fire_at"] for trigger in triggers)))
    return (
        one["name"],
        str(len(one["steps"])),
        ", ".join(trigger["description"] for trigger in triggers) or "by hand",
        formatting.clock(moments[0]) if moments else "",
        one["owner"],
        one["channel"] or "",
    )
