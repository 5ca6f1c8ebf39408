"""Records that another program changed: each is told once, and known until it is put right."""

import asyncio

from engine.errors import Altered, AlteredRun, UnreadableRow, UnreadableRun

_MAX_NAMED = 10


class Alterations:
    """Each by its subject: a run, a fact of the installation, a definition, a burst."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self.unreadable: dict[str, object] = {}
        """Runs that a list left out, by name: their ids as stored. They may have been put right since."""
        self.rows: dict[str, UnreadableRow] = {}
        """Rows of no run that cannot be read, by subject. They may have been put right since."""
        self._news: asyncio.Queue[str] = asyncio.Queue()

    def note(self, error: Altered) -> None:
        """Keep it, and tell it unless its subject is known to be changed."""
        subject = _subject(error)
        if subject not in self._texts:
            self._news.put_nowait(str(error))
        self._texts[subject] = str(error)
        if isinstance(error, UnreadableRun):
            self.unreadable[subject] = error.key
        if isinstance(error, UnreadableRow):
            self.rows[subject] = error

    def settle(self, subject: str) -> None:
        """It is as it was recorded again."""
        self._texts.pop(subject, None)
        self.unreadable.pop(subject, None)
        self.rows.pop(subject, None)

    async def next(self) -> str:
        """Wait for the next one, and return its text for the operator."""
        return await self._news.get()

    @property
    def warning(self) -> str:
        """Return what is changed now, in sentences; empty as a rule."""
        texts = list(self._texts.values())
        more = len(texts) - _MAX_NAMED
        return " ".join([*texts[:_MAX_NAMED], *([f"And {more:,} more."] if more > 0 else [])])


def _subject(error: Altered) -> str:
    return error.run_id if isinstance(error, AlteredRun) else error.subject or str(error)
