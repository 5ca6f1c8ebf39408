"""The messages that an attempt posts with `ctx.notify`. Each is durable before the step goes on."""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import partial
from threading import Lock
from typing import Any

from engine import faults
from engine.errors import ContractError
from engine.kernel.resilience.failures import shortened_and_redacted
from engine.kernel.shapes import notifications
from engine.model.notices.notification import MAX_NOTIFICATIONS, MAX_TEXT
from engine.model.notices.outside import is_outside
from engine.runtime.execution.durable_writes import DurableWrites


def _kept() -> None:
    faults.reach("notify.kept")


class Notifications:
    """Counts the messages of one attempt, also from several threads at once."""

    def __init__(
        self,
        writes: DurableWrites,
        step: str,
        attempt: int,
        secrets: Collection[str],
        outside: Callable[[str], str] | None = None,
    ) -> None:
        """`outside`: returns why this installation sends nothing to a place outside Slack; usually empty."""
        self._writes, self._step, self._attempt, self._secrets = writes, step, attempt, secrets
        self._outside = outside
        self._numbers: Counter[str] = Counter()
        self._lock = Lock()

    def __call__(
        self,
        to: str,
        message: str | Sequence[Mapping[str, Any]],
        *,
        table: Sequence[Mapping[str, Any]] | Sequence[Sequence[Any]] | None = None,
        subject: str | None = None,
    ) -> Awaitable[None]:
        """Post a message. Raises `ContractError` for what cannot be posted, and for a place that is not
        among those of the workflow."""
        with self._lock:  # the number of a message is part of its key
            if self._numbers.total() >= MAX_NOTIFICATIONS:
                raise ContractError(
                    f"ctx.notify in {self._step}: one attempt can post {MAX_NOTIFICATIONS} messages. "
                    "Put the rest in one message with table=."
                )
            number = self._numbers[str(to)] + 1
            content = notifications.notification(self._step, to, number, message, table, subject)
            self._numbers[str(to)] = number
        hidden = notifications.rewritten(content, self._hide)
        why = self._outside(to) if self._outside is not None and is_outside(to) else ""
        build = partial(notifications.notify, step=self._step, attempt=self._attempt, message=hidden)
        if why:
            build = partial(build, unreachable=why)
        return self._writes.write(build, "message was not posted", _kept)

    def _hide(self, text: str) -> str:
        return shortened_and_redacted(text, MAX_TEXT, self._secrets)
