"""Exports of the log as files: both forms read back as they were written, and no cell is a formula."""

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit_files import COLUMNS, Format, NotAnExport, Writer, read_export

ODD = (
    *("", "'", "''", "=1+1", " =1+1", "+x", "-1", "@a", "\t=x", "\r\n=x", "＝x", "{", '{"a":1}', "true", "7"),
    'a,"b"\n',
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(ODD)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(TEXTS, VALUES, max_size=3)
_SPECIAL = {
    "seq": st.integers(0, 2**53),
    "n": st.none() | st.integers(0, 2**53),
    "data": OBJECTS | TEXTS,
    "rows": st.none() | OBJECTS,
}
EVENTS = st.fixed_dictionaries(
    {name: _SPECIAL.get(name, st.none() | TEXTS) for name in COLUMNS if name != "pruned"}
)
PRUNED = st.fixed_dictionaries({"seq": st.integers(0, 2**53), "pruned": st.just(True), "hash": TEXTS})
DOCUMENT = {"export": {"kind": "signoff.export/1", "events": 3}, "key": "k", "signature": "+/=="}


def written(form: Format, records: list[dict[str, Any]]) -> str:
    file = io.StringIO(newline="")
    writer = Writer(file, form, DOCUMENT)
    for record in records:
        writer.add(record)
    return file.getvalue()


@given(st.lists(EVENTS | PRUNED, max_size=4), st.sampled_from(["jsonl", "csv"]))
def test_an_export_reads_back_as_it_was_written(records: list[dict[str, Any]], form: Format) -> None:
    document, read = read_export(io.StringIO(written(form, records), newline=""))
    assert document == DOCUMENT
    assert list(read) == records


@given(st.lists(EVENTS, max_size=4))
def test_no_cell_of_a_table_is_a_formula(records: list[dict[str, Any]]) -> None:
    for row in csv.reader(io.StringIO(written("csv", records), newline="")):
        for cell in row:
            assert not cell.strip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "line 1 is not JSON"),
        ("[]\n", "line 1 is not a JSON object"),
        ('{"a": 1, "a": 2}\n', "line 1 is not JSON"),
        (f"{json.dumps(DOCUMENT)}\nx\n", "line 2 is not JSON"),
        (",".join(COLUMNS) + "\r\n", "its first row is not the signed statement"),
        (written("csv", []) + "1,2\r\n", "line 3 has 2 cells instead of 16"),
        (written("csv", []) + '"a"b\r\n', "line 3 is not CSV"),
    ],
)
def test_a_file_that_is_not_an_export_is_refused(text: str, why: str) -> None:
    def read() -> None:
        _, records = read_export(io.StringIO(text, newline=""))
        list(records)

    with pytest.raises(NotAnExport, match=why):
        read()
