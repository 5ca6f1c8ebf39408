"""Planted bugs in what long steps keep and report."""

from scripts.planted.mutant import Mutant

MUTANTS = [
    Mutant(
        "a polling step is checked after its deadline",
        "engine/kernel/shapes/polls.py",
        "    if transition.now >= deadline:\n",
        "    if False:\n",
        ("tests/engine/runtime/execution/test_polling.py",),
    ),
    Mutant(
        "the last check is after the deadline",
        "engine/kernel/shapes/polls.py",
        "    due = min(transition.now + poll_delay(node.poll, polling.checks, after), deadline)\n",
        "    due = transition.now + poll_delay(node.poll, polling.checks, after)\n",
        ("tests/engine/runtime/execution/test_polling.py",),
    ),
    Mutant(
        "a check counts as an attempt",
        "engine/runtime/execution/runner.py",
        "            attempt=attempt.number - attempt.checks,\n",
        "            attempt=attempt.number,\n",
        ("tests/engine/runtime/execution/test_polling.py",),
    ),
    Mutant(
        "a person's Retry keeps the deadline that is over",
        "engine/kernel/shapes/polls.py",
        ".round == record.round:",
        ".round:",
        ("tests/engine/runtime/execution/test_polling.py",),
    ),
    Mutant(
        "each report is written at once",
        "engine/runtime/execution/reports.py",
        "            await self._clock.sleep(_INTERVAL)\n",
        "            await asyncio.sleep(0)\n",
        ("tests/engine/runtime/queries/test_reports.py",),
    ),
    Mutant(
        "a report shows credentials in the text of progress",
        "engine/runtime/execution/reports.py",
        "        progress, lines = self._shown(report.progress), await",
        "        progress, lines = report.progress, await",
        ("tests/engine/runtime/queries/test_reports.py",),
    ),
    Mutant(
        "what an attempt logged before the process stopped is lost",
        "engine/runtime/execution/recovery.py",
        "crashed=False, logs=logs.get(run_id)",
        "crashed=False",
        ("tests/engine/runtime/queries/test_reports.py",),
    ),
    Mutant(
        "the report of an earlier attempt passes for the one that executes",
        "engine/runtime/queries/read_model.py",
        "if report.step in executing and executing[report.step].attempt == report.attempt",
        "if report.step in executing",
        ("tests/engine/runtime/queries/test_reports.py",),
    ),
    Mutant(
        "an attempt begins without the checkpoints of the one before",
        "engine/runtime/execution/attempt.py",
        "    kept = dict(state.checkpoints.get(record.step, ())) if state.checkpoints else {}\n",
        "    kept: dict[str, CheckpointRecord] = {}\n",
        ("tests/engine/runtime/execution/test_step_checkpoints.py",),
    ),
    Mutant(
        "checkpoints are not read with their run",
        "engine/runtime/runs/live_runs.py",
        "            snapshot.checkpoints,\n",
        "            {},\n",
        ("tests/engine/runtime/execution/test_step_checkpoints.py",),
    ),
    Mutant(
        "an attempt that no longer counts keeps a checkpoint",
        "engine/kernel/shapes/checkpoints.py",
        '    if record.state != "running" or record.attempt != attempt:\n',
        "    if False:\n",
        ("tests/engine/runtime/execution/test_step_checkpoints.py",),
    ),
    Mutant(
        "the log does not tell how checkpoints stand",
        "engine/store/writes/transitions.py",
        '                changed[f"checkpoint.{id_}"] = row_digest(values)\n',
        "",
        ("tests/engine/runtime/execution/test_step_checkpoints.py",),
    ),
    Mutant(
        "a step keeps any number of checkpoints",
        "engine/kernel/shapes/checkpoints.py",
        "    if key not in kept and len(kept.keys() - {POLLING_KEY}) >= MAX_CHECKPOINTS:\n",
        "    if False:\n",
        ("tests/engine/runtime/execution/test_step_checkpoints.py",),
    ),
]
