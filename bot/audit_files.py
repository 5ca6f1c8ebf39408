"""Exports of the log as files: JSON Lines, and CSV that no spreadsheet executes.

The first record of both is the signed statement. A CSV file has the same values as JSON Lines, so that it can
be verified as well.
"""

import contextlib
import csv
import json
from collections.abc import Iterator, Mapping
from typing import IO, Any, Literal

import orjson

Format = Literal["jsonl", "csv"]
COLUMNS = (
    "seq", "at", "type", "actor", "as_user", "run_id", "workflow", "step", "request_id", "trace_id", "data",
    "n", "rows", "previous", "hash", "pruned",
)  # fmt: skip
STATEMENT = "export.signed"
"""In a CSV file, the type of the row with the signed statement, which is in its column `data`."""
_NUMBERS = ("seq", "n")
_OBJECTS = ("data", "rows")
_APART = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "'", "{")
"""A text that begins with one of these, spaces aside, gets an apostrophe: so a spreadsheet shows it."""
csv.field_size_limit(2**31 - 1)


class NotAnExport(ValueError):
    """The file is not an export. The text says why."""


class Writer:
    """Writes an export to a file that is open for text, with `newline=""`."""

    def __init__(self, file: IO[str], form: Format, document: Mapping[str, Any]) -> None:
        self._file, self._csv = file, csv.writer(file) if form == "csv" else None
        if self._csv is not None:
            self._csv.writerow(COLUMNS)
            self.add({"type": STATEMENT, "data": document})
        else:
            self.add(document)

    def add(self, record: Mapping[str, Any]) -> None:
        if self._csv is not None:
            self._csv.writerow([_cell(record.get(name)) for name in COLUMNS])
        else:
            self._file.write(_json(record) + "\n")


def read_export(file: IO[str]) -> tuple[Any, Iterator[dict[str, Any]]]:
    """Return the statement of an export, and an iterator over its records. Raises `NotAnExport`.

    `file`: open for text, with `newline=""`. The iterator raises it too.
    """
    begin = file.readline()
    if begin.rstrip("\r\n") == ",".join(COLUMNS):
        rows = _rows(file)
        first = next(rows, {})
        if first.get("type") != STATEMENT:
            raise NotAnExport("its first row is not the signed statement")
        return first["data"], ({**row} for row in rows)
    return _parsed(begin, 1), _lines(file)


def _lines(file: IO[str]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(file, 2):
        yield _parsed(line, number)


def _parsed(line: str, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        raise NotAnExport(f"line {number:,} is not JSON") from None
    if not isinstance(value, dict):
        raise NotAnExport(f"line {number:,} is not a JSON object")
    return value


def _object(entries: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object. Readers differ in which of two equal fields they show."""
    content = dict(entries)
    if len(content) < len(entries):
        raise ValueError
    return content


def _rows(file: IO[str]) -> Iterator[dict[str, Any]]:
    reader = csv.reader(file, strict=True)
    try:
        for row in reader:
            if len(row) != len(COLUMNS):
                raise NotAnExport(
                    f"line {reader.line_num + 1:,} has {len(row)} cells instead of {len(COLUMNS)}"
                )
            yield _record(dict(zip(COLUMNS, row, strict=True)))
    except csv.Error as error:
        raise NotAnExport(f"line {reader.line_num + 1:,} is not CSV: {error}") from None


def _record(cells: Mapping[str, str]) -> dict[str, Any]:
    """Return the record of a row."""
    record = {name: _value(name, cell) for name, cell in cells.items()}
    if record.pop("pruned"):
        return {"seq": record["seq"], "pruned": True, "hash": record["hash"]}
    return record


def _value(name: str, cell: str) -> Any:
    if cell == "":
        return None
    if cell.startswith("'"):
        return cell[1:]
    if name in _NUMBERS and cell.isdecimal():
        return int(cell)
    if name in _OBJECTS:
        with contextlib.suppress(ValueError, RecursionError):
            return json.loads(cell, object_pairs_hook=_object)
    return cell


def _cell(value: Any) -> str:
    """Return the text of a cell.

    An apostrophe tells an empty text from no value, a text from an object, and a text from a formula.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if not value or value.lstrip().startswith(_APART) else value
    return _json(value)


def _json(value: Any) -> str:
    """Return JSON as the log has it, so that a hash can be computed from the text in the file."""
    return orjson.dumps(value).decode()
