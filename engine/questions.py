"""Pure: an approver asks whoever asked. The question holds the approval's clock until it is answered.

Reminders, escalations and the end of the approval wait meanwhile, and move on by as much as the question
took, of working time where there are hours. A question ends by itself after a day: it holds nothing for ever.
"""

from datetime import timedelta

from engine.change import Change
from engine.hours import after, worked
from engine.machine import Transition
from engine.people import Actor
from engine.records import RequestRecord, evolve
from engine.requests import anybody_of
from engine.states import IllegalTransition

LONGEST = timedelta(days=1)


def ask(transition: Transition, request: RequestRecord, text: str, to: str, by: Actor) -> Change:
    """`to`: the user id of whoever asked for the approval."""
    if request.state != "open" or request.held_since is not None:
        raise IllegalTransition(f"the request is {request.state}, or a question about it is open")
    transition.end_waits(request)
    request = evolve(
        request, held_since=transition.now, questions=request.questions + 1, version=request.version + 1
    )
    transition.put_request(request)
    question = RequestRecord(
        id=f"{request.id}.q{request.questions}",
        kind="question",
        run_id=request.run_id,
        workflow=request.workflow,
        step=request.step,
        state="open",
        version=1,
        ask=text,
        choices=("answer",),
        stages=(anybody_of(to),),
        self_approval=True,
        comment={"answer": "required"},
        requester=by,
        opened_at=transition.now,
        channel=request.channel,
        expires_at=transition.now + LONGEST,
        about=request.id,
    )
    transition.open_request(question)
    return transition.finish()


def ended(transition: Transition, question: RequestRecord) -> None:
    """It was answered, or nobody did in time: the clock of the approval goes on."""
    request = transition.state.requests.get(question.about)
    if request is None or request.state != "open" or request.held_since is None:
        return
    took = worked(request.held_since, transition.now, request.hours)
    expires = request.expires_at
    request = evolve(
        request,
        held_since=None,
        held_for=request.held_for + took,
        expires_at=None if expires is None else after(expires, took, request.hours),
        version=request.version + 1,
    )
    transition.put_request(request)
    transition.await_people(request)
