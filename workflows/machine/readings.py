"""Readings, and where they come from: a CSV file that grows, or an address that answers with CSV."""

import csv
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from pydantic import BaseModel, ConfigDict

HEADER = ("timestamp", "value")
_TIMEOUT = aiohttp.ClientTimeout(total=20)


class Reading(BaseModel):
    """One value of the sensor, in degrees Fahrenheit. `at`: UTC; a time without a zone is taken for UTC."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    value: float


class Cursor(BaseModel):
    """How far a source has been read: bytes of a file, and the newest reading's time."""

    model_config = ConfigDict(frozen=True)

    offset: int = 0
    last_at: datetime | None = None


class Row(BaseModel):
    """A line as it stands in the source. `reading` is None where it can't be read; `trouble` says why."""

    text: str
    reading: Reading | None = None
    trouble: str | None = None


class Batch(BaseModel):
    """What one run takes: everything new up to now, at most so many lines."""

    begins: Cursor
    offset: int = 0
    rows: list[Row] = []
    more: bool = False
    """There are further lines for the next run."""


class SourceMissing(ConnectionError):
    """The file or the address gives no readings now. Worth another try."""


def parse(line: str) -> Row:
    """`2014-01-31 08:00:00,91.25` as a row."""
    cells = next(csv.reader([line]), [])
    text = line.strip()[:120]
    if len(cells) != len(HEADER):
        return Row(text=text, trouble=f"has {len(cells)} columns instead of 2")
    when, value = (cell.strip() for cell in cells)
    try:
        at = datetime.fromisoformat(when)
    except ValueError:
        return Row(text=text, trouble="its time is not a time")
    if not value:
        return Row(text=text, trouble="its value is missing")
    try:
        number = float(value)
    except ValueError:
        return Row(text=text, trouble="its value is not a number")
    if not math.isfinite(number):
        return Row(text=text, trouble="its value is not a number")
    return Row(text=text, reading=Reading(at=_utc(at), value=number))


def from_file(path: Path, begins: Cursor, now: datetime, most: int) -> Batch:
    """New lines of a CSV file, from the byte where the last run stopped.

    A line that is still being written, and readings later than `now`, are left for a later run. A file that
    was replaced by a shorter one is read from its start; what is known already is set aside as old.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            offset = begins.offset if begins.offset <= size else 0
            file.seek(offset)
            rows: list[Row] = []
            for raw in file:
                if not raw.endswith(b"\n"):
                    break
                line = raw.decode("utf-8", errors="replace")
                row = None if not line.strip() or _is_header(line) else parse(line)
                if row is not None:
                    if len(rows) == most or _is_later(row, now):
                        return Batch(begins=begins, offset=offset, rows=rows, more=len(rows) == most)
                    rows.append(row)
                offset += len(raw)
    except OSError as error:
        raise SourceMissing(f"{path} can't be read: {error.strerror}.") from None
    return Batch(begins=begins, offset=offset, rows=rows)


async def from_address(url: str, begins: Cursor, now: datetime, most: int) -> Batch:
    """`GET url?after=2014-01-31T08:00:00+00:00` answers with CSV lines of readings after that moment."""
    query = {"after": begins.last_at.isoformat()} if begins.last_at else {}
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.get(url, params=query) as answer,
        ):
            if answer.status != 200:
                raise SourceMissing(f"{url} answered {answer.status} instead of readings.")
            text = await answer.text()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise SourceMissing(f"{url} did not answer: {error or type(error).__name__}.") from None
    found = [parse(line) for line in text.splitlines() if line.strip() and not _is_header(line)]
    due = [row for row in found if not _is_later(row, now)]
    return Batch(begins=begins, rows=due[:most], more=len(due) > most)


def times(rows: Sequence[Row]) -> list[datetime]:
    return [row.reading.at for row in rows if row.reading]


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _is_later(row: Row, now: datetime) -> bool:
    return row.reading is not None and row.reading.at > now


def _is_header(line: str) -> bool:
    return tuple(cell.strip().lower() for cell in line.split(",")) == HEADER
