"""The digest of a function of the author's: what approvals cover is the code that executes."""

import ast
import hashlib
import inspect
import textwrap
from collections.abc import Callable
from types import CodeType
from typing import Any

from engine.errors import DefinitionError
from engine.model.definition.spec import RetrySpec

NO_SOURCE = "Write a function with def that calls it."


def source_digest(function: Callable[..., Any]) -> str:
    """Return the SHA-256 of a function's source, hex. Raises `DefinitionError` where it has no code."""
    return hashlib.sha256(source_of(function).encode()).hexdigest()


def source_of(function: Callable[..., Any]) -> str:
    """Return a function's source; its bytecode, names and constants where there is no source.

    Raises `DefinitionError` for what has no code of Python, such as a builtin or a partial: nothing would say
    that another one took its place.
    """
    plain = inspect.unwrap(function)
    try:
        return with_stored_names(textwrap.dedent(inspect.getsource(plain)))
    except (OSError, TypeError):
        code = getattr(plain, "__code__", None)
    if not isinstance(code, CodeType):
        raise DefinitionError(
            f"{_name(function)} has no Python code, so a change of it would go unnoticed.", remedy=NO_SOURCE
        )
    return _of_code(code)


def has_source(function: Any) -> bool:
    """Return whether `source_digest` can be made."""
    try:
        source_of(function)
    except DefinitionError:
        return False
    return True


def _name(function: Any) -> str:
    return str(getattr(function, "__name__", "") or type(function).__name__)[:80]


def _of_code(code: CodeType) -> str:
    constants = [_of_code(each) if isinstance(each, CodeType) else repr(each) for each in code.co_consts]
    return "\n".join([code.co_code.hex(), repr(code.co_names), repr(code.co_varnames), *constants])


_STORED_NAMES = {name: field.alias for name, field in RetrySpec.model_fields.items() if field.alias}


def with_stored_names(source: str) -> str:
    """Return a step's source with the options of `Retry` in its decorators as the first release named them.

    The digest covers the decorators, and approvals of runs under way hold it: people would be asked again
    because an option has a new name, which changes no code.
    """
    try:
        definition = ast.parse(source).body[0]
    except (SyntaxError, IndexError):
        return source
    lines = source.encode().splitlines(keepends=True)
    keywords = [
        keyword
        for decorator in getattr(definition, "decorator_list", ())
        for call in ast.walk(decorator)
        if isinstance(call, ast.Call)
        and "Retry" in (getattr(call.func, "id", ""), getattr(call.func, "attr", ""))
        for keyword in call.keywords
        if keyword.arg in _STORED_NAMES
    ]
    for keyword in sorted(keywords, key=lambda each: (each.lineno, each.col_offset), reverse=True):
        name = str(keyword.arg)
        line, start = lines[keyword.lineno - 1], keyword.col_offset
        lines[keyword.lineno - 1] = (
            line[:start] + str(_STORED_NAMES[name]).encode() + line[start + len(name) :]
        )
    return b"".join(lines).decode()
