"""Planted bugs about people: who may decide, reassign and see what."""

from scripts.planted.mutant import Mutant

_REASSIGNMENT = ("tests/engine/test_reassignment.py",)
MUTANTS = [
    Mutant(
        "the requester reassigns their own request",
        "engine/reassignment.py",
        'request.kind == "approval" and policy.is_requester(request, actor)',
        'request.kind == "approval" and actor == request.requester',
        _REASSIGNMENT,
    ),
    Mutant(
        "a request is reassigned to anybody",
        "engine/reassignment.py",
        "    return own and fits(quorum)\n",
        "    return own\n",
        _REASSIGNMENT,
    ),
    Mutant(
        "the owner chooses the approver whom the author left out",
        "engine/reassignment.py",
        "    return node.reassign_to or tuple(",
        "    return node.reassign_to + tuple(",
        _REASSIGNMENT,
    ),
    Mutant(
        "an approver reassigns a high-risk approval",
        "engine/reassignment.py",
        'request.risk == "high" and role == "approver"',
        'request.risk == "high" and role is None',
        _REASSIGNMENT,
    ),
    Mutant(
        "a receipt does not say that it was reassigned",
        "engine/receipts.py",
        '"reassigned": [one.as_json() for one in request.handovers]',
        '"reassigned": []',
        _REASSIGNMENT,
    ),
    Mutant(
        "a high-risk approval is reassigned quietly",
        "bot/outbox/projector.py",
        'target["aloud"] = True',
        'target["aloud"] = False',
        ("tests/bot/listeners/test_reassigning.py",),
    ),
    Mutant(
        "a group that does not exist is named as the people to ask",
        "engine/runtime/access.py",
        "        if any(_able(person) for person in people.values()):",
        "        if not people or any(_able(person) for person in people.values()):",
        ("tests/bot/listeners/test_nobody_can.py",),
    ),
    Mutant(
        "who is back is stood in for",
        "engine/runtime/delegating.py",
        "one for one in request.stand_ins if one.away not in known or known[one.away].to != one.to",
        "one for one in () if known",
    ),
    Mutant(
        "who is back stays a name in the question when nobody is away",
        "engine/runtime/delegating.py",
        "            if away or request.stand_ins:",
        "            if away:",
    ),
    Mutant(
        "a look at open questions before what the last one writes is there",
        "engine/runtime/delegating.py",
        "        async with self._covering:  # what a look before this one writes is in the rows\n"
        "            away = await self._known()\n"
        "        async for request in open_requests(self._store, self._covering):\n",
        "        away = await self._known()\n        async for request in open_requests(self._store):\n",
    ),
    Mutant(
        "an unknown member let go where everybody is needed",
        "engine/runtime/access.py",
        "if person is not None and not _able(person)}",
        "if not _able(person)}",
        ("tests/engine/test_unknown_people.py",),
    ),
    Mutant(
        "one owner's answer in the place of everybody, for one unknown member",
        "engine/answerable.py",
        "            if not missing or not able:",
        "            if missing or not able:",
        ("tests/engine/test_unknown_people.py",),
    ),
    Mutant(
        "a click that looks up the whole group",
        "engine/runtime/access.py",
        "while rest and not any(_able(person) for person in known.values()):",
        "while rest:",
        ("tests/engine/test_unknown_people.py",),
    ),
    Mutant(
        "a member whom an event takes out of a group stays in it",
        "bot/usergroups.py",
        "- {*map(str, removed)}",
        "- set()",
        ("tests/bot/test_directory.py::test_an_event_takes_a_member_out_of_a_group_at_once",),
    ),
    Mutant(
        "a disabled group decides on",
        "bot/people.py",
        "        if group.disabled:",
        "        if group.disabled is None:",
        ("tests/bot/test_directory.py::test_an_event_that_disables_a_group_leaves_nobody_in_it",),
    ),
    Mutant(
        "every change of a status is a change of who may decide",
        "bot/directory.py",
        "        return before.person.full_member != person.full_member",
        "        return True",
        ("tests/bot/test_directory.py",),
    ),
    Mutant(
        "a list of channels that starts over at every refusal",
        "bot/channels.py",
        "                except Busy as busy:\n",
        "                except Busy as busy:\n                    self._cursor = None\n",
        ("tests/bot/test_directory.py",),
    ),
]
