"""Output of a program, bounded: its lines go to the log as they come, and its last part is kept."""

from collections import deque
from collections.abc import Callable

_LOGGED_LINES = 200
"""Lines of one part that are logged. A log keeps as many, so that a flood costs no more."""
_MAX_LINE = 4000


class Captured:
    """One stream of a program. `limit`: bytes that are kept."""

    def __init__(self, limit: int, log: Callable[[str], None]) -> None:
        self.total = 0
        self._limit, self._log = limit, log
        self._parts: deque[bytes] = deque()
        self.kept = 0
        """Bytes in memory: one part more than the limit, at most."""
        self._line = b""
        self.last = ""
        """The last line that is not blank."""

    def add(self, part: bytes) -> None:
        """Take what was read. The end of a line may come later."""
        self.total += len(part)
        self._parts.append(part)
        self.kept += len(part)
        while self.kept - len(self._parts[0]) >= self._limit:
            self.kept -= len(self._parts.popleft())
        lines = (self._line + part).rsplit(b"\n", _LOGGED_LINES)
        self._line = lines[-1][-_MAX_LINE:]
        for line in lines[1:-1] if len(lines) > _LOGGED_LINES else lines[:-1]:
            self._add_line(line)

    def end(self) -> None:
        """Log what comes after the last line break."""
        if self._line:
            self._add_line(self._line)
        self._line = b""

    def _add_line(self, line: bytes) -> None:
        text = line[:_MAX_LINE].decode(errors="replace").rstrip()
        if text:
            self.last = text
            self._log(text)

    @property
    def text(self) -> str:
        """The last part, from a whole line on where something before it is left out."""
        kept = b"".join(self._parts)
        if self.total > self._limit:
            kept = kept[-self._limit :].partition(b"\n")[2] or kept[-self._limit :]
        return kept.decode(errors="replace")
