"""The ports of the outbox: the engine's log, its durable deliveries, the views."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.slack.call_results import CallResult
from bot.views.message import Message
from engine import (
    Delivery,
    EventRecord,
    FailureCard,
    Group,
    Mute,
    Person,
    RequestRecord,
    RunDetail,
    Subscription,
    Wanted,
)

__all__ = [
    "Delivery", "DeliveryStore", "Events", "Message", "PeopleDirectory", "RecordReader", "ReportFeed",
    "Slack", "Wanted",
]  # fmt: skip

LOOKUP = "absent"
"""Kind of a row that posts nothing: it looks up which approvers are not in the channel of a question."""

TAIL = "tail"
"""Kind of a line that follows the log of a step that executes: it is due again while the step executes."""


class Events(Protocol):
    """The engine's log."""

    async def read(self, after: int, limit: int = 500) -> list[EventRecord]: ...

    async def wait(self, after: int) -> None: ...


class ReportFeed(Protocol):
    """Tells which runs' steps reported something."""

    count: int

    def since(self, count: int) -> list[str]: ...

    async def wait(self, count: int) -> None: ...


class DeliveryStore(Protocol):
    """Durable rows of the outbox: what it needs of the engine's `Deliveries`."""

    async def cursor(self, consumer: str) -> int: ...

    async def advance(self, consumer: str, cursor: int, wanted: Iterable[Wanted]) -> None: ...

    async def due(self, consumer: str, now: datetime, limit: int = 500) -> list[Delivery]: ...

    async def in_trouble(self, consumer: str, limit: int = 200) -> list[Delivery]: ...

    async def get(self, key: str) -> Delivery | None: ...

    async def by_keys(self, keys: Iterable[str]) -> dict[str, Delivery]: ...

    async def find(self, *, subject: str, kind: str | None = None) -> list[Delivery]: ...

    async def begin(self, key: str) -> None: ...

    async def sent(self, key: str, wanted: int, ref: Any) -> None: ...

    async def later(
        self, key: str, until: datetime | None, error: str, *, ambiguous: bool, refused: bool = False
    ) -> None: ...

    async def dead(self, key: str, error: str) -> None: ...

    async def unrecorded(self, key: str, problem: str) -> None: ...

    async def forget_ref(self, key: str) -> None: ...


class RecordReader(Protocol):
    """The records that messages are views of."""

    async def detail(self, run_id: str, *, marked: bool = False) -> RunDetail: ...

    async def request(self, request_id: str) -> RequestRecord | None: ...


class Cards(Protocol):
    """Failures that several runs share."""

    async def of(self, request_id: str, limit: int = 10) -> FailureCard | None: ...

    async def open_for(self, workflow: str, step: str) -> list[str]: ...

    async def muted(self, workflow: str) -> Mute | None: ...


class Subscribed(Protocol):
    """Channels that get the news of workflows."""

    async def all(self) -> Sequence[Subscription]: ...


class NoSubscriptions:
    """No channel gets news."""

    async def all(self) -> Sequence[Subscription]:
        return ()


class Readers(Protocol):
    """Tells whether everybody who reads a channel may see a run."""

    async def may_read(self, channel: str, run_id: str) -> bool: ...


class Everybody:
    """Every run may be told everywhere."""

    async def may_read(self, channel: str, run_id: str) -> bool:
        return True


class NoCards:
    """Every failure has a message of its own."""

    async def of(self, request_id: str, limit: int = 10) -> FailureCard | None:
        return None

    async def open_for(self, workflow: str, step: str) -> list[str]:
        return []

    async def muted(self, workflow: str) -> Mute | None:
        return None


class PeopleDirectory(Protocol):
    """Resolves an owner to the people who get a direct message."""

    async def resolve(self, ref: str) -> Person | Group: ...


class Slack(Protocol):
    """The kinds of calls; see `bot.slack.web_api.SlackApi`."""

    async def write(self, method: str, arguments: Mapping[str, Any]) -> CallResult: ...

    async def upload(self, url: str, content: bytes) -> CallResult: ...

    async def read(
        self, method: str, arguments: Mapping[str, Any] | None = None, *, tries: int = 3
    ) -> Mapping[str, Any]: ...
