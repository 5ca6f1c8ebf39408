"""The command `signoff`: its commands, and what becomes of an error."""

import errno
import logging
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from typing import Annotated

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException
from typer.main import get_command

from bot.cli.commands.ask import ask
from bot.cli.commands.audit import audit
from bot.cli.commands.backfill import backfill
from bot.cli.commands.break_glass import break_glass
from bot.cli.commands.canary import canary
from bot.cli.commands.cancel import cancel
from bot.cli.commands.check import check
from bot.cli.commands.claim import claim
from bot.cli.commands.code import code
from bot.cli.commands.contracts import contracts
from bot.cli.commands.db import db
from bot.cli.commands.decide import decide
from bot.cli.commands.decision import decision
from bot.cli.commands.demo import demo
from bot.cli.commands.doctor import doctor
from bot.cli.commands.eval import eval
from bot.cli.commands.events import events
from bot.cli.commands.grants import grants
from bot.cli.commands.graph import graph
from bot.cli.commands.health import health
from bot.cli.commands.hook import hook
from bot.cli.commands.insight import insight
from bot.cli.commands.keys import keys
from bot.cli.commands.logs import logs
from bot.cli.commands.manifest import manifest
from bot.cli.commands.mcp import mcp
from bot.cli.commands.mute import mute, unmute
from bot.cli.commands.new import new
from bot.cli.commands.pause import pause, resume
from bot.cli.commands.permit import permit
from bot.cli.commands.personal import personal
from bot.cli.commands.policy import policy
from bot.cli.commands.priority import priority
from bot.cli.commands.reassign import reassign
from bot.cli.commands.receipt import receipt
from bot.cli.commands.report import report
from bot.cli.commands.rerun import fork, rerun, skip
from bot.cli.commands.resources import resources
from bot.cli.commands.run import run
from bot.cli.commands.runs import runs
from bot.cli.commands.schedules import schedules
from bot.cli.commands.schema import schema
from bot.cli.commands.serve import serve
from bot.cli.commands.show import show
from bot.cli.commands.signal import signal
from bot.cli.commands.subscriptions import subscribe, subscriptions, unsubscribe
from bot.cli.commands.token import token
from bot.cli.commands.triggers import triggers
from bot.cli.commands.workers import worker, workers
from bot.cli.empty_values import refuse_empty_values
from bot.cli.env_file import NAMED
from bot.cli.help import name_arguments
from bot.cli.output import CommandError, error
from bot.errors import ConfigError, NotAsked
from bot.terminal import printed
from engine import DefinitionErrors, SignoffError

COMMANDS = (
    demo, serve, check, graph, run, runs, show, logs, report, decide, claim, grants, break_glass,
    reassign, cancel, pause,
    resume, skip, rerun, mute, unmute, subscriptions, subscribe, unsubscribe, fork, priority, signal,
    schedules, health, insight, resources, worker, workers, backfill, ask, new, schema,
    doctor, manifest, eval,
)  # fmt: skip
GROUPS = (
    triggers, canary, decision, policy, contracts, events, audit, receipt, permit, keys, personal, code,
    token, mcp, hook, db,
)  # fmt: skip
_PRIVATE = 0o077
_AS_OWNER, _SPACE = "Run the command as the user who owns it.", "Free some space on its disk."
_REMEDIES = {
    errno.EACCES: _AS_OWNER,
    errno.EPERM: _AS_OWNER,
    errno.ENOSPC: _SPACE,
    errno.EDQUOT: _SPACE,
    errno.EROFS: "Name a file on a disk that can be written to.",
    errno.ENAMETOOLONG: "Shorten the path.",
}
_CHECK_PATH = "Check the path, and whether this user can use it."
_OWN = re.compile(r"Invalid value: |Invalid value for [^:]*: (?=--)|(?<=: )Value error, (?=')")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"signoff {metadata.version('signoff')}")
        raise typer.Exit


