"""Checks a policy file for the command line."""

import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from bot.cli.local_engine import people_of
from bot.cli.target import environment, find_installed_env_file
from bot.settings.config import Settings, read_settings
from engine import DefinitionError, DefinitionErrors, Engine, EngineSettings
from engine.policies import PolicySet, read_policies

PEOPLE_REMEDY = "Correct the group or the person, or name more people."


def check_policies(text: str, file: str) -> tuple[PolicySet | None, list[str]]:
    """Return the rules of a policy file, or None and a line for each mistake, with its place."""
    try:
        return read_policies(text, file), []
    except DefinitionErrors as several:
        return None, [_line(error) for error in several.errors]
    except DefinitionError as error:
        return None, [_line(error)]


def check_policy_people(policies: PolicySet, file: str) -> tuple[list[str], list[str]]:
    """Return a line for each rule whose approval the known people cannot complete, and for each warning.

    Raises `PeopleUnavailable` and `ConfigError`.
    """
    environ = environment()
    return asyncio.run(_people(read_settings(environ, find_installed_env_file(environ)), policies, file))


async def policy_findings(engine: Engine, file: str) -> list[DefinitionError]:
    """Return a problem for each rule whose approval the known people cannot complete."""
    return [
        DefinitionError(
            f"rule {rule.name}: Its approval cannot be given. {why}",
            remedy=PEOPLE_REMEDY,
            file=f"{file}:{rule.line}",
        )
        for rule, why in await engine.approver_review.unanswerable_policies()
    ]


async def policy_warnings(engine: Engine) -> list[str]:
    """Return sentences about unknown members and public channels that rules name."""
    found = await engine.approver_review.policy_warnings()
    return [f"The policy {rule.name} requires an approval. {text}" for rule, text in found]


async def _people(settings: Settings, policies: PolicySet, file: str) -> tuple[list[str], list[str]]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="signoff-policy-")))
        people = await people_of(stack, settings)
        given = EngineSettings(data_dir=folder, policies=policies)
        engine = await Engine.open(folder / "signoff.db", settings=given, people=people)
        try:
            problems = [_line(error) for error in await policy_findings(engine, file)]
            return problems, await policy_warnings(engine)
        finally:
            await engine.close(grace=0)


def _line(error: DefinitionError) -> str:
    return f"{error.file}: {error.problem} {error.remedy}"
