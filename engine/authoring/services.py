"""Services that the dict form calls by name."""

import difflib
from collections.abc import Iterator
from typing import Any

from engine.errors import UnknownService


class Registry:
    """Name to object. One object may be a service, an agent or a layer; the name decides nothing."""

    def __init__(self) -> None:
        self._services: dict[str, Any] = {}

    def add(self, name: str, service: Any) -> None:
        """Raises `ValueError` when the name is taken by another object."""
        if self._services.setdefault(name, service) is not service:
            raise ValueError(f"{name} is already registered. Give this service another name.")

    def take(self, other: "Registry") -> None:
        """Have the services of another registry instead."""
        self._services = dict(other._services)

    def get(self, name: str) -> Any:
        """Raises `UnknownService`, which names the nearest."""
        try:
            return self._services[name]
        except KeyError:
            raise UnknownService(f"No service is called {name}. {self._hint(name)}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._services

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._services))

    def _hint(self, name: str) -> str:
        close = difflib.get_close_matches(name, list(self), n=1)
        if close:
            return f"Did you mean {close[0]}?"
        return f"Registered: {', '.join(self)}." if self._services else "No service is registered."
