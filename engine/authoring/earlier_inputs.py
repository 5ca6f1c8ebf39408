"""Earlier versions of a workflow's input, as an author declares them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class EarlierInput:
    """An earlier version of the input, and how a value of it becomes one of the next version.

    - `version`: its number, as in the file of its contract: 1 for `bill.input.v1.json`.
    - `model`: the Pydantic model of that version.
    - `becomes`: a function that takes a value of `model` and returns one of the next version, or a mapping
      with `{old.field}`, such as `{"customer": "{old.name}"}`.
    """

    version: int
    model: type[Any]
    becomes: Callable[[Any], Any] | Mapping[str, Any]
