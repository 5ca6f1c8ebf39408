"""Conditions as text: a part of CEL, the Common Expression Language (cel.dev), read as data.

    score.total > 100 && (board.approved || !score.risky) && score.field in ["health", "culture"]

It has member access, places in lists, comparisons, `in` with a list of literals, `&&`, `||`, `!` and
parentheses. What a task did is tested by a word: `board.approved`. Everything that is accepted means the same
in CEL.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from engine.model.definition.conditions import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Not,
    Operator,
    OutcomeIs,
    StateIs,
)
from engine.model.states import OUTCOME_TESTS
from engine.model.values.comparison import AsText

STATES = ("succeeded", "failed", "skipped")
MAX_LENGTH, MAX_DEPTH = 2_000, 50
_FLIPPED: dict[str, Operator] = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>-?(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+(?:[eE][+-]?\d+)?)(?![\w.]))
      | (?P<name>[A-Za-z_]\w*)
      | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<sign>&&|\|\||==|!=|<=|>=|[-<>!().,\[\]+*/%?:{}])
    )""",
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'"}
_WORDS = {"true": True, "false": False}
_IN_A_STEP = "Compute it in a step, and compare what the step returns."


class ExpressionError(Exception):
    """The text is not a condition. `column`: from 1, in the text."""

    def __init__(self, problem: str, remedy: str, column: int) -> None:
        self.problem, self.remedy, self.column = problem, remedy, column
        super().__init__(f"{problem} {remedy}")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    column: int


@dataclass(frozen=True, slots=True)
class _Path:
    names: tuple[str, ...]
    column: int


@dataclass(frozen=True, slots=True)
class _Literal:
    value: Any


@dataclass(frozen=True, slots=True)
class _Test:
    condition: Condition


_Value = _Path | _Literal | _Test


