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
        '"theirs": concerned}',
        '"theirs": True}',
        _TESTS,
    ),
    Mutant(
        "an owner hears of a failure by an alert and by a question",
        "bot/outbox/absent_approvers.py",
        "message in earlier} | await self._alerted(request)",
        "message in earlier}",
        _TESTS,
    ),
    Mutant(
        "an absent further requester reads that they can decide",
        "bot/outbox/absent_approvers.py",
        "return people_who_answered(request) | excluded_names(request) | {each",
        "return people_who_answered(request) | {request.requester.id} | {each",
        _TESTS,
    ),
    Mutant(
        "an absent approver is not asked again when their decision no longer stands",
        "bot/outbox/absent_approvers.py",
        "return people_who_answered(request) | excluded_names(request) | {each",
        "return {decision.actor.id for decision in request.decisions} | excluded_names(request) | {each",
        _TESTS,
    ),
    Mutant(
        "an absent delegate is asked for an approver who has answered",
        "bot/outbox/absent_approvers.py",
        "for each in delegates(request) if each.away not in without_a_say]",
        "for each in delegates(request)]",
        _TESTS,
    ),
    Mutant(
        "members of a group that grows read that they can no longer decide",
        "bot/outbox/absent_approvers.py",
        "any(user in each for each in known if each is not None)",
        "any(user in each for each in known if each is not None and len(each) <= MAX_ASKED)",
        _TESTS,
    ),
    Mutant(
        "members of a group that cannot be looked up read that they can no longer decide",
        "bot/outbox/absent_approvers.py",
        "return None if None in known else False",
        "return False",
        _TESTS,
    ),
    Mutant(
        "absent owners read that a card is closed as soon as its first failure is answered",
        "bot/outbox/absent_approvers.py",
        "request_shown(first, await self.cards.of(first.id))",
        "first",
        _TESTS,
    ),
    Mutant(
        "a message to an absent owner shows only the first failure of a card",
        "bot/outbox/renderer.py",
        "request = request_shown(first, await self.cards.of(first.id))",
        "request = first",
        _TESTS,
    ),
    Mutant(
        "an absent owner is not told of the answer to a later failure of a card",
        "bot/outbox/absent_approvers.py",
        "first = cards[request.id].leader if request.id in cards else request",
        "first = request",
        _TESTS,
    ),
]
