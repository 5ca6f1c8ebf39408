"""Public: the files of a database: check, back up, restore, and save what was deleted while it was open."""

from engine.store import backups
from engine.store.diagnosis import database_problem
from engine.store.files.checkup import look_through
from engine.store.files.expected import Expected
from engine.store.files.file_lock import FileLock
from engine.store.files.rescue import settle
from engine.store.log.opening import known_name

__all__ = ["Expected", "FileLock", "backups", "database_problem", "known_name", "look_through", "settle"]
