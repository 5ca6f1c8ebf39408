"""The quality of a step's rows, as an author declares it."""

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Quality:
    """How many rows of a step may be rejected because they do not fit their type.

    - `reject_over`: the number of rows that may be rejected, such as 3, or a share such as `"20%"`. With
      more, the step fails for good.
    - `then`: the owner is asked at once (`"ask"`), or the run fails (`"fail"`). A step with an alternative is
      rerouted instead.
    - `row`: the type of a row, such as a Pydantic model. The step returns a list, and its output holds the
      rows that fit. None: the step checks its rows itself, with `ctx.rows`.
    - `unique`: the field that identifies a row. A row with the value of an earlier row is rejected. Default:
      none.
    """

    reject_over: int | str
    then: Literal["ask", "fail"] = "ask"
    row: type[Any] | None = None
    unique: str = ""
