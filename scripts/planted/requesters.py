"""Planted bugs about the people whose input a run carries."""

from scripts.planted.mutant import Mutant

TESTS = ("tests/engine/runtime/access/test_further_requesters.py",)
_ADMISSION = "engine/runtime/runs/admission.py"
_STEP = "parent.actor, trigger, told, None, asked=asked)"
_PEOPLE = "    return frozenset() if request.policy.self_approval else requester_names(request)"
MUTANTS = [
    Mutant(
        "a person whose run another one starts again approves it",
        _ADMISSION,
        "        asked = await self.requesters_of(origin.id)\n",
        "        asked = ()\n",
        TESTS,
    ),
    Mutant(
        "the requesters of a run before the last one are forgotten",
        "engine/kernel/requests/requesters.py",
        "    return people_among((run.actor, *run.further_requesters, *senders))",
        "    return people_among((run.actor, *senders))",
        TESTS,
    ),
    Mutant(
        "a person approves what they sent as a signal",
        "engine/kernel/requests/requesters.py",
        "    return people_among((run.actor, *run.further_requesters, *senders))",
        "    return people_among((run.actor, *run.further_requesters))",
        TESTS,
    ),
    Mutant(
        "the requesters of a parent approve in its child run",
        _ADMISSION,
        _STEP,
        "parent.actor, trigger, told, None)",
        TESTS,
    ),
    Mutant(
        "the requester of a run approves the run that its end starts",
        "engine/triggers/events.py",
        "str(event.seq), asked=asked)",
        "str(event.seq))",
        TESTS,
    ),
    Mutant(
        "a person approves the runs that they backfill",
        _ADMISSION,
        "self.start_scheduled(workflow, spec, when, when, (actor,))",
        "self.start_scheduled(workflow, spec, when, when)",
        TESTS,
    ),
    Mutant(
        "one requester alone is excluded",
        "engine/kernel/requests/requesters.py",
        _PEOPLE,
        "    return frozenset() if request.policy.self_approval else request.requester.names",
        TESTS,
    ),
    Mutant(
        "an earlier requester whom nobody knows approves at high risk",
        "engine/kernel/requests/requesters.py",
        "    requesters = (request.requester, *request.further_requesters)\n    return next",
        "    requesters = (request.requester,)\n    return next",
        TESTS,
    ),
]
