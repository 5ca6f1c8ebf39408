"""Bugs planted in plans that people approve."""

from scripts.planted.mutant import Mutant

_STEPS = "engine/steps/plans.py"
_PLANS = ("tests/engine/steps/test_plans.py",)

MUTANTS = [
    Mutant(
        "a plan has more items than it may",
        _STEPS,
        "        if len(plan.items) > self.max_items:",
        "        if len(plan.items) > MAX_ITEMS:",
        _PLANS,
    ),
    Mutant(
        "a proposer lowers the risk of an action",
        _STEPS,
        "risk=max(action.risk, item.risk, key=RISKS.index),",
        "risk=item.risk,",
        _PLANS,
    ),
    Mutant(
        "an approval does not cover the undo of an action",
        _STEPS,
        "json.dumps([source_of(self.function), undo, schema])",
        "json.dumps([source_of(self.function), schema])",
        _PLANS,
    ),
    Mutant(
        "people read a plan in part",
        _STEPS,
        "for item in items)) > MAX_PLAN:",
        "for item in items)) > 10 * MAX_PLAN:",
        _PLANS,
    ),
    Mutant(
        "the approval of a plan ignores the risk of its actions",
        "engine/authoring/plan_nodes.py",
        "    risks = [risk, *(action.risk for action in actions)]",
        "    risks = [risk]",
        _PLANS,
    ),
    Mutant(
        "items of a plan execute at the same time",
        "engine/authoring/plan_nodes.py",
        "            at_once=1,",
        "            at_once=8,",
        _PLANS,
    ),
]
