"""The health of a workflow: one sign, one word, and every reason for it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.views.answers.health_answer import Judged, health_list
from bot.views.command_replies import workflow_block
from bot.views.wording import icons
from bot.views.workflow_health import HealthFacts, health_block, judged, under_way, verdict
from engine import Actor, Health, Objective, RunRecord, TriggerRecord, Trouble, WorkflowRecord
from engine.model.states import RunState

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
SHIP = WorkflowRecord("ship", "Ship it", "d", "@ops", None, ("a",), (), None, (), ())


def runs(*states: RunState) -> list[RunRecord]:
    """Return runs, the newest first."""
    return [
        RunRecord(
            f"ship-{number}", "ship", "d", state, 1, {}, Actor("slack", "U1"), "manual", None, "t",
            NOW - timedelta(hours=number), ended_at=None if state in ("running", "waiting") else NOW,
        )
        for number, state in enumerate(states)
    ]  # fmt: skip


def told(facts: HealthFacts, workflow: WorkflowRecord = SHIP) -> str:
    sign, word, reasons = verdict(workflow, facts, NOW)
    return f"{sign} {word}: {', '.join(reasons)}"


def test_a_workflow_whose_last_runs_failed_is_failing() -> None:
    assert told(HealthFacts(runs("failed", "failed", "succeeded"))) == (
        f"{icons.FAILED} failing: the last 2 runs failed"
    )
    assert "the last run failed" in told(HealthFacts(runs("running", "failed", "succeeded", "failed")))


def test_a_trigger_whose_row_cannot_be_read_needs_a_look_and_is_not_called_off() -> None:
    unread = TriggerRecord("ship", "cron:0 2 * * *", "daily", False, None, unreadable="It cannot be read")
    workflow = replace(SHIP, triggers=(unread,))
    remedy = "row cannot be read: ask the operator to run `signoff audit verify`"
    assert told(HealthFacts(runs("succeeded")), workflow) == (
        f"{icons.AT_RISK} needs a look: a trigger starts nothing since its {remedy}"
    )
    listed = str(workflow_block(workflow, "/workflow", NOW, 1))
    assert remedy in listed
    assert "schedule off" not in listed


def test_an_open_failure_counts_although_its_run_has_not_ended() -> None:
    assert told(HealthFacts(runs("waiting", "succeeded"), 1)).endswith(
        "failing: 1 failure waits for an answer"
    )
    assert "at least 5 failures wait" in told(HealthFacts((), 5, more_failures=True))


def test_a_failure_before_the_last_success_needs_a_look() -> None:
    assert told(HealthFacts(runs("succeeded", "failed"))) == (
        f"{icons.AT_RISK} needs a look: 1 of the last 2 runs failed"
    )


def test_each_minor_reason_is_told_also_beside_a_serious_one() -> None:
    slow = replace(SHIP, triggers=(TriggerRecord("ship", "cron:x", "daily", True, None, failures=3),))
    facts = HealthFacts(
        runs("succeeded"), paused="Paused by Bob", muted_until=NOW + timedelta(hours=1), has_candidate=True
    )
    for words in ("Paused by Bob", "muted until", "fires less often after 3 failed runs", "a candidate gets"):
        assert words in told(facts, slow)
        assert words in told(replace(facts, runs=runs("failed")), slow)
    assert told(facts, slow).startswith(f"{icons.AT_RISK} needs a look")
    assert told(replace(facts, runs=runs("failed")), slow).startswith(f"{icons.FAILED} failing")


def test_a_trigger_that_starts_nothing_needs_a_look() -> None:
    trigger = TriggerRecord("ship", "query:DB:id", "rows", True, None, trouble=Trouble("the query failed"))
    failing = replace(SHIP, triggers=(trigger,))
    assert told(HealthFacts(runs("succeeded")), failing) == (
        f"{icons.AT_RISK} needs a look: a trigger starts nothing"
    )
    misfits = replace(trigger, trouble=Trouble(misfits=2, misfit="id 7", misfit_at=NOW))
    assert "2 facts in a row did not fit" in told(HealthFacts(), replace(SHIP, triggers=(misfits,)))
    assert "trigger" not in told(HealthFacts(), replace(SHIP, triggers=(replace(trigger, enabled=False),)))


def test_a_healthy_workflow_and_one_without_ended_runs_differ() -> None:
    assert told(HealthFacts(runs("succeeded", "cancelled"))) == (
        f"{icons.DONE} healthy: the last run succeeded"
    )
    assert told(HealthFacts(runs("running", "succeeded", "succeeded", "succeeded"))).endswith(
        "the last 3 runs succeeded"
    )
    assert told(HealthFacts(runs("running"))).startswith(f"{icons.PENDING} no run has ended yet")
    assert told(HealthFacts()).startswith(f"{icons.PENDING} no run yet")
    shared = told(HealthFacts(shared=True))
    assert shared.startswith(f"{icons.PENDING} no run that everybody here can see"), "there may be others"


def test_a_workflow_of_which_nothing_was_measured_is_not_called_green() -> None:
    assert judged(SHIP, HealthFacts(), NOW)[0] == "unknown"
    assert judged(SHIP, HealthFacts(runs("running")), NOW)[0] == "unknown"
    assert judged(SHIP, HealthFacts(runs("succeeded")), NOW)[0] == "green"
    assert judged(SHIP, HealthFacts(paused="Paused by Bob"), NOW)[0] == "amber"
    unmeasured = Objective("success", "no data", 90, None, 0, 0, 1, 0, 604_800)
    met = replace(unmeasured, state="met", measured=100, events=3)
    facts = HealthFacts(objectives=Health("green", (unmeasured,)))
    assert judged(SHIP, facts, NOW) == ("unknown", "nothing was measured for its objectives yet", [])
    assert told(facts).startswith(icons.PENDING)
    assert judged(SHIP, replace(facts, objectives=Health("green", (met, unmeasured))), NOW)[0] == "green"
    listed = [Judged(SHIP, HealthFacts(runs("succeeded"))), Judged(replace(SHIP, name="new"), HealthFacts())]
    assert "2 workflows: 1 green, 1 unknown" in health_list(listed, 2, 1, NOW, all_judged=True).text


def test_a_run_without_all_of_its_steps_is_not_told_as_success() -> None:
    (done,) = runs("succeeded")
    for last, sign, words in (
        (replace(done, refusal="rejected"), icons.SKIPPED, "was rejected"),
        (replace(done, refusal="expired"), icons.SKIPPED, "was not answered in time"),
        (replace(done, reason="went on without b"), icons.SKIPPED, "ended with skipped steps"),
        (replace(done, state="cancelled"), icons.CANCELLED, "was cancelled"),
    ):
        assert told(HealthFacts([last, done])) == f"{sign} healthy: the last run {words}"


def test_an_entry_counts_the_runs_that_wait_and_those_that_execute_apart() -> None:
    entry = str(health_block(SHIP, HealthFacts(runs("running", "waiting", "waiting", "succeeded")), NOW, 0))
    assert "✅ *Ship it* Healthy. The last run succeeded" in entry
    assert "🔵 1 running · ⏸️ 2 waiting" in entry


def test_an_entry_names_the_last_and_the_next_run() -> None:
    timed = replace(
        SHIP, triggers=(TriggerRecord("ship", "cron:x", "daily", True, NOW + timedelta(hours=2)),)
    )
    entry = str(health_block(timed, HealthFacts(runs("succeeded")), NOW, 0))
    assert "Healthy. The last run succeeded.\\nlast ended at <!date^" in entry
    assert "next run at <!date^" in entry
    assert "next run" not in str(health_block(timed, HealthFacts((), paused="p"), NOW, 0))


def test_the_last_run_is_the_last_that_ended_wherever_it_is_named() -> None:
    entry = str(health_block(SHIP, HealthFacts(runs("waiting", "succeeded", "failed")), NOW, 1))
    assert "1 waiting" in entry
    assert "1 of the last 2 runs failed" in entry
    assert "last run done, started" in entry


def test_an_entry_says_once_that_a_failure_waits() -> None:
    waiting, running = runs("waiting", "running")
    stuck = replace(waiting, failure_waits_for=("@platform",))
    entry = str(health_block(SHIP, HealthFacts([stuck, running], open_failures=1), NOW, 1))
    assert entry.count("waits for an answer") == 1
    assert "1 running" in entry


def test_an_entry_says_once_how_the_last_run_ended() -> None:
    (done,) = runs("succeeded")
    for last, words in (
        (replace(done, refusal="expired"), "not answered in time"),
        (replace(done, refusal="rejected"), "rejected"),
        (replace(done, state="failed"), "failed"),
        (replace(done, state="cancelled"), "cancelled"),
    ):
        entry = str(health_block(SHIP, HealthFacts([last, done]), NOW, 1))
        assert entry.count(words) == 1
        assert "last ended at <!date^" in entry
    assert "last run waiting" not in entry
    assert "last run" not in str(health_block(SHIP, HealthFacts(runs("waiting")), NOW, 1))


def test_a_run_with_a_failed_step_is_not_counted_as_waiting() -> None:
    failed = replace(runs("waiting")[0], failure_waits_for=("@ops",))
    assert under_way([failed, *runs("waiting")]) == ["🔴 1 failed, waits for an answer", "⏸️ 1 waiting"]
