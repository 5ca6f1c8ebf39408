"""Checks of the installed app against the manifest of this release, as far as Slack tells."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import yaml

from bot.cli.doctor.finding import Finding, Level
from bot.cli.doctor.machine_checks import last_decision
from bot.settings.config import Settings
from bot.slack import scopes
from bot.slack.app_manifest import SLACKBOT_AUTH, SLACKBOT_PATH, manifest_text
from bot.slack.preflight import Identity
from bot.slack.subscriptions import wanted_events
from bot.slack.web_api import SlackApi, SlackRefused, SlackUnreachable

Manifest = Mapping[str, Any]
_AREA = "manifest"
_PASTE = "Paste what signoff manifest prints into the app's page, under App Manifest."
_ADD_SCOPE = "Add it on the app's page under OAuth & Permissions, then install the app again."
_REMOVE_SCOPE = "Remove it on the app's page under OAuth & Permissions, then install the app again."
_NEW_TOKEN = "Generate a new one at https://api.slack.com/apps, under Your App Configuration Tokens."  # noqa: S105
_HOW_TO_COMPARE = (
    "Compare the app's manifest with what signoff manifest prints. "
    "With SLACK_CONFIG_TOKEN, doctor compares them."
)
_REFUSALS = {
    "token_expired": f"The configuration token expired: it lasts 12 hours. {_NEW_TOKEN}",
    "invalid_auth": f"Slack does not know the configuration token. {_NEW_TOKEN}",
    "not_authed": f"Slack does not know the configuration token. {_NEW_TOKEN}",
    "token_revoked": f"The configuration token was revoked. {_NEW_TOKEN}",
    "no_permission": "The person who made the configuration token may not manage this app. Add them as a "
    "collaborator on the app's page.",
    "invalid_app_id": "The configuration token is of another workspace than the app. Generate one there.",
    "invalid_app": "The configuration token is of another workspace than the app. Generate one there.",
}


async def manifest_findings(api: SlackApi, settings: Settings, identity: Identity) -> list[Finding]:
    """Compare what the app was granted, and its manifest where a configuration token is given."""
    installed = await _installed(api, settings, identity)
    if isinstance(installed, Finding):
        return [*_scopes(identity, None), *_doors(identity, None, settings), installed]
    found = [*_scopes(identity, installed), *_doors(identity, installed, settings)]
    if installed is None:
        return [*found, _unproven(last_decision(settings))]
    wanted: Manifest = yaml.safe_load(manifest_text(settings.command))
    differences = [*_surfaces(installed, wanted, settings), *_events(installed, settings)]
    return found + (differences or [Finding(_AREA, "ok", "The app's manifest has all that Signoff needs.")])


async def _installed(api: SlackApi, settings: Settings, identity: Identity) -> Manifest | Finding | None:
    """Return the manifest of the app as Slack has it; None without a configuration token."""
    if settings.config_token is None:
        return None
    try:
        bot = (await api.read("bots.info", {"bot": identity.bot_id})).get("bot") or {}
        token = settings.config_token.get_secret_value()
        arguments = {"app_id": str(bot.get("app_id") or "")}
        answer, _ = await api.read_with_headers("apps.manifest.export", arguments, token=token)
    except SlackRefused as error:
        text = f"Slack does not show the manifest of the app ({error.code})."
        return Finding(_AREA, "problem", text, _REFUSALS.get(error.code, _HOW_TO_COMPARE))
    except SlackUnreachable as error:
        return Finding(
            _AREA, "warning", f"Slack did not show the manifest of the app ({error}).", "Try again."
        )
    content = answer.get("manifest")
    return content if isinstance(content, Mapping) else {}


def _scopes(identity: Identity, installed: Manifest | None) -> Iterator[Finding]:
    """Yield each scope that is missing or needless. `installed`: the app's manifest, if it is known."""
    if identity.granted is None:
        text = "Slack's answer does not say which scopes the app has. A proxy may have removed them."
        yield Finding("scopes", "warning", text, "Compare them with what signoff manifest prints.")
        return
    declared = set(_part(installed or {}, "oauth_config", "scopes").get("bot") or ())
    for scope, why in identity.lacking.items():
        text = f"The app lacks {scope}, which Signoff needs {why}."
        if scope in declared:
            text = f"{text} Its manifest has the scope, but the app was not installed again."
            yield Finding("scopes", "problem", text, "Install the app again, under OAuth & Permissions.")
        else:
            yield Finding("scopes", "problem", text, _ADD_SCOPE)
    for scope in scopes.needless(identity.granted):
        text = f"The app has {scope}, which Signoff does not use."
        yield Finding("scopes", "warning", text, _REMOVE_SCOPE)
    if not identity.lacking and not scopes.needless(identity.granted):
        yield Finding("scopes", "ok", "The app has every scope of the manifest, and no other.")


def _doors(identity: Identity, installed: Manifest | None, settings: Settings) -> Iterator[Finding]:
    """Yield what the agent view and Slackbot's door lack where the settings want them, or have without it."""
    agent, slackbot = settings.agent_view == "on", settings.slackbot == "on"
    wanted = [*(scopes.AGENT.items() if agent else ()), *(scopes.SLACKBOT.items() if slackbot else ())]
    for scope, why in wanted:
        if identity.granted is not None and scope not in identity.granted:
            text = f"The app lacks {scope}, which Signoff needs {why}."
            yield Finding("scopes", "problem", text, f"{_PASTE} Then install the app again.")
    if installed is None:
        return
    has_view = bool(_part(installed, "features", "agent_view"))
    if agent and not has_view:
        yield _differs("problem", "The app has no agent view, so Slack shows no session of a run.")
    if has_view and not agent:
        text = "The app has an agent view, and SIGNOFF_AGENT_VIEW is off, so no run has a session."
        yield Finding(
            _AREA, "warning", text, "Set SIGNOFF_AGENT_VIEW=on, or remove agent_view from the manifest."
        )
    yield from _mcp_server(installed, on=slackbot)


