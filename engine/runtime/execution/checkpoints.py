"""Checkpoints of one attempt: values that a step makes durable while it executes, and those kept before."""

from collections.abc import Awaitable, Collection, Iterator, Mapping
from functools import partial
from typing import Any

import orjson

from engine import faults
from engine.kernel.shapes import checkpoints
from engine.model.runs.checkpoint import CheckpointRecord
from engine.runtime.execution.durable_writes import DurableWrites
from engine.runtime.execution.secret_guard import refuse_secrets


class Checkpoints(Mapping[str, Any]):
    """The kept values by key. Made on the loop, used from a step's thread too."""

    def __init__(
        self,
        writes: DurableWrites,
        step: str,
        attempt: int,
        kept: Mapping[str, CheckpointRecord],
        secrets: Collection[str],
    ) -> None:
        self._secrets = secrets
        self._writes, self._step, self._attempt = writes, step, attempt
        self._texts = {key: checkpoint.value for key, checkpoint in kept.items()}

    def __getitem__(self, key: str) -> Any:
        # Decoded at each read: a step that changes a value in place changes no checkpoint.
        return orjson.loads(self._texts[key])

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._texts))

    def __len__(self) -> int:
        return len(self._texts)

    def save(self, key: str, value: Any) -> Awaitable[None]:
        """Keep the value. In a thread it is durable when this returns; on the loop once it is awaited."""
        text = checkpoints.encode(self._step, key, value)
        refuse_secrets([key, value], f"The checkpoint {key!r:.40} of {self._step}", self._secrets)
        build = partial(checkpoints.save, step=self._step, attempt=self._attempt, key=key, value=text)

        def done() -> None:
            faults.reach("checkpoint.kept")
            self._texts[key] = text

        return self._writes.write(build, "checkpoint was not kept", done)
