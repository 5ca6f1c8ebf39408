"""Settings of a start, and the workspace file (YAML) behind them."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from localslack.clock import Clock, SystemClock
from localslack.errors import StartError
from localslack.zones import UTC, is_zone

DEFAULT_WORKSPACE = Path(__file__).with_name("workspace.yaml")


@dataclass(frozen=True)
class Config:
    """How to start the local Slack.

    port: 0 takes a free one; data: folder for workspace.sqlite3, None keeps everything in memory;
    workspace, manifest: YAML files (None: the bundled workspace; every scope, command and event), or the
    workspace itself;
    http_url: where payloads are POSTed, None for Socket Mode; clock: time, for tests;
    unfurl_domains: domains whose links are told to the app, besides those of the manifest;
    rates: refuse calls beyond Slack's rate limits with 429; tz: zone of people without their own;
    anybody_acts: bots and deactivated people act too, as in the moment after somebody left.
    """

    port: int = 0
    data: Path | None = None
    workspace: "Path | WorkspaceSpec | None" = None
    manifest: Path | None = None
    http_url: str | None = None
    clock: Clock = SystemClock()  # noqa: RUF009  (stateless)
    rates: bool = False
    unfurl_domains: tuple[str, ...] = ()
    tz: str = UTC
    anybody_acts: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise StartError(f"port {self.port} is out of range; use 0 to 65535 (0 takes a free one)")
        if self.http_url is not None:
            parts = urlsplit(self.http_url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise StartError(
                    f"http_url {self.http_url!r} is not an http address; use one like http://127.0.0.1:3000/slack/events"
                )


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TeamSpec(_Model):
    id: str = Field("T0LOCAL", pattern=r"^T[A-Z0-9]+$")
    name: str = "Local"
    domain: str = Field("local", pattern=r"^[a-z0-9-]+$")


class AppSpec(_Model):
    id: str = Field("A0SIGNOFF", pattern=r"^A[A-Z0-9]+$")
    name: str = "Signoff"
    bot_user: str = Field("U0SIGNOFF", pattern=r"^U[A-Z0-9]+$")
    bot_id: str = Field("B0SIGNOFF", pattern=r"^B[A-Z0-9]+$")
    bot_name: str = Field("signoff", pattern=r"^[a-z0-9._-]+$")
    bot_token: str = Field("xoxb-local-signoff", pattern=r"^xoxb-")
    app_token: str = Field("xapp-local-signoff", pattern=r"^xapp-")
    config_token: str = Field("xoxe.xoxp-local-signoff", pattern=r"^xoxe\.xoxp-")
    signing_secret: str = Field("local-signing-secret", min_length=1)
    client_id: str = Field("1234567890.0987654321", min_length=1)
    client_secret: str = Field("local-client-secret", min_length=1)
    verification_token: str = Field("local-verification-token", min_length=1)


class UserSpec(_Model):
    id: str = Field(pattern=r"^[UW][A-Z0-9]+$")
    name: str = Field(pattern=r"^[a-z0-9._-]+$")
    real_name: str
    title: str = ""
    email: str = ""
    color: str = Field("6a5cb8", pattern=r"^[0-9a-f]{6}$")
    tz: str = ""
    """Time zone; empty: that of `Config.tz`."""
    status: str = ""
    deleted: bool = False
    is_bot: bool = False
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_hidden: bool = False

    @field_validator("tz")
    @classmethod
    def _zone(cls, tz: str) -> str:
        if tz and not is_zone(tz):
            raise PydanticCustomError("time_zone", "unknown time zone")
        return tz


class GroupSpec(_Model):
    id: str = Field(pattern=r"^S[A-Z0-9]+$")
    handle: str = Field(pattern=r"^[a-z0-9._-]+$")
    name: str
    users: list[str] = []
    disabled: bool = False


class ChannelSpec(_Model):
    id: str = Field(pattern=r"^[CG][A-Z0-9]+$")
    name: str = Field(pattern=r"^[a-z0-9_-]{1,80}$")
    kind: Literal["channel", "private"] = "channel"
    members: list[str] = []
    topic: str = ""
    is_archived: bool = False


class WorkspaceSpec(_Model):
    """The workspace file: team, app, people, groups, channels; ids unique and every member known."""

    team: TeamSpec = TeamSpec()
    app: AppSpec = AppSpec()
    users: list[UserSpec] = Field(min_length=1)
    groups: list[GroupSpec] = []
    channels: list[ChannelSpec] = Field(min_length=1)

    @model_validator(mode="after")
    def _references(self) -> "WorkspaceSpec":
        known = {user.id for user in self.users} | {self.app.bot_user}
        ids = [user.id for user in self.users] + [self.app.bot_user]
        ids += [group.id for group in self.groups] + [channel.id for channel in self.channels]
        names = [user.name for user in self.users] + [self.app.bot_name]
        for what, values in (
            ("id", ids),
            ("user name", names),
            ("group handle", [group.handle for group in self.groups]),
            ("channel name", [channel.name for channel in self.channels]),
        ):
            twice = sorted(value for value, count in Counter(values).items() if count > 1)
            if twice:
                raise ValueError(f"{what} {twice[0]!r} is there twice; make each one unique")
        groups = [(f"group {g.handle}", g.users) for g in self.groups]
        for where, people in groups + [(f"channel {c.name}", c.members) for c in self.channels]:
            for person in people:
                if person not in known:
                    raise ValueError(f"{where} has {person!r}, who is not a user of this file; add the user")
        return self


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The loader in C takes a tenth of the time; not every build of PyYAML has it."""


