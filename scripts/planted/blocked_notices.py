"""Planted bugs in what people read about messages that could not be delivered."""

from scripts.planted.mutant import Mutant

_ENGINE = ("tests/bot/outbox/test_outbox_engine.py",)
MUTANTS = [
    Mutant(
        "the owner reads forever that nobody is asked, although people are",
        "bot/outbox/service.py",
        "            await self._notices.arrived(delivery)\n",
        "",
        _ENGINE,
    ),
    Mutant(
        "the line about a request that could not be posted never changes",
        "bot/outbox/sender.py",
        "not in (BLOCKED, FAILURE_ALERT)",
        "not in (FAILURE_ALERT,)",
        _ENGINE,
    ),
    Mutant(
        "nobody is told where a channel is archived again on the same day",
        "bot/outbox/notices.py",
        'self.deliveries.get(current)) is not None and (row.data or {}).get("arrived"):',
        "self.deliveries.get(current)) is not None and not row:",
        _ENGINE,
    ),
]
