"""Planted bugs in the direct messages to approvers who are not in the channel of a question."""

from scripts.planted.mutant import Mutant

_TESTS = ("tests/bot/outbox/test_absent_approvers.py",)
MUTANTS = [
    Mutant(
        "an approver who is in the channel gets a direct message too",
        "bot/outbox/absent_approvers.py",
        "absent = [user for user in users if user not in present]",
        "absent = list(users)",
        _TESTS,
    ),
    Mutant(
        "absent approvers are forgotten where Slack cannot say who is in a channel",
        "bot/outbox/service.py",
        "await self._absent.put_off(row, str(error))",
        "await self._deliveries.sent(row.key, row.wanted, None)",
        _TESTS,
    ),
    Mutant(
        "an absent approver gets a link into a private channel, and its name",
        "bot/outbox/absent_approvers.py",
        'channel = asked_in[0] if groups[0].readable else ""',
        "channel = asked_in[0]",
        _TESTS,
    ),
    Mutant(
        "an absent approver whose request was reassigned still reads that they can decide",
        "bot/outbox/absent_approvers.py",
        '"theirs": user in named}',
        '"theirs": True}',
        _TESTS,
    ),
    Mutant(
        "an owner hears of a failure by an alert and by a question",
        "bot/outbox/absent_approvers.py",
        "if request.alert is not None:  # they hear",
        "if request.alert is None:  # they hear",
        _TESTS,
    ),
]
