"""Opens a store on PostgreSQL."""

import asyncio
import logging
from datetime import datetime
from functools import partial

import psycopg

from engine.audit.keys import Keyring
from engine.store.log import opening
from engine.store.postgres import schema
from engine.store.postgres.claim import HeldClaim
from engine.store.postgres.connection import Connection
from engine.store.postgres.database import ServerDatabase
from engine.store.postgres.errors import explained
from engine.store.postgres.listener import Listener
from engine.store.postgres.queue import make_queue
from engine.store.postgres.reader import PostgresReader
from engine.store.postgres.relay import make_relay
from engine.store.postgres.relay_leader import RelayLeader
from engine.store.postgres.writer import PostgresWriter
from engine.store.store import Store
from engine.store.writes import transitions

log = logging.getLogger(__name__)


async def open_store(address: str, keyring: Keyring, now: datetime) -> Store:
    """Make the tables where there are none, see that the log is sealed, and open it.

    Raises `StoreInUse` where another process has it open, `StoreBusy` where the server cannot be reached, and
    `StoreBroken`.
    """
    database = ServerDatabase.at(address)
    connect = partial(Connection, address)
    try:
        claim = await asyncio.to_thread(HeldClaim, database)
        try:
            await asyncio.to_thread(schema.migrate, database, claim.connected())
            await asyncio.to_thread(make_queue, claim.connected())
            await asyncio.to_thread(make_relay, claim.connected())
            await asyncio.to_thread(claim.note)
            opened = await asyncio.to_thread(opening.look, database, keyring, now, connect)
        except BaseException:
            claim.release()
            raise
    except psycopg.Error as error:
        raise explained(error, str(database)) from error
    if opened.warning:
        log.warning("%s", opened.warning)
    writer = PostgresWriter(claim, database, transitions.performing(opened.seal, locks=True))
    reader = PostgresReader(partial(Connection, address, read_only=True), str(database))
    store = Store(database, writer, reader, opened.seal)
    store.listen = partial(Listener, database)
    store.relay = partial(RelayLeader, database, lambda: claim.process)
    store.log_problem, store.log_warning = opened.problem, opened.warning
    return store
