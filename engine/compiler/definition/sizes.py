"""Limits of what stands in a workflow: a text or a list that nobody can read is a mistake of its author."""

from collections.abc import Iterator, Mapping
from typing import Any

MAX_READ_LENGTH = 10_000
MAX_TEXT_LENGTH = 100_000
MAX_ITEMS = 1_000
_READ = frozenset({"ask", "title", "confirm", "description", "label"})
"""Fields whose texts people read."""
_PER_STEP = frozenset({"nodes", "needs", "after"})
"""Lists that have an entry for each step at most."""
_WRITTEN_AS = {"enum": "options", "quorums": "quorum", "shown_as": "show", "escalations": "escalate"}


def size_problems(dumped: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield a node's name or "", a problem and its remedy. `dumped`: a definition as JSON."""
    for name, value in dumped.items():
        if name != "nodes":
            yield from (("", *found) for found in _problems(name, value))
    for node in dumped["nodes"]:
        yield from ((node["name"], *found) for found in _problems("", node))


def _problems(field: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        limit = MAX_READ_LENGTH if field in _READ else MAX_TEXT_LENGTH
        if len(value) > limit:
            yield f"{_shown(field)} has {len(value):,} characters.", f"Write at most {limit:,}."
    elif isinstance(value, Mapping | list | tuple):
        if len(value) > MAX_ITEMS and field not in _PER_STEP:
            yield f"{_shown(field)} has {len(value):,} entries.", f"Give at most {MAX_ITEMS:,}."
        elif isinstance(value, Mapping):
            for name, part in value.items():
                yield from _problems(str(name), part)
        else:
            for part in value:
                yield from _problems(field, part)


def _shown(field: str) -> str:
    return _WRITTEN_AS.get(field, field)
