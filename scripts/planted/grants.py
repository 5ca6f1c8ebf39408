"""Planted bugs about grants: an approver approves further requests in advance."""

from scripts.planted.mutant import Mutant

TESTS = ("tests/engine/runtime/requests/test_grants.py",)
_RULES = "engine/kernel/requests/grants.py"
_SPEC = "engine/model/definition/grants.py"
MUTANTS = [
    Mutant(
        "a program does not see its grant once the run of it was deleted",
        "engine/runtime/requests/grants.py",
        "        if not actor.names.isdisjoint(grant.giver.names) or _asks_with(grant, actor):\n",
        "        if not actor.names.isdisjoint(grant.giver.names):\n",
        TESTS,
    ),
    Mutant(
        "the end of a grant is awaited by a time of day that jumped ahead",
        "engine/runtime/requests/grants.py",
        "self._background.sleep(min(grant.until for grant in grants) - self._steady.now())",
        "self._background.sleep_until(min(grant.until for grant in grants))",
        ("tests/engine/runtime/requests/test_grant_lives.py",),
    ),
    Mutant(
        "a use of a grant is recorded as a click of its giver",
        "engine/runtime/requests/decisions.py",
        "            change = await self._runs.apply(request.run_id, build)  # the giver does nothing now\n",
        "            change = await self._runs.apply(request.run_id, build, actor=giver)\n",
        TESTS,
    ),
    Mutant(
        "the review counts uses of grants as fast clicks",
        "engine/audit/review.py",
        "        person.by_grant += 1\n        return\n",
        "        person.by_grant += 1\n",
        TESTS,
    ),
    Mutant(
        "people are notified of a question before its grant is looked for",
        "bot/outbox/service.py",
        "                await self._parts.settle(delivery.subject)\n",
        "                pass\n",
        ("tests/bot/outbox/test_outbox.py",),
    ),
    Mutant(
        "a grant approves once more than it says",
        "engine/model/records/grant.py",
        "        return self.uses - len(self.used)\n",
        "        return self.uses - len(self.used) + 1\n",
        TESTS,
    ),
    Mutant(
        "a grant approves requests of another person",
        _RULES,
        "    if grant.requester != request.requester:\n",
        "    if grant.requester.source != request.requester.source:\n",
        TESTS,
    ),
    Mutant(
        "a grant covers other arguments",
        _RULES,
        "        if covered(spec, values) != grant.covers:\n",
        "        if covered(spec, values) == '':\n",
        TESTS,
    ),
    Mutant(
        "a grant outlives a change of the code",
        _RULES,
        "    if grant.version != version_of(request):\n",
        "    if grant.version == '':\n",
        TESTS,
    ),
    Mutant(
        "a grant approves what was asked before it",
        _RULES,
        "    if request.counts_from < grant.at:\n",
        "    if request.counts_from == grant.until:\n",
        TESTS,
    ),
    Mutant(
        "any approver revokes the grant of another",
        "engine/runtime/requests/grants.py",
        "            await self._require_owner(grant, actor)\n",
        "            pass\n",
        TESTS,
    ),
    Mutant(
        "a grant outlives the right of its giver",
        "engine/runtime/requests/grants.py",
        '_LOST_RIGHT = frozenset({"not_allowed"})\n',
        "_LOST_RIGHT = frozenset()\n",
        TESTS,
    ),
    Mutant(
        "anything may follow a prefix",
        _SPEC,
        "        return len(rest) <= MAX_REST and _REST.fullmatch(rest) is not None\n",
        "        return len(rest) <= MAX_REST\n",
        TESTS,
    ),
    Mutant(
        "an argument is compared by its beginning",
        _SPEC,
        "_REST.fullmatch(rest)",
        "_REST.match(rest)",
        TESTS,
    ),
    Mutant(
        "a grant covers a request whose step failed in another way",
        "engine/kernel/requests/grants.py",
        "    return [record.state, error, output]\n",
        "    return output if error else None\n",
        ("tests/engine/runtime/requests/test_grants.py",),
    ),
    Mutant(
        "the window about a grant leaves the input out",
        "bot/views/forms/grant_form.py",
        "        *input_blocks(detail.run.input),\n",
        "",
        ("tests/bot/listeners/test_grants.py",),
    ),
]
