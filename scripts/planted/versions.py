"""Planted bugs about versions of workflow files: missing code, reloads, canaries."""

from scripts.planted.mutant import Mutant

MUTANTS = [
    Mutant(
        "missing code is told at every start",
        "engine/kernel/missing_code.py",
        "    known = {tuple(key) for key in told}\n",
        "    known = set[tuple[str, ...]]()\n",
        ("tests/engine/runtime/workflows/test_missing_code.py",),
    ),
    Mutant(
        "code that comes back and goes again is not told a second time",
        "engine/runtime/workflows/code_review.py",
        "note(_FACT, keys or None, events",
        "note(_FACT, [*told, *keys], events",
        ("tests/engine/runtime/workflows/test_missing_code.py",),
    ),
    Mutant(
        "a step that has executed counts as missing",
        "engine/store/queries/code.py",
        " WHERE run_id = run.id AND step = ?4 ",
        " WHERE run_id = run.id AND step = ?4 || '?' ",
        ("tests/engine/runtime/workflows/test_missing_code.py",),
    ),
    Mutant(
        "nobody is told of missing code",
        "bot/outbox/service.py",
        "if event.type in (*OF_SCHEDULES, *OF_RESOURCES, MISSING_CODE) else None",
        "if event.type in OF_SCHEDULES else None",
        ("tests/bot/outbox/test_missing_code_notices.py",),
    ),
    Mutant(
        "an attempt executes code that was loaded after it was verified",
        "engine/runtime/execution/attempt.py",
        "code if code and code.digest == record.code_digest else None",
        "code",
        ("tests/engine/runtime/workflows/test_replacement.py",),
    ),
    Mutant(
        "files are loaded while they are written",
        "bot/file_reload.py",
        "        if files != before or any(",
        "        if any(",
        ("tests/bot/test_file_reload.py",),
    ),
    Mutant(
        "an empty file removes its workflow",
        "bot/file_reload.py",
        "any(state.size == 0 for state in files - self._taken)",
        "any(state.size < 0 for state in files - self._taken)",
        ("tests/bot/test_file_reload.py",),
    ),
    Mutant(
        "helpers beside a changed file stay as they were",
        "engine/authoring/fresh_modules.py",
        "    for name in before:\n",
        "    for name in before.keys() - {'helper'}:\n",
        ("tests/bot/test_file_reload.py",),
    ),
    Mutant(
        "bytecode of an earlier source is executed",
        "engine/authoring/fresh_modules.py",
        "    sys.pycache_prefix, sys.dont_write_bytecode = str(nowhere), True\n",
        "    sys.dont_write_bytecode = bool(nowhere)\n",
        ("tests/bot/test_file_reload.py",),
    ),
    Mutant(
        "modules of files that cannot be loaded stay",
        "engine/authoring/fresh_modules.py",
        "        sys.modules.update(before)\n",
        "",
        ("tests/engine/authoring/test_fresh_modules.py",),
    ),
    Mutant(
        "schedules stay off when the file of their workflow is back",
        "engine/runtime/timing/schedules.py",
        "ScheduleState(name, key, stored[name, key].enabled, None, None)",
        "ScheduleState(name, key, False, None, None)",
        ("tests/bot/test_file_reload.py",),
    ),
    Mutant(
        "a trigger that is gone still starts runs",
        "engine/runtime/lifecycle.py",
        "        if triggers_changed:\n",
        "        if not triggers_changed:\n",
        ("tests/engine/runtime/workflows/test_replacement.py",),
    ),
]
