"""A model that answers from a script: for tests and for a demonstration, without a network."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.model.values.json_safe import storage_problem


@dataclass(frozen=True)
class ScriptedModel:
    """A stand-in for a model. It gives the same answers in each run.

    - `answers`: its answers, in order. `{"call": "restart", "with": {"service": "web"}}` calls a tool, a list
      of these calls several, and `{"answer": …}` is the agent's output: a text, or the fields of its model.
    """

    answers: Sequence[Any]

    @cached_property
    def name(self) -> str:
        digest = hashlib.sha256(json.dumps(self.answers, sort_keys=True).encode()).hexdigest()
        return f"script:{digest[:12]}"

    def steps(self) -> list[list[Mapping[str, Any]]]:
        """Return the parts of each answer."""
        return [list(each) if isinstance(each, list | tuple) else [each] for each in self.answers]

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong with it and the remedy."""
        if not isinstance(self.answers, Sequence) or isinstance(self.answers, str) or not self.answers:
            yield "The script of the model has no answers.", 'Give ScriptedModel([{"answer": "…"}]).'
            return
        if problem := storage_problem(list(self.answers)):
            yield (
                f"The script of the model is not JSON: {problem}.",
                "Give texts, numbers, lists and mappings.",
            )
            return
        for number, parts in enumerate(self.steps()):
            for part in parts:
                if not isinstance(part, Mapping) or not ("call" in part) ^ ("answer" in part):
                    yield (
                        f"Answer {number} of the script is {part!r:.80}.",
                        'Write {"call": "tool", "with": {…}} or {"answer": …}.',
                    )
