"""Faults on demand, and the log of what the app called."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from localslack.clock import Clock
from localslack.errors import ControlError
from localslack.workspace.records import Json

KINDS = (
    "ratelimited", "internal_error", "internal_error_after", "error", "disconnect_before", "disconnect_after",
    "timeout", "http_500", "slow",
)  # fmt: skip


UPLOAD = "upload"


@dataclass
class Fault:
    """A fault of the next `times` calls of a method (`*`: any), once `after` calls have passed.

    `slow` takes `seconds` and then answers as ever. `upload` is the transfer of a file's bytes, which
    the Web API has no method for.
    """

    method: str
    kind: str
    times: int = 1
    retry_after: int = 2
    error: str = ""
    after: int = 0
    seconds: float = 0


@dataclass
class Faults:
    """The armed faults; the oldest that fits counts."""

    armed: list[Fault] = field(default_factory=list)

    def arm(self, body: Json) -> Fault:
        kind = body.get("kind")
        if kind not in KINDS:
            raise ControlError("invalid_kind", f"kind {kind!r} is none of {', '.join(KINDS)}")
        method = body.get("method")
        if not isinstance(method, str) or not method:
            raise ControlError(
                "invalid_method", f"method {method!r} must name a Web API method, or * for any"
            )
        times, wait, after = body.get("times", 1), body.get("retry_after", 2), body.get("after", 0)
        for name, value, least in (("times", times, 1), ("retry_after", wait, 0), ("after", after, 0)):
            if not isinstance(value, int) or isinstance(value, bool) or value < least:
                raise ControlError(f"invalid_{name}", f"{name} {value!r} must be a whole number from {least}")
        error = body.get("error", "")
        if kind == "error" and not (isinstance(error, str) and error):
            raise ControlError("invalid_error", "kind error needs error, the code to answer with")
        seconds = body.get("seconds", 0)
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= 60:
            raise ControlError("invalid_seconds", f"seconds {seconds!r} must be a number from 0 to 60")
        fault = Fault(method, kind, times, wait, error, after, seconds)
        self.armed.append(fault)
        return fault

    def take(self, method: str) -> Fault | None:
        for fault in self.armed:
            if fault.method == method or (fault.method == "*" and method != UPLOAD):
                if fault.after:
                    fault.after -= 1
                    continue
                fault.times -= 1
                if fault.times == 0:
                    self.armed.remove(fault)
                return fault
        return None


class CallLog:
    """The newest 1000 calls of the Web API, tokens masked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._count = 0
        self._calls: deque[Json] = deque(maxlen=1000)

    def add(self, method: str, args: Json, answer: Json | None, error: str | None = None) -> None:
        """answer: what was answered; None when the connection was cut or hung (`error` says how)."""
        self._count += 1
        body = answer or {}
        warnings = (body.get("response_metadata") or {}).get("warnings") or []
        self._calls.append(
            {
                "n": self._count,
                "method": method,
                "args": mask(args),
                "ok": bool(body.get("ok")),
                "error": error or body.get("error"),
                "warning": ", ".join(warnings) or None,
                "detail": _detail(body),
                "at": self._clock.now(),
            }
        )

    def read(self, method: str, after: int) -> list[Json]:
        wanted = (call for call in self._calls if call["n"] > after)
        return [call for call in wanted if not method or call["method"] == method]


def _detail(answer: Json) -> str | None:
    """Return what the answer says about a refusal: which block, which field, which scope."""
    messages = (answer.get("response_metadata") or {}).get("messages") or answer.get("errors") or []
    needed = [f"needed: {answer['needed']}"] if answer.get("needed") else []
    return "; ".join(str(each) for each in [*messages, *needed]) or None


def mask(value: Any, key: str = "") -> Any:
    """The value with everything that is or looks like a token made unreadable."""
    if isinstance(value, dict):
        return {name: mask(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [mask(item) for item in value]
    if isinstance(value, str) and (key == "token" or value.startswith(("xoxb-", "xoxp-", "xapp-", "xoxe"))):
        return value[:5] + "***"
    return value