def read_condition(text: str, tasks: Collection[str] | None = None) -> Condition:
    """Return the condition. Raises `ExpressionError`.

    `tasks`: the names of the tasks; a name with `-` is written with `_`. None: a condition on a fact, whose
    first names are its parts, without words for outcomes.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"The condition has {len(text):,} characters.", _IN_A_STEP, 1)
    return _Parser(text, tasks).read()


class _Parser:
    def __init__(self, text: str, tasks: Collection[str] | None) -> None:
        self._tasks = tasks
        self._tokens = list(_tokens(text))
        self._at, self._depth = 0, 0

    def read(self) -> Condition:
        condition = self._condition(self._or(), self._token.column)
        if self._token.kind != "end":
            raise self._unexpected()
        return condition

    @property
    def _token(self) -> _Token:
        return self._tokens[self._at]

    def _next(self) -> _Token:
        token = self._token
        self._at += 1
        return token

    def _takes(self, sign: str) -> bool:
        if self._token.kind == "sign" and self._token.text == sign:
            self._at += 1
            return True
        return False

    def _or(self) -> _Value:
        return self._combined("||", self._and, lambda parts: AnyOf(any=tuple(parts)))

    def _and(self) -> _Value:
        return self._combined("&&", self._unary, lambda parts: AllOf(all=tuple(parts)))

    def _combined(
        self, sign: str, part: Callable[[], _Value], made: Callable[[list[Condition]], Condition]
    ) -> _Value:
        column = self._token.column
        value = part()
        if not (self._token.kind == "sign" and self._token.text == sign):
            return value
        parts = [self._condition(value, column)]
        while self._takes(sign):
            column = self._token.column
            parts.append(self._condition(part(), column))
        return _Test(made(parts))

    def _unary(self) -> _Value:
        if self._takes("!"):
            column = self._token.column
            return _Test(Not(no=self._condition(self._deeper(self._unary), column)))
        return self._comparison()

    def _comparison(self) -> _Value:
        column = self._token.column
        left = self._primary()
        token = self._token
        operator = token.text if token.kind == "sign" or token.text == "in" else ""
        if operator not in _FLIPPED and operator != "in":
            return left
        self._next()
        right = self._primary()
        if operator == "in":
            if not isinstance(left, _Path) or not isinstance(right, _Literal):
                raise self._refused(
                    "in needs a field on its left and a list on its right.",
                    'Write it like score.field in ["health", "culture"].',
                    column,
                )
            return self._compare(left, "in", right.value)
        match left, right:
            case _Path(), _Literal():
                return self._compare(left, _operator(operator), right.value)
            case _Literal(), _Path():
                return self._compare(right, _FLIPPED[operator], left.value)
        raise self._refused(
            f"{operator} needs a field on one side and a value on the other.", _IN_A_STEP, column
        )

    def _primary(self) -> _Value:
        token = self._next()
        match token.kind:
            case "number":
                whole = re.fullmatch(r"-?\d+", token.text)
                return _Literal(int(token.text) if whole else float(token.text))
            case "text":
                return _Literal(AsText(_unescaped(token)))
            case "name" if token.text in _WORDS:
                return _Literal(_WORDS[token.text])
            case "name" if token.text == "null":
                return _Literal(None)
            case "name":
                return self._path(token)
        if token.text == "(":
            value = self._deeper(self._or)
            if not self._takes(")"):
                raise self._unexpected("A closing parenthesis is missing.")
            return value
        if token.text == "[":
            return self._list()
        self._at -= 1
        raise self._unexpected()

    def _list(self) -> _Literal:
        values: list[Any] = []
        while not self._takes("]"):
            column = self._token.column
            value = self._deeper(self._primary)
            if not isinstance(value, _Literal):
                raise self._refused("A list holds fixed values only.", _IN_A_STEP, column)
            values.append(value.value)
            if not self._takes(",") and not (self._token.kind == "sign" and self._token.text == "]"):
                raise self._unexpected("A closing bracket is missing.")
        return _Literal(values)

    def _path(self, first: _Token) -> _Path:
        names = [first.text]
        while self._token.text in (".", "["):
            names.append(self._index() if self._next().text == "[" else self._member())
        if self._token.text == "(":
            raise self._refused(
                f"{'.'.join(names)}() is a call, which a condition cannot contain.", _IN_A_STEP, first.column
            )
        return _Path(tuple(names), first.column)

    def _member(self) -> str:
        name = self._next()
        if name.kind != "name":
            self._at -= 1
            raise self._unexpected()
        return name.text

    def _index(self) -> str:
        """Return a place in a list, as in `plan.hosts[0]`."""
        place = self._next()
        if not re.fullmatch(r"\d+", place.text) or not self._takes("]"):
            raise self._refused(
                "An index is not a whole number.", "Write the place, from 0: plan.hosts[0].", place.column
            )
        return place.text

    def _condition(self, value: _Value, column: int) -> Condition:
        if isinstance(value, _Test):
            return value.condition
        if isinstance(value, _Literal):
            raise self._refused(
                f"{value.value!r} alone is not a condition.", "Compare a field with it.", column
            )
        if self._tasks is not None and len(value.names) == 2:
            step, word = self._step(value), value.names[1]
            if word in OUTCOME_TESTS:
                return OutcomeIs(step=step, outcome=word)
            if word in STATES:
                return StateIs(step=step, state=word)
        return self._compare(value, "==", True).condition

    def _compare(self, path: _Path, operator: Operator, value: Any) -> _Test:
        if len(path.names) == 1 and self._tasks is not None:
            known = self._known(path.names[0])
            raise self._refused(
                f"{path.names[0]} {'has no field' if known else 'is not a task of this workflow'}.",
                "Write task.field, as in score.total > 100, or task.approved.",
                path.column,
            )
        return _Test(Compare(step=self._step(path), path=path.names[1:], op=operator, value=value))

    def _step(self, path: _Path) -> str:
        return self._known(path.names[0]) or path.names[0]

    def _known(self, name: str) -> str:
        """Return the task of this name, in which `-` may be written as `_`; empty for none."""
        tasks = self._tasks or ()
        if name in tasks:
            return name
        return next((task for task in tasks if task.replace("-", "_") == name), "")

    def _deeper(self, part: Callable[[], _Value]) -> _Value:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._refused(
                f"The condition is nested more than {MAX_DEPTH} deep.", _IN_A_STEP, self._token.column
            )
        value = part()
        self._depth -= 1
        return value

    def _unexpected(self, what: str = "") -> ExpressionError:
        token = self._token
        if token.text and token.text in "+-*/%?:{}":
            return self._refused(f"{token.text} is not part of a condition.", _IN_A_STEP, token.column)
        here = f"{token.text} is not expected here." if token.text else "Something is missing at the end."
        remedy = "Combine comparisons with && and ||, and negate one with !."
        return self._refused(what or here, remedy, token.column)

    def _refused(self, problem: str, remedy: str, column: int) -> ExpressionError:
        return ExpressionError(problem, remedy, column)


_IN_QUOTES = 'Put texts in quotation marks, as in score.field == "health".'
_SIGNS = {
    "=": "Write == to compare.",
    "&": "Write && to combine two comparisons.",
    "|": "Write || to combine two comparisons.",
}
"""Remedies for half of an operator, as other languages write it whole."""


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            column = at + len(text[at:]) - len(text[at:].lstrip()) + 1
            remedy = _SIGNS.get(text[column - 1], _IN_QUOTES)
            raise ExpressionError(f"{text[column - 1 : column + 9]!r} is not understood.", remedy, column)
        yield _Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup) + 1)
        at = match.end()
    yield _Token("end", "", len(text.rstrip()) + 1)


def _operator(sign: str) -> Operator:
    return _FLIPPED[_FLIPPED[sign]]


def _unescaped(token: _Token) -> str:
    def character(match: re.Match[str]) -> str:
        if match[1] not in _ESCAPES:
            raise ExpressionError(
                f"\\{match[1]} is not an escape.",
                r"Write \\ for a backslash.",
                token.column + 1 + match.start(),
            )
        return _ESCAPES[match[1]]

    return re.sub(r"\\(.)", character, token.text[1:-1])
