"""Surroundings of the outbox: a log, records, durable rows, and a Slack that fails on demand."""

import asyncio
import itertools
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest

from bot.outbox.holding import held_seconds
from bot.outbox.ports import Delivery, Wanted
from bot.outbox.service import Outbox, OutboxParts
from bot.slack.call_results import Ambiguous, CallResult, Rejected, Sent
from bot.slack.web_api import CallTimeouts, SlackApi, SlackRefused
from bot.views.message import Message
from engine.audit.keys import Keyring
from engine.clock import FakeClock
from engine.errors import UnknownRun
from engine.kernel.requests.request_factory import anybody_of
from engine.model.people import Actor, Person, StaticPeople
from engine.model.records.records import DecisionRecord, EventRecord, RequestRecord, RunDetail, RunRecord
from engine.store.on_sqlite import open_store
from tests.engine.tampering import execute
from tests.request_records import make_request

ALICE = Actor("slack", "U01ALICE")
BOB = Actor("slack", "U02BOB")


class MemoryDeliveries:
    """The rows in memory, as the contract has them."""

    def __init__(self) -> None:
        self.rows: dict[str, Delivery] = {}
        self.cursors: dict[str, int] = defaultdict(int)

    async def cursor(self, consumer: str) -> int:
        return self.cursors[consumer]

    async def advance(self, consumer: str, cursor: int, wanted: Iterable[Wanted]) -> None:
        self.cursors[consumer] = max(cursor, self.cursors[consumer])
        wanted = list(wanted)
        for want in wanted:
            row = self.rows.get(want.key)
            if row is None:
                self.rows[want.key] = Delivery(
                    want.key, consumer, want.kind, want.subject, want.target, want.data, 1, 0, "idle", None,
                    None, 0, "", cursor, want.queue,
                )  # fmt: skip
            else:
                self.rows[want.key] = self._wanted_again(row, want)
        for want in wanted:
            needless = self.rows.get(want.instead_of)
            if needless is not None and needless.ref is None and needless.state != "posting":
                self._set(needless.key, sent=needless.wanted)
        for want in wanted:
            for key in {want.queue.inside, want.queue.follows} & self.rows.keys():
                row = self.rows[key]
                if row.ref is None:
                    self._set(key, queue=replace(row.queue, rank=min(row.queue.rank, want.queue.rank)))

    @staticmethod
    def _wanted_again(row: Delivery, want: Wanted) -> Delivery:
        target = want.target if row.sent == 0 else row.target
        lane = want.queue.lane if row.sent == 0 else row.queue.lane
        rank = min(row.queue.rank, want.queue.rank) if row.ref is None else want.queue.rank
        queue = replace(want.queue, lane=lane, rank=rank)
        return replace(row, wanted=row.wanted + 1, data=want.data, target=target, queue=queue)

    async def due(self, consumer: str, now: datetime, limit: int = 500) -> list[Delivery]:
        rows = [row for row in self.rows.values() if row.sent < row.wanted and row.state != "dead"]
        rows = [row for row in rows if self._follows_nothing(row)]
        rows.sort(key=lambda row: (row.created, row.key))
        put_off = {
            row.key: (row.state == "refused" and _soon(row.not_before, now)) or bool(held_seconds(row, now))
            for row in rows
        }
        turns, places = Counter[Any](), Counter[Any]()
        turn = {}
        for row in rows:
            queue = (row.queue.lane, row.ref is None, put_off[row.key], row.queue.rank, row.queue.source)
            turns[queue] += 1
            turn[row.key] = (put_off[row.key], row.queue.rank, turns[queue], row.created, row.key)
        rows.sort(key=lambda row: turn[row.key])
        place = {}
        for row in rows:
            share = (row.queue.lane, row.ref is None)
            places[share] += 1
            place[row.key] = (places[share], row.queue.rank)
        chosen = sorted(rows, key=lambda row: place[row.key])[:limit]
        return sorted(chosen, key=lambda row: turn[row.key])

    def _follows_nothing(self, row: Delivery) -> bool:
        parent, earlier = self.rows.get(row.queue.inside), self.rows.get(row.queue.follows)
        if parent is not None and parent.ref is None and parent.state != "dead":
            return False
        return earlier is None or earlier.ref is not None or earlier.state != "idle" or bool(earlier.error)

    async def in_trouble(self, consumer: str, limit: int = 200) -> list[Delivery]:
        rows = [
            row for row in self.rows.values() if row.sent < row.wanted and row.state != "dead" and row.error
        ]
        return sorted(rows, key=lambda row: (row.created, row.key))[:limit]

    async def get(self, key: str) -> Delivery | None:
        return self.rows.get(key)

    async def by_keys(self, keys: Iterable[str]) -> dict[str, Delivery]:
        return {key: self.rows[key] for key in keys if key in self.rows}

    async def find(self, *, subject: str, kind: str | None = None) -> list[Delivery]:
        rows = [row for row in self.rows.values() if row.subject == subject and kind in (None, row.kind)]
        return sorted(rows, key=lambda row: (row.created, row.key))

    async def begin(self, key: str) -> None:
        self._set(key, state="posting", tries=self.rows[key].tries + 1)

    async def sent(self, key: str, wanted: int, ref: Any) -> None:
        sent = max(self.rows[key].sent, wanted)
        self._set(key, state="idle", sent=sent, ref=ref, not_before=None, tries=0, error="")

    async def later(
        self, key: str, until: datetime | None, error: str, *, ambiguous: bool, refused: bool = False
    ) -> None:
        state = "posting" if ambiguous else "refused" if refused else "idle"
        self._set(key, state=state, not_before=until, error=error)

    async def dead(self, key: str, error: str) -> None:
        self._set(key, state="dead", error=error)

    async def unrecorded(self, key: str, problem: str) -> None:
        await self.dead(key, problem)

    async def forget_ref(self, key: str) -> None:
        self._set(key, ref=None, state="idle", wanted=self.rows[key].wanted + 1)

    def _set(self, key: str, **changes: Any) -> None:
        self.rows[key] = replace(self.rows[key], **changes)


