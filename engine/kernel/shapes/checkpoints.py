"""Pure: what a step may keep as a checkpoint, and the transition that keeps it."""

from collections.abc import Mapping
from typing import Any

import orjson

from engine.errors import ContractError
from engine.kernel.transition import Transition
from engine.model.records.change import Change
from engine.model.runs.checkpoint import (
    MAX_CHECKPOINT_BYTES,
    MAX_CHECKPOINTS,
    MAX_CHECKPOINTS_BYTES,
    MAX_KEY_LENGTH,
    CheckpointRecord,
)
from engine.model.runs.polling import POLLING_KEY
from engine.model.states import IllegalTransition
from engine.model.values.json_safe import text_problem
from engine.model.values.sizes import size_of


def encode(step: str, key: Any, value: Any) -> str:
    """Return the value as JSON. Raises `ContractError` for a key or a value that cannot be kept."""
    if not isinstance(key, str) or not 0 < len(key) <= MAX_KEY_LENGTH or text_problem(key):
        shown = repr(key) if len(repr(key)) <= 80 else f"{repr(key)[:79]}…"
        raise ContractError(
            f"ctx.checkpoint in {step}: the key is {shown}. Give a text of 1 to {MAX_KEY_LENGTH} characters."
        )
    what = f"The checkpoint {key!r} of {step}"
    if size_of(value, _MAX_ESTIMATE) <= _MAX_ESTIMATE:
        try:
            text = orjson.dumps(value)
            same = orjson.loads(text) == value
        except (TypeError, ValueError, RecursionError) as error:
            raise ContractError(f"{what} can't be stored as JSON: {error}. {_REMEDY}") from None
        if not same:
            raise ContractError(f"{what} would not come back from JSON as it is: {value!r:.80}. {_REMEDY}")
        if len(text) <= MAX_CHECKPOINT_BYTES:
            return text.decode()
    raise ContractError(
        f"{what} is larger than {MAX_CHECKPOINT_BYTES // 1024} KB. "
        "Write the value to a file in ctx.data_dir and keep its path."
    )


_MAX_ESTIMATE = 16 * MAX_CHECKPOINT_BYTES
"""Small numbers are estimated at eight bytes, and a cyclic value has no end."""
_REMEDY = "Give None, true or false, finite numbers, texts, and lists and dicts of them."


def save(transition: Transition, step: str, attempt: int, key: str, value: str) -> Change:
    """Keep the value under the key, in place of an earlier one. Raises `ContractError` beyond a limit.

    Raises `IllegalTransition` for an attempt that no longer counts.
    """
    record = transition.record(step)
    if record.state != "running" or record.attempt != attempt:
        raise IllegalTransition(f"attempt {attempt} of {step} no longer counts")
    state = transition.state
    kept = state.checkpoints.setdefault(step, {})
    if problem := limit_problem(step, kept, key, value):
        raise ContractError(problem)
    number = kept[key].number if key in kept else len(kept)
    checkpoint = CheckpointRecord(state.run.id, step, number, key, attempt, value, transition.now)
    kept[key] = transition.change.checkpoints[checkpoint.id] = checkpoint
    transition.event("step.checkpoint", step, attempt=attempt, key=key)
    return transition.finish()


def limit_problem(step: str, kept: Mapping[str, CheckpointRecord], key: str, value: str) -> str:
    """Return why one more value cannot be kept, with the remedy; empty if it can."""
    if key not in kept and len(kept.keys() - {POLLING_KEY}) >= MAX_CHECKPOINTS:
        return (
            f"{step} has {MAX_CHECKPOINTS:,} checkpoints, which is the limit of one step. "
            "Use one key again, such as 'page', instead of a new key each time."
        )
    total = len(value.encode()) + sum(
        len(other.value.encode()) for other in kept.values() if other.key != key
    )
    if total > MAX_CHECKPOINTS_BYTES:
        return (
            f"The checkpoints of {step} are larger than {MAX_CHECKPOINTS_BYTES // 1024**2} MB together. "
            "Keep the position alone, and write the results to a file in ctx.data_dir."
        )
    return ""
