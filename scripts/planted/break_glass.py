"""Planted bugs about break-glass: a named person approves alone, once, and others review it."""

from scripts.planted.mutant import Mutant

TESTS = ("tests/engine/runtime/requests/test_break_glass.py",)
SLACK = ("tests/bot/listeners/test_break_glass.py",)
_RULES = "engine/kernel/requests/break_glass.py"
_USES = "engine/runtime/requests/break_glass.py"
MUTANTS = [
    Mutant(
        "people who are not named break glass",
        _RULES,
        "    if not member_of & {*spec.people}:\n",
        "    if False:\n",
        TESTS,
    ),
    Mutant(
        "guests and deactivated people break glass",
        _RULES,
        "    if not person.full_member:\n",
        "    if False:\n",
        TESTS,
    ),
    Mutant(
        "a person breaks glass although their last use is not reviewed",
        _USES,
        "        own = next((review for review in reviews if review.by == by), None)\n",
        "        own = None\n",
        TESTS,
    ),
    Mutant(
        "of two uses of break-glass at once both win",
        "engine/store/writes/break_glass.py",
        "    if review.by in reviews:\n",
        "    if False:\n",
        TESTS,
    ),
    Mutant(
        "a person closes the review of their own break-glass",
        _RULES,
        "own.isdisjoint({*each.actor.names, each.on_behalf})",
        "True",
        TESTS,
    ),
    Mutant(
        "break-glass takes any one-time code",
        _USES,
        "        if wrong := await self._codes.use(by, code, actor):\n",
        "        if wrong := '':\n",
        TESTS,
    ),
    Mutant(
        "break-glass approves what a policy denies",
        "engine/kernel/requests/denials.py",
        'if ruling is not None and ruling.decision == "deny":',
        "if False:",
        TESTS,
    ),
    Mutant(
        "approvers are not told of break-glass",
        "bot/outbox/service.py",
        "                *await self._break_glass(events, details),\n",
        "",
        SLACK,
    ),
    Mutant(
        "break-glass is offered to everybody",
        "bot/views/requests/details.py",
        "    if not offered.break_glass or request.altered:\n",
        "    if request.policy.break_glass is None or request.altered:\n",
        SLACK,
    ),
    Mutant(
        "a receipt does not say break-glass",
        "engine/audit/receipts.py",
        '    return {"break_glass": use.as_json()} if use else {}\n',
        "    return {}\n",
        TESTS,
    ),
    Mutant(
        "a grant closes a review that nobody read",
        "engine/compiler/requests/break_glass.py",
        "    if asked.grants is not None:\n",
        "    if False:\n",
        TESTS,
    ),
    Mutant(
        "a policy takes a person alone for the approvers whom it requires",
        "engine/kernel/policy_facts.py",
        "    alone = {effective_user_id(each.actor) for each in made if request.glass_of(each)}\n"
        "    others = {effective_user_id(each.actor) for each in made if not request.glass_of(each)}\n",
        "    alone: set[str] = set()\n    others = {effective_user_id(each.actor) for each in made}\n",
        TESTS,
    ),
    Mutant(
        "a reason forges a line of the review",
        _RULES,
        'return [f"> {line}" for line in (lines if',
        "return [line for line in (lines if",
        TESTS,
    ),
    Mutant(
        "everybody reads in a review what a private workflow asked",
        "engine/compiler/requests/break_glass.py",
        "    if private and not is_private(gate.definition):\n",
        "    if False:\n",
        TESTS,
    ),
    Mutant(
        "nobody is told that a review cannot be asked",
        "bot/outbox/service.py",
        "if event.type in (GLASS_BROKEN, GLASS_UNREVIEWED))",
        "if event.type == GLASS_BROKEN)",
        ("tests/bot/listeners/test_break_glass_told.py",),
    ),
]
