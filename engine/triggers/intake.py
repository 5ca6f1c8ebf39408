"""The one door through which facts start runs, whatever kind of trigger observed them.

A fact has a key. The id of its run is made from the trigger and that key, so the row of the run is the proof
that the fact was taken: the same fact again, in this process or after a crash, finds that run.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.compiler.compiled import Compiled
from engine.compiler.inputs import check_input
from engine.errors import InvalidInput
from engine.kernel import facts
from engine.model.people import Actor
from engine.model.records import RunRecord
from engine.model.trigger_spec import FactSpec, WebhookSpec


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened outside. `scope`: its parts by name, as JSON.

    `key` names it among the facts of its trigger: two facts with one key are the same fact.
    """

    key: str
    scope: Mapping[str, Any]
    actor: Actor


def delivery(workflow: str, spec: WebhookSpec, scope: Mapping[str, Any], body: bytes) -> Fact:
    """The fact of a delivery to a webhook. Raises `InvalidInput` where the id of the delivery is missing."""
    key = facts.filled_text(workflow, "idempotency_key", spec.idempotency_key, scope)
    return Fact(key or hashlib.sha256(body).hexdigest(), scope, Actor("webhook", spec.name))


@dataclass(frozen=True, slots=True)
class Taken:
    """Result of taking a fact. `run_id` is None where it started none."""

    state: Literal["started", "repeated", "filtered"]
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """Answer to a sample: whether it passes the filter, the input of its run, and what is wrong with it."""

    passes: bool
    input: Any = None
    problems: tuple[tuple[str, str], ...] = ()


StartRun = Callable[[Compiled, str, Any, Actor, str], Awaitable[tuple[RunRecord, bool]]]
"""Workflow, id, input, actor and trigger key; gives the run and whether it is new."""


class Intake:
    """Takes facts. Raises what `Engine.start` raises, and `InvalidInput` where a fact does not fit."""

    def __init__(self, find: Callable[[str], Compiled], start: StartRun) -> None:
        self._find, self._start = find, start

    async def take(self, workflow: str, spec: FactSpec, fact: Fact) -> Taken:
        """Start the run of a fact, once."""
        if not facts.passes(workflow, spec.filter, fact.scope):
            return Taken("filtered")
        compiled = self._find(workflow)
        values = check_input(compiled, facts.mapped_input(workflow, spec.input, fact.scope))
        id_ = facts.run_id(workflow, spec.key, fact.key)
        run, new = await self._start(compiled, id_, values, fact.actor, spec.key)
        return Taken("started" if new else "repeated", run.id)

    def preview(self, workflow: str, spec: FactSpec, scope: Mapping[str, Any]) -> Preview:
        """Tell what a fact of this scope would do, and start nothing."""
        try:
            if not facts.passes(workflow, spec.filter, scope):
                return Preview(passes=False)
            given = facts.mapped_input(workflow, spec.input, scope)
            return Preview(passes=True, input=check_input(self._find(workflow), given))
        except InvalidInput as error:
            return Preview(passes=True, problems=tuple(error.problems))
