"""Planted bugs about steps that execute for every element of a list."""

from scripts.planted.mutant import Mutant

MUTANTS = [
    Mutant(
        "a list executes with no bound",
        "engine/kernel/shapes/map_state.py",
        "        return under_way < self.at_once and bool(",
        "        return bool(",
        ("tests/engine/runtime/runs/test_mapping.py",),
    ),
    Mutant(
        "more elements fail than are tolerated, and the list goes on",
        "engine/kernel/shapes/map_state.py",
        "        return self.failed > self.tolerated and (self.ended or not self.is_thorough)\n",
        "        return self.ended and self.failed > self.tolerated\n",
        ("tests/engine/runtime/runs/test_mapping.py",),
    ),
    Mutant(
        "Retry executes a failed element with the key of before",
        "engine/kernel/shapes/map_transitions.py",
        "            round=map_.round,\n            failures=0,",
        "            failures=0,",
        ("tests/engine/runtime/runs/test_mapping.py",),
    ),
    Mutant(
        "the elements of a list that has ended are left executing",
        "engine/kernel/transition.py",
        "        for step in list(state.maps):\n            map_transitions.stop(self, step, reason)\n",
        "",
        ("tests/engine/runtime/runs/test_mapping.py",),
    ),
    Mutant(
        "a share of tolerated failures counts as a number",
        "engine/model/definition/spec.py",
        "            return math.floor(total * self.percent / 100 + 1e-9)\n",
        "            return math.floor(self.percent)\n",
        ("tests/engine/runtime/runs/test_mapping.py",),
    ),
    Mutant(
        "a mapped step is taken for one that executed when the process died",
        "engine/store/queries/runs.py",
        "(step_run.state = 'running' AND step_run.attempt > 0)",
        "(step_run.state = 'running')",
        ("tests/engine/runtime/runs/test_mapping.py",),
    ),
    Mutant(
        "each failed element has a line in the thread",
        "bot/outbox/projector.py",
        '    if event.step and event.step.endswith("]"):\n',
        "    if False:\n",
        ("tests/bot/views/test_mapped_steps.py",),
    ),
    Mutant(
        "a bar is full before everything has ended",
        "bot/views/runs/mapping.py",
        "    full = counts.ended * _CELLS // counts.total if counts.total else _CELLS\n",
        "    full = -(-counts.ended * _CELLS // counts.total) if counts.total else _CELLS\n",
        ("tests/bot/views/test_mapped_steps.py",),
    ),
    Mutant(
        "a receipt leaves out a guarded list",
        "engine/audit/receipts.py",
        "            if step.step in gated and (step.attempt or step.step in mapped)\n",
        "            if step.step in gated and step.attempt\n",
        ("tests/engine/runtime/runs/test_mapping.py",),
    ),
    Mutant(
        "a page of failed elements begins again with the last one",
        "engine/store/queries/elements.py",
        "(length(step), step) > (?, ?)",
        "(length(step), step) >= (?, ?)",
        ("tests/bot/views/test_mapped_steps.py",),
    ),
    Mutant(
        "a list may be read as a number",
        "engine/compiler/types/json_shapes.py",
        "    return written is None or read is None or bool(written & read)\n",
        "    return True\n",
        ("tests/engine/compiler/test_type_compat.py",),
    ),
    Mutant(
        "a value that the author's validator would convert is refused",
        "engine/compiler/types/type_compat.py",
        "    if converts(reader):\n        return True\n",
        "",
        ("tests/engine/compiler/test_type_compat.py",),
    ),
]
