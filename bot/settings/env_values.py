"""The values of an environment file."""

from io import StringIO
from pathlib import Path

from dotenv import dotenv_values

from bot.errors import ConfigError
from engine.regular_files import read_bytes

MAX_BYTES = 256 * 1024
"""Settings are a few kilobytes. Reading a larger file, which is not one of settings, takes minutes."""


def read_env_values(path: Path) -> dict[str, str]:
    """Return what an environment file sets. Raises `ConfigError` for a file that cannot be read."""
    try:
        content = read_bytes(path)
        if len(content) > MAX_BYTES:
            problem = f"is larger than {MAX_BYTES // 1024} KB. Write a text file with lines like NAME=value."
            raise ConfigError([(str(path), problem)])
        values = dotenv_values(stream=StringIO(content.decode("utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        problem = f"cannot be read ({reason}). Write a text file with lines like NAME=value."
        raise ConfigError([(str(path), problem)]) from None
    return {name: value for name, value in values.items() if value is not None}
