"""Facts that hold a list: each element is a fact of its own, with the same key in every process."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from engine.errors import CannotAsk, InvalidInput, NotPossible, SignoffError
from engine.kernel import facts
from engine.model.definition.elements import ELEMENT
from engine.model.definition.trigger_spec import FactSpec
from engine.model.text.template import json_type_name, value_at
from engine.triggers.fact import Fact, Taken, TakenState

MAX_ELEMENTS = 100
"""Elements of one fact: each may start a run, and the sender waits for all of them."""
_ORDER: Sequence[TakenState] = ("started", "waiting", "repeated", "filtered")
"""States by rank: the first of these that an element has is the state of all elements together."""


def elements_of(workflow: str, spec: FactSpec, fact: Fact) -> list[Fact]:
    """Return the facts that a fact holds. Raises `Unfit` for no list, or too long a list.

    None of them carries the trigger's place, which moves on only when all of them are taken.
    """
    return [
        replace(
            fact,
            key=facts.element_key(fact.key, index),
            scope={**fact.scope, ELEMENT: element},
            cursor=None,
            row=None,
            once=facts.fact_name("signed", facts.element_key(fact.once, index)) if fact.once else "",
        )
        for index, element in enumerate(_listed(workflow, spec.each, fact.scope))
    ]


def _listed(workflow: str, path: str, scope: facts.Scope) -> list[Any]:
    try:
        listed = value_at(path, scope)
    except CannotAsk as error:
        raise facts.Unfit(workflow, [(path, str(error))]) from None
    if not isinstance(listed, list):
        problem = f"It is {json_type_name(listed)}, and the trigger starts a run for each element of a list."
        raise facts.Unfit(workflow, [(path, f"{problem} Send a list there.")])
    if len(listed) > MAX_ELEMENTS:
        what = f"It has {len(listed):,} elements, and at most {MAX_ELEMENTS} are taken. No run started."
        raise facts.Unfit(workflow, [(path, f"{what} Send fewer at a time.")])
    return listed


def located(path: str, index: int, error: SignoffError) -> SignoffError:
    """Return why an element starts no run, with its place: `device of payload.alerts.2: …`."""
    place = f"{path}.{index}"
    if isinstance(error, InvalidInput):
        problems = [(f"{field} of {place}" if field else place, what) for field, what in error.problems]
        return InvalidInput(error.workflow, problems)
    return NotPossible(f"{place}: {error}")


def combined(errors: Sequence[SignoffError]) -> SignoffError:
    """Return one error for a fact of which no element can be taken: every field that does not fit."""
    problems: list[tuple[str, str]] = []
    for error in errors:
        if not isinstance(error, InvalidInput):
            return error
        problems += error.problems
    return facts.Unfit(errors[0].workflow, problems) if isinstance(errors[0], InvalidInput) else errors[0]


def refused(error: SignoffError) -> Taken:
    """Return the result of an element that starts no run, for its sender."""
    problem = error.problems[0] if isinstance(error, InvalidInput) else ("", str(error))
    return Taken("refused", problem=problem)


def together(taken: Sequence[Taken]) -> Taken:
    """Return what became of all elements of a fact."""
    states = {each.state for each in taken}
    return Taken(next((state for state in _ORDER if state in states), "filtered"), elements=tuple(taken))
