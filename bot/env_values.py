"""The values of an environment file."""

from io import StringIO
from pathlib import Path

from dotenv import dotenv_values

from bot.errors import ConfigError
from engine.regular_files import read_bytes


def read_env_values(path: Path) -> dict[str, str]:
    """Return what an environment file sets. Raises `ConfigError` for a file that cannot be read."""
    try:
        values = dotenv_values(stream=StringIO(read_bytes(path).decode("utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        problem = f"cannot be read ({reason}). Write a text file with lines like NAME=value."
        raise ConfigError([(str(path), problem)]) from None
    return {name: value for name, value in values.items() if value is not None}
