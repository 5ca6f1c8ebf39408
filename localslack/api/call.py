"""One call of a method: its arguments, who calls, what it warns of."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from localslack.bodies import parse_json, whole_number
from localslack.errors import SlackError, invalid_arguments
from localslack.slack import Slack
from localslack.workspace.records import Channel, Json

TokenKind = Literal["bot", "app", "config"]


@dataclass
class Call:
    """Arguments arrive as a form (texts) or as JSON; the readers below take both."""

    slack: Slack
    method: str
    args: Mapping[str, Any]
    warnings: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    def warn(self, *warnings: str) -> None:
        for warning in warnings:
            if warning not in self.warnings:
                self.warnings.append(warning)

    def has(self, name: str) -> bool:
        return self.args.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        value = self.args.get(name)
        if value is None:
            return default
        if isinstance(value, bool | dict | list):
            raise invalid_arguments(f"{name} must be a string [json-pointer:/{name}]")
        return str(value)

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise invalid_arguments(f"missing required field: {name}")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.args.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, bool):
            return value
        return str(value).lower() in ("1", "true", "yes")

    def number(self, name: str, default: int, low: int, high: int, error: str = "") -> int:
        value = self.args.get(name)
        if value is None or value == "":
            return default
        try:
            number = int(str(value))
        except ValueError:
            number = low - 1
        if number < low:
            raise (
                SlackError(error)
                if error
                else invalid_arguments(f"must be at least {low} [json-pointer:/{name}]")
            )
        return min(number, high)

    def structure(self, name: str, error: str) -> Any:
        """A value that is JSON, or a text of JSON; None when it is not given."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return parse_json(value)
        except ValueError:
            raise SlackError(error) from None

    def listing(self, name: str) -> list[str]:
        """Ids given as a list or with commas between."""
        value = self.args.get(name)
        if value is None:
            return []
        items = value if isinstance(value, list) else str(value).split(",")
        return [str(item).strip() for item in items if str(item).strip()]

    def need(self, *scopes: str) -> None:
        """SlackError missing_scope unless the app has one of the scopes."""
        manifest = self.slack.manifest
        if not any(manifest.grants(scope) for scope in scopes):
            raise SlackError("missing_scope", needed=scopes[0], provided=",".join(manifest.scopes))

    def channel(self, name: str = "channel") -> Channel:
        """The conversation of that id, if the bot can see it; else channel_not_found."""
        channel = self.slack.workspace.channels.get(self.required(name))
        if channel is None or not (channel.kind == "channel" or self.is_member(channel)):
            raise SlackError("channel_not_found")
        return channel

    def is_member(self, channel: Channel) -> bool:
        return self.slack.workspace.app.bot_user in channel.members


Handler = Callable[[Call], Awaitable[Json]]


@dataclass(frozen=True)
class Method:
    """A method: what it does, which scopes it needs (one of them), which token it takes (None: no token)."""

    handler: Handler
    scopes: tuple[str, ...] = ()
    takes: TokenKind | None = "bot"


def scope_for(channel: Channel, verb: str) -> str:
    """`history` of a private channel -> groups:history."""
    family = {"channel": "channels", "private": "groups", "dm": "im"}[channel.kind]
    return f"{family}:{verb}"


def page(items: list[Any], call: Call, default: int = 100, high: int = 1000) -> tuple[list[Any], Json]:
    """One page of a list by `cursor` and `limit`, with its response_metadata."""
    limit = (
        call.number("limit", default, 1, high, "invalid_limit")
        if call.args.get("limit") not in (0, "0")
        else default
    )
    cursor = call.text("cursor")
    start = 0
    if cursor:
        prefix, _, text = cursor.partition(":")
        number = whole_number(text)
        if prefix != "from" or number is None:
            raise SlackError("invalid_cursor")
        start = number
    rest = start + limit
    following = f"from:{rest}" if rest < len(items) else ""
    return items[start:rest], {"response_metadata": {"next_cursor": following}}
