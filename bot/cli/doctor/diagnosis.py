"""All checks of an installation, in the order in which a person would look."""

import asyncio
import tempfile
from collections.abc import Iterable
from contextlib import AsyncExitStack
from pathlib import Path

from bot.cli.doctor.block_checks import block_findings
from bot.cli.doctor.ci_checks import ci_findings
from bot.cli.doctor.finding import ASK_AGAIN, Finding
from bot.cli.doctor.machine_checks import machine_findings
from bot.cli.doctor.mail_checks import mail_findings
from bot.cli.doctor.on_call_checks import on_call_findings, unknown_schedules
from bot.cli.doctor.serving_checks import serving_findings
from bot.cli.doctor.slack_checks import channel_findings, identity_findings
from bot.cli.local_engine import target_settings
from bot.cli.policy_check import PEOPLE_REMEDY, policy_warnings
from bot.cli.target import Target
from bot.cli.workflow_files import load_readable
from bot.errors import ConfigError
from bot.oncall.of_settings import on_call_of
from bot.settings.config import Settings
from bot.settings.engine_settings import engine_settings, register_valid
from bot.slack.people import SlackPeople
from bot.slack.web_api import SlackApi
from engine import (
    Definition,
    Engine,
    People,
    PeopleUnavailable,
    StaticPeople,
    SystemClock,
    alerted_references,
)
from engine.text import count


def diagnose(target: Target) -> list[Finding]:
    """Return every finding. It asks Slack, reads the database, and changes nothing."""
    try:
        settings = target_settings(target)
    except ConfigError as error:
        return [Finding("settings", "problem", line) for line in str(error).splitlines()]
    return asyncio.run(_diagnosed(settings))


async def _diagnosed(settings: Settings) -> list[Finding]:
    found = [Finding("settings", "ok", "The settings can be read.")]
    async with AsyncExitStack() as stack:
        people: SlackPeople | None = None
        bot_name = "signoff"
        if settings.bot_token is None:
            text = "SLACK_BOT_TOKEN is not set, so Slack is not checked."
            found.append(
                Finding("tokens", "problem", text, "Copy it from the app's page, OAuth & Permissions.")
            )
        else:
            api = await stack.enter_async_context(
                SlackApi(settings.bot_token.get_secret_value(), base_url=settings.api_url)
            )
            identity = await identity_findings(api, settings, found)
            if identity is not None:
                bot_name = identity.name
                people = SlackPeople(
                    api,
                    SystemClock(),
                    team_id=identity.team_id,
                    groups=settings.groups,
                    on_call=on_call_of(settings, SystemClock()),
                )
                stack.push_async_callback(people.close)
                found += await block_findings(api, SystemClock().now())
        found += machine_findings(settings)
        found += await serving_findings(settings)
        found += await mail_findings(settings)
        found += await _workflow_findings(settings, people, bot_name)
    return found


async def _workflow_findings(settings: Settings, people: SlackPeople | None, bot_name: str) -> list[Finding]:
    """Find what is wrong with the workflow files, their channels and their people."""
    loaded, errors = load_readable(settings, [])
    found = [Finding("workflows", "problem", error.problem, error.remedy or "") for error in errors]
    source: People = people or StaticPeople(groups=settings.groups)
    with tempfile.TemporaryDirectory(prefix="signoff-doctor-") as folder:
        engine = await Engine.open(
            Path(folder) / "signoff.db", settings=engine_settings(settings, loaded), people=source
        )
        try:
            definitions, more = register_valid(engine, loaded.workflows)
            found += [Finding("workflows", "problem", error.problem, error.remedy or "") for error in more]
            if not found:
                found.append(
                    Finding("workflows", "ok", f"{count(len(definitions), 'workflow')} can be loaded.")
                )
            found += [Finding("secrets", "warning", text) for text in await engine.secret_problems()]
            remedy = "Ask the operator to set it, or remove the address from may_notify."
            found += [Finding("outside", "warning", text, remedy) for text in engine.outside_problems()]
            if settings.events_to is not None:
                unknown = settings.events_to.unknown_workflows([each.name for each in definitions])
                remedy = "Correct the name in the file of SIGNOFF_EVENTS_TO, and start Signoff again."
                found += [Finding("events", "warning", text, remedy) for text in unknown]
            found += await ci_findings(settings, [each.name for each in definitions if each.gate])
            schedules = settings.on_call.spec.schedules if settings.on_call is not None else ()
            found += unknown_schedules(
                schedules, (ref for _, ref in engine.approver_review.named_schedules())
            )
            if people is not None:
                found += await on_call_findings(people)
                channels = _channels(definitions, settings)
                found += [each async for each in channel_findings(people, channels, bot_name)]
            if people is not None or settings.groups:
                found += await _people_findings(engine)
        finally:
            await engine.close(grace=0)
    return found


def _channels(definitions: Iterable[Definition], settings: Settings) -> dict[str, list[str]]:
    """By channel: the workflows that post in it, and the settings that name it."""
    channels: dict[str, list[str]] = {}
    for name, setting in (
        (settings.review_channel, "SIGNOFF_REVIEW_CHANNEL"),
        (settings.checkpoint_channel, "SIGNOFF_CHECKPOINT_TO"),
    ):
        if name:
            channels.setdefault(name, []).append(setting)
    for definition in definitions:
        places = [*alerted_references(definition), *definition.may_notify]
        named = [definition.channel, *(ref for ref in places if ref[0] == "#")]
        for node in definition.nodes:
            if node.kind == "approval":
                named += [
                    node.channel,
                    *(ref for each in node.escalations for ref in each.to if ref[0] == "#"),
                ]
        for channel in filter(None, named):
            channels.setdefault(channel, []).append(definition.name)
    return channels


async def _people_findings(engine: Engine) -> list[Finding]:
    found: list[Finding] = []
    try:
        for workflow, step, why in await engine.approver_review.unanswerable():
            where = f"{workflow}, {step}" if step else f"{workflow}, its owner"
            found.append(Finding("people", "problem", f"{where}: {why}", PEOPLE_REMEDY))
        found += [
            Finding("people", "warning", text, "Correct the group, or SIGNOFF_GROUPS.")
            for _, text in await engine.approver_review.unknown_people()
        ]
        found += [
            Finding("people", "problem", f"{workflow}: {text}", "Name another channel or group.")
            for workflow, text in await engine.approver_review.unknown_places()
        ]
        found += [
            Finding("people", "problem", f"{workflow}, {step}: {why}", "Name another person or group.")
            for workflow, step, why in await engine.approver_review.unknown_in_options()
        ]
        for rule, why in await engine.approver_review.unanswerable_policies():
            text = f"policy {rule.name}: Its approval cannot be given. {why}"
            found.append(Finding("people", "problem", text, PEOPLE_REMEDY))
        found += [Finding("people", "warning", text, PEOPLE_REMEDY) for text in await policy_warnings(engine)]
    except PeopleUnavailable as error:
        text = f"Slack cannot say who is in the groups now: {error}"
        return [Finding("people", "warning", text, ASK_AGAIN)]
    return found or [Finding("people", "ok", "Every owner, approver and escalation target is known.")]
