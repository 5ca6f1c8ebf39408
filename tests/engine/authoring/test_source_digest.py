"""The digest of a function of the author's."""

import functools
import operator
from collections.abc import Callable
from typing import Any

import pytest

from engine import DefinitionError
from engine.authoring.source_digest import source_digest


class Callee:
    def __call__(self) -> int:
        return 1


def made(source: str) -> Callable[..., Any]:
    """Return a function whose source no file has."""
    names: dict[str, Any] = {}
    exec(compile(source, "<nowhere>", "exec"), names)
    function: Callable[..., Any] = names["act"]
    return function


@pytest.mark.parametrize(
    "odd", [len, functools.partial(made, ""), operator.itemgetter(1), Callee(), str.upper]
)
def test_a_function_without_python_code_has_no_digest(odd: Callable[..., Any]) -> None:
    with pytest.raises(DefinitionError, match=r"has no Python code.*Write a function with def that calls it"):
        source_digest(odd)


@pytest.mark.parametrize(
    "other",
    [
        "def act(): return 2",
        "def act(): return [1 for each in y]",
        "def act(): return y()",
        "def act(): return (lambda: 2)",
    ],
)
def test_without_source_another_constant_or_name_is_another_digest(other: str) -> None:
    before = other.replace("2", "1").replace("y()", "x()").replace("in y", "in x")
    assert source_digest(made(before)) == source_digest(made(before))
    assert source_digest(made(before)) != source_digest(made(other))
