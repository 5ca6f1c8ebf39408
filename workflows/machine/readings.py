"""Readings, and where they come from: a CSV file that grows, or an address that answers with CSV."""

import csv
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from pydantic import BaseModel, ConfigDict

from signoff import Fatal
from workflows.outside import Refused, Unanswered, fetch, open_regular

HEADER = ("timestamp", "value")
MAX_LINE = 1000
"""Bytes. A longer line is set aside."""
MAX_READ = 4_000_000
"""Bytes of a file that one run looks at."""


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
    """Readings of one run: everything new up to now, up to a limit of lines."""

    begins: Cursor
    offset: int = 0
    rows: list[Row] = []
    more: bool = False
    """The next run takes the remaining lines."""


class SourceMissing(ConnectionError):
    """The file or the address gives no readings now. Worth another try."""


def parse(line: str) -> Row:
    """`2014-01-31 08:00:00,91.25` as a row."""
    cells = next(csv.reader([line]), [])
    text = line.strip()[:120]
    if len(cells) != len(HEADER):
        return Row(text=text, trouble="not one time and one value")
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
    was replaced by a shorter one is read from its start; what is known already is set aside as old. One run
    looks at a bounded part.
    """
    try:
        with open_regular(path) as file:
            size = file.seek(0, 2)
            offset = begins.offset if begins.offset <= size else 0
            end = offset + MAX_READ
            file.seek(offset)
            rows: list[Row] = []
            while offset < end and (raw := _line(file, end - offset)).ends:
                row = raw.row
                if row is not None:
                    if len(rows) == most or _is_later(row, now):
                        return Batch(begins=begins, offset=offset, rows=rows, more=len(rows) == most)
                    rows.append(row)
                offset += raw.length
    except Refused as error:
        raise Fatal(str(error)) from None
    except OSError as error:
        raise SourceMissing(f"{path} can't be read: {error.strerror}.") from None
    return Batch(begins=begins, offset=offset, rows=rows, more=offset < size and offset >= end)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a file. `ends`: it is whole, or too long to be one. `length`: in bytes."""

    ends: bool
    length: int
    row: Row | None


def _line(file: BinaryIO, at_most: int) -> _Line:
    raw = file.readline(MAX_LINE)
    text = raw.decode("utf-8", errors="replace")
    if raw.endswith(b"\n"):
        row = None if not text.strip() or _is_header(text) else parse(text)
        return _Line(True, len(raw), row)
    if len(raw) < MAX_LINE:
        return _Line(False, len(raw), None)
    length = len(raw)
    while length < at_most and (more := file.readline(min(65536, at_most - length))):
        length += len(more)
        if more.endswith(b"\n"):
            break
    return _Line(True, length, Row(text=text[:120], trouble=f"is longer than {MAX_LINE} bytes"))


async def from_address(url: str, begins: Cursor, now: datetime, most: int, private: Collection[str]) -> Batch:
    """`GET url?after=2014-01-31T08:00:00+00:00` answers with CSV lines of readings after that moment.

    `private`: hosts that may be inside this network.
    """
    query = {"after": begins.last_at.isoformat()} if begins.last_at else {}
    try:
        body = await fetch(url, query, private)
    except Unanswered as error:
        raise SourceMissing(str(error)) from None
    except Refused as error:
        raise Fatal(str(error)) from None
    lines = body.decode("utf-8", errors="replace").splitlines()
    found = [parse(line[:MAX_LINE]) for line in lines if line.strip() and not _is_header(line)]
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
