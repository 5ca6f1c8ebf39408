"""Public: the files of a database: check, back up, restore, and save what was deleted while it was open."""

from engine.store import backups
from engine.store.checkup import look_through
from engine.store.expected import Expected
from engine.store.file_lock import FileLock
from engine.store.opening import known_name
from engine.store.rescue import settle

__all__ = ["Expected", "FileLock", "backups", "known_name", "look_through", "settle"]
