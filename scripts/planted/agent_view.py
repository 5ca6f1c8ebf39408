"""Planted bugs about the agent view of Slack."""

from scripts.planted.mutant import Mutant

TESTS = ("tests/bot/listeners/test_agent_view.py", "tests/bot/outbox/test_agent_sessions.py")
_LISTENER = "bot/listeners/agent_view.py"
_OUTBOX = "bot/outbox/agent_sessions.py"
MUTANTS = [
    Mutant(
        "a session is suspended while steps execute",
        _OUTBOX,
        "(asked and not busy)",
        "asked",
        TESTS,
    ),
    Mutant(
        "Slack is told every event of a run",
        _OUTBOX,
        "        if not told or (",
        "        if True or (",
        TESTS,
    ),
    Mutant(
        "Slack ends the status of a long run",
        _OUTBOX,
        "        await deliveries.sent(row.key, row.wanted - 1, ref)\n",
        "        await deliveries.sent(row.key, row.wanted, ref)\n",
        TESTS,
    ),
    Mutant(
        "a status that was put off waits after a restart",
        _OUTBOX,
        "            if waits and not everything and row.key not in rows:\n",
        "            if waits and row.key not in rows:\n",
        TESTS,
    ),
    Mutant(
        "the stop button offers to cancel a run to people who may not",
        _LISTENER,
        '        await seen.require_may_cancel(run, "")\n',
        "",
        TESTS,
    ),
    Mutant(
        "Slack waits for a status after its stop button",
        _LISTENER,
        "    await sessions.resend(row.subject)\n",
        "",
        TESTS,
    ),
]
