"""One way to an engine for every command: ask the serving process, or open the database in this one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from bot.cli import heavy
from bot.cli.target import find_target
from bot.control_socket.client import NobodyServes, call

JSON = dict[str, Any]


class EngineClient(Protocol):
    """`served`: another process has the database, and executes what is started."""

    served: bool

    def call(self, act: str, **values: Any) -> JSON:
        """Perform one of `bot.cli.handlers`, by name. Raises the engine's errors."""
        ...


class RemoteEngine:
    """The engine of the process that serves."""

    served = True

    def __init__(self, place: Path) -> None:
        self._place = place

    def call(self, act: str, **values: Any) -> JSON:
        result: JSON = call(self._place, act, {**values, "served": True})
        return result


def ask(data: Path | None, act: str, *, workflows: bool = False, people: bool = False, **values: Any) -> JSON:
    """Perform one act. `workflows`, `people`: what this process loads if no process serves the database."""
    with connect(data, workflows=workflows, people=people) as access:
        return access.call(act, **values)


@contextmanager
def connect(
    data: Path | None, *, workflows: bool = False, people: bool = False, executes: bool = False
) -> Iterator[EngineClient]:
    """Give a way to the engine. `executes`: this process executes runs if no process serves the database.

    Then it also makes the database if there is none.
    """
    target = find_target(data)
    if is_served(target.database.place):
        yield RemoteEngine(target.database.place)
        return
    with heavy.open_engine(target, workflows=workflows, people=people, executes=executes) as access:
        yield access


def is_served(place: Path, seconds: float | None = None) -> bool:
    """Return whether a process serves this database, even one that gives no answer within `seconds`."""
    try:
        call(place, "hello", {}, seconds)
    except NobodyServes:
        return False
    except TimeoutError:
        return True
    return True
