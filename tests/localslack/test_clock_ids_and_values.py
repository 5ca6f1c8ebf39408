"""The small parts: clock, timestamps, elements, typing."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from localslack import ManualClock
from localslack.clock import within
from localslack.ids import Timestamps, make_id
from localslack.people.elements import complaints, state
from localslack.workspace.database import Change, Database
from tests.localslack.conftest import Json


def test_an_id_has_a_digit_so_that_no_word_is_taken_for_one() -> None:
    made = {make_id("C") for _ in range(2000)}
    assert len(made) == 2000
    assert all(re.fullmatch(r"C[A-Z0-9]{10}", found) and re.search(r"\d", found) for found in made)


async def test_the_clock_wakes_in_order() -> None:
    clock, woken = ManualClock(1000.0), []

    async def sleeper(seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append(seconds)

    tasks = [asyncio.create_task(sleeper(seconds)) for seconds in (30, 10, 20)]
    await asyncio.sleep(0)
    clock.advance(20)
    await asyncio.gather(*tasks[1:])
    assert (woken, clock.now()) == ([10, 20], 1020.0)
    clock.advance(10)
    await asyncio.gather(*tasks)


async def test_within_gives_the_result_in_time_and_cancels_after_the_timeout() -> None:
    clock = ManualClock()

    async def answer() -> int:
        return 7

    assert await within(clock, 3, answer()) == 7
    never = asyncio.get_running_loop().create_future()
    before = clock.sleeping
    waiting = asyncio.create_task(within(clock, 3, never))
    while clock.sleeping == before:
        await asyncio.sleep(0)
    clock.advance(3)
    with pytest.raises(TimeoutError):
        await waiting
    assert never.cancelled()


def test_timestamps_never_repeat() -> None:
    clock = ManualClock(1000.0)
    stamps = Timestamps(clock)
    stamps.seen("1000.000005")
    assert [stamps.next(), stamps.next()] == ["1000.000006", "1000.000007"]
    clock.advance(1)
    assert stamps.next() == "1001.000000"


@pytest.mark.parametrize(
    ("element", "value", "says"),
    [
        ({"type": "email_text_input"}, "nobody", "Please enter a valid email address."),
        ({"type": "email_text_input"}, "a@b.test", None),
        ({"type": "url_text_input"}, "b.test", "Please enter a valid URL."),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "Please enter a valid number."),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "1"}, "1.5",
         "Please enter a number of at most 1."),
        ({"type": "plain_text_input", "max_length": 2}, "abc", "This can have at most 2 characters."),
        ({"type": "plain_text_input"}, "  ", "Please complete this required field."),
    ],
)  # fmt: skip
def test_an_invalid_value_is_refused_in_the_words_of_slacks_form(
    element: Json, value: Any, says: str
) -> None:
    block = {"type": "input", "block_id": "b", "element": {**element, "action_id": "a"}}
    entered = state([block], {"values": {"b": {"a": {"value": value}}}})
    assert complaints([block], entered).get("b") == says
    optional = {**block, "optional": True}
    empty = state([optional], {"values": {"b": {"a": {"value": ""}}}})
    assert complaints([optional], empty) == {}


async def test_a_failed_write_is_told_and_undone(tmp_path: Path) -> None:
    database = Database(tmp_path / "w.sqlite3")
    await database.write([Change("a", "1", {"x": 1})])
    with pytest.raises(TypeError):
        await database.write([Change("a", "2", {"x": 2}), Change("a", "3", {"x": object()})])
    await database.close()
    database = Database(tmp_path / "w.sqlite3")
    assert list(database.load("a")) == [{"x": 1}]
    await database.close()
