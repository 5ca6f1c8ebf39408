"""Planted bugs in the kinds of step that Signoff executes."""

from scripts.planted.mutant import Mutant

_COMMANDS = ("tests/engine/steps/test_commands.py",)
_HTTP = ("tests/engine/steps/test_http.py",)

MUTANTS = [
    Mutant(
        "a value becomes an option of a program",
        "engine/model/definition/operations.py",
        'if isinstance(value, str) and value.startswith("-"):',
        'if isinstance(value, str) and value == "-":',
        _COMMANDS,
    ),
    Mutant(
        "a value in an argument is split into several",
        "engine/model/definition/operations.py",
        "arguments.append(_text(place, template, scope, later))",
        "arguments += _text(place, template, scope, later).split()",
        _COMMANDS,
    ),
    Mutant(
        "an approval does not cover the arguments of a command",
        "engine/compiler/nodes/steps.py",
        "else operation_digest(options.operation),",
        'else "command",',
        _COMMANDS,
    ),
    Mutant(
        "approvers see the arguments of an earlier file",
        "engine/kernel/approval_binding.py",
        "yield node.title, loaded or node.operation",
        "yield node.title, node.operation",
        _COMMANDS,
    ),
    Mutant(
        "a command gets the whole environment of the bot",
        "engine/steps/command.py",
        "**dict(_variables(spec.env)),",
        "**os.environ, **dict(_variables(spec.env)),",
        _COMMANDS,
    ),
    Mutant(
        "a process that ignores SIGTERM outlives its command",
        "engine/steps/process_tree.py",
        "first = left = self.send(signal.SIGKILL)",
        "first = left = self.send(signal.SIGTERM)",
        _COMMANDS,
    ),
    Mutant(
        "a process with a session of its own outlives its command",
        "engine/steps/process_tree.py",
        'return self._mark in (_PROC / f"{process}/environ").read_bytes().split(b"\\0")',
        "return False",
        _COMMANDS,
    ),
    Mutant(
        "a command waits for the processes that it left behind",
        "engine/steps/command.py",
        "code = await _exit_code(process)",
        "code = await process.wait()",
        _COMMANDS,
    ),
    Mutant(
        "all output of a command is kept",
        "engine/steps/captured.py",
        "while self._kept - len(self._parts[0]) >= self._limit:",
        "while self._kept < 0:",
        _COMMANDS,
    ),
    Mutant(
        "a credential of a command is logged",
        "engine/steps/command.py",
        "self.ctx.log(redacted(line, self.secrets) if self.secrets else line)",
        "self.ctx.log(line)",
        _COMMANDS,
    ),
    Mutant(
        "an exit code that asks the owner is tried again",
        "engine/kernel/resilience/failure_rules.py",
        "return Consequence(cast(Action, error.action), after)",
        "return Consequence(None, after)",
        _COMMANDS,
    ),
    Mutant(
        "a value in an address is not encoded",
        "engine/model/definition/operations.py",
        'return quote(_as_argument(place, path, value), safe="")',
        "return _as_argument(place, path, value)",
        _HTTP,
    ),
    Mutant(
        "a value leads to the folder above in an address",
        "engine/model/definition/operations.py",
        'if template != part and part in ("", ".", ".."):',
        'if template != part and part == "":',
        _HTTP,
    ),
    Mutant(
        "a redirect of a request leads inside this network",
        "engine/steps/http_exchange.py",
        "if host not in private and not names_public_host(host):",
        "if at == self.at and host not in private and not names_public_host(host):",
        _HTTP,
    ),
    Mutant(
        "another server gets the secret of a request",
        "engine/steps/http_exchange.py",
        "(self.secret_headers if at.origin() == first else {})",
        "self.secret_headers",
        _HTTP,
    ),
    Mutant(
        "a request that changes something follows a redirect",
        "engine/steps/http_exchange.py",
        'if self.spec.method not in ("GET", "HEAD"):\n            return None',
        "if False:\n            return None",
        _HTTP,
    ),
    Mutant(
        "an answer without end is taken by an HTTP step",
        "engine/steps/http_exchange.py",
        "if len(body) > self.spec.output_kb * 1000:",
        "if False:",
        _HTTP,
    ),
    Mutant(
        "a request is repeated before the server wants it",
        "engine/steps/http_exchange.py",
        "raise HttpFailed(text, status, action=action, after=after)",
        "raise HttpFailed(text, status, action=action)",
        _HTTP,
    ),
    Mutant(
        "a POST is repeated although its author did not say so",
        "engine/authoring/workflow.py",
        "Retry() if method in REPEATABLE else Retry(attempts=1)",
        "Retry()",
        _HTTP,
    ),
    Mutant(
        "an error quotes the secret of a request",
        "engine/steps/http_exchange.py",
        'text = redacted(f"{text}: {said}" if said else f"{text}.", self.secrets)[:_MAX_SAID]',
        'text = (f"{text}: {said}" if said else f"{text}.")[:_MAX_SAID]',
        _HTTP,
    ),
]
