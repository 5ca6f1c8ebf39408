"""Counts and durations in messages of runs say what they count."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.views.answers.mute_answers import muted_answer
from bot.views.message import MENTIONED, Names
from bot.views.runs.run import headline_of, run_message
from bot.views.runs.steps import progress
from bot.views.wording.times import duration, usually
from engine import Actor, Failure, Mute, RequestRecord, RunDetail, RunRecord, StepRecord
from engine.kernel.requests.request_factory import anybody_of
from tests.request_records import open_approval

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ALICE = Actor("slack", "U01ALICE")
RUN = RunRecord("r1", "w", "d", "waiting", 1, {}, ALICE, "manual", "C1", "t", NOW, NOW)


def failed(step: str) -> RequestRecord:
    failure = Failure("OSError", "no answer", "")
    return open_approval(ALICE, NOW, id=f"q-{step}", step=step, kind="failure", failure=failure)


def test_a_duration_near_zero_is_said_in_words() -> None:
    assert [duration(seconds) for seconds in (-1, 0, 0.04, 0.05, 0.4)] == [
        "less than 0.1 s", "less than 0.1 s", "less than 0.1 s", "0.1 s", "0.4 s",
    ]  # fmt: skip


def test_a_usual_time_is_said_where_people_would_wait_for_it() -> None:
    assert [usually(seconds) for seconds in (None, 0.1, 0.99, 1, 125)] == [
        "", "", "", "usually 1 s", "usually 2 min 5 s",
    ]  # fmt: skip


def test_a_run_that_waits_for_several_answers_counts_requests_and_not_people() -> None:
    detail = RunDetail(RUN, "@a", "#c", (), (failed("load"), failed("send")))
    assert headline_of(detail, MENTIONED).endswith("load failed, waiting for @a, and 1 more request")


def test_steps_that_failed_and_wait_for_people_are_counted_as_failed() -> None:
    steps = tuple(StepRecord("r1", name, "waiting", 1, started_at=NOW) for name in ("load", "send"))
    detail = RunDetail(RUN, "@a", "#c", steps, (failed("load"), failed("send")))
    assert progress(detail) == "0 of 2 steps done, 2 failed"


def test_a_run_that_asks_an_unknown_group_says_that_nobody_is_asked() -> None:
    names = Names(missing=frozenset({"@ghosts"}))
    asked = open_approval(ALICE, NOW, stages=(anybody_of("@ghosts"),))
    steps = (StepRecord("r1", asked.step, "waiting", 1, started_at=NOW),)
    shown = run_message(RunDetail(RUN, "@a", "#c", steps, (asked,)), names, NOW)
    assert "nobody is asked yet, because @ghosts is unknown in this workspace" in shown.text
    assert "waiting for @ghosts" not in str(shown.blocks)
    assert "nobody is asked yet" in str(shown.blocks[1])


def test_a_run_that_asks_a_channel_that_signoff_cannot_see_says_that_nobody_is_asked() -> None:
    for refs, why in (
        (("#cellar",), "Signoff cannot see the channel that the workflow names"),
        (("#cellar", "#attic"), "Signoff cannot see the channels that the workflow names"),
        (
            ("@ghosts", "#cellar"),
            "@ghosts is unknown in this workspace and Signoff cannot see the channel that the workflow names",
        ),
    ):
        asked = open_approval(ALICE, NOW, stages=(anybody_of(*refs),))
        steps = (StepRecord("r1", asked.step, "waiting", 1, started_at=NOW),)
        names = Names(missing=frozenset(refs))
        shown = run_message(RunDetail(RUN, "@a", "#c", steps, (asked,)), names, NOW)
        assert f"nobody is asked yet, because {why}" in shown.text
        assert f"nobody is asked yet: {why}"[:80] in str(shown.blocks)
        assert "cellar" not in f"{shown.text}{shown.blocks}"


def test_a_run_that_asks_an_unknown_channel_and_the_owner_waits_for_the_owner() -> None:
    asked = open_approval(ALICE, NOW, stages=(anybody_of("#cellar", "@a"),))
    steps = (StepRecord("r1", asked.step, "waiting", 1, started_at=NOW),)
    shown = run_message(
        RunDetail(RUN, "@a", "#c", steps, (asked,)), Names(missing=frozenset({"#cellar"})), NOW
    )
    assert "waiting for @a" in shown.text
    assert "cellar" not in f"{shown.text}{shown.blocks}"
    assert "others" not in str(shown.blocks)


def test_a_run_of_a_paused_workflow_says_once_that_it_is_paused() -> None:
    paused = replace(RUN, state="paused", reason=f"{RUN.workflow} is paused by alice")
    headline = headline_of(RunDetail(paused, "@a", "#c", (), ()), MENTIONED)
    assert headline.count("paused") == 1
    own = headline_of(RunDetail(replace(paused, reason="lunch"), "@a", "#c", (), ()), MENTIONED)
    assert own.endswith("paused: lunch")


def test_a_muted_failure_is_one() -> None:
    mute = Mute("load", Actor("slack", "U1"), NOW, NOW, step="send")
    assert "It is counted, and" in str(muted_answer("r1", mute, NOW, "/workflow").blocks)
    every = replace(mute, step="")
    assert "They are counted, and" in str(muted_answer("load", every, NOW, "/workflow").blocks)
