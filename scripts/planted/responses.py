"""Planted bugs about responses: a text that an approver hands back, which is neither yes nor no."""

from scripts.planted.mutant import Mutant

API = ("tests/bot/http/test_api.py",)
SLACK = ("tests/bot/listeners/test_responses.py",)
AGENTS = ("tests/engine/steps/test_agents.py",)
_QUORUM = "engine/kernel/requests/quorum.py"
MUTANTS = [
    Mutant(
        "a job of a pipeline does not know a response",
        "deploy/ci/ask_signoff.py",
        ', "responded": 6}',
        "}",
        ("tests/test_ci.py", "tests/bot/views/test_endings.py"),
    ),
    Mutant(
        "a verdict in a thread is not told of Respond",
        "bot/views/conversation.py",
        '    if "respond" in choices:\n',
        '    if "answer" in choices:\n',
        ("tests/bot/listeners/test_thread_verdicts.py",),
    ),
    Mutant(
        "a response approves",
        _QUORUM,
        '        return "responded"\n',
        '        return "approved"\n',
        API,
    ),
    Mutant(
        "a response waits for the quorum",
        _QUORUM,
        "    if any(decision.choice == RESPOND for decision in decisions):\n",
        "    if all(decision.choice == RESPOND for decision in decisions) and decisions:\n",
        API,
    ),
    Mutant(
        "people respond where the author does not allow it",
        "engine/kernel/requests/request_factory.py",
        "    return (*changes, RESPOND) if node.respond else changes\n",
        "    return (*changes, RESPOND)\n",
        API,
    ),
    Mutant(
        "a response needs no text",
        "engine/kernel/requests/request_factory.py",
        '        comment={**node.comment, **dict.fromkeys(texts, "required")},\n',
        '        comment={**node.comment, **dict.fromkeys(texts, "optional")},\n',
        API,
    ),
    Mutant(
        "a script is told that a response is an approval",
        "bot/cli/commands/ask.py",
        '"responded": 6}',
        '"responded": 0}',
        API,
    ),
    Mutant(
        "a run that got a response is shown as done",
        "engine/model/states.py",
        "REFUSALS: tuple[RefusedOutcome, ...] = get_args(RefusedOutcome)\n",
        "REFUSALS: tuple[RefusedOutcome, ...] = get_args(RefusedOutcome)[:3]\n",
        SLACK,
    ),
    Mutant(
        "a model is told that a response is a rejection",
        "engine/steps/agents/agent.py",
        "    if outcome.responded:\n",
        "    if False:\n",
        AGENTS,
    ),
    Mutant(
        "a condition lets a response through that it does not name",
        "engine/compiler/requests/guards.py",
        '    return (*_UNAPPROVED, "responded") if options and options.respond else _UNAPPROVED\n',
        "    return _UNAPPROVED\n",
        AGENTS,
    ),
    Mutant(
        "a response counts as a rejection in a review",
        "engine/audit/review.py",
        '    elif request.outcome == "responded":\n        tally.responded += 1\n',
        "",
        ("tests/engine/audit/test_review.py",),
    ),
    Mutant(
        "an agent at the proxy does not get the text of a response",
        "bot/tool_calls/permission.py",
        '            text = printed(answer.get("comment") or "")\n',
        '            text = ""\n',
        ("tests/bot/tool_calls/test_permission.py",),
    ),
]
