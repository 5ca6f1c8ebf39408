"""A Python function as an on-call source."""

import hashlib
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from bot.oncall.source import OnCallFailed
from bot.oncall.specs import FunctionSpec
from bot.oncall.threads import OneThread
from engine.regular_files import expanded


@dataclass(slots=True)
class Function:
    """The file is loaded at the first question. `schedule`: the name that the function gets."""

    spec: FunctionSpec
    folder: Path
    schedule: str
    _thread: OneThread = field(default_factory=OneThread, init=False)
    _function: Callable[[str], Any] | None = field(default=None, init=False)

    async def on_call(self, at: datetime) -> Sequence[str]:
        try:
            if self._function is None:
                self._function = await self._thread.run(self._loaded)
            if inspect.iscoroutinefunction(self._function):
                people = await self._function(self.schedule)
            else:
                people = await self._thread.run(self._function, self.schedule)
        except OnCallFailed:
            raise
        except Exception as error:  # whatever an author's function raises
            raise OnCallFailed(f"{self.spec.function} failed ({type(error).__name__}).") from error
        if not isinstance(people, list | tuple) or not all(isinstance(each, str) for each in people):
            raise OnCallFailed(f"{self.spec.function} did not return a list of user ids or e-mail addresses.")
        return list(people)

    def _loaded(self) -> Callable[[str], Any]:
        file, _, name = self.spec.function.rpartition(":")
        try:
            path = self.folder / expanded(file)
        except OSError as error:
            raise OnCallFailed(f"SIGNOFF_ONCALL names {file}, but {error.strerror}.") from None
        if not path.is_file():
            raise OnCallFailed(f"There is no file {file}, which SIGNOFF_ONCALL names.")
        unique = f"signoff_oncall_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}"
        spec = spec_from_file_location(unique, path)
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        function = getattr(module, name, None)
        if not callable(function):
            raise OnCallFailed(f"{file} has no function {name}, which SIGNOFF_ONCALL names.")
        return function  # type: ignore[no-any-return]
