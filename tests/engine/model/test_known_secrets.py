"""Secrets in texts: found in every form that programs give them, and nothing else is hidden."""

import base64
import html
import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import quote, quote_plus

import pytest

from engine.model.text.known_secrets import HIDDEN, KnownSecrets
from engine.model.text.redaction import redacted

VALUE = 'Qz7+k/"3é<Vw8=&p'
FORMS: list[Callable[[str], str]] = [
    str,
    quote,
    quote_plus,
    lambda value: quote(value, safe=""),
    lambda value: quote(value, safe="").lower().replace(value.lower(), value),
    html.escape,
    repr,
    json.dumps,
    lambda value: json.dumps(value, ensure_ascii=False),
    lambda value: json.dumps(json.dumps({"inside": value})),
    lambda value: value.encode().hex(),
    lambda value: value.encode().hex().upper(),
    *(
        lambda value, before=before, after=after, encode=encode: encode(
            f"{before}{value}{after}".encode()
        ).decode()
        for before in ("", "a", "ab", "user:")
        for after in ("", "x", "yz")
        for encode in (base64.b64encode, base64.urlsafe_b64encode)
    ),
]


def letters(text: str) -> int:
    """The longest part that the text has in common with the value."""
    return max((size for size in range(1, len(VALUE)) if VALUE[:size] in text), default=0)


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_hidden_in_each_form(form: Callable[[str], str]) -> None:
    known = KnownSecrets([VALUE])
    text = f"before {form(VALUE)} after"
    if form(VALUE) == quote(VALUE, safe="").lower():
        return
    shown = redacted(text, known)
    assert HIDDEN in shown
    assert known.name_in(text) == ""
    assert shown.startswith("before ")
    assert shown.endswith(" after")


@pytest.mark.parametrize("shown", range(1, 60))
def test_a_limit_that_cuts_a_secret_leaves_less_than_a_third_of_it(shown: int) -> None:
    value = "".join(chr(ord("A") + (7 * place) % 26) + str(place % 10) for place in range(30))
    known = KnownSecrets([value])
    for cut in (value[:shown], value[-shown:], f"{value[:shown]}...{value[-shown:]}"):
        hidden = known.hide(f"it was {cut}")
        assert all(value[place : place + 20] not in hidden for place in range(41)), hidden


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("postgresql://app:s3cret-pass@db/orders", "password is s3cret-pass"),
        ("postgresql://app:s3cr%2Ft-pass@db/orders", "password is s3cr/t-pass"),
        ('{"key": "abcdefgh-12345678", "n": 3}', "key abcdefgh-12345678"),
        (
            "-----BEGIN KEY-----\nMIIBVgIBADANBgkqhk\nAASCAUAwggE8AgEAAk\n-----END KEY-----",
            "AASCAUAwggE8AgEAAk",
        ),
    ],
)
def test_parts_of_a_secret_are_hidden_by_themselves(value: str, text: str) -> None:
    assert HIDDEN in KnownSecrets([value]).hide(text)


def test_other_texts_stay_as_they_are() -> None:
    known = KnownSecrets(["postgresql://app:s3cret-pass@db/orders", "short", "", "correct-horse"])
    text = "postgresql is short of horses; -----BEGIN KEY-----"
    assert known.hide(text) == text
    assert list(known) == ["postgresql://app:s3cret-pass@db/orders", "correct-horse"]


def test_binary_data_stays_as_it_is() -> None:
    known = KnownSecrets(["correct-horse"])
    assert known.hide_bytes(b"\xff\x00correct-horse\xfe") == b"\xff\x00[hidden]\xfe"


def test_the_name_of_a_secret_is_told() -> None:
    known = KnownSecrets()
    known.add("correct-horse", "PAYMENTS_KEY")
    assert (known.name_in("a correct-horse"), known.name_in("a horse")) == ("PAYMENTS_KEY", None)


@pytest.fixture
def threads_alternate_often() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("threads_alternate_often")
def test_secrets_that_two_threads_add_at_once_are_all_hidden() -> None:
    known, together = KnownSecrets(), Barrier(4)

    def add(thread: int) -> None:
        for number in range(30):
            together.wait(20)
            known.add(f"secret-{thread}-of-{number}-end")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add, range(4)))
    assert len(known) == 120
    assert [value for value in known if known.hide(value) != HIDDEN] == []
