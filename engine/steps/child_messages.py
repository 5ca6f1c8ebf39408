"""Messages between Signoff and the process of a step: JSON with its length before it, over a socket.

The process gets a request first. It sends log lines, calls that it waits for, and its result or error.
"""

import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from typing import Any

import orjson

from engine.kernel.resilience.failures import failure_of

MODULE = "engine.compiler.step_process"
"""The program of the process."""
LENGTH_BYTES = 4
MAX_MESSAGE = 64_000_000


class InProcess(Exception):
    """The traceback of an error, from the process in which it was raised."""


def packed(message: Mapping[str, Any]) -> bytes:
    """Return the bytes of a message. Raises `TypeError` for what JSON does not have."""
    data = orjson.dumps(message)
    return len(data).to_bytes(LENGTH_BYTES, "big") + data


def error_data(error: BaseException, secrets: Collection[str] = ()) -> dict[str, Any]:
    """Return an error as JSON: its classes, its text, its traceback and its plain attributes."""
    failure = failure_of(error, secrets)
    kind = type(error)
    inside = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    return {
        "name": kind.__name__,
        "classes": [[each.__module__, each.__qualname__] for each in kind.__mro__],
        "text": failure.message,
        "detail": failure.detail or "",
        "attributes": dict(_plain(vars(error))),
        "exceptions": [error_data(each, secrets) for each in inside],
    }


def _plain(attributes: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in attributes.items():
        if isinstance(value, str | int | float | bool | None) and not name.startswith("__"):
            with suppress(TypeError):  # a text or a number that JSON does not have
                orjson.dumps(value)
                yield name, value


def error_of(data: Mapping[str, Any], names: Mapping[str, Any]) -> Exception:
    """Return the error that this process raises in its place: of the nearest class that is known here.

    `names`: those of the module of the step, which may have been loaded again since.
    """
    if data["exceptions"]:
        return ExceptionGroup(data["text"], [error_of(each, names) for each in data["exceptions"]])
    error = next(
        made
        for cls in _classes(data["classes"], names)
        if (made := _made(cls, data["name"], data["text"])) is not None
    )
    for name, value in data["attributes"].items():
        with suppress(Exception):
            setattr(error, name, value)
    error.__cause__ = InProcess(data["detail"])
    return error


def _classes(listed: list[list[str]], names: Mapping[str, Any]) -> Iterator[type[Exception]]:
    for module, name in listed:
        own = names.get(name)
        known = own if getattr(own, "__module__", "") == module else _attribute(module, name)
        if isinstance(known, type) and issubclass(known, Exception):
            yield known
    yield Exception


def _attribute(module: str, name: str) -> Any:
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


def _made(cls: type[Exception], name: str, text: str) -> Exception | None:
    """Return an error of the class without calling its constructor; None where that cannot be."""
    try:
        kind = type(name, (cls,), {"__str__": lambda _: text, "__module__": cls.__module__})
        made: Any = cls.__new__(kind)
        made.args = (text,)
    except Exception:  # a class of the author may do anything
        return None
    return made if isinstance(made, Exception) else None
