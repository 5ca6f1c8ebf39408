"""Identities in messages: names of one person, addresses with their host, inputs marked as inputs."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.slack.directory import person_of
from bot.views.blocks import Ids
from bot.views.message import Names
from bot.views.requests.muting import mute_line
from bot.views.runs.run import subject_of
from bot.views.wording.display import short
from engine import Actor, Mute, Shown

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def name(display: str, handle: str = "eve") -> str:
    user = {"id": "U9", "name": handle, "team_id": "T1", "profile": {"display_name": display}}
    return person_of(user, "T1").name


def test_two_people_of_the_same_name_are_told_apart() -> None:
    assert name("Bob Miller", "bmiller") == "Bob Miller (@bmiller)"
    assert name("Bob Miller", "eve") == "Bob Miller (@eve)"
    assert name("bob", "bob") == "bob"
    assert name("", "bob") == "@bob"
    assert name("Bob Miller", "") == "Bob Miller (U9)"


def test_the_line_of_a_mute_names_the_person_as_cards_do() -> None:
    mute = Mute("ship", Actor("slack", "U9"), NOON, NOON + timedelta(hours=1), step="load")
    for display, shown in (("Alice", "Alice (@eve)"), ("Alice (@alice)", "@eve")):
        names = Names({"U9": name(display, "eve")})
        line = mute_line(mute, names, NOON, Ids("request", 1))
        assert f"Muted by {shown} until" in str(line)
        assert names.actor(mute.by) == shown


@pytest.mark.parametrize(
    "display", ["Bob (@bob)", "Bob\u200b", "B\u043eb", "@bob", "*Bob*", "\u3164", "B" * 51]
)
def test_a_display_name_imitates_no_handle(display: str) -> None:
    assert name(display) == "@eve"


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com@evil.example/x", "https://github.com:pw@evil.example", "https://github.com:x/y",
        "https://evil.example\\\\@github.com", "https://github.com%2f@evil.example", "https://g\u0456thub.com/",
        "https://github\u2024com.evil.example", "https://github.com\u2215x.evil.example/",
        "https://evil.example#@github.com/", "https://evil.example?@github.com/login",
        "http://[2001:db8::1]/github.com", "https://[2001:db8::1]:8080/", "http://[::1]/x",
    ],
)  # fmt: skip
def test_an_address_that_hides_its_host_does_not_become_a_link(address: str) -> None:
    assert not short(Shown("Link", address, "link")).startswith("<")


@pytest.mark.parametrize(
    "address",
    [
        "http://[2001:db8::1]/github.com",
        "https://[2001:db8::1]:8080/",
        "https://evil.example?@github.com/login",
    ],
)
def test_an_address_without_a_link_is_shown_as_text(address: str) -> None:
    assert short(Shown("Link", address, "link")).strip("`") == address


@pytest.mark.parametrize("address", ["https://medium.com/@bob", "https://a.example/x?to=b@c.example"])
def test_an_address_with_an_at_sign_after_its_path_is_a_link(address: str) -> None:
    assert short(Shown("Link", address, "link")).startswith(f"<{address}|")


def test_a_long_host_shows_whose_it_is() -> None:
    host = f"github.com.{'login.' * 10}evil.example"
    assert short(Shown("Link", f"https://{host}/github.com", "link")).endswith("evil.example>")


def test_the_words_of_a_requester_are_said_to_be_an_input() -> None:
    assert subject_of({"note": "verified ✅"}) == 'input "verified ✅"'
    assert subject_of({"note": 'x" · approved'}) == 'input "x\\" · approved"'
    assert subject_of({}) == ""


def test_the_first_text_of_an_input_is_shortened_and_no_later_one_takes_its_place() -> None:
    note = {"device": "press-17 of the second hall in Ulm", "by": "bob"}
    assert subject_of(note) == 'input "press-17 of the second hall i… bob"'
    assert subject_of({"device": "press-17\nof hall 2", "by": "bob"}) == 'input "press-17 of hall 2 bob"'
    assert subject_of({"by": "bob", "note": "a" * 31, "to": "eve"}) == 'input "bob eve"'
