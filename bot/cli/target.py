"""Which database a command means, found without reading all settings."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.cli.env_file import find_env_file, read_env_file
from bot.cli.output import CommandError, note
from bot.demo import folder as demo_folder
from bot.errors import ConfigError
from bot.settings.database_url import DEFAULT_DATABASE_URL, DatabaseLocation, database_url, find_database

_NOT_OURS = ("SIGNOFF_BROWSER",)
"""For the tests, not for the bot."""


@dataclass(frozen=True, slots=True)
class Target:
    """A database, and where its settings are. `demo`: the folder of the demo whose database it is."""

    database: DatabaseLocation
    environ: Mapping[str, str]
    env_file: Path | None = None
    demo: Path | None = None


def environment(**more: str) -> Mapping[str, str]:
    return {name: value for name, value in {**os.environ, **more}.items() if name not in _NOT_OURS}


def find_target(data: Path | None) -> Target:
    """Return the database in the folder `data`, or the one of the settings, or else the demo's.

    Raises `ConfigError` and `CommandError`.
    """
    if data is None:
        return _target_of_settings()
    if not data.is_dir():
        why = "This is a file, not a folder" if data.exists() else "The folder does not exist"
        raise CommandError(f"--data {data}: {why}. Name the folder that has signoff.db.")
    database = (data / "signoff.db").absolute()
    if demo_folder.is_demo(data):
        return Target(DatabaseLocation.of_file(database), environment(), demo=data)
    environ = environment(DATABASE_URL=database_url(database))
    return Target(DatabaseLocation.of_file(database), environ, find_installed_env_file(environ))


def find_installed_env_file(environ: Mapping[str, str]) -> Path | None:
    """Return the environment file to read, and say if another one is ignored."""
    env_file = find_env_file(environ)
    if env_file.ignored:
        note(env_file.ignored)
    return env_file.path


def _target_of_settings() -> Target:
    environ = environment()
    env_file = find_installed_env_file(environ)
    values = {**read_env_file(env_file), **environ}
    url = values.get("DATABASE_URL", "")
    try:
        database = find_database(url or DEFAULT_DATABASE_URL, values)
    except ValueError as error:
        raise ConfigError([("DATABASE_URL", str(error))]) from None
    if not url and database.is_missing and demo_folder.is_demo(demo_folder.FOLDER):
        note(f"(the demo's database in {demo_folder.FOLDER})")
        of_demo = DatabaseLocation.of_file((demo_folder.FOLDER / "signoff.db").absolute())
        return Target(of_demo, environ, demo=demo_folder.FOLDER)
    return Target(database, environ, env_file)
