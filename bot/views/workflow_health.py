"""How a workflow does: healthy, needs a look, or failing, with the reasons in words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.views import objectives
from bot.views.blocks import section
from bot.views.command_replies import UNREAD_TRIGGER, show_button
from bot.views.message import Block
from bot.views.runs.shown_state import brief_state, has_failed_step, shown_state
from bot.views.wording import icons
from bot.views.wording.text import count, safe
from bot.views.wording.times import at, moment
from engine import Health, RunRecord, WorkflowRecord

LAST_RUNS = 10
"""Runs of a workflow that are read to judge it."""
_MAX_REASONS = 4


@dataclass(frozen=True, slots=True)
class HealthFacts:
    """Facts about one workflow. `runs`: its newest that the person may see, at most `LAST_RUNS`."""

    runs: Sequence[RunRecord] = ()
    open_failures: int = 0
    """Failures that wait for an answer."""
    more_failures: bool = False
    """There may be more of them than were counted."""
    paused: str = ""
    """Why it is paused; empty as a rule."""
    muted_until: datetime | None = None
    has_candidate: bool = False
    objectives: Health | None = None
    """Measured against its objectives; None for a workflow without, which is judged by its last runs."""
    shared: bool = False
    """Many people read it: it is about the runs that all of them may see."""


def verdict(workflow: WorkflowRecord, facts: HealthFacts, now: datetime) -> tuple[str, str, list[str]]:
    """Return the sign, the word and the reasons, the most serious first; mrkdwn.

    A workflow with objectives is judged by them; its last runs are only told then.
    """
    color, word, reasons = judged(workflow, facts, now)
    return _sign(color, facts), word, reasons


def judged(workflow: WorkflowRecord, facts: HealthFacts, now: datetime) -> tuple[str, str, list[str]]:
    """Return green, amber, red, or unknown where nothing was measured, the word and the reasons."""
    if facts.objectives is not None:
        return _by_objectives(workflow, facts, facts.objectives, now)
    serious, minor = _failing(facts), _minor(workflow, facts, now)
    if serious:
        return "red", "failing", [*serious, *minor]
    if minor:
        return "amber", "needs a look", minor
    ended = ended_runs(facts.runs)
    if not ended:
        none = "no run that everybody here can see" if facts.shared else "no run yet"
        return "unknown", none if not facts.runs else "no run has ended yet", []
    return "green", "healthy", [_last_ended(ended)]


def _by_objectives(
    workflow: WorkflowRecord, facts: HealthFacts, health: Health, now: datetime
) -> tuple[str, str, list[str]]:
    """Judge by the objectives. What else is wrong makes green amber; failures count in the objectives."""
    minor = _minor(workflow, facts, now, with_runs=False)
    broken = [objectives.reason(each) for each in health.objectives if each.state in ("missed", "at risk")]
    color = "amber" if health.color == "green" and minor else health.color
    reasons = [*broken, *minor, *([_open_failures(facts)] if facts.open_failures else [])]
    if color == "green" and health.worst.state == "no data":
        return "unknown", "nothing was measured for its objectives yet", reasons
    if color == "green":
        return color, "healthy", [_met(health), *reasons]
    return color, objectives.COLORS[color][1], reasons


def _met(health: Health) -> str:
    known = [each for each in health.objectives if each.state == "met"]
    names = ", ".join(objectives.NAMES[each.name].lower() for each in known)
    return f"it meets its {'objective' if len(known) == 1 else 'objectives'}: {names}"


def _sign(color: str, facts: HealthFacts) -> str:
    if color != "green":
        return objectives.COLORS[color][0]
    ended = ended_runs(facts.runs)
    return icons.DONE if facts.objectives is not None or is_done(ended[0]) else shown_state(ended[0])[0]


def ended_runs(runs: Sequence[RunRecord]) -> list[RunRecord]:
    return [run for run in runs if run.ended_at is not None]


def is_done(run: RunRecord) -> bool:
    """Return whether a run succeeded with all of its steps."""
    return run.state == "succeeded" and not run.reason and not run.refusal


def _last_ended(ended: Sequence[RunRecord]) -> str:
    last = ended[0]
    if not is_done(last):
        how = shown_state(last)[1]
        return f"the last run {how}" if how.startswith("ended") else f"the last run was {how}"
    in_a_row = next((number for number, run in enumerate(ended) if not is_done(run)), len(ended))
    return "the last run succeeded" if in_a_row == 1 else f"the last {in_a_row} runs succeeded"


def under_way(runs: Sequence[RunRecord]) -> list[str]:
    """Return how many runs wait, and how many are in each other state: `1 waiting`, `2 running`."""
    states = Counter(brief_state(run) for run in runs if run.ended_at is None)
    return [f"{sign} {number} {words}" for (sign, words), number in states.items()]


def health_line(workflow: WorkflowRecord, facts: HealthFacts, now: datetime) -> tuple[str, str]:
    """Return the sign, and the health in words: `Failing. The last run failed, its schedule …`; mrkdwn."""
    sign, word, reasons = verdict(workflow, facts, now)
    why = ", ".join(reasons[:_MAX_REASONS])
    return sign, f"{_capital(word)}." + (f" {_capital(why)}." if why else "")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _failing(facts: HealthFacts) -> list[str]:
    reasons = []
    if facts.open_failures:
        reasons.append(_open_failures(facts))
    if failed := failed_in_a_row(facts.runs):
        reasons.append("the last run failed" if failed == 1 else f"the last {failed} runs failed")
    return reasons


def _open_failures(facts: HealthFacts) -> str:
    counted = count(facts.open_failures, "failure")
    waits = "waits" if facts.open_failures == 1 else "wait"
    return f"{'at least ' if facts.more_failures else ''}{counted} {waits} for an answer"


def failed_in_a_row(runs: Sequence[RunRecord]) -> int:
    """Return how many of the newest runs that have ended failed, without one between that did not."""
    failed = 0
    for run in runs:
        if run.ended_at is not None:
            if run.state != "failed":
                break
            failed += 1
    return failed


def _minor(
    workflow: WorkflowRecord, facts: HealthFacts, now: datetime, *, with_runs: bool = True
) -> list[str]:
    reasons = []
    if facts.paused:
        reasons.append(f"{icons.PAUSED} {safe(facts.paused, 200)}")
    if facts.muted_until is not None:
        reasons.append(f"{icons.MUTED} muted until {moment(facts.muted_until, now)}")
    if slowed := max((trigger.failures for trigger in workflow.triggers if trigger.enabled), default=0):
        reasons.append(f"its schedule fires less often after {count(slowed, 'failed run')}")
    troubles = [trigger.trouble for trigger in workflow.triggers if trigger.enabled]
    if any(trigger.unreadable for trigger in workflow.triggers):
        reasons.append(UNREAD_TRIGGER)
    if any(trouble.problem for trouble in troubles):
        reasons.append("a trigger starts nothing")
    if misfits := sum(trouble.misfits for trouble in troubles):
        reasons.append(f"{count(misfits, 'fact')} in a row did not fit its input")
    if facts.has_candidate:
        reasons.append("a candidate gets a part of its new runs")
    ended = ended_runs(facts.runs)
    failed = sum(run.state == "failed" for run in ended)
    if with_runs and failed and not failed_in_a_row(facts.runs):
        reasons.append(f"{failed} of the last {count(len(ended), 'run')} failed")
    return reasons


def health_block(workflow: WorkflowRecord, facts: HealthFacts, now: datetime, number: int) -> Block:
    """Return a workflow as an entry of the Home: its health, its last run, and when the next one starts."""
    sign, words = health_line(workflow, facts, now)
    text = f"{sign} *{safe(workflow.title, 100)}* {words}"
    # The health says how many failures wait.
    open_ = [run for run in facts.runs if not (facts.open_failures and has_failed_step(run))]
    more = [*under_way(open_), _last(workflow, facts, now), _next(workflow, facts, now)]
    second = " · ".join(filter(None, more))
    open_it = show_button("Show", f"show {workflow.name}", label=f"Show {workflow.title}")
    return section("\n".join(filter(None, [text, second])), f"health:{number}", open_it)


def _last(workflow: WorkflowRecord, facts: HealthFacts, now: datetime) -> str:
    """Return when the last run ended; where the health does not say how it did, that and when it started."""
    ended = ended_runs(facts.runs)
    if not ended:
        return f"newest run started {at(facts.runs[0].created_at, now)}" if facts.runs else ""
    last = ended[0]
    if _tells_last_run(workflow, facts, now):
        return f"last ended {at(last.ended_at or last.created_at, now)}"
    return f"last run {shown_state(last)[1]}, started {at(last.created_at, now)}"


def _tells_last_run(workflow: WorkflowRecord, facts: HealthFacts, now: datetime) -> bool:
    """Return whether the health says how the last run that has ended did."""
    if facts.objectives is not None:
        return False
    return bool(failed_in_a_row(facts.runs)) or judged(workflow, facts, now)[0] == "green"


def _next(workflow: WorkflowRecord, facts: HealthFacts, now: datetime) -> str:
    upcoming = [trigger.upcoming for trigger in workflow.triggers if trigger.upcoming]
    return f"next run {at(min(upcoming), now)}" if upcoming and not facts.paused else ""
