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
    Mutant(
        "an agent is not told that its plan does not fit",
        _STEPS,
        "            if problems := check.checked(self.model_dump())[1]:",
        "            if problems := check.checked({})[0]:",
        ("tests/engine/steps/test_agent_plans.py",),
    ),
    Mutant(
        "a plan in dict form forgets the risk of its actions",
        "engine/authoring/dict_form/plan_tasks.py",
        """for key in ("risk",) if key in fields""",
        """for key in () if key in fields""",
        ("tests/engine/authoring/test_dict_plans.py",),
    ),
    Mutant(
        "a mistake in the approval of a plan is placed on the first line",
        "engine/authoring/dict_form/locations.py",
        """if name in (f"{plan}_check", f"{plan}_ask")""",
        """if name == f"{plan}_check\"""",
        ("tests/engine/authoring/test_dict_plans.py",),
    ),
]
