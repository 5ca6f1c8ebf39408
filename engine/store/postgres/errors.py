"""Errors of PostgreSQL: which ones pass, and what to say of the others."""

import psycopg

from engine.errors import StoreBroken, StoreBusy
from engine.store.work import unstorable

_PROGRAM_LIMIT = "54"
"""Class of errors such as a text that is too long for an index. The driver calls them operational."""


def passes(error: Exception) -> bool:
    """Return whether another try may succeed: the server restarts, or somebody holds a lock."""
    return is_standby(error) or (isinstance(error, psycopg.OperationalError) and not _is_of_a_value(error))


def is_standby(error: Exception) -> bool:
    """Return whether the server refuses to write: it is a standby, and another server may be the primary."""
    return isinstance(error, psycopg.errors.ReadOnlySqlTransaction)


def _is_of_a_value(error: psycopg.Error) -> bool:
    """Return whether a value of one write is at fault: others can be written."""
    return isinstance(error, psycopg.DataError) or (error.sqlstate or "").startswith(_PROGRAM_LIMIT)


def explained(error: Exception, name: str) -> Exception:
    """Return an error with its remedy."""
    if not isinstance(error, psycopg.Error):
        return unstorable(error, name) or error
    if _is_of_a_value(error):
        return unstorable(error, name, first_line(error)) or error
    if passes(error):
        return StoreBusy(f"The database {name} can't be reached now ({first_line(error)}). Try again.")
    return StoreBroken(f"The database {name} refused what Signoff asked of it: {first_line(error)}.")


def first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
