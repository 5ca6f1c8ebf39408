"""Planted bugs in where commands execute: sandboxes and sessions of tmux."""

from scripts.planted.mutant import Mutant

_PLACES = ("tests/engine/steps/test_places.py",)
MUTANTS = [
    Mutant(
        "a sandbox has the network of the machine",
        "engine/steps/sandbox.py",
        "    if spec.network:\n",
        "    if True:\n",
        _PLACES,
    ),
    Mutant(
        "a sandbox may write to what it reads",
        "engine/steps/sandbox.py",
        'yield from ("--ro-bind", path, path)',
        'yield from ("--bind", path, path)',
        _PLACES,
    ),
    Mutant(
        "a link leads a sandbox out of the folder of the run",
        "engine/steps/execution.py",
        'self.spec.where == "sandbox" and not folder.resolve().is_relative_to(shared.resolve())',
        "False",
        _PLACES,
    ),
    Mutant(
        "a command is executed again although its session goes on",
        "engine/steps/tmux.py",
        "        if not await self._found():\n            await super().begin()\n",
        "        if True:\n            await super().begin()\n",
        _PLACES,
    ),
    Mutant(
        "a retry finds the session that failed",
        "engine/steps/tmux.py",
        "            await self._end_session()  # the next attempt executes it again\n",
        "",
        _PLACES,
    ),
    Mutant(
        "a session ends when Signoff stops",
        "engine/steps/tmux.py",
        "            if self.ctx.shutting_down():\n",
        "            if False:\n",
        _PLACES,
    ),
    Mutant(
        "a session inherits the variables of the bot",
        "engine/steps/tmux.py",
        'for name in ("PATH", "HOME", "TMUX_TMPDIR") if name in os.environ',
        "for name in os.environ",
        _PLACES,
    ),
    Mutant(
        "approvers do not see where a command executes",
        "engine/model/definition/operations.py",
        '        if self.where != "process":\n            yield "executes in", self.place\n',
        "",
        _PLACES,
    ),
]
