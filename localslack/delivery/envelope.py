"""Envelopes that both ways of delivery share."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from localslack.workspace.records import Json

Kind = Literal["events_api", "interactive", "slash_commands"]
ACK_SECONDS = 3.0  # (d) interactivity/handling-user-interaction: acknowledge within 3 seconds


@dataclass(frozen=True)
class Envelope:
    """One payload for the app; retry: number and reason of a repeated event."""

    kind: Kind
    payload: Json
    accepts_response: bool = False
    retry: tuple[int, str] | None = None


@dataclass(frozen=True)
class Ack:
    """Result of delivering a payload. body: the response that came with the ack (JSON, text or nothing)."""

    outcome: Literal["ok", "operation_timeout", "not_connected", "http_error"]
    body: Any = None
    no_retry: bool = False

    @property
    def ok(self) -> bool:
        return self.outcome == "ok"


class Delivery(Protocol):
    """Takes a payload to the app and waits for the ack."""

    async def send(self, envelope: Envelope) -> Ack: ...

    async def connected(self) -> bool: ...

    async def close(self) -> None: ...
