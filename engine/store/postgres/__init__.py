"""The store on PostgreSQL. Its driver comes with the extra `postgresql`."""

from importlib.util import find_spec

from engine.errors import StoreBroken


def require_driver() -> None:
    """Raise `StoreBroken`, with the remedy, where the driver or the queue is not installed."""
    needed = {
        "psycopg": "driver for PostgreSQL",
        "psycopg_pool": "pool of the driver for PostgreSQL",
        "pgqueuer": "queue for workers",
    }
    for package, what in needed.items():
        if find_spec(package) is None:
            raise StoreBroken(
                f"DATABASE_URL starts with postgresql://, and the {what} is not installed. "
                "Install all of it: pip install 'psycopg[binary,pool]>=3.3' 'pgqueuer~=1.6.0'."
            )
