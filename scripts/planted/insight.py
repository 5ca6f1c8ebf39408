"""Planted bugs in insight: which answers count, and for what."""

from scripts.planted.mutant import Mutant

MUTANTS = [
    Mutant(
        "approvers are asked for another threshold than the window showed",
        "engine/runtime/runs/thresholds.py",
        "if stamp and found.stamp != stamp:",
        "if stamp and not found.stamp:",
        ("tests/engine/runtime/runs/test_thresholds.py",),
    ),
    Mutant(
        "people who do not own a workflow see the window that proposes its threshold",
        "engine/runtime/runs/thresholds.py",
        '        name, _ = await self._controlled(workflow, actor, "propose a threshold for")\n',
        "        name = workflow\n",
        ("tests/engine/runtime/runs/test_thresholds.py",),
    ),
    Mutant(
        "an approval that only comes after a decision answers it",
        "engine/kernel/insight/pairing.py",
        "    named = {need.step for need in node.needs}\n",
        "    named = {need.step for need in node.needs} | set(node.after)\n",
        ("tests/engine/runtime/queries/test_insight.py",),
    ),
    Mutant(
        "an approval with changed values agrees with the recommendation",
        "engine/store/queries/recommendations.py",
        'return "changed" if _changed(rows.from_json(row["policy"])) else "approved"',
        'return "approved"',
        ("tests/engine/store/test_recommendations.py",),
    ),
    Mutant(
        "a run on the border of two pages is counted twice or not at all",
        "engine/store/queries/recommendations.py",
        'older = " AND (created_at, id) < (?, ?)" if before else ""',
        'older = " AND (created_at, id) <= (?, ?)" if before else ""',
        ("tests/engine/store/test_recommendations.py",),
    ),
    Mutant(
        "recall counts answers to outcomes that recommend nothing",
        "engine/kernel/insight/insight.py",
        "[each.answer for each in found if each.answer and each.outcome in spec.recommends]",
        "[each.answer for each in found if each.answer]",
        ("tests/engine/kernel/test_insight.py",),
    ),
    Mutant(
        "people who do not see all runs read what others answered",
        "bot/listeners/insight_command.py",
        "if not await seen.sees_counts(workflow):",
        "if not workflow.name:",
        ("tests/bot/listeners/commands/test_insight_command.py",),
    ),
    Mutant(
        "a changed threshold leaves the digest of its step as it was",
        "engine/runtime/workflows/tuning.py",
        "function=_function(changed, setting), digest=digest, operation=changed",
        "function=_function(changed, setting), operation=changed",
        ("tests/engine/runtime/runs/test_thresholds.py",),
    ),
    Mutant(
        "a proposal is used although the thresholds changed after it was made",
        "engine/runtime/runs/thresholds.py",
        "if not isinstance(spec, DecisionSpec) or spec.thresholds != dict(proposal.current):",
        "if not isinstance(spec, DecisionSpec):",
        ("tests/engine/runtime/runs/test_thresholds.py",),
    ),
    Mutant(
        "a setting stays in force after the file has other thresholds",
        "engine/runtime/workflows/tuning.py",
        "return isinstance(spec, DecisionSpec) and spec.thresholds == dict(setting.base)",
        "return isinstance(spec, DecisionSpec)",
        ("tests/engine/runtime/runs/test_thresholds.py",),
    ),
]
