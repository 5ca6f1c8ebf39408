"""Planted bugs in the lines that follow the logs of steps."""

from scripts.planted.mutant import Mutant

_TAILS = ("tests/bot/outbox/test_log_tails.py",)
MUTANTS = [
    Mutant(
        "a restart loses the line that follows a step",
        "bot/outbox/log_tails.py",
        "await self._want([Wanted(row.key, row.kind, row.subject, row.target, row.data, row.queue)])",
        "pass",
        _TAILS,
    ),
    Mutant(
        "a line is edited although its log has nothing new",
        "bot/outbox/log_tails.py",
        "                self._shown[row.key] = content\n",
        "                pass\n",
        _TAILS,
    ),
    Mutant(
        "a line that follows a step holds up the later lines of its thread",
        "bot/outbox/delivery_order.py",
        "            if delivery.kind != TAIL and self._holds(delivery):",
        "            if self._holds(delivery):",
        _TAILS,
    ),
    Mutant(
        "a line that people deleted is posted again",
        "bot/outbox/sender.py",
        "        if delivery.kind == TAIL:\n",
        "        if delivery.kind == PICTURE:\n",
        _TAILS,
    ),
    Mutant(
        "a log is posted where not everybody may see the run",
        "bot/listeners/step_tails.py",
        "    if not await _may_be_read(context, parent, detail.run.id):",
        "    if not parent:",
        ("tests/bot/outbox/test_log_tails.py",),
    ),
]
