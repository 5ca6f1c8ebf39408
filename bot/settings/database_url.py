"""Where the database is: the setting `DATABASE_URL`, which names an SQLite file or a PostgreSQL server."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from engine import SignoffError
from engine.regular_files import expanded

DEFAULT_DATABASE_URL = "sqlite:///.signoff/signoff.db"
DEFAULT_DATA_DIR = ".signoff"
_PREFIX = "sqlite:///"
_SERVER_SCHEMES = ("postgresql", "postgres")
_SERVER_FORM = "postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
_MAX_NAME_LENGTH = 16


class NotAFile(SignoffError):
    """A command that works on files was asked about a database on a server."""


@dataclass(frozen=True, slots=True)
class DatabaseLocation:
    """An SQLite file, or a database on a PostgreSQL server. As text it is named for people.

    `url`: it may hold a password. `place`: the file; for a server, the path in the data folder beside which
    the process that serves puts its socket.
    """

    url: str = field(repr=False)
    place: Path
    server: str = ""
    """As `signoff on db.example.com`; empty for a file."""

    @classmethod
    def of_file(cls, path: Path) -> "DatabaseLocation":
        return cls(database_url(path), path)

    @property
    def address(self) -> Path | str:
        """The argument of `Engine.open`."""
        return self.url if self.server else self.place

    @property
    def is_missing(self) -> bool:
        """Return whether the file does not exist yet. Only a server knows whether it has the tables."""
        return not self.server and not self.place.exists()

    def file(self, command: str, instead: str) -> Path:
        """Return the file. Raises `NotAFile` for a server, with what does the same there."""
        if self.server:
            raise NotAFile(f"{command} works on SQLite files, and the database is {self.server}. {instead}")
        return self.place

    def __str__(self) -> str:
        return self.server or str(self.place)


def find_database(url: str, environ: Mapping[str, str]) -> DatabaseLocation:
    """Return the database that a URL names. Raises `ValueError` with what is wrong, without a password."""
    if not is_server(url):
        return DatabaseLocation.of_file(database_path(url))
    try:
        return on_server(url, expanded(environ.get("SIGNOFF_DATA_DIR") or DEFAULT_DATA_DIR))
    except OSError as error:
        raise ValueError(f"needs a data folder, but {error.strerror}. Set SIGNOFF_DATA_DIR.") from None


def is_server(url: str) -> bool:
    return url.partition("://")[0] in _SERVER_SCHEMES


def on_server(url: str, data_dir: Path) -> DatabaseLocation:
    """Raises `ValueError` with what is wrong. The text has no part of the URL, which may hold a password."""
    try:
        parts = urlsplit(url)
        host, port = _hosts(parts.netloc.rpartition("@")[2])
        options = parse_qs(parts.query)
    except ValueError:
        raise ValueError(f"cannot be read as the address of a server. Write {_SERVER_FORM}.") from None
    name = unquote(parts.path.removeprefix("/")) or "".join(options.get("dbname", ())[:1])
    if not name or "/" in name or not name.isprintable():
        raise ValueError(f"names no database on the server. Write {_SERVER_FORM}.")
    host = host or "".join(options.get("host", ())[:1])
    identity = "\0".join([host, port, name, *options.get("options", ())])
    shown = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in name)[:_MAX_NAME_LENGTH]
    place = data_dir.absolute() / (f"postgresql-{shown}-{hashlib.sha256(identity.encode()).hexdigest()[:8]}")
    return DatabaseLocation(url, place, f"{name} on {host or 'this machine'}")


def _hosts(text: str) -> tuple[str, str]:
    """Return the hosts and the ports of an address, each separated by commas. Raises `ValueError`."""
    parts = [urlsplit(f"//{each}") for each in text.split(",")]
    ports = [str(each.port or "") for each in parts]
    return ",".join(each.hostname or "" for each in parts), ",".join(ports) if any(ports) else ""


def database_path(url: str) -> Path:
    """Return the file that a database URL names, absolute. Raises `ValueError` with what is wrong."""
    scheme, separator, _ = url.partition("://")
    if separator and scheme != "sqlite":  # the rest may hold a password
        raise ValueError(
            f"{scheme!r} databases are not supported. Write sqlite:///path/to/signoff.db, or {_SERVER_FORM}."
        )
    path = url.removeprefix(_PREFIX)
    if path == url or not path.strip("/") or path.startswith(":") or not path.isprintable():
        raise ValueError(f"{url!r} names no SQLite file. Write sqlite:///path/to/signoff.db.")
    try:
        return expanded(path).absolute()
    except OSError as error:
        raise ValueError(f"{url!r} names no SQLite file: {error.strerror}. Write the whole path.") from None


def database_url(path: Path) -> str:
    return f"{_PREFIX}{path}"


def passwords_of(url: str) -> tuple[str, ...]:
    """Return the password in a URL, as it is written and as it is meant; nothing where there is none."""
    if not is_server(url):
        return ()
    parts = urlsplit(url)
    written = [parts.password or "", *parse_qs(parts.query).get("password", ())]
    return tuple({text for each in written if each for text in (each, unquote(each))})
