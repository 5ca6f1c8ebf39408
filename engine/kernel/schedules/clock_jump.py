"""Move what lasts by a jump of the machine's clock: it ends after the duration that was promised.

`engine.store.writes.clock_jump` moves the rows in the same way.
"""

from datetime import datetime, timedelta

from engine.kernel.live_run import LiveRun
from engine.kernel.requests.window import capped
from engine.kernel.shapes import waits
from engine.model.records.records import RequestRecord, evolve
from engine.model.states import AWAITED, STEP_SETTLED


def move(state: LiveRun, by: timedelta) -> None:
    """Move the deadlines and retries of a run in memory."""
    for id_, request in state.requests.items():
        if request.state in AWAITED:
            state.requests[id_] = moved_request(request, by)
    for step in [*state.steps.values(), *state.elements.values()]:
        moved: dict[str, datetime | None] = {}
        if step.state == "retrying" or waits.lasts(state, step.step):
            moved["next_attempt_at"] = _moved(step.next_attempt_at, by)
        if step.round_started_at is not None and step.state not in STEP_SETTLED:
            moved["round_started_at"] = _moved(step.round_started_at, by)
        if step.queued_at is not None:
            moved["queued_at"] = _moved(step.queued_at, by)
        if moved:
            state.put(evolve(step, **moved))


def moved_request(request: RequestRecord, by: timedelta) -> RequestRecord:
    """Return a request whose deadlines, pause and claim are later by as much."""
    clock, claim = request.clock, request.people.claim
    return evolve(
        request,
        people=evolve(request.people, claim=claim and evolve(claim, until=claim.until + by)),
        clock=evolve(
            clock,
            expires_at=capped(request.policy, _moved(clock.expires_at, by)),
            effective_at=_effective(request, by),
            paused_since=_moved(clock.paused_since, by),
            moved=clock.moved + by,
        ),
    )


def _effective(request: RequestRecord, by: timedelta) -> datetime | None:
    """Return when an approval takes effect. Its window opens by the clock, so that moment stays."""
    window, effective = request.policy.window, request.clock.effective_at
    if window is not None and effective == window.opens:
        return effective
    return capped(request.policy, _moved(effective, by)) if effective is not None else None


def _moved(moment: datetime | None, by: timedelta) -> datetime | None:
    return moment and moment + by
