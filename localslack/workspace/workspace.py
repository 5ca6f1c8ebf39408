"""Everything a workspace holds, in memory for reading and written through to its file."""

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import asdict

from localslack.config import AppSpec, TeamSpec, WorkspaceSpec
from localslack.ids import Timestamps, make_id
from localslack.workspace.database import Change, Database
from localslack.workspace.records import Channel, File, Group, Json, Message, User, View


class Workspace:
    """Records by id, and the queries over them. Callers change a record and then `save` it."""

    def __init__(self, spec: WorkspaceSpec, database: Database, timestamps: Timestamps) -> None:
        self.team: TeamSpec = spec.team
        self.app: AppSpec = spec.app
        self.timestamps = timestamps
        self.users: dict[str, User] = {}
        self.groups: dict[str, Group] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.contents: dict[str, bytes] = {}
        self.homes: dict[str, View] = {}
        self._database = database
        self._messages: dict[str, dict[str, Message]] = {}
        self._order: dict[str, list[str]] = {}
        self._replies: dict[tuple[str, str], list[str]] = {}

    # -- writing

    async def save(self, *records: User | Group | Channel | Message | File | View) -> None:
        """Make the records' present state durable."""
        await self._database.write([_change(record) for record in records])

    async def save_content(self, file: File, body: bytes) -> None:
        self.contents[file.id] = body
        await self._database.write([_change(file), Change("content", file.id, body)])

    def add_message(self, message: Message) -> None:
        """Put a message in its place (not durable yet: `save` it)."""
        self.timestamps.seen(message.ts)
        self._messages.setdefault(message.channel, {})[message.ts] = message
        insort(self._order.setdefault(message.channel, []), message.ts)
        if message.thread_ts is not None and message.is_reply:
            insort(self._replies.setdefault((message.channel, message.thread_ts), []), message.ts)

    async def remove_message(self, message: Message) -> None:
        self.forget_message(message)
        await self._database.write([Change("message", f"{message.channel}/{message.ts}", None)])

    def forget_message(self, message: Message) -> None:
        """Take a message out of memory (all there is of an ephemeral one)."""
        if self._messages.get(message.channel, {}).pop(message.ts, None) is None:
            return
        _drop(self._order[message.channel], message.ts)
        if message.thread_ts is not None and message.is_reply:
            _drop(self._replies[message.channel, message.thread_ts], message.ts)

    # -- messages

    def message(self, channel: str, ts: str) -> Message | None:
        return self._messages.get(channel, {}).get(ts)

    def messages(self, channel: str) -> list[Message]:
        """All of a channel's messages, ephemeral ones and replies too, oldest first."""
        by_ts = self._messages.get(channel, {})
        return [by_ts[ts] for ts in self._order.get(channel, [])]

    def newer(self, channel: str, ts: str) -> list[Message]:
        """The messages after `ts`."""
        order = self._order.get(channel, [])
        by_ts = self._messages.get(channel, {})
        return [by_ts[key] for key in order[bisect_left(order, ts) :] if key > ts]

    def replies(self, channel: str, ts: str) -> list[Message]:
        """A thread's replies, oldest first, ephemeral ones too."""
        by_ts = self._messages.get(channel, {})
        return [by_ts[key] for key in self._replies.get((channel, ts), [])]

    def thread(self, message: Message) -> Json:
        """Return the fields of a thread's parent about its replies."""
        if (message.channel, message.ts) not in self._replies or message.is_reply:
            return {"reply_count": 0, "latest_reply": None, "reply_users": []}
        replies = [r for r in self.replies(message.channel, message.ts) if r.ephemeral_to is None]
        people = list(dict.fromkeys(reply.user for reply in replies))
        latest = replies[-1].ts if replies else None
        return {"reply_count": len(replies), "latest_reply": latest, "reply_users": people}

    # -- people and channels

    @property
    def bot(self) -> User:
        return self.users[self.app.bot_user]

    def user_named(self, name: str) -> User | None:
        return next((user for user in self.users.values() if user.name == name.lower()), None)

    def group_named(self, handle: str) -> Group | None:
        return next((group for group in self.groups.values() if group.handle == handle.lower()), None)

    def channel_named(self, name: str) -> Channel | None:
        wanted = name.lower()
        matching = (c for c in self.channels.values() if c.kind != "dm" and c.name == wanted)
        return next(matching, None)

    def dm_between(self, people: Iterable[str]) -> Channel | None:
        wanted = set(people)
        matching = (c for c in self.channels.values() if c.kind == "dm" and set(c.members) == wanted)
        return next(matching, None)

    async def open_dm(self, first: str, second: str, now: float) -> tuple[Channel, bool]:
        """The direct messages between two people, made if need be; True when it is new."""
        channel = self.dm_between((first, second))
        if channel is not None:
            return channel, False
        channel = Channel(make_id("D"), "", "dm", list(dict.fromkeys((first, second))), created=int(now))
        self.channels[channel.id] = channel
        await self.save(channel)
        return channel, True

    def sees(self, user: str, channel: Channel) -> bool:
        """Return whether a person may read a channel: public ones all but guests, others their members."""
        if user in channel.members:
            return True
        person = self.users.get(user)
        limited = person is None or person.is_restricted or person.is_ultra_restricted
        return channel.kind == "channel" and not limited


def _drop(order: list[str], ts: str) -> None:
    index = bisect_left(order, ts)
    if index < len(order) and order[index] == ts:
        del order[index]


def _change(record: User | Group | Channel | Message | File | View) -> Change:
    body = asdict(record)
    if isinstance(record, Message):
        return Change("message", f"{record.channel}/{record.ts}", body)
    if isinstance(record, View):
        return Change("home", record.user, body)
    return Change(type(record).__name__.lower(), record.id, body)
