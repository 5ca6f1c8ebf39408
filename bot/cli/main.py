"""The command `signoff`: its commands, and what becomes of an error."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from typing import Annotated

import typer
from typer.exceptions import TyperException

from bot.cli import ask, audit, check, codes, database, decide, receipt, run, runs, schedules, serve
from bot.cli.env_file import NAMED
from bot.cli.output import CommandError, error
from bot.config import ConfigError
from engine import DefinitionErrors, SignoffError
from localslack import StartError

_PRIVATE = 0o077
_EXPECTED = (CommandError, SignoffError, StartError)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"signoff {metadata.version('signoff')}")
        raise typer.Exit


def build() -> typer.Typer:
    app = typer.Typer(
        name="signoff",
        help="Durable workflows that ask people in Slack.",
        epilog="signoff COMMAND --help says more. --env FILE names the file with the settings; without it "
        "that is .env in the folder of the database. --debug shows where an error comes from.",
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    rooms = (
        serve, check, run, runs, decide, schedules, audit, receipt, codes, database,
        ask,
    )  # fmt: skip
    for room in rooms:
        room.register(app)
    app.callback()(_signoff)
    return app


def _signoff(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Durable workflows that ask people in Slack."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0, 1 for what could not be done, 2 for what could not be understood, 130 for Ctrl-C."""
    # Whatever Signoff and its steps make is for this user alone, unless a step sets another mode.
    os.umask(os.umask(_PRIVATE) | _PRIVATE)
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given
    given = [one for one in given if one != "--debug"]
    try:
        given, env = _without_env(given)
        with _named_env(env):
            code = build()(given or ["--help"], prog_name="signoff", standalone_mode=False)
    except KeyboardInterrupt:
        return 130
    except TyperException as problem:
        where = getattr(getattr(problem, "ctx", None), "command_path", "signoff")
        error(f"{' '.join(problem.format_message().split()).rstrip('.')}. {where} --help says more.")
        return problem.exit_code
    except BrokenPipeError:
        # Whoever read our output (`| head`) has seen enough; nothing can be written any more.
        sys.stderr.close()
        return 1
    except Exception as problem:
        if debug:
            raise
        _tell(problem)
        return 1
    return code if isinstance(code, int) else 0


def _without_env(given: Sequence[str]) -> tuple[list[str], str | None]:
    """The arguments without `--env FILE`, which any command takes, and the file."""
    rest: list[str] = []
    env: str | None = None
    words = iter(given)
    for word in words:
        if word == "--":
            return [*rest, word, *words], env
        if word == "--env":
            env = next(words, "")
        elif word.startswith("--env="):
            env = word.removeprefix("--env=")
        else:
            rest.append(word)
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


def _tell(problem: Exception) -> None:
    if isinstance(problem, ConfigError):
        for name, what in problem.problems:
            error(f"{name} {what}")
    elif isinstance(problem, DefinitionErrors):
        for one in problem.errors:
            error(str(one))
    elif isinstance(problem, CommandError):
        error(*problem.lines)
    elif isinstance(problem, _EXPECTED):
        error(str(problem))
    elif isinstance(problem, OSError):
        error(f"{problem.strerror or problem} {problem.filename or ''}".rstrip() + ".")
    else:
        kind = type(problem).__name__
        error(f"{kind}: {problem}. This is a fault of Signoff's own; --debug shows where it is.")
