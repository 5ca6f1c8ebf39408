"""The file that keeps who opened their Home, so that a start publishes the open ones again."""

import asyncio
import json
import logging
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from engine.private_files import make_file, make_folder

log = logging.getLogger(__name__)

_MAX_BYTES = 100_000


class KeptHomes:
    """By person: when they opened their Home. A file that is lost or invalid only forgets it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._turn = asyncio.Lock()

    async def read(self, now: datetime) -> dict[str, float]:
        """Return the seconds since each person opened their Home."""
        opened = await asyncio.to_thread(self._read)
        return {user: max(0.0, now.timestamp() - at) for user, at in opened.items()}

    async def keep(self, ages: Mapping[str, float], now: datetime) -> None:
        """Replace the file. `ages`: seconds since each person opened their Home."""
        opened = {user: now.timestamp() - age for user, age in ages.items()}
        async with self._turn:
            try:
                await asyncio.to_thread(self._write, opened)
            except OSError as error:
                log.warning("who has a Home open could not be kept for the next start: %s", error)

    def _read(self) -> dict[str, float]:
        try:
            with self._file.open("rb") as file:
                found = json.loads(file.read(_MAX_BYTES))
            return {str(user): float(at) for user, at in found.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, AttributeError) as error:
            log.warning("%s cannot be read, so no Home is published again: %s", self._file, error)
            return {}

    def _write(self, opened: Mapping[str, float]) -> None:
        make_folder(self._file.parent)
        draft = self._file.with_suffix(".new")
        make_file(draft)
        draft.write_text(json.dumps(opened), encoding="utf-8")
        os.replace(draft, self._file)
