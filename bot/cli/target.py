"""Which database a command means, and the settings that go with it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot import demo
from bot.cli.env_file import find_env_file
from bot.cli.output import CommandError, note
from bot.config import Settings, read_settings

_NOT_OURS = ("SIGNOFF_BROWSER",)
"""For the tests, not for the bot."""


@dataclass(frozen=True, slots=True)
class Place:
    """A database and its settings. `demo`: it is the demo's, whose people are in the local Slack."""

    settings: Settings
    demo: bool = False

    @property
    def database(self) -> Path:
        return self.settings.database_path


def environment() -> Mapping[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _NOT_OURS}


def settings_here(*, serving: bool = False, **more: str) -> Settings:
    """The settings of this environment and of the installation's environment file. Raises `ConfigError`."""
    environ = {**environment(), **more}
    found = find_env_file(environ)
    if found.ignored:
        note(found.ignored)
    return read_settings(environ, found.path, serving=serving)


def find_place(data: Path | None) -> Place:
    """`data`: the folder that was named. Otherwise the settings; the demo's where nothing else is there."""
    if data is not None:
        return _in_folder(data)
    settings = settings_here()
    chosen = "database_url" in settings.model_fields_set
    if not chosen and not settings.database_path.exists() and demo.lives_in(demo.FOLDER):
        note(f"(the demo's database in {demo.FOLDER})")
        return Place(demo.settings(demo.FOLDER), demo=True)
    return Place(settings)


def _in_folder(data: Path) -> Place:
    if not data.is_dir():
        raise CommandError(f"--data {data}: there is no such folder.")
    if demo.lives_in(data):
        return Place(demo.settings(data), demo=True)
    return Place(settings_here(DATABASE_URL=f"sqlite:///{data / 'signoff.db'}"))
