"""Check workflow files with a real engine on a database of its own: nothing is checked in two ways."""

import asyncio
import difflib
import re
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.cli import serializers
from bot.cli.contracts import breaks
from bot.cli.local_engine import people_of
from bot.cli.other_version import contracts_of
from bot.cli.policy_check import policy_findings, policy_warnings
from bot.cli.target import environment, find_installed_env_file
from bot.cli.workflow_files import EXAMPLES, load_readable
from bot.settings.config import Settings, read_settings
from bot.settings.engine_settings import LoadedWorkflows, engine_settings, register_valid
from engine import ON_CALL, DefinitionError, DefinitionErrors, Engine, People, Workflow

_UNKNOWN = "Correct the group, or SIGNOFF_GROUPS."
_PLACE = re.compile(r"(.*\.(?:py|ya?ml)):(\d+)(?::(\d+))?")


@dataclass(slots=True)
class Report:
    """`unknown_people`: members of groups whom nobody knows. `warnings`: about approvers, and
    about environment variables that triggers name and that are not set."""

    workflows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    unknown_people: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    breaks: list[str] = field(default_factory=list)
    """Contracts of another version that these files break."""

    def as_json(self) -> dict[str, Any]:
        if not self.workflows:
            return {"workflows": [], "problems": self.problems}
        return {
            "workflows": self.workflows,
            "problems": self.problems,
            "unknown_people": self.unknown_people,
            "warnings": self.warnings,
            "breaks": self.breaks,
        }

    def contracts(self) -> dict[str, dict[str, Any]]:
        return {workflow["name"]: workflow["contract"] for workflow in self.workflows}

    def all_warnings(self) -> list[str]:
        return [*(f"{person} {_UNKNOWN}" for person in self.unknown_people), *self.warnings]


def check_workflows(paths: list[Path], *, people: bool, against: str = "") -> Report:
    """Return all problems. `people`: also approvals that the people there are could not complete.

    `against`: another version, whose contracts are compared.
    """
    environ = environment()
    env_file = find_installed_env_file(environ)
    settings = read_settings(environ, env_file)
    try:
        report = asyncio.run(_report(settings, paths, people))
    except DefinitionErrors as errors:
        return Report(problems=[_problem(error) for error in errors.errors])
    if against:
        files = paths or list(settings.workflows) or [EXAMPLES]
        report.breaks = breaks(contracts_of(against, files, env_file), report.contracts())
    return report


async def _report(settings: Settings, paths: list[Path], people: bool) -> Report:
    loaded, errors = load_readable(settings, paths)
    if errors:  # SIGNOFF_SCHEDULES may name a workflow of a file that cannot be read
        settings = settings.model_copy(update={"schedules": "default"})
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="signoff-check-"))
        source: People | None = await people_of(stack, settings) if people and not errors else None
        engine = await Engine.open(
            Path(folder) / "signoff.db", settings=engine_settings(settings, loaded), people=source
        )
        try:
            # A file that cannot be read may hold the services that a dict form names.
            checkable = [
                each for each in loaded.workflows if isinstance(each.workflow, Workflow) or not errors
            ]
            errors += register_valid(engine, checkable)[1]
            errors += [] if errors else engine.linking_errors()
            if errors:
                raise DefinitionErrors(errors)
            report = await _described(engine)
            for workflow in report.workflows:
                workflow["settings"] = _given_by_settings(workflow["name"], loaded, settings)
            report.problems = _unknown_schedules(engine, loaded, settings)
            if people:
                report.problems += await _unanswerable_approvals(engine, loaded)
                found = await policy_findings(engine, str(settings.policies))
                report.problems += map(_problem, found)
                unknown = await engine.approver_review.unknown_people()
                report.unknown_people = list(dict.fromkeys(text for _, text in unknown))
            report.warnings = await engine.approver_review.approver_warnings(known=people)
            report.warnings += await policy_warnings(engine) if people else []
            report.warnings += await engine.unset_variables()
            report.warnings += await engine.secret_problems()
            report.warnings += engine.outside_problems()
            report.warnings += engine.passed_moments()
            report.warnings += engine.shown_children()
        finally:
            await engine.close(grace=0)
    return report


async def _described(engine: Engine) -> Report:
    triggers = [serializers.trigger(record) for record in await engine.schedules()]
    workflows = [serializers.workflow(record) for record in engine.workflows()]
    for workflow in workflows:
        workflow["contract"] = serializers.contract(engine.contract(workflow["name"]))
        workflow["break_glass"] = list(map(serializers.glass_rule, engine.glass_rules(workflow["name"])))
        workflow["file"] = _shown(workflow["file"])
        workflow["triggers"] = [each for each in triggers if each["workflow"] == workflow["name"]]
    return Report(workflows)


def _given_by_settings(name: str, loaded: LoadedWorkflows, settings: Settings) -> dict[str, str]:
    """By option that a workflow in dict form leaves out: the setting that gives it."""
    left_out = next(each.left_out for each in loaded.workflows if each.name == name)
    defaults = {
        "owner": ("SIGNOFF_OWNER", settings.owner),
        "channel": ("SIGNOFF_CHANNEL", settings.channel),
    }
    return {option: defaults[option][0] for option in left_out if defaults[option][1] is not None}


async def _unanswerable_approvals(engine: Engine, loaded: LoadedWorkflows) -> list[dict[str, Any]]:
    files = {each.name: each for each in loaded.workflows}
    found = await engine.approver_review.unanswerable()
    return [
        _unanswerable(files[name].location_of(step), name, step, why)
        for name, step, why in [
            *((name, step, f"It cannot be completed. {why}" if step else why) for name, step, why in found),
            *await engine.approver_review.unknown_in_options(),
        ]
        if "There is no on-call schedule" not in why  # `_unknown_schedules` has it
    ]


def _unknown_schedules(engine: Engine, loaded: LoadedWorkflows, settings: Settings) -> list[dict[str, Any]]:
    """Return a problem for each on-call schedule that the settings do not have."""
    names = settings.on_call.spec.schedules if settings.on_call is not None else {}
    known = [f"{ON_CALL}{name}" for name in names]
    files = {each.name: each for each in loaded.workflows}
    problems = []
    for workflow, ref in engine.approver_review.named_schedules():
        if ref not in known:
            close = difflib.get_close_matches(ref, known, n=1)
            why = f"It names {ref}, and there is no on-call schedule called {ref.removeprefix(ON_CALL)}."
            remedy = f"Did you mean {close[0]}?" if close else "Add it to the file of SIGNOFF_ONCALL."
            file = files[workflow].location_of(None)
            problems.append(_problem(DefinitionError(why, remedy=remedy, workflow=workflow, file=file)))
    return problems


def _unanswerable(file: str, workflow: str, step: str, why: str) -> dict[str, Any]:
    """`step`: empty for a problem of the workflow's owner."""
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
    return _problem(DefinitionError(why, remedy=remedy, workflow=workflow, step=step or None, file=file))


def _problem(error: DefinitionError) -> dict[str, Any]:
    match = _PLACE.fullmatch(error.file or "")
    return {
        "file": _shown(match[1] if match else error.file),
        "line": int(match[2]) if match else None,
        "column": int(match[3]) if match and match[3] else None,
        "workflow": error.workflow,
        "step": error.step,
        "problem": error.problem,
        "remedy": error.remedy,
    }


def _shown(file: str | None) -> str | None:
    """Return a path relative to the current folder, if it lies below it."""
    if file and Path(file).is_relative_to(Path.cwd()):
        return str(Path(file).relative_to(Path.cwd()))
    return file
