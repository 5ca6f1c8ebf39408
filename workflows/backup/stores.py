"""The stores that keep copies: folders here, where a team has object stores and other machines.

Two of them are in repair, so that people can try what happens then: `vault` does not answer, and `attic`
takes copies but cannot list them.
"""

from pathlib import Path
from typing import Literal

StoreName = Literal["archive", "vault", "attic"]
_AWAY, _NO_INDEX = "vault", "attic"


class StoreAway(ConnectionError):
    """The store did not answer. It may the next time."""


class IndexMissing(RuntimeError):
    """The store cannot list its copies, so nothing can be removed from it."""


def put(stores: Path, store: str, name: str, content: bytes) -> None:
    """Keep a copy; the same name again replaces it. Raises `StoreAway`."""
    if store == _AWAY:
        raise StoreAway(f"The store {store} did not answer")
    file = stores / store / name
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    unfinished.write_bytes(content)
    unfinished.replace(file)


def remove_older(stores: Path, store: str, keep: int) -> int:
    """Keep the newest copies and remove the others; return how many. Raises `IndexMissing`."""
    if store == _NO_INDEX:
        raise IndexMissing(f"The store {store} is rebuilding its index and cannot list its copies")
    older = sorted((stores / store).glob("*.sqlite3"))[:-keep]
    for file in older:
        file.unlink(missing_ok=True)
    return len(older)
