"""The side of the leader: it takes relayed requests, carries each out once, and writes the answer."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable

from engine.model.runs.relay import SpentNames
from engine.store.postgres.claim import HELD_BY
from engine.store.postgres.database import ServerDatabase
from engine.store.postgres.relay import (
    ANSWERS,
    FORGOTTEN_SECONDS,
    REQUESTS,
    UNREACHABLE,
    RelayLine,
)

log = logging.getLogger(__name__)

MAX_AT_ONCE = 200
"""In each lane: a request over HTTP may wait for a minute, and keeps no click waiting."""
_RECOVERY_SECONDS = 2.0
_LONGEST_SECONDS, _LATEST_SECONDS = 180.0, 24 * 3600.0
_CLOSING_SECONDS = 2.0
_LEAD = f"UPDATE serving SET leads = (id = %s) WHERE EXISTS ({HELD_BY}) RETURNING id"  # noqa: S608
_DUE = "(lasting OR received_at > clock_timestamp() - interval '6 seconds')"
"""Its sender waits five seconds at most for one that has not begun. A click counts however late."""
_TAKE = f"""
WITH leader AS (SELECT id FROM serving WHERE id = %s AND leads FOR SHARE)
UPDATE relayed SET begun_by = leader.id FROM leader
WHERE number IN (
  (SELECT number FROM relayed WHERE lane = 'slack' AND begun_by IS NULL AND answered_at IS NULL AND {_DUE}
    ORDER BY number LIMIT %s)
  UNION ALL
  (SELECT number FROM relayed WHERE lane = 'http' AND begun_by IS NULL AND answered_at IS NULL AND {_DUE}
    ORDER BY number LIMIT %s)
) AND begun_by IS NULL
RETURNING number, lane, request
"""  # noqa: S608
"""An earlier leader that wakes up takes nothing: its row says so, or is locked until the new one says so."""
_ANSWER = f"""
WITH told AS (
  UPDATE relayed SET answer = %s, request = '', answered_at = clock_timestamp()
  WHERE number = %s RETURNING number
)
SELECT pg_notify({ANSWERS}, '') FROM told
"""  # noqa: S608
_LEFT = """
begun_by IS NOT NULL AND answered_at IS NULL AND (begun_by != %s OR number != ALL(%s))
AND EXISTS (SELECT FROM serving WHERE id = %s AND leads)
"""
_AGAIN = f"UPDATE relayed SET begun_by = NULL WHERE lasting AND {_LEFT}"  # noqa: S608
_GIVE_UP = f"DELETE FROM relayed WHERE NOT lasting AND {_LEFT}"  # noqa: S608
"""They see to requests that a dead leader had begun. A click counts once however often it is carried out. A
command may not, so its member says that the outcome is unknown."""
_FORGET = """
DELETE FROM relayed WHERE answered_at < clock_timestamp() - make_interval(secs => %s)
OR (NOT lasting AND received_at < clock_timestamp() - make_interval(secs => %s))
OR received_at < clock_timestamp() - make_interval(secs => %s)
"""
_FORGET_SILENT = "DELETE FROM serving WHERE seen_at < clock_timestamp() - make_interval(secs => %s)"


class RelayLeader:
    """Answers what members relay. Used on one event loop by the process that has the claim."""

    def __init__(
        self,
        database: ServerDatabase,
        claimed: Callable[[], int],
        name: str,
        answer: Callable[[str, str], Awaitable[str]],
        ready: Callable[[], bool],
        connections: Callable[[], int],
    ) -> None:
        """`claimed`: the server's process that holds the claim for us.

        `answer`: carries the request of a lane out. `ready`: whether requests can be answered now.
        """
        self._claimed, self._answer, self._ready = claimed, answer, ready
        self._heard = asyncio.Event()
        self.line = RelayLine(database, name, REQUESTS, self._heard.set, connections, durable=False)
        self.line.beaten = self._lead
        self._busy: Counter[str] = Counter()
        self._at_work: dict[int, asyncio.Task[None]] = {}
        self._main: asyncio.Task[None] | None = None
        self._next_recovery = 0.0

    @property
    def siblings(self) -> int:
        """Connections to Slack that the other processes hold."""
        return self.line.siblings

    @property
    def spent_names(self) -> SpentNames:
        """Names that count once for all processes."""
        return self.line

    async def open(self) -> None:
        """Raises `StoreBusy`."""
        await self.line.open()
        self._main = asyncio.create_task(self._serve())

    async def close(self) -> None:
        """Take nothing further, and answer what is under way."""
        if self._main is not None:
            self._main.cancel()
            await asyncio.gather(self._main, return_exceptions=True)
        if self._at_work:
            await asyncio.wait(self._at_work.values(), timeout=_CLOSING_SECONDS)
        await self.line.close()

    async def _lead(self) -> None:
        """Say who leads, where nothing says it or it says another one."""
        if not self.line.leads and await self.line.run(_LEAD, self.line.id, self._claimed()):
            self.line.leads = True
            self._next_recovery = 0.0
            self._heard.set()

    async def _serve(self) -> None:
        while True:
            await self._heard.wait()
            self._heard.clear()
            try:
                await self._look()
            except UNREACHABLE as error:
                log.info("relayed requests are not heard now: %s", type(error).__name__)
            except Exception:
                log.exception("relayed requests were not taken")

    async def _look(self) -> None:
        if not self._ready():
            return
        now = asyncio.get_running_loop().time()
        if now >= self._next_recovery:
            await self._recover()
            self._next_recovery = now + _RECOVERY_SECONDS
        room = [MAX_AT_ONCE - self._busy[lane] for lane in ("slack", "http")]
        for number, lane, request in sorted(await self.line.run(_TAKE, self.line.id, *room)):
            self._busy[lane] += 1
            self._at_work[number] = asyncio.create_task(self._carry_out(number, lane, request))

    async def _recover(self) -> None:
        """See to what a dead leader, or a server that crashed, left begun; forget what is over."""
        for statement in (_AGAIN, _GIVE_UP):
            await self.line.run(statement, self.line.id, list(self._at_work), self.line.id)
        await self.line.run(_FORGET, FORGOTTEN_SECONDS, _LONGEST_SECONDS, _LATEST_SECONDS)
        await self.line.run(_FORGET_SILENT, FORGOTTEN_SECONDS)

    async def _carry_out(self, number: int, lane: str, request: str) -> None:
        try:
            answer = await self._answer(lane, request)
            await self.line.run(_ANSWER, answer, number)
        except UNREACHABLE as error:
            log.info("a relayed request is answered later: %s", type(error).__name__)
        except Exception:
            log.exception("a relayed request could not be answered")
        finally:
            del self._at_work[number]
            self._busy[lane] -= 1
            self._heard.set()
