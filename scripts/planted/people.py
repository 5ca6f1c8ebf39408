"""Planted bugs about people: who may decide, reassign and see what."""

from scripts.planted.mutant import Mutant

_REASSIGNMENT = ("tests/engine/test_reassignment.py",)
MUTANTS = [
    Mutant(
        "the requester reassigns their own request",
        "engine/reassignment.py",
        'request.kind == "approval" and policy.is_requester(request, actor)',
        'request.kind == "approval" and actor == request.requester',
        _REASSIGNMENT,
    ),
    Mutant(
        "a request is reassigned to anybody",
        "engine/reassignment.py",
        "    return own and fits(quorum)\n",
        "    return own\n",
        _REASSIGNMENT,
    ),
    Mutant(
        "the owner chooses the approver whom the author left out",
        "engine/reassignment.py",
        "    return node.reassign_to or tuple(",
        "    return node.reassign_to + tuple(",
        _REASSIGNMENT,
    ),
    Mutant(
        "an approver reassigns a high-risk approval",
        "engine/reassignment.py",
        'request.risk == "high" and role == "approver"',
        'request.risk == "high" and role is None',
        _REASSIGNMENT,
    ),
    Mutant(
        "a receipt does not say that it was reassigned",
        "engine/receipts.py",
        '"reassigned": [one.as_json() for one in request.handovers]',
        '"reassigned": []',
        _REASSIGNMENT,
    ),
    Mutant(
        "a high-risk approval is reassigned quietly",
        "bot/outbox/projector.py",
        'target["aloud"] = True',
        'target["aloud"] = False',
        ("tests/bot/listeners/test_reassigning.py",),
    ),
]
