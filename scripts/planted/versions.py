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
        "if event.type in (*OF_SCHEDULES, MISSING_CODE) else None",
        "if event.type in OF_SCHEDULES else None",
        ("tests/bot/outbox/test_missing_code_notices.py",),
    ),
]
