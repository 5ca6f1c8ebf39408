"""Planted bugs about claims: an approver says that they are on a request."""

from scripts.planted.mutant import Mutant

TESTS = ("tests/engine/runtime/requests/test_claims.py",)
SLACK = ("tests/bot/listeners/test_claims.py",)
_CLAIM = "engine/kernel/requests/claim.py"
_CLAIMS = "engine/runtime/requests/claims.py"
_DECISIONS = "engine/kernel/requests/decision_transitions.py"
MUTANTS = [
    Mutant(
        "a person who may not decide claims a request",
        _CLAIMS,
        "        if refused is not None and refused.code not in COULD_DECIDE:\n",
        "        if refused is not None and refused.code in COULD_DECIDE:\n",
        TESTS,
    ),
    Mutant(
        "a claim never ends by time",
        _CLAIM,
        '    transition.wait("claim", request.id, request.step, noted.until, request.id)\n',
        '    transition.wait("claim", request.id, request.step, None, request.id)\n',
        TESTS,
    ),
    Mutant(
        "a person takes over the claim of another",
        _CLAIMS,
        "        if current is not None and current.by != by:\n",
        "        if current is not None and current.by == lasts:\n",
        TESTS,
    ),
    Mutant(
        "anybody ends the claim of another person",
        _CLAIMS,
        "        if current.by not in actor.names:\n",
        "        if not actor.names:\n",
        TESTS,
    ),
    Mutant(
        "a claim outlives the vote of its person",
        _DECISIONS,
        "        if claim is not None and claim.by == effective_user_id(decision.actor):\n",
        "        if claim is not None and claim.by == decision.id:\n",
        TESTS,
    ),
    Mutant(
        "a claim of one stage lasts in the next",
        _DECISIONS,
        "            request = transition.end_claim(request)\n        claim = request.people.claim\n",
        "        claim = request.people.claim\n",
        TESTS,
    ),
    Mutant(
        "a claim lasts when an earlier stage is open again",
        "engine/kernel/requests/request_transitions.py",
        "        recounted = transition.end_claim(recounted)\n",
        "        pass\n",
        ("tests/engine/runtime/requests/test_leaving.py",),
    ),
    Mutant(
        "a recount that leaves the stage ends a claim",
        "engine/kernel/requests/request_transitions.py",
        "    if stage != request.stage:  # other people are asked now\n",
        "    if True:\n",
        ("tests/engine/runtime/requests/test_leaving.py",),
    ),
    Mutant(
        "a held approval keeps its claim",
        _DECISIONS,
        "        transition.end_claim(request),\n",
        "        request,\n",
        TESTS,
    ),
    Mutant(
        "a claim is forgotten at a restart",
        "engine/store/schema/rows.py",
        '        claim=_claim(stored["claim"]) if stored.get("claim") else None,\n',
        '        claim=_claim(stored["claim"]) if stored.get("claims") else None,\n',
        TESTS,
    ),
    Mutant(
        "a jump of the clock shortens a claim",
        "engine/store/writes/clock_jump.py",
        '            policy["claim"]["until"] += jump\n',
        '            policy["claim"]["until"] += 0\n',
        TESTS,
    ),
    Mutant(
        "a reminder of a claimed request goes to everybody",
        "engine/kernel/requests/escalation.py",
        '        details["claimed_by"] = request.people.claim.by\n',
        '        details["claimed_by"] = ""\n',
        TESTS,
    ),
    Mutant(
        "the end of a claim is told nobody",
        "bot/outbox/projector.py",
        '        "request.claim_ended",\n',
        "",
        SLACK,
    ),
    Mutant(
        "a claim adds a sixth button",
        "bot/views/requests/approval.py",
        "if len(buttons) + 1 < MAX_BUTTONS else []",
        "if len(buttons) + 1 < 2 * MAX_BUTTONS else []",
        SLACK,
    ),
    Mutant(
        "a list offers to give back the claim of another person",
        "bot/views/requests/approval.py",
        'reader not in ("", claim.by)',
        'reader == claim.by + "-"',
        SLACK,
    ),
]
