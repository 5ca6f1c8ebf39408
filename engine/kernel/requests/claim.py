"""Pure: an approver says that they are on it, so that others need not look at the request meanwhile.

A claim changes nobody's right to decide, no vote and no digest. It ends by time, when the claimer decides or
gives it back, when the next stage begins, when the request is reassigned, and with the request.
"""

from datetime import timedelta
from typing import Literal

from engine.kernel.transition import Transition
from engine.model.records.change import Change
from engine.model.records.records import RequestRecord, evolve
from engine.model.records.request_parts import Claim
from engine.model.states import IllegalTransition

DEFAULT_CLAIM = timedelta(minutes=30)
MIN_CLAIM, MAX_CLAIM = timedelta(minutes=1), timedelta(days=1)
Why = Literal["given_back", "timed_out"]


def claim(transition: Transition, request: RequestRecord, by: str, lasts: timedelta) -> Change:
    """Note that this person is on it. The claimer may claim again, and has the whole time again."""
    current = request.people.claim
    if request.state != "open" or (current is not None and current.by != by):
        raise IllegalTransition(f"the request is {request.state}, or another person is on it")
    since = current.at if current else transition.now
    noted = Claim(by, since, transition.now + lasts)
    people = evolve(request.people, claim=noted)
    transition.put_request(evolve(request, version=request.version + 1, people=people))
    transition.wait("claim", request.id, request.step, noted.until, request.id)
    until = noted.until.isoformat()
    transition.event("request.claimed", request.step, request.id, kind=request.kind, by=by, until=until)
    return transition.finish()


def end(transition: Transition, request: RequestRecord, why: Why) -> Change:
    """End a claim before the request ends."""
    current = request.people.claim
    if request.state != "open" or current is None:
        raise IllegalTransition(f"the request is {request.state}, or nobody is on it")
    request = evolve(transition.end_claim(request), version=request.version + 1)
    transition.put_request(request)
    details = {"kind": request.kind, "by": current.by, "why": why}
    transition.event("request.claim_ended", request.step, request.id, **details)
    return transition.finish()
