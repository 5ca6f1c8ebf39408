"""Planted bugs about CI jobs that ask at a gate."""

from scripts.planted.mutant import Mutant

TESTS = ("tests/test_ci.py",)
_SCRIPT = "deploy/ci/ask_signoff.py"
_TARGETS = ("tests/bot/ci/test_ci_targets.py",)
MUTANTS = [
    Mutant(
        "a gate's callers start the targets of other gates",
        "bot/ci/specs.py",
        "        if target is None or gate not in target.gates:\n",
        "        if target is None:\n",
        _TARGETS,
    ),
    Mutant(
        "a new token has the grants of a removed one of its name",
        "engine/kernel/requests/grants.py",
        "_mark(grant.run, grant) != _mark(request.run_id, grant)",
        "False",
        ("tests/bot/http/test_gate_grants.py",),
    ),
    Mutant(
        "a new token reads the grants of a removed one of its name",
        "bot/http/grants_api.py",
        '            and each.run.startswith(f"{each.workflow}-{principal.mark}")\n',
        "",
        ("tests/bot/http/test_gate_grants.py",),
    ),
    Mutant(
        "a token is sent inside this machine's networks without private: true",
        "bot/ci/specs.py",
        "        if not self.private and (is_loopback(host) or not names_public_host(host)):\n",
        "        if False:\n",
        _TARGETS,
    ),
    Mutant(
        "a job of GitLab that was played is played again",
        "bot/ci/calls.py",
        "        if state in _BEGUN:\n",
        "        if False:\n",
        _TARGETS,
    ),
    Mutant(
        "a job goes on with the answer of another environment or repository",
        _SCRIPT,
        "        if about != value:\n",
        "        if False:\n",
        _TARGETS,
    ),
    Mutant(
        "the first job waits although Signoff starts another one",
        _SCRIPT,
        "    elif callback := called_back():\n",
        "    elif callback := '':\n",
        _TARGETS,
    ),
    Mutant(
        "a job goes on without using its approval",
        _SCRIPT,
        'secrets.token_hex(16)) if found["state"] == "approved" else found\n',
        'secrets.token_hex(16)) if found["state"] == "open" else found\n',
        TESTS,
    ),
    Mutant(
        "a job that runs again uses a used approval",
        _SCRIPT,
        "            say(f\"{found['id']} cannot be used ({conflict}). Signoff asks again.\")\n",
        "            return found\n",
        TESTS,
    ),
    Mutant(
        "each attempt of a job asks a new question",
        _SCRIPT,
        """    found, asked = signoff.ask(body, keyed(base)), body\n""",
        """    found, asked = signoff.ask(body, keyed(base, job["attempt"])), body\n""",
        TESTS,
    ),
    Mutant(
        "a comment sets another output of the job",
        _SCRIPT,
        """                end = secrets.token_hex(16)\n""",
        """                end = "E"\n""",
        TESTS,
    ),
    Mutant(
        "a comment is a command in the log of a job",
        _SCRIPT,
        """    return line.replace("##[", "# #[")\n""",
        """    return line\n""",
        TESTS,
    ),
    Mutant(
        "a job sends its token unencrypted",
        _SCRIPT,
        """    if parts.scheme == "http" and parts.hostname not in LOOPBACK:\n""",
        """    if parts.scheme == "http" and parts.hostname in LOOPBACK[1:0]:\n""",
        TESTS,
    ),
    Mutant(
        "a job stops because many others wait",
        _SCRIPT,
        "        if problem.busy:\n",
        "        if not problem.busy:\n",
        TESTS,
    ),
    Mutant(
        "a comment with an emoji fails an approved job",
        _SCRIPT,
        '"backslashreplace"',
        '"strict"',
        TESTS,
    ),
    Mutant(
        "an agent that gives back a grant reads the answer as if it were a request",
        "bot/http/client.py",
        'return self._call("DELETE", f"{self._grants}/{named}", expected=_is_grant)',
        'return self._call("DELETE", f"{self._grants}/{named}")',
        ("tests/bot/mcp/test_grants.py",),
    ),
    Mutant(
        "signoff doctor overlooks a target of CI without a token",
        "bot/cli/doctor/ci_checks.py",
        "        if find(target.token):\n",
        "        if target.token:\n",
        ("tests/bot/cli/test_doctor.py",),
    ),
    Mutant(
        "signoff doctor takes any MCP server for one that Slack signs",
        "bot/cli/doctor/manifest_checks.py",
        '    elif own[0].get("auth_type") != SLACKBOT_AUTH:\n',
        '    elif not own[0].get("auth_type"):\n',
        ("tests/bot/cli/test_doctor.py",),
    ),
]
