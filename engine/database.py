"""Public: a database without an engine: check, back up, restore and accept it, and save what was deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.store.files.checkup import look_before_start
from engine.store.files.expected import Expected
from engine.store.files.file_lock import FileLock
from engine.store.files.rescue import settle
from engine.store.log.opening import known_name
from engine.store.maintenance import backups
from engine.store.maintenance.diagnosis import database_problem
from engine.store.postgres import require_driver

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from engine.audit.keys import Keyring
    from engine.model.people import Actor
    from engine.store.maintenance.moving import Moved
    from engine.store.maintenance.server_upkeep import ServerState

__all__ = [
    "Expected",
    "FileLock",
    "accept_on_server",
    "backups",
    "check_on_server",
    "database_problem",
    "displace_silent",
    "known_name",
    "look_before_start",
    "move_to_server",
    "server_state",
    "settle",
]


def server_state(address: str, keyring: Keyring) -> ServerState:
    """Look at a database on a server without a change to it. Raises `StoreBusy` and `StoreBroken`."""
    require_driver()
    from engine.store.maintenance import server_upkeep  # noqa: PLC0415 - an extra

    return server_upkeep.state(address, keyring)


def check_on_server(address: str, keyring: Keyring) -> None:
    """Look whether this release could open a database on a server with these keys, without a change to it.

    Raises `KeyLost`, `StoreBusy` and `StoreBroken`.
    """
    require_driver()
    from engine.store.maintenance import server_upkeep  # noqa: PLC0415 - an extra

    server_upkeep.check(address, keyring)


def displace_silent(address: str) -> bool:
    """End the sessions of a process that gives no sign of life on a server; return whether there was one.

    Raises `StoreBusy` and `StoreBroken`.
    """
    require_driver()
    from engine.store.maintenance import server_upkeep  # noqa: PLC0415 - an extra

    return server_upkeep.displace(address)


def accept_on_server(address: str, keyring: Keyring, now: datetime, actor: Actor, reason: str) -> None:
    """Take a database on a server as it is for what was recorded; its log says so.

    Raises `NotPossible`, `StoreInUse`, `StoreBusy` and `StoreBroken`.
    """
    require_driver()
    from engine.store.maintenance import server_upkeep  # noqa: PLC0415 - an extra

    server_upkeep.accept(address, keyring, now, actor, reason)


def move_to_server(path: Path, address: str, keyring: Keyring, now: datetime, actor: Actor) -> Moved:
    """Copy an installation from its file to an empty database, check the copy, and pause the file.

    Raises `NotPossible`, `StoreInUse`, `StoreBusy` and `StoreBroken`; the file is not paused then, unless the
    error says so.
    """
    require_driver()
    from engine.store.maintenance import moving  # noqa: PLC0415 - an extra

    return moving.move(path, address, keyring, moving.Mover(actor, now))