def build() -> TyperGroup:
    app = typer.Typer(
        name="signoff",
        help="Durable workflows that ask people in Slack.",
        epilog="signoff COMMAND --help explains a command. Every command takes --env FILE, which names the "
        "file with the settings (default: .env in the folder of the database), and --debug, which prints "
        "where an error comes from. Exit codes: 0 done, 1 failed, 2 not understood, 130 interrupted.",
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    for command in COMMANDS:
        # -3 is a number there, not an option.
        app.command(context_settings={"ignore_unknown_options": command is priority})(command)
    for group in GROUPS:
        app.add_typer(group)
    app.callback()(_signoff)
    command = get_command(app)
    assert isinstance(command, TyperGroup)
    name_arguments(command)
    refuse_empty_values(command)
    return command


def _signoff(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Durable workflows that ask people in Slack."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code: 0 done, 1 not possible, 2 not understood, 130 for Ctrl-C."""
    # Files of Signoff and its steps are for this user alone, unless a step sets another mode.
    os.umask(os.umask(_PRIVATE) | _PRIVATE)
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    debug = _without_debug(arguments) != arguments
    if not debug and logging.lastResort is not None:
        logging.lastResort.setFormatter(_Message())
    try:
        _check_encoding(arguments)
        rest, env = _without_env(_without_debug(arguments))
        with _named_env(env):
            exit_code = build()(rest or ["--help"], prog_name="signoff", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except TyperException as problem:
        command = getattr(getattr(problem, "ctx", None), "command_path", "signoff")
        error(f"{_sentence(problem.format_message())} See {command} --help.")
        return problem.exit_code
    except BrokenPipeError:
        # The reader of the output (`| head`) has seen enough; nothing can be written any more.
        sys.stderr.close()
        return 1
    except Exception as problem:
        if debug:
            raise
        _print_error(problem)
        return 1
    return exit_code if isinstance(exit_code, int) else 0


class _Message(logging.Formatter):
    """The log of a command that does not serve: its messages, without the traceback of each."""

    def format(self, record: logging.LogRecord) -> str:
        return printed(record.getMessage())


def _sentence(message: str) -> str:
    """Return the message of a usage error as one sentence; a command's own names the option itself."""
    text = _OWN.sub("", " ".join(message.split())).rstrip(".")
    text = re.sub(r" Did you mean '(.*)'\??$", r" Did you mean \1?", text)
    return text if text.endswith("?") else f"{text}."


def _check_encoding(arguments: Sequence[str]) -> None:
    for argument in arguments:
        if any("\ud800" <= character <= "\udfff" for character in argument):
            raise CommandError(f"{argument!a} is not valid UTF-8. Write the argument in UTF-8.")


def _without_debug(arguments: list[str]) -> list[str]:
    """Return the arguments without `--debug`, which every command takes. Those after `--` stay."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    return [argument for argument in arguments[:end] if argument != "--debug"] + arguments[end:]


def _without_env(arguments: Sequence[str]) -> tuple[list[str], str | None]:
    """Return the arguments without `--env FILE`, which every command takes, and the file."""
    rest: list[str] = []
    env: str | None = None
    remaining = iter(arguments)
    for argument in remaining:
        if argument == "--":
            return [*rest, argument, *remaining], env
        if argument == "--env":
            env = next(remaining, "")
        elif argument.startswith("--env="):
            env = argument.removeprefix("--env=")
        else:
            rest.append(argument)
            continue
        if not env:
            raise CommandError("--env needs the name of a file: --env /etc/signoff.env.")
    return rest, env


@contextmanager
def _named_env(file: str | None) -> Iterator[None]:
    before = os.environ.get(NAMED)
    if file is not None:
        os.environ[NAMED] = file
    try:
        yield
    finally:
        if file is not None:
            os.environ.pop(NAMED)
            os.environ.update({NAMED: before} if before is not None else {})


def _print_error(problem: Exception) -> None:
    if isinstance(problem, ConfigError):
        for name, what in problem.problems:
            error(f"{name} {what}")
    elif isinstance(problem, DefinitionErrors):
        for each in problem.errors:
            error(str(each))
    elif isinstance(problem, CommandError):
        error(*problem.lines)
    elif isinstance(problem, SignoffError | NotAsked):
        error(str(problem))
    elif isinstance(problem, OSError):
        file = f"{problem.filename}: " if problem.filename else ""
        error(f"{file}{problem.strerror or problem}. {_REMEDIES.get(problem.errno or 0, _CHECK_PATH)}")
    else:
        error(f"{type(problem).__name__}: {problem}. This is a bug in Signoff; --debug prints where it is.")
