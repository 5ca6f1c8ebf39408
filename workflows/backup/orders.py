"""The order book: a SQLite file that is made, with some orders in it, where there is none."""

import sqlite3
from contextlib import closing
from pathlib import Path

_ITEMS = ("pump seal", "fan belt", "press valve", "sensor")
_ORDERS = 240


def copy(file: Path) -> bytes:
    """Return a consistent copy of the file, also while others write to it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(file, timeout=10)) as book, closing(sqlite3.connect(":memory:")) as copied:
        with book:
            book.execute("CREATE TABLE IF NOT EXISTS orders (number INTEGER PRIMARY KEY, item TEXT NOT NULL)")
            rows = [(number, _ITEMS[number % len(_ITEMS)]) for number in range(1, _ORDERS + 1)]
            book.executemany("INSERT OR IGNORE INTO orders VALUES (?, ?)", rows)
        book.backup(copied)
        return copied.serialize()


def count(content: bytes) -> int:
    """Return the number of orders in a copy, after a check of its pages. Raises `ValueError` for damage."""
    with closing(sqlite3.connect(":memory:")) as copied:
        copied.deserialize(content)
        (found,) = copied.execute("PRAGMA integrity_check").fetchone()
        if found != "ok":
            raise ValueError(f"The copy of the order book is damaged: {found}")
        (orders,) = copied.execute("SELECT count(*) FROM orders").fetchone()
    return int(orders)