def read_yaml(path: Path, what: str) -> Any:
    """The parsed YAML file; StartError names the file and the remedy."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - both are safe loaders
    except FileNotFoundError:
        raise StartError(f"{path}: there is no such {what}; give the path of an existing file") from None
    except OSError as error:
        raise StartError(f"{path}: can't be read ({error.strerror}); check the path and its rights") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise StartError(f"{path}: is not valid YAML: {error}; correct that line") from None


def load_workspace(path: Path | WorkspaceSpec | None) -> WorkspaceSpec:
    """Read and check the workspace file (None: the bundled one)."""
    if isinstance(path, WorkspaceSpec):
        return path
    path = path or DEFAULT_WORKSPACE
    content = read_yaml(path, "workspace file")
    if not isinstance(content, dict):
        raise StartError(f"{path}: a workspace file is a mapping with team, app, users, groups and channels")
    try:
        return WorkspaceSpec.model_validate(content)
    except ValidationError as error:
        raise StartError("\n".join(_line(path, problem) for problem in error.errors())) from None


_KINDS = {
    "string": "a text",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "list": "a list",
    "tuple": "a list",
    "dict": "a mapping",
    "model": "a mapping",
    "literal": "one of the values that the bundled workspace file shows",
}
"""By the beginning of the kind of a mistake: a value that would fit."""


def _line(path: Path, problem: Any) -> str:
    field = ".".join(str(part) for part in problem["loc"]) or "file"
    if problem["type"] == "missing":
        return f"{path}: {field} is missing; add it"
    if problem["type"] == "extra_forbidden":
        return f"{path}: {field} is not a field of a workspace file; remove it or correct its name"
    if problem["type"] == "time_zone":
        zone = f"{path}: {field} {problem['input']!r} is not a time zone"
        return f"{zone}; give a name of the IANA database, such as Europe/Berlin"
    if problem["type"] == "value_error":
        return f"{path}: {problem['ctx']['error']}"
    secret = any(word in field for word in ("token", "secret"))
    value = "" if secret else f" {problem['input']!r}"
    kind = _KINDS.get(problem["type"].partition("_")[0], "another value")
    return f"{path}: {field}{value} does not fit: give {kind}"
