"""The log of a run, for one person: the newest lines, literal and bounded."""

from datetime import UTC, datetime

import pytest

from bot.slash.arguments import parse
from bot.slash.commands import LogsCommand
from bot.views.button_values import decode
from bot.views.message import Message
from bot.views.runs.logs import live_log, log_page, logs_answer
from engine import Actor, AttemptLog, RunDetail, RunRecord

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
RUN = RunRecord(
    "ship-8f3k", "ship", "d", "running", 3, {}, Actor("slack", "U01ALICE"), "manual", None, "t", NOW, NOW
)
DETAIL = RunDetail(RUN, "@ops", "#ops", (), (), titles={"build": "Build it"})
ENDED = AttemptLog("build", 1, ("compiled",), ended=True)
LIVE = AttemptLog("test", 2, ("<!channel> *1*", "```2"), ended=False)


def test_the_log_of_a_running_step_comes_alone_and_counts_the_others() -> None:
    shown = live_log(DETAIL, [ENDED, LIVE], NOW)
    assert "*test* · attempt 2 · running" in str(shown.blocks)
    assert "compiled" not in str(shown.blocks)
    assert "1 other step logged something too" in str(shown.blocks)
    assert shown.text.startswith("Log of ship-8f3k: ")


def test_earlier_attempts_of_the_running_step_are_counted_as_such() -> None:
    earlier = [AttemptLog("test", number, ("x",), ended=True) for number in (0, 1)]
    assert "2 earlier attempts logged something too" in str(live_log(DETAIL, [*earlier, LIVE], NOW).blocks)
    assert "logged something too" not in str(live_log(DETAIL, [LIVE], NOW).blocks)


def test_without_a_running_step_the_last_log_is_shown() -> None:
    texts = [block.get("text", {}).get("text", "") for block in live_log(DETAIL, [ENDED], NOW).blocks]
    assert texts[1].startswith("*Build it* · ended\n```")


def test_a_log_is_literal_and_bounded() -> None:
    long = AttemptLog("build", 1, tuple("<!here>" + "x" * 900 for _ in range(500)), ended=False)
    for shown in (live_log(DETAIL, [long] * 40, NOW), logs_answer(DETAIL, [long] * 40, NOW)):
        assert "<!here>" not in str(shown.blocks)
        assert len(str(shown.blocks)) < 15_000
        assert "more lines above" in str(shown.blocks)


def test_a_run_that_logged_nothing_says_so() -> None:
    assert live_log(DETAIL, [], NOW).text == "ship-8f3k has logged nothing yet."


def commands(shown: Message) -> dict[str, str]:
    """Return the command of each button, by its words."""
    found = [each for block in shown.blocks for each in block.get("elements", ()) if each["type"] == "button"]
    found += [block["accessory"] for block in shown.blocks if "accessory" in block]
    return {each["text"]["text"]: decode(each["value"]).word for each in found}


@pytest.mark.parametrize("width", [4, 290])
def test_every_line_of_a_log_is_reached_by_its_pages(width: int) -> None:
    lines = tuple(f"line {number} {'x' * width}." for number in range(200))
    log = AttemptLog("build", 1, lines, ended=True)
    older = commands(logs_answer(DETAIL, [log], NOW))["Older lines"]
    seen = [line for line in lines if line in str(logs_answer(DETAIL, [log], NOW).blocks)]
    before = 0
    while older:
        command = parse(older)
        assert isinstance(command, LogsCommand)
        assert (command.run, command.step, command.attempt) == (RUN.id, "build", 1)
        before = command.before
        shown = log_page(DETAIL, log, NOW, before)
        page = [line for line in lines if line in str(shown.blocks)]
        newer = parse(commands(shown)["Newer lines"])
        assert isinstance(newer, LogsCommand)
        assert newer.before > before
        seen += page
        older = commands(shown).get("Older lines", "")
    assert sorted(seen) == sorted(lines)
    assert "Lines 1 to" in str(shown.blocks)


def test_the_log_of_a_running_step_says_that_it_does_not_follow_and_is_refreshed() -> None:
    for shown in (live_log(DETAIL, [ENDED, LIVE], NOW), log_page(DETAIL, LIVE, NOW)):
        assert "it does not follow by itself" in str(shown.blocks)
        assert commands(shown)["Refresh"] == "logs ship-8f3k test attempt=2"
    assert "Refresh" not in commands(logs_answer(DETAIL, [ENDED], NOW))
