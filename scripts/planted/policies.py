"""Bugs in how policies are evaluated, and in which starts and attempts they judge."""

from scripts.planted.mutant import Mutant

RULES = ("tests/engine/kernel/test_policies.py",)
RUNS = ("tests/engine/runtime/runs/test_policies.py",)
ASKED = ("tests/engine/runtime/runs/test_policy_approvals.py",)
HOME = ("tests/bot/listeners/test_home_policies.py",)
MUTANTS = [
    Mutant(
        "an approval for a policy counts although the step would execute other code",
        "engine/kernel/policy_binding.py",
        "        self._outdate_approvals(name)\n",
        "",
        ASKED,
    ),
    Mutant(
        "what one policy got counts for every policy",
        "engine/kernel/policies.py",
        'people = set(facts.get("given", {}).get(rule.digest, ()))',
        'people = {who for each in facts.get("given", {}).values() for who in each}',
        ASKED,
    ),
    Mutant(
        "a step executes after people rejected what a policy requires",
        "engine/kernel/policy_binding.py",
        '        if outcome == "approved" or self.policies is None',
        "        if True or self.policies is None",
        ASKED,
    ),
    Mutant(
        "a request of a policy stays open after its rule is gone",
        "engine/runtime/runs/supersession.py",
        "request.policy_question.digest not in rules",
        "not rules and False",
        ASKED,
    ),
    Mutant(
        "the owner answers in the place of people whom a policy requires",
        "engine/runtime/requests/approver_review.py",
        "        by_owner = request.policy_question is None\n",
        "        by_owner = True\n",
        ASKED,
    ),
    Mutant(
        "the owner becomes an approver of what a policy requires",
        "engine/kernel/requests/reassignment.py",
        "return tuple(dict.fromkeys([*quorum.former, *quorum.approvers]))",
        "return tuple(dict.fromkeys([*quorum.former, *quorum.approvers, owner]))",
        ASKED,
    ),
    Mutant(
        "the Home tells an owner what policies denied in workflows of others",
        "bot/listeners/home_policies.py",
        "if _workflow(entry[0]) in names]",
        "if names]",
        HOME,
    ),
    Mutant(
        "the Home counts a denial as open after its step was skipped",
        "bot/views/home_policies.py",
        '("remedied", ("executed", "skipped")),',
        '("remedied", ("executed",)),',
        HOME,
    ),
    Mutant(
        "a policy that cannot be evaluated allows",
        "engine/kernel/policies.py",
        """return MatchedRule(rule.name, "deny", reason, error.problem)""",
        "return False",
        RULES,
    ),
    Mutant(
        "an allowance wins over a denial",
        "engine/kernel/policies.py",
        """= ("deny", "require", "allow")""",
        """= ("allow", "deny", "require")""",
        RULES,
    ),
    Mutant(
        "the requester counts as an approver for a policy",
        "engine/kernel/policies.py",
        "len(people - requesters)",
        "len(people)",
        RULES,
    ),
    Mutant(
        "no policy judges a step",
        "engine/kernel/transition.py",
        "        if self.policies is not None and self.is_refused_by_policy(step):",
        "        if False:",
        RUNS,
    ),
    Mutant(
        "two starts at once exceed a budget of runs",
        "engine/runtime/runs/admission.py",
        "        async with self._counting:",
        "        if True:",
        RUNS,
    ),
    Mutant(
        "a variable that is not listed is a fact",
        "engine/kernel/policy_facts.py",
        "for name in policies.environment if name in variables",
        "for name in variables",
        RUNS,
    ),
    Mutant(
        "a rule on a field that no fact has never applies",
        "engine/kernel/policies.py",
        "        if (found := field[1] or field[2] or field[3]) not in fields:",
        "        if not (found := field[1] or field[2] or field[3]):",
        RULES,
    ),
]
