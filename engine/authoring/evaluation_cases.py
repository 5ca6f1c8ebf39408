"""Cases of an evaluation of an agent: inputs, results of tools, and what its answer is compared with."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.authoring.dict_form.marks import MarkedDict, MarkedList
from engine.authoring.mistakes import Mistakes
from engine.authoring.yaml_form.documents import read_documents
from engine.errors import DefinitionError

MAX_CASES = 500
_KEYS = ("name", "input", "steps", "tools", "expected", "contains", "score")


@dataclass(frozen=True, slots=True)
class EvaluationCase:
    """One question to an agent. `place`: its file and line."""

    name: str
    place: str
    input: Any = None
    steps: Mapping[str, Any] = field(default_factory=dict)
    """Outputs of the steps that the prompt names."""
    tools: Mapping[str, Any] = field(default_factory=dict)
    """The result of each tool. A tool is never executed in an evaluation."""
    expected: Any = None
    """The answer, or the fields of it that count."""
    contains: tuple[str, ...] = ()
    """Texts that the answer contains, in capitals or not."""
    score: str = ""
    """The function of the workflow's file that scores the answer."""


def read_cases(text: str, file: str) -> list[EvaluationCase]:
    """Return the cases of a YAML file with `cases:`, or of JSON Lines (a name that ends with `.jsonl`).

    Raises `DefinitionError`, or `DefinitionErrors` for several mistakes.
    """
    mistakes = Mistakes()
    cases: list[EvaluationCase] = []
    for data, place in _raw(text, file, mistakes):
        with mistakes.collecting():
            cases.append(_case(data, place, len(cases) + 1))
    mistakes.tell()
    names = [case.name for case in cases]
    for case in cases:
        if names.count(case.name) > 1:
            raise DefinitionError(
                f"Several cases are called {case.name}.", remedy="Give each a name.", file=case.place
            )
    if not 0 < len(cases) <= MAX_CASES:
        raise DefinitionError(
            f"The file has {len(cases):,} cases.", remedy=f"Write from 1 to {MAX_CASES}.", file=f"{file}:1"
        )
    return cases


def _raw(text: str, file: str, mistakes: Mistakes) -> Iterator[tuple[Any, str]]:
    if file.endswith(".jsonl"):
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                place = f"{file}:{number}"
                with mistakes.collecting():
                    yield _json(line, place), place
        return
    documents = read_documents(text, file)
    listed = documents[0].get("cases") if len(documents) == 1 else None
    if not isinstance(listed, MarkedList):
        raise DefinitionError(
            "The file has no list of cases.",
            remedy="Write cases: and a list, each with input: and expected:.",
            file=f"{file}:1",
        )
    for data, mark in zip(listed, listed.items_at, strict=True):
        yield data, mark.of(file)


def _json(line: str, place: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise DefinitionError(
            f"The line is not JSON ({error}).", remedy="Write one JSON object a line.", file=place
        ) from None


def _case(data: Any, place: str, number: int) -> EvaluationCase:
    def wrong(problem: str, remedy: str) -> DefinitionError:
        return DefinitionError(problem, remedy=remedy, file=place)

    if not isinstance(data, Mapping):
        raise wrong(f"A case is {data!r:.60}.", "Write a mapping with input: and expected:.")
    if unknown := [key for key in data if key not in _KEYS]:
        raise wrong(f"A case has {unknown[0]!r:.60}.", f"The keys are {', '.join(_KEYS)}.")
    for key in ("steps", "tools"):
        if not isinstance(data.get(key, {}), Mapping):
            raise wrong(f"{key} is {data[key]!r:.60}.", f"Write {key}: and a mapping by name.")
    contains = data.get("contains", [])
    texts = [contains] if isinstance(contains, str) else contains
    if not isinstance(texts, list) or not all(isinstance(each, str) and each for each in texts):
        raise wrong(f"contains is {contains!r:.60}.", "Write a text, or a list of texts.")
    score, name = data.get("score", ""), data.get("name", f"case {number}")
    if not isinstance(score, str):
        raise wrong(f"score is {score!r:.60}.", "Write the name of a function of the workflow's file.")
    if not isinstance(name, str) or not name.strip():
        raise wrong(f"name is {name!r:.60}.", "Write a text.")
    if "expected" in data and data["expected"] in (None, {}):
        raise wrong(
            f"{name} expects {data['expected']!r}, which every answer fits.", "Name the answer or its fields."
        )
    if not (score or texts or "expected" in data):
        raise wrong(f"{name} says nothing about the answer.", "Write expected:, contains: or score:.")
    plain = _plain(data)
    return EvaluationCase(
        name=name,
        place=place,
        input=plain.get("input"),
        steps=plain.get("steps", {}),
        tools=plain.get("tools", {}),
        expected=plain.get("expected"),
        contains=tuple(texts),
        score=score,
    )


def _plain(value: Any) -> Any:
    """Return the value without the marks of its file."""
    if isinstance(value, MarkedDict | dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value
