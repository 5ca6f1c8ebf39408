"""The parts of a Slack app manifest that the local Slack uses: commands, scopes, events, surfaces."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from localslack.config import read_yaml
from localslack.errors import StartError


@dataclass(frozen=True)
class Command:
    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True)
class Shortcut:
    """kind: `global`, or `message` for one in the menu of a message."""

    name: str
    kind: str
    callback_id: str
    description: str


@dataclass(frozen=True)
class Manifest:
    """The app's declarations. `everything`: there is no manifest, so all is granted."""

    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    scopes: tuple[str, ...] = ()
    events: frozenset[str] = frozenset()
    socket_mode: bool = True
    interactivity: bool = True
    home_tab: bool = True
    messages_tab: bool = True
    redirect_urls: tuple[str, ...] = ()
    """Where Sign in with Slack may lead back to."""
    unfurl_domains: tuple[str, ...] = ()
    """The links to these domains are told to the app."""
    functions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Custom steps of Workflow Builder, by callback_id."""
    agent: bool = True
    """The app has the agent view, so that it may have sessions."""
    prompts: tuple[tuple[str, str], ...] = ()
    """Suggested prompts of the agent view: title and message."""
    everything: bool = True
    content: Mapping[str, Any] | None = None
    """The file as it is read."""

    def command(self, name: str) -> Command | None:
        """The declared command; without a manifest every command is the app's, arguments escaped."""
        for command in self.commands:
            if command.command == name:
                return command
        return Command(name, should_escape=True) if self.everything else None

    def grants(self, scope: str) -> bool:
        return self.everything or scope in self.scopes

    def wants(self, event: str) -> bool:
        return self.everything or event in self.events


def load_manifest(path: Path | None) -> Manifest:
    """Read a manifest (YAML or JSON); StartError names file, field and remedy."""
    if path is None:
        return Manifest()
    content = read_yaml(path, "manifest")
    if not isinstance(content, dict):
        raise StartError(
            f"{path}: a manifest is a mapping with display_information, features, oauth_config, settings"
        )
    reader = _Reader(path, content)
    features, settings = reader.mapping("features"), reader.mapping("settings")
    home = reader.mapping("app_home", features, "features.app_home")
    config = reader.mapping("oauth_config")
    oauth = reader.mapping("scopes", config, "oauth_config.scopes")
    subscriptions = reader.mapping("event_subscriptions", settings, "settings.event_subscriptions")
    interactivity = reader.mapping("interactivity", settings, "settings.interactivity")
    return Manifest(
        commands=tuple(
            reader.command(index, item)
            for index, item in enumerate(reader.items("slash_commands", features, "features.slash_commands"))
        ),
        shortcuts=tuple(
            reader.shortcut(index, item)
            for index, item in enumerate(reader.items("shortcuts", features, "features.shortcuts"))
        ),
        scopes=tuple(str(item) for item in reader.items("bot", oauth, "oauth_config.scopes.bot")),
        events=frozenset(
            str(item)
            for item in reader.items("bot_events", subscriptions, "settings.event_subscriptions.bot_events")
        ),
        socket_mode=bool(settings.get("socket_mode_enabled", False)),
        interactivity=bool(interactivity.get("is_enabled", False)),
        home_tab=bool(home.get("home_tab_enabled", False)),
        messages_tab=bool(home.get("messages_tab_enabled", True))
        and not home.get("messages_tab_read_only_enabled", False),
        redirect_urls=tuple(
            str(item) for item in reader.items("redirect_urls", config, "oauth_config.redirect_urls")
        ),
        unfurl_domains=tuple(
            str(item) for item in reader.items("unfurl_domains", features, "features.unfurl_domains")
        ),
        functions=reader.functions(settings),
        agent="agent_view" in features,
        prompts=reader.prompts(features),
        everything=False,
        content=content,
    )


