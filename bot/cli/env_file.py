"""Which environment file is read: the one that is named, or the one in the installation's folder.

A file `.env` says which code runs and where tokens go, so the one of the working directory, which may be
anybody's, is not read.
"""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.cli import heavy
from bot.errors import ConfigError
from bot.settings.database_url import DEFAULT_DATA_DIR, DEFAULT_DATABASE_URL, is_server
from engine.regular_files import expanded, kind_of_file

NAMED = "SIGNOFF_ENV"
"""The environment variable that names a file, as `--env` does."""
_NAME = ".env"


@dataclass(frozen=True, slots=True)
class EnvFile:
    """`path`: the file to read, or None. `ignored`: what is said of one that is not read, or empty."""

    path: Path | None
    ignored: str = ""


def find_env_file(environ: Mapping[str, str]) -> EnvFile:
    """Raises `ConfigError` for a file that is missing, or that others may change or read."""
    named = environ.get(NAMED)
    if named:
        path = _expanded(named, "--env").absolute()
        if not _is_there(path, f"--env {path}"):
            raise ConfigError([("--env", f"names {path}, and there is no such file.")])
        _check(path, 0o022, "changed")
        return EnvFile(path)
    path = _installation(environ) / _NAME
    ignored = _ignored(Path.cwd() / _NAME, path)
    if not _is_there(path, str(path)):
        return EnvFile(None, ignored)
    _check(path, 0o077, "read or changed")
    return EnvFile(path, ignored)


def _installation(environ: Mapping[str, str]) -> Path:
    """Return the folder of the database file, or the data folder where the database is on a server."""
    url = environ.get("DATABASE_URL") or DEFAULT_DATABASE_URL
    if is_server(url):
        return _expanded(environ.get("SIGNOFF_DATA_DIR") or DEFAULT_DATA_DIR, "SIGNOFF_DATA_DIR").absolute()
    return _expanded(url.removeprefix("sqlite:///"), "DATABASE_URL").absolute().parent


def _expanded(path: str | Path, setting: str) -> Path:
    try:
        return expanded(path)
    except OSError as error:
        raise ConfigError([(setting, f"names {path}, but {error.strerror}. Write the whole path.")]) from None


def read_env_file(path: Path | None) -> Mapping[str, str]:
    """Return what the file sets; nothing if there is none. Raises `ConfigError`."""
    return heavy.read_env_values(path) if path is not None else {}


def _is_there(path: Path, name: str) -> bool:
    """Return whether there is such a file. Raises `ConfigError` for anything else in its place."""
    try:
        kind = kind_of_file(path)
    except OSError as error:
        what = f"cannot be read ({error.strerror}). Give this user access to its folder, or shorten the path."
        raise ConfigError([(name, what)]) from None
    if kind:
        what = (
            f"is {kind}, so no settings can be read from it. Put a text file in its place, or move it away."
        )
        raise ConfigError([(name, what)])
    return path.exists()


def _check(path: Path, refused: int, done: str) -> None:
    status = path.stat()
    if status.st_uid not in (os.geteuid(), 0):
        what = (
            "belongs to another user, who could choose which code runs. Name a file of your own with --env."
        )
        raise ConfigError([(str(path), what)])
    if status.st_mode & refused:
        mode = stat.S_IMODE(status.st_mode)
        what = f"can be {done} by others (mode {mode:04o}). If its content is yours: chmod 600 {path}."
        raise ConfigError([(str(path), what)])


def _ignored(here: Path, installed: Path) -> str:
    """Files of other programs are not worth a word."""
    if here == installed or not here.is_file():
        return ""
    try:
        ours = any(map(heavy.is_setting, heavy.read_env_values(here)))
    except ConfigError:
        return ""
    if not ours:
        return ""
    return (
        f"{here} is ignored: only {installed} is read, or the file that --env names. "
        f"If its content is yours, name it: --env {_NAME}."
    )
