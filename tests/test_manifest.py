"""The Slack app manifest says what the code needs: no more, no less."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.listeners.shortcuts import SHORTCUTS
from bot.listeners.subcommands import SUBCOMMANDS
from bot.settings.config import Settings
from bot.slack.app_manifest import COMMAND, manifest_text
from bot.slack.scopes import AGENT, NEEDED
from bot.slack.subscriptions import AGENT_EVENTS, EVENTS, THREAD_EVENTS

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT.parent / "shared" / "data" / "slack-manifest.schema.json"
FREE_OF_SCOPES = {"app_home_opened", "app_uninstalled", "tokens_revoked"}
SCOPE_OF_EVENT = {
    "channel_id_changed": "channels:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "channel_unarchive": "channels:read",
    "channel_created": "channels:read",
    "channel_rename": "channels:read",
    "channel_left": "channels:read",
    "group_left": "groups:read",
    "group_rename": "groups:read",
    "group_unarchive": "groups:read",
    "subteam_members_changed": "usergroups:read",
    "subteam_updated": "usergroups:read",
    "subteam_created": "usergroups:read",
    "user_change": "users:read",
    "team_join": "users:read",
    "app_mention": "app_mentions:read",
    "link_shared": "links:read",
    "message.im": "im:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
}


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yaml").read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="module")
def events(manifest: dict[str, Any]) -> set[str]:
    return set(manifest["settings"]["event_subscriptions"]["bot_events"])


def listened_to() -> Iterator[str]:
    """The names in `app.event("…")`, wherever a listener is registered."""
    for file in sorted((ROOT / "bot" / "listeners").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                continue
            if node.func.attr == "event":
                event = node.args[0]
                assert isinstance(event, ast.Constant), f"{file}: an event's name as a plain string"
                assert isinstance(event.value, str)
                yield event.value


def test_the_schema_of_slack_accepts_it(manifest: dict[str, Any]) -> None:
    if not SCHEMA.exists():
        pytest.skip("Slack's schema is not beside this clone")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    problems = jsonschema.Draft7Validator(schema).iter_errors(manifest)
    assert [f"{problem.json_path}: {problem.message}" for problem in problems] == []


def test_the_hint_of_the_command_is_short_and_says_what_the_help_says(manifest: dict[str, Any]) -> None:
    (command,) = manifest["features"]["slash_commands"]
    usages = {usage.written for subcommand in SUBCOMMANDS.values() for usage in subcommand.usages}
    hint = command["usage_hint"]
    assert set(hint.split(" | ")) <= {"help", *usages}
    assert {"help", "approvals", "run", "runs", "show RUN"} <= set(hint.split(" | ")[:5])
    assert len(hint) <= 150, "the composer of Slack shows it on one line"


def test_the_scopes_are_those_that_the_code_needs(manifest: dict[str, Any]) -> None:
    assert sorted(manifest["oauth_config"]["scopes"]["bot"]) == sorted(NEEDED)


def test_the_events_are_those_that_are_listened_to(events: set[str]) -> None:
    on_demand = AGENT_EVENTS.keys()
    assert {event.partition(".")[0] for event in events} | on_demand == set(listened_to())
    assert events == EVENTS.keys()


def test_texts_in_channels_are_read_only_on_demand(events: set[str]) -> None:
    wanted = yaml.safe_load(manifest_text(COMMAND, read_threads=True))["settings"]["event_subscriptions"]
    assert set(wanted["bot_events"]) - events == THREAD_EVENTS.keys()
    assert wanted["bot_events"] == sorted(wanted["bot_events"])
    assert not events & THREAD_EVENTS.keys()


def test_the_agent_view_is_there_only_on_demand(manifest: dict[str, Any], events: set[str]) -> None:
    agent = yaml.safe_load(manifest_text(COMMAND, agent=True))
    subscribed = agent["settings"]["event_subscriptions"]["bot_events"]
    assert set(subscribed) - events == AGENT_EVENTS.keys()
    assert subscribed == sorted(subscribed)
    scopes = [each["oauth_config"]["scopes"]["bot"] for each in (manifest, agent)]
    assert set(scopes[1]) - set(scopes[0]) == AGENT.keys()
    assert "agent_view" not in manifest["features"]
    # Source: docs.slack.dev/reference/app-manifest, features.agent_view
    view = agent["features"]["agent_view"]
    assert len(view["agent_description"]) <= 300
    assert all(prompt["title"] and prompt["message"] for prompt in view["suggested_prompts"])


def test_every_event_comes_with_the_scopes_there_are(events: set[str]) -> None:
    lacking = {event: SCOPE_OF_EVENT[event] for event in (events | THREAD_EVENTS.keys()) - FREE_OF_SCOPES}
    assert {event: scope for event, scope in lacking.items() if scope not in NEEDED} == {}


def test_the_command_is_the_default_of_the_settings_and_gets_ids(manifest: dict[str, Any]) -> None:
    (command,) = manifest["features"]["slash_commands"]
    assert command["command"] == Settings.model_fields["command"].default
    assert command["should_escape"] is True


def test_the_shortcuts_are_those_that_are_answered(manifest: dict[str, Any]) -> None:
    assert [shortcut["callback_id"] for shortcut in manifest["features"]["shortcuts"]] == list(SHORTCUTS)


def test_buttons_home_and_socket_mode_are_on(manifest: dict[str, Any]) -> None:
    assert manifest["settings"]["interactivity"]["is_enabled"]
    assert manifest["settings"]["socket_mode_enabled"]
    assert not manifest["settings"]["token_rotation_enabled"]
    assert manifest["features"]["app_home"]["home_tab_enabled"]
    assert manifest["features"]["app_home"]["messages_tab_enabled"]
