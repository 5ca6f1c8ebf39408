"""Planted bugs in where commands execute: sandboxes, containers and sessions of tmux."""

from scripts.planted.mutant import Mutant

_PLACES = ("tests/engine/steps/test_places.py",)
_CONTAINERS = ("tests/engine/steps/test_containers.py",)
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
        "self.spec.where in ISOLATED and not folder.resolve().is_relative_to(shared.resolve())",
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
        "a container has a network",
        "engine/steps/container.py",
        '"bridge" if self.spec.network else "none"',
        '"host"',
        _CONTAINERS,
    ),
    Mutant(
        "a container that goes on is executed a second time",
        "engine/steps/container.py",
        "            if await self._exists():\n                self.ctx.log",
        "            if False:\n                self.ctx.log",
        _CONTAINERS,
    ),
    Mutant(
        "a container counts as gone where its runtime does not answer",
        "engine/steps/container.py",
        '        if code:\n            raise RuntimeAway(f"{_runtime_name()} did not say',
        '        if False:\n            raise RuntimeAway(f"{_runtime_name()} did not say',
        _CONTAINERS,
    ),
    Mutant(
        "an image is named by its tag",
        "engine/steps/command.py",
        "not isinstance(self.image, str) or not _IMAGE.fullmatch(self.image)",
        "not isinstance(self.image, str)",
        _CONTAINERS,
    ),
    Mutant(
        "approvers do not see where a command executes",
        "engine/model/definition/operations.py",
        '        if self.where != "process":\n            yield "executes in", self.place\n',
        "",
        _PLACES,
    ),
]
