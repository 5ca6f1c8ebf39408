"""The deliveries that may go out now, and their order. Pure, but for the tokens that it takes.

One message at a time in a lane, so that people read things in the order in which they happened. A channel has
a lane for new questions, with the messages of their runs, and one for edits and news. A call that hangs holds
up no other lane, its own lane for some seconds, and its thread until it ends. What people must act on goes
before what they only watch.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from bot.outbox.holding import held_seconds
from bot.outbox.ports import LOOKUP, TAIL, Delivery
from bot.outbox.projector import ASKS, run_key
from bot.outbox.rate_limits import Pace
from bot.outbox.run_pictures import KIND as PICTURE
from engine import Queue

T = TypeVar("T")
MAX_RETRY_INTERVAL = timedelta(minutes=15)
"""No message that something is in the way of is tried less often."""
_MAX_SOURCES = 10_000
_SHORT_WAIT_LIMIT = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Selection:
    """`go`: to be delivered now. `after`: how long until it is worth looking again; None: until something
    changes."""

    go: tuple[tuple[str, Delivery], ...]
    """With the lane of each."""
    after: timedelta | None
    odd: tuple[tuple[Delivery, Exception], ...] = ()
    """Deliveries whose rows are not what a release writes, with what they raised."""
    held_back: bool = False
    """All posts or all edits that were read of some place wait for something of their own, so that one that
    was not read might go."""


class RoundRobin:
    """When each source was last served in each lane, so that the one that waited longest goes next."""

    def __init__(self) -> None:
        self._served: dict[tuple[str, str], int] = {}
        self._count = 0

    def last(self, queue: Queue) -> int:
        """Grows with each turn; 0 for a source that was not served yet."""
        return self._served.get((queue.lane, queue.source), 0)

    def take(self, queue: Queue) -> None:
        """It is the turn of this source."""
        self._count += 1
        if len(self._served) >= _MAX_SOURCES:
            self._served.clear()
        self._served[queue.lane, queue.source] = self._count


@dataclass(slots=True)
class DeliveryOrder:
    """One look at the deliveries that are due.

    `parents`: those whose threads are wanted, by key. `known`: the id of a channel's name as far as
    it is known. `passed`: seconds of the monotonic clock. `forced`: keys that are tried before their time.
    `busy`: lanes in use, and for how many seconds others wait for them. `opening`: keys whose first post is
    under way. `threads`: keys of the messages of which, or in whose threads, a call is under way.
    """

    pace: Pace
    turns: RoundRobin
    now: datetime
    passed: float
    parents: Mapping[str, Delivery]
    known: Callable[[str], str]
    busy: Mapping[str, float] = field(default_factory=dict)
    opening: Collection[str] = ()
    threads: Collection[str] = ()
    forced: Collection[str] = ()
    _taken: set[str] = field(default_factory=set)
    _full: set[str] = field(default_factory=set)
    """Channels where a post waits for its turn: later posts must not overtake it."""
    _queued: set[tuple[str, bool]] = field(default_factory=set)
    """Places, and whether it is their posts or their edits, where one goes or waits for its turn: those after
    it wait as well."""
    _waits: list[timedelta] = field(default_factory=list)
    _odd: list[tuple[Delivery, Exception]] = field(default_factory=list)

    def next(self, due: list[Delivery]) -> Selection:
        """Which of `due` go now; each source's come in the order in which they are wanted."""
        waiting = {delivery.key: delivery for delivery in due}
        blocked = set(self.threads)
        ready = [each for each in due if self._of_one(each, lambda row: self._ready(row, waiting, blocked))]
        ready.sort(key=lambda delivery: (delivery.queue.rank, self.turns.last(delivery.queue)))
        lanes = [(self._of_one(delivery, self._lane_for), delivery) for delivery in ready]
        go = [(lane, delivery) for lane, delivery in lanes if lane is not None]
        for _, delivery in go:
            self.turns.take(delivery.queue)
        held_back = any((delivery.queue.lane, delivery.ref is None) not in self._queued for delivery in due)
        return Selection(tuple(go), min(self._waits, default=None), tuple(self._odd), held_back)

    def _of_one(self, delivery: Delivery, rule: Callable[[Delivery], T]) -> T | None:
        """Return what the rule says of a delivery; None for an odd row, which holds up no other."""
        try:
            return rule(delivery)
        except Exception as error:
            self._odd.append((delivery, error))
            return None

    def _ready(self, delivery: Delivery, waiting: Mapping[str, Delivery], blocked: set[str]) -> bool:
        thread = delivery.target.get("thread_of")
        if thread in blocked or (delivery.kind == PICTURE and _lines_before(delivery, waiting)):
            return False
        if seconds := held_seconds(delivery, self.now):
            self._waits.append(timedelta(seconds=seconds))
            return False  # what comes later in its thread does not wait for it
        if not self._in_time(delivery) or not self._after_its_run(delivery, waiting):
            if delivery.kind != TAIL and self._holds(delivery):
                blocked.add(thread or delivery.key)
            return False
        if thread is None:
            return True
        parent = self.parents.get(thread)
        # A parent that is gone is the sender's to notice.
        return parent is None or parent.state == "dead" or parent.ref is not None

    def _holds(self, delivery: Delivery) -> bool:
        """Return whether later lines of its thread wait for it. A refused one comes after them anyway."""
        if delivery.state != "posting":
            return True
        return delivery.not_before is None or delivery.not_before - self.now <= _SHORT_WAIT_LIMIT

    def _in_time(self, delivery: Delivery) -> bool:
        if delivery.not_before is None or delivery.not_before <= self.now:
            return True
        if delivery.not_before - self.now > MAX_RETRY_INTERVAL:
            return True  # nothing waits that long: the clock was set back since
        # A post in doubt is not hurried: it may still be under way.
        if delivery.key in self.forced and delivery.state != "posting":
            return True
        self._waits.append(delivery.not_before - self.now)
        return False

    def _after_its_run(self, delivery: Delivery, waiting: Mapping[str, Delivery]) -> bool:
        key = _read_before(delivery)
        if key is None or delivery.ref is not None:
            return True
        run = waiting.get(key)
        if run is None:
            return key not in self.opening
        if run.ref is not None:
            return True
        if run.state == "posting":
            # In doubt, but only for a moment: worth waiting for.
            return run.not_before is not None and run.not_before - self.now > _SHORT_WAIT_LIMIT
        # A run whose message is stuck does not keep its people from being asked.
        return bool(run.error)

    def _lane_for(self, delivery: Delivery) -> str | None:
        lane = self._lane(delivery)
        self._queued.add((delivery.queue.lane, delivery.ref is None))
        if lane in self.busy:
            self._waits.append(timedelta(seconds=self.busy[lane]))
            return None
        if lane in self._taken:
            return None
        if delivery.state != "posting" and delivery.kind != LOOKUP and not self._paced(delivery):
            return None
        self._taken.add(lane)
        return lane

    def _paced(self, delivery: Delivery) -> bool:
        method, where, progress = self._call(delivery)
        if method == "chat.postMessage" and where in self._full:
            return False
        wait = self.pace.wait(method, where, self.passed, progress=progress)
        if wait:
            self._waits.append(timedelta(seconds=wait))
            if method == "chat.postMessage":
                self._full.add(where)
            return False
        self.pace.take(method, where, self.passed)
        return True

    def _lane(self, delivery: Delivery) -> str:
        place = self._place(delivery)
        asks = delivery.ref is None and delivery.queue.rank == ASKS
        return f"questions:{place}" if asks else place

    def _place(self, delivery: Delivery) -> str:
        """Return the place. A picture has one of its own: nobody's message waits for it to be uploaded."""
        if delivery.kind == LOOKUP:
            return delivery.key
        channel = self._channel(delivery)
        return f"pictures:{channel}" if delivery.kind == PICTURE else channel

    def _channel(self, delivery: Delivery) -> str:
        target = delivery.target
        if delivery.ref is not None:
            return str(delivery.ref["channel"])
        if "user" in target:
            return f"user:{target['user']}"
        if "thread_of" in target:
            parent = self.parents.get(target["thread_of"])
            return str(parent.ref["channel"]) if parent is not None and parent.ref else "nowhere"
        channels = target.get("channels") or ["nowhere"]
        return self.known(channels[0])

    def _call(self, delivery: Delivery) -> tuple[str, str, bool]:
        if delivery.ref is None:
            return "chat.postMessage", self._place(delivery), False
        where = f"{delivery.ref['channel']}:{delivery.ref.get('ts', '')}"
        return "chat.update", where, delivery.kind in ("run", TAIL)


def _read_before(delivery: Delivery) -> str | None:
    """Key of the message that people read first: of a request's run, of the run that started this run, or the
    one that a line or a step's message follows."""
    if delivery.kind == "request":
        return run_key(str(delivery.target.get("run", "")))
    if delivery.kind in ("line", "notify", LOOKUP):
        return delivery.queue.follows or None
    starter: str | None = delivery.target.get("part_of")
    return None if starter is None else run_key(starter)


def _lines_before(picture: Delivery, waiting: Mapping[str, Delivery]) -> bool:
    """Return whether a line of the same thread, such as the decision that ended the run, is still to come."""
    thread = picture.target.get("thread_of")
    return any(
        each.kind not in (PICTURE, TAIL) and each.target.get("thread_of") == thread and not each.error
        for each in waiting.values()
    )
