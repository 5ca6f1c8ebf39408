"""Checks of Slack: the tokens, the scopes with their reasons, the clock, and each channel."""

import re
from collections.abc import AsyncIterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from bot.cli.doctor.finding import ASK_AGAIN, Finding, Level
from bot.cli.doctor.manifest_checks import manifest_findings
from bot.settings.config import Settings
from bot.slack.people import SlackPeople
from bot.slack.preflight import Identity, PreflightFailed, preflight
from bot.slack.web_api import SlackApi, SlackRefused, SlackUnreachable
from engine import PeopleUnavailable, SystemClock

_SKEW_SECONDS, _MAX_SKEW_SECONDS = 5, 60
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{7,}")


async def identity_findings(api: SlackApi, settings: Settings, found: list[Finding]) -> Identity | None:
    """Add what is found about tokens, scopes and the clock; return who the bot is, None without an answer."""
    app_token = settings.app_token.get_secret_value() if settings.app_token else None
    try:
        identity = await preflight(api, app_token if settings.mode == "socket" else None)
    except PreflightFailed as failure:
        found += [Finding("tokens", "problem", f"{name}: {what}") for name, what in failure.problems]
        return None
    found.append(Finding("tokens", "ok", f"Slack knows @{identity.name} in the workspace {identity.team}."))
    if settings.mode == "socket" and app_token is None:
        text = "SLACK_APP_TOKEN is not set, so Slack cannot reach Signoff over Socket Mode."
        found.append(Finding("tokens", "problem", text, "Set it, or set SIGNOFF_MODE=http."))
    if settings.mode == "http" and settings.signing_secret is None:
        text = "SLACK_SIGNING_SECRET is not set, so Signoff refuses everything that Slack sends."
        found.append(Finding("tokens", "problem", text, "Copy it from the app's page, Basic Information."))
    found += await manifest_findings(api, settings, identity)
    found.append(await clock_finding(api))
    return identity


class TimeSource(Protocol):
    """The part of Slack's API whose answers have a time."""

    async def read_with_headers(self, method: str) -> tuple[Mapping[str, Any], Mapping[str, str]]: ...


async def clock_finding(api: TimeSource) -> Finding:
    """Compare this machine's clock with the time in an answer of Slack."""
    try:
        before = SystemClock().now()
        _, headers = await api.read_with_headers("auth.test")
        told = parsedate_to_datetime(headers["date"]).timestamp()
    except (SlackRefused, SlackUnreachable, KeyError, ValueError, TypeError):
        text = "Slack's answer has no time to compare with this machine's."
        return Finding("clock", "warning", text, "Compare this machine's clock with another one.")
    middle = (before.timestamp() + SystemClock().now().timestamp()) / 2
    skew = max(0.0, abs(middle - told) - 1)  # the header counts whole seconds
    text = f"This machine's clock differs from Slack's by about {skew:.0f} s."
    if skew <= _SKEW_SECONDS:
        return Finding("clock", "ok", text)
    level: Level = "problem" if skew > _MAX_SKEW_SECONDS else "warning"
    return Finding("clock", level, text, "Set the clock: deadlines depend on it.")


async def channel_findings(
    people: SlackPeople, channels: dict[str, list[str]], bot_name: str
) -> AsyncIterator[Finding]:
    """Yield a finding for each channel. `channels`: to the workflows that post in it, and its settings."""
    for channel, workflows in sorted(channels.items()):
        who = f"{channel} ({', '.join(sorted(set(workflows)))})"
        try:
            record = await _record(people, channel)
        except (PeopleUnavailable, SlackRefused) as error:
            yield Finding("channels", "warning", f"{who} could not be looked up: {error}", ASK_AGAIN)
            continue
        if record is None:
            remedy = f"Correct the name, or type /invite @{bot_name} in that channel if it is private."
            yield Finding("channels", "problem", f"{who}: the bot sees no such channel.", remedy)
        elif record.get("is_archived"):
            yield Finding("channels", "problem", f"{who} is archived.", "Name another one, or unarchive it.")
        elif record.get("is_private") and not record.get("is_member", True):
            remedy = f"Type /invite @{bot_name} in it."
            yield Finding("channels", "problem", f"{who} is private, and the bot is not in it.", remedy)
        else:
            yield Finding("channels", "ok", f"The bot can post in {who}.")


async def _record(people: SlackPeople, channel: str) -> dict[str, object] | None:
    name = channel.removeprefix("#")
    if _CHANNEL_ID.fullmatch(name):
        return dict(await people.channels.by_id(name)) or None
    record = await people.channels.find(name)
    return None if record is None else dict(record)
