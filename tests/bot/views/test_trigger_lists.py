"""Lists of triggers: pages within Slack's limits, of which nothing is cut."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.slash.argument_error import ArgumentError
from bot.slash.arguments import parse
from bot.slash.commands import TriggersCommand
from bot.views.answers.trigger_answers import trigger_lines, triggers_answer
from engine import TriggerRecord, Trouble

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def many(count: int) -> list[TriggerRecord]:
    """Triggers with texts as long as they get."""
    later = NOW + timedelta(days=3)
    return [
        TriggerRecord(f"w{n:03}" + "&" * 80, f"cron:{n}", "<" * 200, True, later + timedelta(days=n), NOW, 64)
        for n in range(count)
    ]


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (20, 1), (21, 2), (60, 3)])
def test_every_trigger_is_on_one_page_and_none_is_cut(count: int, pages: int) -> None:
    shown = ""
    for page in range(1, pages + 1):
        answer = triggers_answer(many(count), NOW, timed=True, page=page)
        texts = [block["text"]["text"] for block in answer.blocks if block["type"] == "section"]
        assert all(len(text) <= 3000 for text in texts)
        assert sum(map(len, texts)) < 12_000
        assert (f"page {page} of {pages}" in texts[0]) is (pages > 1)
        assert ("'Later'" in str(answer.blocks)) is (page < pages)
        assert ("'Earlier'" in str(answer.blocks)) is (page > 1)
        shown += "".join(texts)
    assert all(shown.count(f"w{n:03}") == 1 for n in range(count))


def test_a_button_turns_the_page_of_one_workflow() -> None:
    answer = triggers_answer(many(21), NOW, timed=False, workflow="ship", page=9)
    assert "page 2 of 2" in str(answer.blocks)
    assert "triggers ship page=1" in str(answer.blocks)
    assert parse("triggers ship page=2") == TriggersCommand("ship", False, 2)
    assert parse("schedules page=3") == TriggersCommand("", True, 3)


@pytest.mark.parametrize("typed", ["triggers page=0", "triggers page=x", "triggers page=", "triggers a b"])
def test_a_page_is_a_number(typed: str) -> None:
    with pytest.raises(ArgumentError):
        parse(typed)


TROUBLES = {
    "starts nothing since": Trouble("the query failed (OperationalError)", NOW - timedelta(minutes=5)),
    "starts nothing: the environment variable ORDERS is not set": Trouble(
        "the environment variable ORDERS is not set"
    ),
    "3 facts in a row did not fit, the last at": Trouble(misfits=3, misfit="id 7: amount", misfit_at=NOW),
}


@pytest.mark.parametrize("words", TROUBLES)
def test_a_trigger_that_starts_nothing_says_why(words: str) -> None:
    trigger = TriggerRecord("order", "query:ORDERS:id", "rows of ORDERS by id", True, None)
    broken = replace(trigger, trouble=TROUBLES[words])
    assert words in triggers_answer([broken], NOW, timed=False).text
    assert trigger_lines([broken], NOW)[0].startswith("🟠")
    assert trigger_lines([trigger], NOW) == ["• rows of ORDERS by id"]


def test_a_trigger_whose_row_cannot_be_read_says_so_with_the_remedy_whole() -> None:
    problem = f"The schedule {'&' * 300} of order cannot be read"
    unread = TriggerRecord("order", "cron:0 2 * * *", "daily at 02:00", False, None, unreadable=problem)
    answer = triggers_answer([unread], NOW, timed=True)
    (line,) = trigger_lines([unread], NOW)
    assert line.startswith("🟠")
    for said in (line, answer.text):
        assert "starts nothing: The schedule" in said
        assert "Ask the operator to run `signoff audit verify`." in said
        assert "· off" not in said
    many_unread = [replace(each, enabled=False, unreadable=problem) for each in many(20)]
    blocks = triggers_answer(many_unread, NOW, timed=False).blocks
    assert all(len(block["text"]["text"]) <= 3000 for block in blocks if block["type"] == "section")
    assert str(blocks).count("Ask the operator to run") == 20


def test_troubles_as_long_as_they_get_are_not_cut() -> None:
    long = Trouble("&" * 500, NOW - timedelta(days=5), misfits=9, misfit="<" * 500, misfit_at=NOW)
    triggers = [replace(each, next_fire_at=None, failures=0, trouble=long) for each in many(20)]
    answer = triggers_answer(triggers, NOW, timed=False)
    assert all(len(block["text"]["text"]) <= 3000 for block in answer.blocks if block["type"] == "section")
    assert len("\n".join(trigger_lines(triggers[:6], NOW))) < 2900


def test_a_fact_that_overlap_skipped_is_told_without_a_warning() -> None:
    record = replace(many(1)[0], failures=0, trouble=Trouble(skipped_at=NOW - timedelta(minutes=5)))
    (line,) = trigger_lines([record], NOW)
    assert "skipped by overlap" in line
    assert line.startswith("•")
    (misfit,) = trigger_lines(
        [replace(record, trouble=Trouble(misfits=1, misfit="x", misfit_at=NOW, skipped_at=NOW))], NOW
    )
    assert "skipped by overlap" not in misfit
