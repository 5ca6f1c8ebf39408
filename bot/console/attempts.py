"""A limit on tries to sign in: for each address, and for all together."""

from collections import OrderedDict, deque

PER_ADDRESS, TOGETHER, SECONDS = 10, 100, 60.0
_MAX_ADDRESSES = 1_000


class Attempts:
    """Counts the tries of the last minute."""

    def __init__(self) -> None:
        self._by_address: OrderedDict[str, deque[float]] = OrderedDict()
        self._together: deque[float] = deque()

    def take(self, address: str, now: float) -> bool:
        """Count a try; return whether it is within the limits. One that is not is not counted."""
        own = self._by_address.setdefault(address, deque())
        self._by_address.move_to_end(address)
        while len(self._by_address) > _MAX_ADDRESSES:
            self._by_address.popitem(last=False)
        for times in (own, self._together):
            while times and times[0] <= now - SECONDS:
                times.popleft()
        if len(own) >= PER_ADDRESS or len(self._together) >= TOGETHER:
            return False
        own.append(now)
        self._together.append(now)
        return True