class _Reader:
    def __init__(self, path: Path, content: dict[str, Any]) -> None:
        self.path, self.content = path, content

    def mapping(self, key: str, parent: dict[str, Any] | None = None, name: str = "") -> dict[str, Any]:
        value = (self.content if parent is None else parent).get(key) or {}
        if not isinstance(value, dict):
            raise StartError(f"{self.path}: {name or key} {value!r} must be a mapping")
        return value

    def items(self, key: str, parent: dict[str, Any], name: str) -> list[Any]:
        value = parent.get(key) or []
        if not isinstance(value, list):
            raise StartError(f"{self.path}: {name} {value!r} must be a list")
        return value

    def command(self, index: int, item: Any) -> Command:
        where = f"features.slash_commands.{index}"
        if not isinstance(item, dict):
            raise StartError(f"{self.path}: {where} {item!r} must be a mapping with command and description")
        name, description = str(item.get("command", "")), str(item.get("description", ""))
        if not name.startswith("/") or not 1 < len(name) <= 32:
            raise StartError(
                f"{self.path}: {where}.command {name!r} must start with / and have at most 32 characters"
            )
        if not description:
            raise StartError(f"{self.path}: {where}.description of {name} is missing; add it")
        return Command(
            name, description, str(item.get("usage_hint", "")), bool(item.get("should_escape", False))
        )

    def prompts(self, features: dict[str, Any]) -> tuple[tuple[str, str], ...]:
        """Source: docs.slack.dev/reference/app-manifest (features.agent_view)."""
        where = "features.agent_view"
        view = self.mapping("agent_view", features, where)
        description = str(view.get("agent_description") or "")
        if "agent_view" in features and not 0 < len(description) <= 300:
            raise StartError(
                f"{self.path}: {where}.agent_description {description!r} must have 1 to 300 characters"
            )
        found = self.items("suggested_prompts", view, f"{where}.suggested_prompts")
        for item in found:
            if not isinstance(item, dict) or not (item.get("title") and item.get("message")):
                raise StartError(
                    f"{self.path}: {where}.suggested_prompts {item!r} must have title and message"
                )
        return tuple((str(item["title"]), str(item["message"])) for item in found)

    def functions(self, settings: dict[str, Any]) -> dict[str, Mapping[str, Any]]:
        """Source: docs.slack.dev/reference/app-manifest (functions), and its settings for custom steps."""
        found = self.mapping("functions")
        if found and (
            settings.get("function_runtime") != "remote" or settings.get("org_deploy_enabled") is not True
        ):
            raise StartError(
                f"{self.path}: functions need settings.function_runtime: remote and "
                "settings.org_deploy_enabled: true"
            )
        for name, item in found.items():
            where = f"functions.{name}"
            if not isinstance(item, dict) or not item.get("title"):
                raise StartError(f"{self.path}: {where} {item!r} must be a mapping with title and parameters")
            for side in ("input_parameters", "output_parameters"):
                for parameter, spec in self.mapping(side, item, f"{where}.{side}").items():
                    if not isinstance(spec, dict) or not isinstance(spec.get("type"), str):
                        raise StartError(f"{self.path}: {where}.{side}.{parameter} {spec!r} needs a type")
        return {
            name: {"input_parameters": {}, "output_parameters": {}, **item} for name, item in found.items()
        }

    def shortcut(self, index: int, item: Any) -> Shortcut:
        """Source of the limits: Slack's JSON Schema of manifests (features.shortcuts)."""
        where = f"features.shortcuts.{index}"
        if not isinstance(item, dict):
            raise StartError(f"{self.path}: {where} {item!r} must be a mapping with name, type, callback_id")
        for name, longest in _SHORTCUT_LIMITS.items():
            text = str(item.get(name) or "")
            if not 0 < len(text) <= longest:
                raise StartError(f"{self.path}: {where}.{name} {text!r} must have 1 to {longest} characters")
        if item.get("type") not in ("global", "message"):
            raise StartError(f"{self.path}: {where}.type {item.get('type')!r} must be global or message")
        texts = [str(item[name]) for name in ("name", "type", "callback_id", "description")]
        return Shortcut(*texts)


_SHORTCUT_LIMITS = {"name": 24, "callback_id": 255, "description": 150}
