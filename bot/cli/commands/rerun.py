"""`signoff rerun`, `signoff fork` and `signoff skip`: do a run again, or go on without a step."""

from typing import Annotated, Any

import typer

from bot.cli.commands.run import pairs
from bot.cli.connection import ask
from bot.cli.options import Data, Json, RunId
from bot.cli.output import Output

_Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="The reason. People see it.")]
_Step = Annotated[str, typer.Argument(metavar="STEP", help="Name of a step.")]


def rerun(
    run: RunId,
    values: Annotated[
        list[str] | None,
        typer.Argument(metavar="KEY=VALUE...", help="Fields of the input that get another value."),
    ] = None,
    reason: _Reason = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Start the workflow of a run again, with the same input or with some fields changed."""
    _started(Output(json), ask(data, "rerun", run=run, values=pairs(values or []), reason=reason), "again")


def fork(
    run: RunId,
    step: Annotated[
        str, typer.Argument(metavar="STEP", help="Name of a step. Default: the first that failed.")
    ] = "",
    reason: _Reason = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Start a new run from a step of a run that has ended.

    Signoff keeps the results of the steps that do not depend on that step. If an approval guards a step that
    executes, Signoff asks people again.
    """
    _started(Output(json), ask(data, "fork", run=run, step=step, reason=reason), "from there")


def skip(
    run: RunId,
    step: _Step,
    reason: _Reason = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Skip a step that has not started, or that waits for its next attempt.

    Steps that need its output are skipped too.
    """
    skipped = ask(data, "skip", run=run, step=step, reason=reason)
    output = Output(json)
    output.data(skipped)
    output.line(f"{step} of {skipped['short']} is skipped.")


def _started(output: Output, run: dict[str, Any], how: str) -> None:
    output.data(run)
    output.line(f"{run['short']} started {how}. signoff show {run['short']} shows its progress.")
