"""Where the database is: the setting `DATABASE_URL`, which names an SQLite file."""

from pathlib import Path

DEFAULT_DATABASE_URL = "sqlite:///.signoff/signoff.db"
_PREFIX = "sqlite:///"


def database_path(url: str) -> Path:
    """Return the file that a database URL names, absolute. Raises `ValueError` with what is wrong."""
    scheme, separator, _ = url.partition("://")
    if separator and scheme != "sqlite":  # the rest may hold a password
        raise ValueError(f"{scheme!r} databases are not supported. Write sqlite:///path/to/signoff.db.")
    path = url.removeprefix(_PREFIX)
    if path == url or not path.strip("/") or path.startswith(":") or not path.isprintable():
        raise ValueError(f"{url!r} names no SQLite file. Write sqlite:///path/to/signoff.db.")
    return Path(path).expanduser().absolute()


def database_url(path: Path) -> str:
    return f"{_PREFIX}{path}"