def _mcp_server(installed: Manifest, *, on: bool) -> Iterator[Finding]:
    """Yield what is wrong with the server in the manifest that Slackbot calls."""
    servers = [each for each in _part(installed, "mcp_servers").values() if isinstance(each, Mapping)]
    own = [each for each in servers if urlsplit(str(each.get("url"))).path == SLACKBOT_PATH]
    if not on:
        if own:
            text = f"Slackbot calls {own[0].get('url')}, and SIGNOFF_SLACKBOT is off, so it gets no answer."
            yield Finding(
                _AREA, "warning", text, "Set SIGNOFF_SLACKBOT=on, or remove mcp_servers from the manifest."
            )
        return
    paste = _PASTE.replace("signoff manifest", "signoff manifest --http ADDRESS")
    if not own:
        text = f"The app has no MCP server with the path {SLACKBOT_PATH}, so Slackbot does not call Signoff."
        yield Finding(_AREA, "problem", text, paste)
    elif own[0].get("auth_type") != SLACKBOT_AUTH:
        called = f"Slackbot does not call {own[0].get('url')}"
        text = f"{called} with the identity that Slack signs ({SLACKBOT_AUTH})."
        yield Finding(_AREA, "problem", text, paste)


def _unproven(decided: datetime | None) -> Finding:
    """Return what use proves: Slack tells a bot token of no command, button or event."""
    text = "Slack does not tell a bot token which commands, shortcuts and events the app has."
    if decided is None:
        text = f"{text} Nobody has decided in Slack yet, so it is unknown whether the buttons work."
        return Finding(_AREA, "warning", text, _HOW_TO_COMPARE)
    text = f"{text} The buttons work: a person decided in Slack on {decided:%d %B %Y}."
    return Finding(_AREA, "ok", text, _HOW_TO_COMPARE)


def _surfaces(installed: Manifest, wanted: Manifest, settings: Settings) -> Iterator[Finding]:
    yield from _command(installed, settings.command)
    offered = {(each.get("callback_id"), each.get("type")) for each in _items(installed, "shortcuts")}
    for shortcut in _items(wanted, "shortcuts"):
        if (shortcut["callback_id"], shortcut["type"]) not in offered:
            yield _differs("warning", f"The app lacks the {shortcut['type']} shortcut {shortcut['name']}.")
    if not _part(installed, "settings", "interactivity").get("is_enabled"):
        yield _differs("problem", "Interactivity is off, so no button and no form reaches Signoff.")
    over_socket = bool(_part(installed, "settings").get("socket_mode_enabled"))
    if over_socket and settings.mode == "http":
        yield _differs("problem", "Socket Mode is on for the app, so Slack sends nothing over HTTP.")
    if not over_socket and settings.mode == "socket":
        yield _differs("problem", "Socket Mode is off for the app, so nothing reaches Signoff.")
    if _part(installed, "settings").get("token_rotation_enabled"):
        yield _differs("problem", "Token rotation is on, so the bot token expires within 12 hours.")
    yield from _domain(installed, settings)
    home = _part(installed, "features", "app_home")
    if not home.get("home_tab_enabled"):
        yield _differs("warning", "The Home tab is off, so nobody sees what waits for them there.")
    if not home.get("messages_tab_enabled") or home.get("messages_tab_read_only_enabled"):
        yield _differs("warning", "The Messages tab is off or read-only, so nobody can write to Signoff.")


def _domain(installed: Manifest, settings: Settings) -> Iterator[Finding]:
    """Yield the domain of the console, where Slack does not tell Signoff of links to it."""
    domain = urlsplit(settings.console_url or "").hostname
    known = _part(installed, "features").get("unfurl_domains") or ()
    if domain and settings.console != "off" and domain not in known:
        text = f"The app does not hear of links to {domain}, so links to runs show no state."
        yield _differs("warning", text)


def _command(installed: Manifest, name: str) -> Iterator[Finding]:
    commands = {str(each.get("command")): each for each in _items(installed, "slash_commands")}
    if name not in commands:
        text = f"The app has no slash command {name}."
        if commands:
            text += f" It has {', '.join(sorted(commands))}: SIGNOFF_COMMAND must name the same."
        yield _differs("problem", text)
    elif not commands[name].get("should_escape"):
        text = f"{name} does not escape channels, users and links, so Signoff gets names in place of ids."
        yield _differs("problem", text)


def _events(installed: Manifest, settings: Settings) -> Iterator[Finding]:
    wanted = wanted_events(read_threads=settings.read_threads == "on", agent=settings.agent_view == "on")
    subscribed = set(_part(installed, "settings", "event_subscriptions").get("bot_events") or ())
    for event, why in wanted.items():
        if event not in subscribed:
            yield _differs("problem", f"The app does not get the event {event}, which Signoff needs {why}.")
    for event in sorted(subscribed - wanted.keys()):
        yield _differs("warning", f"The app gets the event {event}, which Signoff does not use.")


def _differs(level: Level, text: str) -> Finding:
    return Finding(_AREA, level, text, _PASTE)


def _part(manifest: Manifest, *names: str) -> Mapping[str, Any]:
    """Return a mapping inside the manifest; empty where there is none."""
    part: Any = manifest
    for name in names:
        part = part.get(name) if isinstance(part, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def _items(manifest: Manifest, name: str) -> Iterable[Mapping[str, Any]]:
    items = _part(manifest, "features").get(name)
    return [each for each in items if isinstance(each, Mapping)] if isinstance(items, list) else []
