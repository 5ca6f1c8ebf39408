"""Planted bugs about proof: the log, its seals, checkpoints, and rows that are held against it."""

from scripts.planted.mutant import Mutant

_TAMPERING = ("tests/engine/test_tampering.py",)
_CHECKPOINTS = ("tests/engine/test_checkpoints.py",)
MUTANTS = [
    Mutant(
        "a run is not held against the log before it goes on",
        "engine/store/queries.py",
        "    if problems := check(connection, run_id):\n",
        "    if problems := []:\n",
        _TAMPERING,
    ),
    Mutant(
        "a log without a seal that fits is whole",
        "engine/store/auditing.py",
        '    if not seal.holds(mark, "run", head.run_id, head.hash, head.events):\n',
        "    if False:\n",
        _TAMPERING,
    ),
    Mutant(
        "the rows are not held against the log",
        "engine/store/auditing.py",
        "    findings += [_place(head.run_id, problem) for problem in differences(log, there)]\n",
        "",
        _TAMPERING,
    ),
    Mutant(
        "facts about the installation are believed",
        "engine/store/queries.py",
        "rows.from_json(tail[0].facts).get(name) != there:",
        "False:",
        _TAMPERING,
    ),
    Mutant(
        "a changed definition is planned on",
        "engine/store/auditing.py",
        '        if not seal.holds(row["seal"], "definition", ',
        '        if False and not seal.holds(row["seal"], "definition", ',
        _TAMPERING,
    ),
    Mutant(
        "the wait of a changed run is dropped",
        "engine/runtime/due_work.py",
        "        except AlteredRun as reason:\n",
        "        except ZeroDivisionError as reason:\n",
        _TAMPERING,
    ),
    Mutant(
        "a whole run can be removed",
        "engine/store/auditing.py",
        "    if sum(last - first + 1 for first, last in gaps) > named:\n",
        "    if False:\n",
        _TAMPERING,
    ),
    Mutant(
        "a file that was put back is not noticed at the start",
        "engine/store/opening.py",
        "    if text := checkpoints.shortened(seq, mark):\n        return text\n    return ",
        "    return ",
        _CHECKPOINTS,
    ),
    Mutant(
        "a lost key is made anew in silence",
        "engine/audit/keys.py",
        "                if key:\n                    raise KeyLost",
        "                if False:\n                    raise KeyLost",
        _CHECKPOINTS,
    ),
    Mutant(
        "a log whose seal was removed is sealed anew",
        "engine/store/opening.py",
        "            if _sealed_before(connection):\n",
        "            if False:\n",
        _CHECKPOINTS,
    ),
    Mutant(
        "the checkpoint stays that of the start",
        "engine/runtime/checkpoint_writer.py",
        "        self._pending = None\n        await self.write()\n",
        "        self._pending = None\n",
        _CHECKPOINTS,
    ),
    Mutant(
        "rows of no run are whole",
        "engine/store/auditing.py",
        "connection.execute(_LOST_ROWS)",
        "()",
        _TAMPERING,
    ),
    Mutant(
        "a command that nothing serves beside writes no checkpoint",
        "engine/runtime/lifecycle.py",
        "            await self._parts.records.checkpoint_writer.close()\n",
        "            pass\n",
        _CHECKPOINTS,
    ),
    Mutant(
        "a token gets an answer that was changed in the file",
        "engine/runtime/visibility.py",
        'proven=self._viewer.source == "api"',
        "proven=False",
        ("tests/bot/test_api.py", "tests/bot/test_callbacks.py"),
    ),
    Mutant(
        "a removed checkpoint is not missed",
        "engine/store/opening.py",
        "        missing = stored is not None and mark is None and ",
        "        missing = False and stored is not None and mark is None and ",
        _CHECKPOINTS,
    ),
]
