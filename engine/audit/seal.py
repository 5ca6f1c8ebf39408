"""Pure: digests of rows, and seals that only the installation's key can make.

The log says by digest how each row stood after each transition. The newest hash of every chain is sealed with
a key that is not in the database: an editor of the file can compute every digest again, but no seal.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

Digests = dict[str, str | None]
"""Of rows by name (`step.build`, `request.…`); None for a row that is no longer there."""
_SIZE = 20
_UNKEYED = hashlib.blake2b(digest_size=_SIZE)
_MAX_REMEMBERED = 10_000


class Seal:
    """Makes and checks seals. `id` names the key and gives nothing of it away."""

    def __init__(self, key: bytes) -> None:
        self._keyed = hashlib.blake2b(digest_size=_SIZE, key=key)
        self._made: dict[str, tuple[Any, ...]] = {}
        """By seal, the parts of those that were made not long ago: they need not be checked by computing."""
        self.id = self.of("key")[:16]

    def of(self, *parts: Any) -> str:
        """Keyed BLAKE2b over the parts as JSON, hex."""
        return _hex(self._keyed, orjson.dumps(parts))

    def make(self, *parts: Any) -> str:
        """As `of`, for what is soon read again."""
        if len(self._made) >= _MAX_REMEMBERED:
            self._made.clear()
        seal = self.of(*parts)
        self._made[seal] = parts
        return seal

    def holds(self, seal: object, *parts: Any) -> bool:
        """Return whether this key sealed these parts."""
        try:
            if self._made.get(seal) == parts:  # type: ignore[call-overload]
                return True
            return isinstance(seal, str) and hmac.compare_digest(seal.encode(), self.of(*parts).encode())
        except TypeError:  # a value that no column of ours can hold
            return False


def row_digest(values: Sequence[Any]) -> str:
    """Return the digest of a row's stored values, hex. Empty for values that no row of ours can hold."""
    try:
        return _hex(_UNKEYED, orjson.dumps(values))
    except TypeError:
        return ""


def _hex(begun: "hashlib.blake2b", content: bytes) -> str:
    """A copy of a hash that was begun is a third faster than a new one."""
    copied = begun.copy()
    copied.update(content)
    return copied.hexdigest()


def base_of(seal: Seal, run_id: str, n: int, rows: Mapping[str, str]) -> str:
    """How the rows of a run stood after its first `n` events, which did not tell it; sealed, as JSON."""
    content = {"n": n, "rows": rows, "seal": seal.of("base", run_id, n, rows)}
    return orjson.dumps(content).decode()


Told = Iterable[tuple[int | None, str | None]]


def recorded_digests(
    seal: Seal, run_id: str, base: str | None, recorded: Told, begun: Digests | None = None
) -> Digests:
    """How each row stands by the log. `told`: of each event its number, and what it tells, as JSON.

    `begun`: how they stood before the first of these events.
    """
    digests, after = _base_digests(seal, run_id, base)
    digests = digests if begun is None else dict(begun)
    for n, text in recorded:
        try:
            if text and isinstance(n, int) and n > after:
                digests |= orjson.loads(text)
        except (ValueError, TypeError):  # no JSON of ours: the hash of its event does not fit either
            continue
    return digests


def base_length(seal: Seal, run_id: str, base: str | None) -> int:
    """Return how many events of a run its base stands for; 0 where there is none, or its seal doesn't fit."""
    return _base_digests(seal, run_id, base)[1]


def _base_digests(seal: Seal, run_id: str, base: str | None) -> tuple[Digests, int]:
    """Nothing where the seal doesn't fit: then no row is as the log has it."""
    try:
        sealed = orjson.loads(base) if base else {}
        if base and seal.holds(sealed["seal"], "base", run_id, sealed["n"], sealed["rows"]):
            return dict(sealed["rows"]), sealed["n"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        pass
    return {}, 0


def row_differences(log: Mapping[str, str | None], rows: Mapping[str, str]) -> list[str]:
    """Where the rows are not as the log has them, in words."""
    differences = []
    for name in sorted({*log, *rows}):
        recorded, there = log.get(name), rows.get(name)
        if recorded == there:
            continue
        if there is None:
            differences.append(f"{_words(name)} was removed")
        elif recorded is None:
            differences.append(f"{_words(name)} was inserted: the log does not have it")
        else:
            differences.append(f"{_words(name)} differs from the log")
    return differences


def _words(name: str) -> str:
    kind, _, key = name.partition(".")
    return f"the {kind.replace('_', ' ')} {key}".strip() if key else f"the row of the {kind}"
