"""Planted bugs about rounds: changes that an approver requests, and the round that is asked after them."""

from scripts.planted.mutant import Mutant

TESTS = ("tests/engine/runtime/requests/test_rounds.py",)
GATES = ("tests/bot/http/test_api.py",)
_BINDING = "engine/kernel/approval_binding.py"
_REVISION = "engine/kernel/requests/revision.py"
MUTANTS = [
    Mutant(
        "votes of an earlier round count in the next",
        _BINDING,
        "        id_ = approval_digest.request_id(state.run.id, step, attempt)\n        try:\n",
        "        id_ = approval_digest.request_id(state.run.id, step, 1)\n        try:\n",
        TESTS,
    ),
    Mutant(
        "people are asked while a step runs again that they are asked about",
        _BINDING,
        "        if waits_for_values(state.graph, node, state.steps):\n",
        "        if False:\n",
        TESTS,
    ),
    Mutant(
        "a step after a skipped one does not wait for what runs again",
        _BINDING,
        "                self.move_step(\n"
        '                    name, "revise", ended_at=None\n                )',
        "                pass",
        TESTS,
    ),
    Mutant(
        "a step that a person skipped runs in the next round",
        "engine/kernel/planner.py",
        "    if step in steps and steps[step].reason == SKIPPED_BY_PERSON:\n",
        "    if False:\n",
        TESTS,
    ),
    Mutant(
        "rounds are not bounded",
        "engine/model/records/records.py",
        "        return self.round < self.rounds and not self.acted\n",
        "        return not self.acted\n",
        TESTS,
    ),
    Mutant(
        "a step that runs again does not learn what was requested",
        "engine/runtime/execution/attempt.py",
        "        feedback_for(state.requests.values(), record.step) if record.round > 1 else (),\n",
        "        (),\n",
        TESTS,
    ),
    Mutant(
        "a step that runs again has the idempotency key of its last round",
        _BINDING,
        "                round=record.round + 1,\n                failures=0,",
        "                round=record.round,\n                failures=0,",
        TESTS,
    ),
    Mutant(
        "a step that runs again goes on from a checkpoint of its last round",
        _BINDING,
        "            state.checkpoints.pop(name, None)\n",
        "",
        TESTS,
    ),
    Mutant(
        "after a restart a step goes on from a checkpoint of its last round",
        "engine/kernel/live_run.py",
        "            state._forget_sent_back()\n",
        "            pass\n",
        TESTS,
    ),
    Mutant(
        "an approval beside keeps what people decided about the earlier result",
        _REVISION,
        "        and (name in before or isinstance(graph.nodes[name], ApprovalSpec))\n",
        "        and name in before\n",
        TESTS,
    ),
    Mutant(
        "a decision does not cover its round",
        "engine/kernel/requests/approval_digest.py",
        '        **({"revision": request.revision.covered()} if request.revision else {}),\n',
        "",
        TESTS,
    ),
    Mutant(
        "changes are requested without saying which",
        "engine/kernel/requests/request_factory.py",
        '**dict.fromkeys(texts, "required")',
        '**dict.fromkeys(texts, "optional")',
        TESTS,
    ),
    Mutant(
        "a step runs again although a later one has executed with its result",
        _REVISION,
        "        if record is not None and not isinstance(node, ApprovalSpec) and _has_begun(record):\n",
        "        if False:\n",
        TESTS,
    ),
    Mutant(
        "a list decides a later round without its difference",
        "engine/model/records/records.py",
        "        fits = fits and (self.revision is None or not self.revision.feedback)",
        "        fits = fits",
        TESTS,
    ),
    Mutant(
        "the message of a round does not show what changed",
        "bot/views/requests/rounds.py",
        "            if not same_json(_side(old), _side(new)):\n",
        "            if False:\n",
        ("tests/bot/listeners/test_rounds.py",),
    ),
    Mutant(
        "a round at a gate begins without those before it",
        _REVISION,
        "        round=last.revision.round + 1,\n        rounds=approval.rounds,\n        feedback=(*",
        "        round=1,\n        rounds=approval.rounds,\n        feedback=(*",
        GATES,
    ),
    Mutant(
        "a token asks another token's request again",
        "bot/http/approvals_api.py",
        "            detail = await self._detail(revises, principal)\n        except Refusal",
        "            detail = await self._engine.detail(revises)\n        except Refusal",
        GATES,
    ),
    Mutant(
        "each request at a gate is asked again any number of times",
        "bot/http/approvals_api.py",
        'key = _mixed(principal, f"revises {revises}") if revises else _key(request, principal)',
        "key = _key(request, principal)",
        GATES,
    ),
    Mutant(
        "a round at a gate is asked outside the thread of the last one",
        "bot/outbox/projector.py",
        '    if before and not before.startswith(f"{request.run_id}."):\n',
        "    if False:\n",
        ("tests/bot/listeners/test_rounds.py",),
    ),
    Mutant(
        "a step that runs again is in its second attempt",
        "bot/views/runs/steps.py",
        "step.attempt - earlier - ",
        "step.attempt - ",
        ("tests/bot/listeners/test_rounds.py",),
    ),
    Mutant(
        "a report calls a new round a change",
        "bot/reports/happenings.py",
        "    if where := sent_back_at(changes):\n",
        "    if where := '':\n",
        ("tests/bot/reports/test_reports.py",),
    ),
    Mutant(
        "the command line counts attempts of earlier rounds",
        "bot/cli/serializers.py",
        '"attempt_in_round": step.attempt - earlier',
        '"attempt_in_round": step.attempt',
        ("tests/bot/cli/test_run_view.py",),
    ),
    Mutant(
        "a gate that was sent back is done",
        "engine/model/runs/refusals.py",
        " or states.keys() <= outcomes.keys()\n",
        "\n",
        ("tests/bot/listeners/test_rounds.py",),
    ),
    Mutant(
        "the way back of requested changes makes a step wait",
        "bot/graphs/looks.py",
        ' if edge["kind"] != "back"}',
        "}",
        ("tests/bot/graphs/test_graph.py",),
    ),
]
