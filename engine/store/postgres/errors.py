"""Errors of PostgreSQL: which ones pass, and what to say of the others."""

import psycopg

from engine.errors import StoreBroken, StoreBusy


def passes(error: Exception) -> bool:
    """Return whether another try may succeed: the server restarts, or somebody holds a lock."""
    return isinstance(error, psycopg.OperationalError)


def explained(error: Exception, name: str) -> Exception:
    """Return an error with its remedy."""
    if not isinstance(error, psycopg.Error):
        return error
    if passes(error):
        return StoreBusy(f"The database {name} can't be reached now ({first_line(error)}). Try again.")
    return StoreBroken(f"The database {name} refused what Signoff asked of it: {first_line(error)}.")


def first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
