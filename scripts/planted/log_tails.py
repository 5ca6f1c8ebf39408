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
        "    if not await _may_be_read(context, parent, detail.run.id, asker):",
        "    if not parent:",
        ("tests/bot/outbox/test_log_tails.py",),
    ),
    Mutant(
        "a log goes on in a channel with a reader who may not see the run",
        "bot/outbox/log_readers.py",
        'if not asker or not name or not await self._audience.may_read(f"#{name}", run_id):',
        "if not asker or not name:",
        _TAILS,
    ),
    Mutant(
        "a log goes on although the person who asked for it became a guest",
        "bot/outbox/log_readers.py",
        "            await full_member(self._people, asker)\n",
        "            pass\n",
        _TAILS,
    ),
    Mutant(
        "a log that was taken away comes back when the step ends",
        "bot/outbox/log_tails.py",
        '            data = {**row.data, "withheld": True}\n',
        "            data = row.data\n",
        _TAILS,
    ),
    Mutant(
        "a log goes away while Slack does not answer",
        "bot/outbox/log_tails.py",
        'ambiguous=row.state == "posting")\n            return\n',
        'ambiguous=row.state == "posting")\n            may_be_read = False\n',
        _TAILS,
    ),
]