def _soon(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and now < moment < now + timedelta(minutes=15)


class MemoryLog:
    def __init__(self) -> None:
        self.events: list[EventRecord] = []
        self._more = asyncio.Condition()

    async def read(self, after: int, limit: int = 500) -> list[EventRecord]:
        return [event for event in self.events if event.seq > after][:limit]

    async def wait(self, after: int) -> None:
        async with self._more:
            await self._more.wait_for(lambda: bool(self.events) and self.events[-1].seq > after)

    async def append(self, event: EventRecord) -> None:
        async with self._more:
            self.events.append(event)
            self._more.notify_all()


@dataclass
class FakeSlack:
    """A workspace behind the two calls that the outbox makes; faults are taken from `faults` first."""

    clock: FakeClock
    channels: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    faults: dict[str, list[CallResult | Exception | Literal["lost"]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    no_direct: dict[str, str] = field(default_factory=dict)
    """User ids that can have no direct message, with Slack's error."""
    files: dict[str, str] = field(default_factory=dict)
    takes_plan: bool = True
    reaches_images: bool = True
    gate: asyncio.Event | None = None
    """When set to an event: posts wait for it after they took effect, as a slow network would."""
    _ts: Any = field(default_factory=lambda: itertools.count(1))

    def channel(self, name: str, id_: str, **more: Any) -> None:
        self.channels[id_] = {"id": id_, "name": name, "is_member": True, "is_archived": False, **more}

    async def write(self, method: str, arguments: Mapping[str, Any]) -> CallResult:
        self.calls.append((method, dict(arguments)))
        fault = self.faults[method].pop(0) if self.faults[method] else None
        if fault is not None and fault != "lost":
            assert not isinstance(fault, Exception)
            return fault
        acts: dict[str, Callable[[Mapping[str, Any]], CallResult]] = {
            "chat.postMessage": self._post,
            "files.completeUploadExternal": self._share,
        }
        outcome: CallResult = acts.get(method, self._update)(arguments)
        if self.gate is not None:
            await self.gate.wait()
        return Ambiguous("lost") if fault == "lost" else outcome

    def _refusal(self, arguments: Mapping[str, Any]) -> CallResult | None:
        channel = self.channels.get(arguments["channel"])
        if channel is None:
            return Rejected("channel_not_found")
        if not channel["is_member"]:
            return Rejected("not_in_channel")
        if channel["is_archived"]:
            return Rejected("is_archived")
        if not self.takes_plan and any(block["type"] == "plan" for block in arguments["blocks"]):
            return Rejected("invalid_blocks", "unsupported type: plan")
        if not self.reaches_images and any(block["type"] == "image" for block in arguments["blocks"]):
            return Rejected("invalid_blocks", "downloading image failed")
        return None

    def _post(self, arguments: Mapping[str, Any]) -> CallResult:
        if refusal := self._refusal(arguments):
            return refusal
        ts = f"{self.clock.now().timestamp():.0f}.{next(self._ts):06d}"
        self.messages.append({**arguments, "ts": ts, "versions": [arguments["text"]]})
        return Sent({"ok": True, "channel": arguments["channel"], "ts": ts})

    def _share(self, arguments: Mapping[str, Any]) -> CallResult:
        names = [self.files[file["id"]] for file in arguments["files"]]
        place = {"channel": arguments["channel_id"], "thread_ts": arguments["thread_ts"]}
        message = {
            **place,
            "text": "",
            "ts": f"0.{next(self._ts):06d}",
            "files": [{"name": name} for name in names],
        }
        self.messages.append(message)
        return Sent({"ok": True, "files": arguments["files"]})

    def _update(self, arguments: Mapping[str, Any]) -> CallResult:
        if refusal := self._refusal(arguments):
            return refusal
        for message in self.messages:
            if message["ts"] == arguments["ts"]:
                message.update(arguments)
                message["versions"].append(arguments["text"])
                return Sent({"ok": True, "channel": arguments["channel"], "ts": arguments["ts"]})
        return Rejected("message_not_found")

    async def upload(self, url: str, content: bytes) -> CallResult:
        self.calls.append(("upload", {"url": url, "content": content}))
        return Sent({})

    async def read(
        self, method: str, arguments: Mapping[str, Any] | None = None, *, tries: int = 3
    ) -> Mapping[str, Any]:
        arguments = dict(arguments or {})
        self.calls.append((method, arguments))
        if self.faults[method]:
            fault = self.faults[method].pop(0)
            assert isinstance(fault, Exception)
            raise fault
        if method in ("conversations.list", "users.conversations"):
            own = method == "users.conversations"
            found = [one for id_, one in self.channels.items() if id_[0] == "C"]
            return {"channels": [one for one in found if one.get("is_member") or not own]}
        if method == "conversations.info":
            if arguments["channel"] not in self.channels:
                raise SlackRefused(method, Rejected("channel_not_found"))
            return {"channel": self.channels[arguments["channel"]]}
        if method == "files.getUploadURLExternal":
            id_ = f"F{next(self._ts)}"
            self.files[id_] = arguments["filename"]
            return {"upload_url": "http://127.0.0.1/upload", "file_id": id_}
        if method == "conversations.open":
            if code := self.no_direct.get(arguments["users"]):
                raise SlackRefused(method, Rejected(code))
            id_ = f"D{arguments['users']}"
            self.channel("", id_)
            return {"channel": {"id": id_}}
        if not self.channels.get(arguments["channel"], {}).get("is_member"):
            raise SlackRefused(method, Rejected("not_in_channel"))
        thread = arguments.get("ts")
        found = [
            message
            for message in self.messages
            if message["channel"] == arguments["channel"] and message.get("thread_ts") == thread
        ]
        return {"messages": found}

    def texts(self, channel: str | None = None) -> list[str]:
        return [message["text"] for message in self.messages if channel in (None, message["channel"])]

    def count(self, method: str) -> int:
        return sum(1 for name, _ in self.calls if name == method)


class World:
    """A run with its requests, its log, and an outbox between them and Slack."""

    def __init__(self, deliveries: Any, slack: Any = None) -> None:
        self.clock = FakeClock(datetime(2026, 1, 5, 9, 0, tzinfo=UTC))
        self.slack = slack or FakeSlack(self.clock)
        if slack is None:
            self.slack.channel("deploys", "C05DEPLOYS")
            self.slack.channel("incidents", "C02INCIDENTS")
        self.deliveries = deliveries
        self.log = MemoryLog()
        self.details: dict[str, RunDetail] = {}
        self.people = StaticPeople([Person("U01ALICE", "Alice")], {"platform": ["U01ALICE", "U02BOB"]})
        self.operator: str | None = None
        self.shows_images = False
        """Questions have an image."""
        self.lines_have_blocks = False
        self.renders = True
        """False: a record is not what the view expects."""
        self.loaded: dict[str, str] = {}
        self.settling: list[str] = []
        """Requests for which a grant was looked for before people were told."""
        self.grants: asyncio.Event | None = None
        """Set when that is known; None: at once."""
        self.outbox = self._new()

    def _new(self) -> Outbox:
        return Outbox(
            OutboxParts(
                self.log, self.deliveries, self, self.people, self.slack, self.render, self.clock,
                self.operator, loaded_channel=self.loaded.get, settle=self._settle,
            )
        )  # fmt: skip

    async def _settle(self, request_id: str) -> None:
        self.settling.append(request_id)
        if self.grants is not None:
            await self.grants.wait()

    async def restart(self) -> None:
        await self.outbox.close(grace=0)
        self.outbox = self._new()
        await self.outbox.start()

    async def detail(self, run_id: str, *, marked: bool = False) -> RunDetail:
        if run_id not in self.details:
            raise UnknownRun(run_id)
        return self.details[run_id]

    async def request(self, request_id: str) -> RequestRecord | None:
        for detail in self.details.values():
            for request in detail.requests:
                if request.id == request_id:
                    return request
        return None

    async def render(self, delivery: Delivery, *, plan: bool) -> Message | None:
        if not self.renders:
            raise KeyError("odd")
        if delivery.kind == "run":
            detail = self.details[delivery.subject]
            text = f"{detail.run.id} v{detail.run.version}"
            task = {"type": "task_card", "task_id": "t", "title": text, "status": "in_progress"}
            plain = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
            block = {"type": "plan", "title": text, "tasks": [task]} if plan else plain
            return Message(text, (block,))
        if delivery.kind == "request":
            request = await self.request(delivery.subject)
            assert request is not None
            text = f"{request.id} {request.state}"
            section = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
            image = {"type": "image", "image_url": "https://example.com/x.png", "alt_text": "x"}
            return Message(text, (section, image) if plan and self.shows_images else (section,))
        if delivery.kind == "outcome":
            return Message(f"outcome of {delivery.subject}")
        if delivery.kind == "notify":
            return Message(f"message {delivery.data['data']['number']}")
        text = f"{delivery.kind} {delivery.data['type']} {delivery.data.get('code', '')}".strip()
        block = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
        return Message(text, (block,) if self.lines_have_blocks else ())

    # What happens in the engine

    def run(
        self,
        run_id: str = "deploy-aaaa",
        channel: str | None = None,
        home: str | None = "#deploys",
        actor: Actor = ALICE,
    ) -> str:
        record = RunRecord(
            run_id, "deploy", "digest", "running", 1, {}, actor, "manual", channel, "trace", self.clock.now()
        )
        self.details[run_id] = RunDetail(record, "@platform", home, (), ())
        return run_id

    def ask(
        self, run_id: str, request_id: str = "q1", channel: str | None = None, kind: Any = "approval"
    ) -> None:
        detail = self.details[run_id]
        request = make_request(
            id=request_id,
            kind=kind,
            run_id=run_id,
            workflow="deploy",
            step="go_live",
            state="open",
            version=1,
            ask="Ship it?",
            choices=("approve", "reject"),
            stages=(anybody_of("@platform"),),
            self_approval=False,
            comment={},
            requester=ALICE,
            opened_at=self.clock.now(),
            channel=channel,
        )
        self.details[run_id] = replace(detail, requests=(*detail.requests, request))

    def decide(self, run_id: str, request_id: str = "q1", by: Actor = BOB) -> None:
        detail = self.details[run_id]
        requests = []
        for request in detail.requests:
            if request.id == request_id:
                decision = DecisionRecord("d1", request_id, "approve", by, "", self.clock.now())
                request = replace(request, state="decided", outcome="approved", decisions=(decision,))
            requests.append(request)
        self.details[run_id] = replace(detail, requests=tuple(requests))

    async def tell(self, type_: str, run_id: str, request_id: str | None = None, **data: Any) -> None:
        """An event, and with it the run's next version."""
        detail = self.details[run_id]
        run = replace(detail.run, version=detail.run.version + 1)
        self.details[run_id] = replace(detail, run=run)
        seq = len(self.log.events) + 1
        event = EventRecord(
            seq, type_, self.clock.now(), ALICE, run_id, "deploy", "go_live", request_id, "trace", data
        )
        await self.log.append(event)

    # Time

    async def settled(self) -> None:
        async with asyncio.timeout(20):
            await self.outbox.settled()

    async def fail_for(self, seconds: int) -> None:
        """Let time go by while the outbox fails every five seconds, and so does not settle."""
        delay = timedelta(seconds=5)
        for _ in range(seconds // 5):
            async with asyncio.timeout(10):
                while (wake := self.clock.next_wake()) is None or wake > self.clock.now() + delay:
                    await asyncio.sleep(0)
            self.clock.advance(delay)

    async def pass_time(self, seconds: float) -> None:
        """Let time go by in small steps, all that is due happening on the way."""
        end = self.clock.now() + timedelta(seconds=seconds)
        while True:
            await self.settled()
            wake = self.clock.next_wake()
            if wake is None or wake > end:
                break
            self.clock.move_to(wake)
            await asyncio.sleep(0)
        self.clock.move_to(end)
        await self.settled()


@pytest.fixture(params=["memory", "store"])
async def deliveries(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Any]:
    if request.param == "memory":
        yield MemoryDeliveries()
        return
    store = await open_store(
        tmp_path / "signoff.db", Keyring(tmp_path / "keys"), datetime(2026, 1, 5, tzinfo=UTC)
    )
    # The log of the tests is in memory: without events here its places would be beyond the end.
    execute(
        tmp_path / "signoff.db",
        "INSERT INTO event (seq, type, at, actor, data) VALUES (10000, 'code.loaded', 0, 'engine:', '{}')",
    )
    yield store.deliveries
    await store.close()


@pytest.fixture
async def world(deliveries: Any) -> AsyncIterator[World]:
    world = World(deliveries)
    await world.outbox.start()
    yield world
    await world.outbox.close(grace=0)


@pytest.fixture
async def local_world(request: pytest.FixtureRequest, deliveries: Any, local: Any) -> AsyncIterator[World]:
    """The outbox on the local Slack. Its parameter: seconds until a call without an answer is given up."""
    timeouts = CallTimeouts(connect=2, answer=getattr(request, "param", 2), first_retry=0.01)
    async with SlackApi(local.server.bot_token, base_url=local.server.api_url, timeouts=timeouts) as api:
        world = World(deliveries, api)
        await world.outbox.start()
        yield world
        await world.outbox.close(grace=0)
