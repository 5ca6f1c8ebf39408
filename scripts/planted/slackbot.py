"""Planted bugs about the door of Slackbot."""

from scripts.planted.mutant import Mutant

TESTS = ("tests/bot/listeners/test_slackbot.py",)
_DOOR, _TOOLS = "bot/http/slackbot.py", "bot/http/slackbot_tools.py"
MUTANTS = [
    Mutant(
        "Slackbot's door takes requests that Slack did not sign",
        _DOOR,
        "        if not self._parts.signed(request.headers, body):\n",
        "        if False:\n",
        TESTS,
    ),
    Mutant("a guest asks through Slackbot", _DOOR, "        await full_member(people, user)\n", "", TESTS),
    Mutant(
        "people of another workspace ask through Slackbot",
        _DOOR,
        "        if team != ours:\n",
        "        if False:\n",
        TESTS,
    ),
    Mutant(
        "Slackbot starts any workflow",
        _TOOLS,
        "    if not workflow.gate:\n",
        "    if False:\n",
        TESTS,
    ),
    Mutant(
        "Slackbot finds private runs",
        _TOOLS,
        "    detail = await seen.detail((await seen.find_run(arguments.run)).id)\n",
        "    detail = await call.engine.detail((await call.engine.find_run(arguments.run)).id)\n",
        TESTS,
    ),
    Mutant(
        "a request that Slack repeats asks twice",
        _TOOLS,
        "    last = await _last_asked(call, workflow.name, key)\n",
        "    last = None\n    key = str(call.engine.clock.now().timestamp())\n",
        TESTS,
    ),
    Mutant(
        "a question that was answered long ago is never asked again",
        _TOOLS,
        "call.engine.clock.now() - last.created_at < REPEATED_FOR",
        "True",
        TESTS,
    ),
]
