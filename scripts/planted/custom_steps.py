"""Planted bugs about custom steps of Slack's Workflow Builder."""

from scripts.planted.mutant import Mutant

TESTS = ("tests/bot/listeners/test_custom_steps.py", "tests/bot/outbox/test_custom_steps.py")
_LISTENER = "bot/listeners/custom_steps.py"
_OUTBOX = "bot/outbox/custom_steps.py"
MUTANTS = [
    Mutant(
        "a step goes on though people rejected",
        _OUTBOX,
        '        if state in ("approved", "succeeded") and run.state == "succeeded" and not run.refusal:\n',
        '        if run.state == "succeeded":\n',
        TESTS,
    ),
    Mutant(
        "a step that Slack has completed is reported as one that cannot be completed",
        _OUTBOX,
        "(isinstance(result, Rejected) and result.code in _OVER)",
        "(isinstance(result, Rejected) and result.code not in _OVER)",
        TESTS,
    ),
    Mutant(
        "a custom step finds private workflows",
        _LISTENER,
        "    workflow = await context.seen_by(user).startable(name)\n",
        "    workflow = context.engine.workflow(name)\n",
        TESTS,
    ),
    Mutant(
        "a guest runs a custom step",
        _LISTENER,
        "    await context.member(user)\n",
        "",
        TESTS,
    ),
    Mutant(
        "a step completes before its run has ended",
        _OUTBOX,
        "        return None if run.ended_at is None else await self._ended(target, run.id)\n",
        "        return await self._ended(target, run.id)\n",
        TESTS,
    ),
    Mutant(
        "a step starts its run before it is kept which execution waits",
        _LISTENER,
        '    await steps.note(execution, user, f"{workflow.name}-{key}", asks=workflow.gate)\n',
        "",
        TESTS,
    ),
    Mutant(
        "a repeated event starts the run of a step that has failed",
        _OUTBOX,
        ' or known.sent >= known.wanted or known.state == "dead"',
        "",
        TESTS,
    ),
]
