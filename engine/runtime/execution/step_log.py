"""Log of one attempt: its last lines are kept as they came, and prepared for people at its end."""

from collections import deque
from collections.abc import Collection, Iterator, Sequence

from engine.kernel.resilience.failures import shortened_and_redacted
from engine.model.text.redaction import HIDDEN, ends_key, is_in_key, opens_key

_MAX_LINES = 200
_MAX_LINE_LENGTH = 1000
_MAX_RAW_LENGTH = 4000
"""Characters kept of a line until then: a credential that begins in what people read is found whole."""
_HEAVY_LENGTH = 20_000


class LogLines:
    """Called from threads too: each append is atomic.

    Hiding credentials in each line as it came would hold the loop for 12 s where a step logs 100,000 of them.
    """

    def __init__(self) -> None:
        self.raw: deque[str] = deque(maxlen=_MAX_LINES)

    def __call__(self, text: str) -> None:
        self.raw.append(str(text)[:_MAX_RAW_LENGTH])

    @property
    def heavy(self) -> bool:
        """Return whether `lines` takes so long that it should run in a thread."""
        return bool(self.raw) and sum(map(len, list(self.raw))) > _HEAVY_LENGTH

    def lines(self, secrets: Collection[str] = ()) -> list[str]:
        """Return the lines that people may read. `secrets` are hidden wherever they occur."""
        if not self.raw:
            return []
        raw = list(self.raw)
        shown = [shortened_and_redacted(line, _MAX_LINE_LENGTH, secrets) for line in raw]
        for index in _key_lines(raw):
            shown[index] = HIDDEN
        return shown


def _key_lines(raw: Sequence[str]) -> Iterator[int]:
    """The lines of a private key that was logged line by line, without its first and last one."""
    open_key = False
    for index, line in enumerate(raw):
        open_key = open_key and is_in_key(line)
        if open_key:
            yield index
        elif ends_key(line):
            yield from _body_before(raw, index)
        open_key = open_key or opens_key(line)


def _body_before(raw: Sequence[str], end: int) -> Iterator[int]:
    """The beginning of the key is no longer among the lines that are kept."""
    for index in range(end - 1, -1, -1):
        line = raw[index].strip()
        if not line or line.isalpha() or not is_in_key(line):
            return
        yield index
