"""Personal data that was revealed to one person. It is never stored."""

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

Door = Literal["slack", "console", "cli"]
"""How the person asked."""


@dataclass(frozen=True, slots=True)
class PersonalValue:
    """One field. `value`: JSON; not part of its representation, so that no log has it."""

    field: str
    value: Any = dataclasses.field(default=None, repr=False)
    problem: str = ""
    """`was erased` where the key is gone; `cannot be read` for a value that was changed."""


@dataclass(frozen=True, slots=True)
class RevealedPage:
    """Values of one run. `after`: how many fields come before them; `more`: how many come later."""

    run: str
    values: tuple[PersonalValue, ...] = dataclasses.field(repr=False)
    after: int
    more: int
