"""The store on PostgreSQL. Its driver comes with the extra `postgresql`."""

from importlib.util import find_spec

from engine.errors import StoreBroken


def require_driver() -> None:
    """Raise `StoreBroken`, with the remedy, where the driver is not installed."""
    if find_spec("psycopg") is None:
        raise StoreBroken(
            "DATABASE_URL starts with postgresql://, and the driver for PostgreSQL is not installed. "
            "Install it: pip install 'psycopg[binary]>=3.3'."
        )
