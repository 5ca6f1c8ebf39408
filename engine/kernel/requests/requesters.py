"""Pure: the people whose input a run carries. Four eyes hold for every one of them."""

from collections.abc import Collection, Iterable, Mapping

from engine.errors import NotPossible
from engine.model.people import AUTOMATIC, Actor, identify_requester, is_unmapped
from engine.model.records.records import RequestRecord, RunRecord, evolve
from engine.model.runs.signals import SignalRecord

MAX_REQUESTERS = 100
"""The most people whose input one run may carry."""


def requesters_of(run: RunRecord, signals: Iterable[SignalRecord]) -> tuple[Actor, ...]:
    """Return everybody who gave input to a run. A signal without a payload gives none."""
    senders = [signal.actor for signal in signals if signal.payload is not None]
    return people_among((run.actor, *run.further_requesters, *senders))


def people_among(actors: Iterable[Actor], but: Collection[Actor] = ()) -> tuple[Actor, ...]:
    """Return these actors, each once. Triggers and the engine are left out."""
    return tuple(
        actor for actor in dict.fromkeys(actors) if actor.source not in AUTOMATIC and actor not in but
    )


def check_number(requesters: Collection[Actor]) -> None:
    """Raise `NotPossible` where a run would carry the input of too many people."""
    if len(requesters) > MAX_REQUESTERS:
        raise NotPossible(
            f"This run would carry the input of {len(requesters)} people, and one run may "
            f"carry the input of at most {MAX_REQUESTERS}. Start the workflow with a new input instead."
        )


def further_names(record: RunRecord | RequestRecord) -> list[str]:
    """Return the further requesters for the data of an event."""
    return [str(actor) for actor in record.further_requesters]


def identified(request: RequestRecord, cli_users: Mapping[str, str]) -> RequestRecord:
    """Return the request with its requesters as accounts are mapped to people now."""
    requester = identify_requester(request.requester, cli_users)
    further = tuple([identify_requester(actor, cli_users) for actor in request.further_requesters])
    if requester == request.requester and further == request.further_requesters:
        return request
    return evolve(request, requester=requester, further_requesters=further)


def is_requester(request: RequestRecord, actor: Actor) -> bool:
    """Return whether this is one of the requesters, under any of their names."""
    return not requester_names(request).isdisjoint(actor.names)


def requester_names(request: RequestRecord) -> frozenset[str]:
    """Return every name of every requester."""
    return request.requester.names.union(*[actor.names for actor in request.further_requesters])


def excluded_names(request: RequestRecord) -> frozenset[str]:
    """Return the names of the people who cannot approve because they are requesters."""
    return frozenset() if request.policy.self_approval else requester_names(request)


def unknown_requester(request: RequestRecord) -> Actor | None:
    """Return the first requester of whom nobody knows which person that is, so that they could approve
    unnoticed. None for a failure, and where requesters may approve."""
    if request.kind != "approval" or request.policy.self_approval:
        return None
    requesters = (request.requester, *request.further_requesters)
    return next((actor for actor in requesters if is_unmapped(actor)), None)
