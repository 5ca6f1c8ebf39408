"""The log of a run, for one person: the newest lines, literal and bounded."""

from datetime import UTC, datetime

from bot.views.runs.logs import live_log, logs_answer
from engine import Actor, AttemptLog, RunDetail, RunRecord

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
RUN = RunRecord(
    "ship-8f3k", "ship", "d", "running", 3, {}, Actor("slack", "U01ALICE"), "manual", None, "t", NOW, NOW
)
DETAIL = RunDetail(RUN, "@ops", "#ops", (), (), titles={"build": "Build it"})
ENDED = AttemptLog("build", 1, ("compiled",), ended=True)
LIVE = AttemptLog("test", 2, ("<!channel> *1*", "```2"), ended=False)


def test_the_log_of_a_running_step_comes_alone_and_counts_the_others() -> None:
    shown = live_log(DETAIL, [ENDED, LIVE])
    assert "*test* · attempt 2 · running" in str(shown.blocks)
    assert "compiled" not in str(shown.blocks)
    assert "1 other step logged something too" in str(shown.blocks)
    assert shown.text.startswith("Log of ship-8f3k: ")


def test_earlier_attempts_of_the_running_step_are_counted_as_such() -> None:
    earlier = [AttemptLog("test", number, ("x",), ended=True) for number in (0, 1)]
    assert "2 earlier attempts logged something too" in str(live_log(DETAIL, [*earlier, LIVE]).blocks)
    assert "logged something too" not in str(live_log(DETAIL, [LIVE]).blocks)


def test_without_a_running_step_the_last_log_is_shown() -> None:
    texts = [block.get("text", {}).get("text", "") for block in live_log(DETAIL, [ENDED]).blocks]
    assert texts[1].startswith("*Build it* · ended\n```")


def test_a_log_is_literal_and_bounded() -> None:
    long = AttemptLog("build", 1, tuple("<!here>" + "x" * 900 for _ in range(500)), ended=False)
    for shown in (live_log(DETAIL, [long] * 40), logs_answer(DETAIL, [long] * 40)):
        assert "<!here>" not in str(shown.blocks)
        assert len(str(shown.blocks)) < 15_000
        assert "more lines above" in str(shown.blocks)


def test_a_run_that_logged_nothing_says_so() -> None:
    assert live_log(DETAIL, []).text == "ship-8f3k has logged nothing yet."
