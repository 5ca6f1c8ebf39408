"""Planted bugs about windows: people are asked now, and the steps run later."""

from scripts.planted.mutant import Mutant

TESTS = ("tests/engine/runtime/requests/test_windows.py",)
_RULES = "engine/kernel/requests/window.py"
_BINDING = "engine/kernel/approval_binding.py"
MUTANTS = [
    Mutant(
        "an approval does not wait for its window",
        _RULES,
        "    if policy.window is not None and now < policy.window.opens:\n",
        "    if policy.window is not None and now > policy.window.opens:\n",
        TESTS,
    ),
    Mutant(
        "an approval takes effect after its window",
        _RULES,
        "    return policy.window is not None and now >= policy.window.closes\n",
        "    return policy.window is not None and now < policy.window.opens\n",
        TESTS,
    ),
    Mutant(
        "a request stays open after its window",
        _RULES,
        "    return policy.window.closes if moment is None else min(moment, policy.window.closes)\n",
        "    return moment\n",
        TESTS,
    ),
    Mutant(
        "a paused run uses an approval after its window",
        _BINDING,
        "        if any(map(self._missed_window, guards)):\n            return False\n",
        "",
        TESTS,
    ),
    Mutant(
        "steps that are left after the window expire without a question",
        _BINDING,
        '        return bool(record.attempt) or record.state not in ("pending", "skipped", "cancelled")\n',
        "        return False\n",
        TESTS,
    ),
    Mutant(
        "a jump of the clock moves a window",
        "engine/kernel/schedules/clock_jump.py",
        "    if window is not None and effective == window.opens:\n",
        "    if window is None:\n",
        TESTS,
    ),
    Mutant(
        "a moment without a time zone is taken as UTC",
        _RULES,
        "    if moment.tzinfo is None and not tz:\n",
        '    tz = tz or "UTC"\n    if moment.tzinfo is None and not tz:\n',
        TESTS,
    ),
    Mutant(
        "a moment at the end of the calendar stops the run",
        _RULES,
        "    except OverflowError:  # at the ends of the calendar\n",
        "    except UnicodeError:\n",
        TESTS,
    ),
    Mutant(
        "a worker begins a step after its window",
        "engine/runtime/dispatch/jobs.py",
        "        window_end(state, attempt.node.name),\n",
        "        None,\n",
        ("tests/engine/runtime/dispatch/test_workers.py",),
    ),
]
