"""Pure: an approver asks the requester a question. The approval's clock is paused until it is answered.

Reminders, escalations and the end of the approval wait meanwhile, and move on by as much as the question
took, of working time where there are hours. A question ends by itself after a day. All questions about an
approval pause it for a day in all, so that asking again and again keeps no deadline from coming.
"""

from datetime import datetime, timedelta

from engine.kernel.requests.request_factory import anybody_of
from engine.kernel.requests.window import capped
from engine.kernel.schedules.working_hours import after_working_time, working_seconds
from engine.kernel.transition import Transition
from engine.model.people import Actor
from engine.model.records.change import Change
from engine.model.records.records import RequestRecord, evolve
from engine.model.records.request_parts import ClarificationLink, RequestClock, RequestPolicy
from engine.model.states import IllegalTransition

MAX_CLARIFICATION = timedelta(days=1)
MAX_PAUSE = timedelta(days=1)
"""Limit of all pauses of an approval's clock; in working time if the approval has working hours."""
_MIN_PAUSE = timedelta(hours=1)
"""If less than this is left, a question pauses nothing: nobody could answer it in time."""


def ask(transition: Transition, request: RequestRecord, text: str, to: str, by: Actor) -> Change:
    """Open a clarification. `to`: the user id of the requester."""
    if request.state != "open" or _is_asked(transition, request):
        raise IllegalTransition(f"the request is {request.state}, or a question about it is open")
    ends = transition.now + MAX_CLARIFICATION
    request = evolve(
        request,
        version=request.version + 1,
        clarification=evolve(request.clarification, clarifications=request.clarification.clarifications + 1),
    )
    if clarification_pauses_deadline(request):
        transition.end_waits(request)
        request = evolve(request, clock=evolve(request.clock, paused_since=transition.now))
        ends = deadline_resumes_at(request) or ends
    ends = min(ends, capped(request.policy, ends) or ends)
    transition.put_request(request)
    question = RequestRecord(
        id=f"{request.id}.q{request.clarification.clarifications}",
        kind="clarification",
        run_id=request.run_id,
        workflow=request.workflow,
        step=request.step,
        state="open",
        version=1,
        ask=text,
        requester=by,
        opened_at=transition.now,
        channel=request.channel,
        policy=RequestPolicy(
            choices=("answer",), stages=(anybody_of(to),), self_approval=True, comment={"answer": "required"}
        ),
        clock=RequestClock(expires_at=ends),
        clarification=ClarificationLink(about=request.id),
    )
    transition.open_request(question)
    return transition.finish()


def clarification_pauses_deadline(request: RequestRecord) -> bool:
    """Return whether a question asked now pauses the approval's clock."""
    return _remaining_pause(request) >= _MIN_PAUSE


def deadline_resumes_at(request: RequestRecord) -> datetime | None:
    """Return the latest moment at which a paused clock resumes; None while it runs."""
    if request.clock.paused_since is None:
        return None
    left = after_working_time(
        request.clock.paused_since, _remaining_pause(request).total_seconds(), request.policy.hours
    )
    return min(request.clock.paused_since + MAX_CLARIFICATION, left)


def _remaining_pause(request: RequestRecord) -> timedelta:
    return MAX_PAUSE - timedelta(seconds=request.clock.paused_seconds)


def _is_asked(transition: Transition, request: RequestRecord) -> bool:
    asked = transition.state.requests.values()
    return any(other.clarification.about == request.id and other.state == "open" for other in asked)


def resume_deadline(transition: Transition, question: RequestRecord) -> None:
    """Resume the approval's clock, after an answer or after the question expired."""
    request = transition.state.requests.get(question.clarification.about)
    if request is None or request.state != "open" or request.clock.paused_since is None:
        return
    took = working_seconds(request.clock.paused_since, transition.now, request.policy.hours)
    expires = request.clock.expires_at
    request = evolve(
        request,
        version=request.version + 1,
        clock=evolve(
            request.clock,
            paused_since=None,
            paused_seconds=request.clock.paused_seconds + took,
            expires_at=capped(
                request.policy,
                None if expires is None else after_working_time(expires, took, request.policy.hours),
            ),
        ),
    )
    transition.put_request(request)
    transition.await_people(request)
