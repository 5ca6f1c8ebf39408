"""Forms that are decoded at once: Bolt reads the same of them."""

import json
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_bolt.async_app import AsyncBoltRequest

from bot.http.forms import payload_text

FORM = "application/x-www-form-urlencoded"
PARTS = st.lists(
    st.sampled_from(["%", "%7", "%7b", "%7D", "%zz", "%%", "%3D", "=", "=0A", "+", " ", "&", ";", "\n", "\r",
                     "%0A", "%22", "%C3%A9", "%C3", "é", "_", "~", "a", "1", ":", "%F0%9F%98%80", "\0"])
)  # fmt: skip
VALUES: st.SearchStrategy[Any] = st.dictionaries(
    st.text(), st.text() | st.integers() | st.lists(st.text(), max_size=3), max_size=4
)


def read(body: str) -> object:
    """Return what Bolt reads, or the kind of its error."""
    try:
        return AsyncBoltRequest(body=body, headers={"content-type": FORM}).body
    except Exception as error:
        return type(error)


@given(VALUES, st.sampled_from([quote_plus, quote]))
def test_payload_of_slack_is_decoded_at_once_to_the_same(value: Any, quoted: Any) -> None:
    body = "payload=" + quoted(json.dumps(value))
    decoded = payload_text(body)
    assert json.loads(decoded) == value == read(body)
    assert read(decoded) == value


@given(PARTS)
def test_odd_form_is_read_as_bolt_reads_it(parts: list[str]) -> None:
    for start in ("payload=%7B", "payload=%7B%22a%22%3A%22"):
        for end in ("", "%7D", "%22%7D"):
            body = start + "".join(parts) + end
            assert read(payload_text(body)) == read(body)


@pytest.mark.parametrize("body", ["", "{}", "command=%2Fworkflow&text=x", urlencode({"ssl_check": "1"})])
def test_other_bodies_stay_as_they_are(body: str) -> None:
    assert payload_text(body) == body
