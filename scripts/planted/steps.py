"""Planted bugs about steps that harm others, and about what inputs may reach."""

from scripts.planted.mutant import Mutant

MUTANTS = [
    Mutant(
        "a step that ignores SIGTERM makes the process ignore it",
        "bot/process.py",
        "            loop.add_signal_handler(signal.SIGTERM, end)\n        loop.call_later",
        "        loop.call_later",
        ("tests/bot/test_serving.py",),
    ),
    Mutant(
        "every step under way is blamed for a death",
        "engine/runtime/execution/recovery.py",
        "alone=len(died) == 1",
        "alone=True",
        ("tests/engine/test_suspects.py",),
    ),
    Mutant(
        "a cancelled step leaves its processes",
        "engine/runtime/execution/child_processes.py",
        "        children.note(caller)\n",
        "        pass\n",
        ("tests/engine/test_children.py",),
    ),
    Mutant(
        "a fork keeps what is ours",
        "engine/runtime/execution/forks.py",
        "os.dup2(nothing, descriptor, inheritable=False)",
        "pass",
        ("tests/engine/test_children.py",),
    ),
    Mutant(
        "a fork on the loop goes on as a second engine",
        "engine/runtime/execution/forks.py",
        "            self._end_loop()\n",
        "            pass\n",
        ("tests/engine/test_children.py",),
    ),
    Mutant(
        "suspects are tried again together",
        "engine/kernel/suspects.py",
        "size = -(-len(first) // MAX_ROUNDS)",
        "size = len(first)",
        ("tests/engine/test_suspects.py",),
    ),
    Mutant(
        "other steps start beside a suspect that has to be alone",
        "engine/runtime/runs/slots.py",
        "return 0 if self.closed else max(self._free, 0)",
        "return max(self._free, 0)",
        ("tests/engine/test_suspects.py",),
    ),
    Mutant(
        "an interval of a millisecond",
        "engine/model/durations.py",
        "    if total < at_least:\n",
        "    if total < 0:\n",
        ("tests/engine/test_mistakes.py",),
    ),
    Mutant(
        "a name that leads inside this network is fetched",
        "workflows/outside.py",
        '        if not all(is_public(one["host"]) for one in found):\n',
        "        if False:\n",
        ("tests/workflows/test_outside.py",),
    ),
    Mutant(
        "a redirect is followed without a look",
        "workflows/outside.py",
        "allow_redirects=False",
        "allow_redirects=True",
        ("tests/workflows/test_outside.py",),
    ),
    Mutant(
        "a device is read as a file",
        "workflows/outside.py",
        "if not stat.S_ISREG(os.fstat(descriptor).st_mode):",
        "if False:",
        ("tests/workflows/test_outside.py",),
    ),
    Mutant(
        "an answer without end is taken in",
        "workflows/outside.py",
        "if len(body) > MAX_BYTES:",
        "if False:",
        ("tests/workflows/test_outside.py",),
    ),
    Mutant(
        "the database is free while a step still executes",
        "bot/application.py",
        "    if left_behind:\n",
        "    if False:\n",
        ("tests/engine/test_overruns.py",),
    ),
    Mutant(
        "a workflow of any number of steps",
        "engine/compiler/workflow.py",
        "if len(self.checks.nodes) > MAX_STEPS:",
        "if False:",
        ("tests/engine/test_sizes.py",),
    ),
]
