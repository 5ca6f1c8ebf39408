"""`signoff pause` and `signoff resume`: stop new work for a while, and go on."""

from typing import Annotated

import typer

from bot.cli.connection import ask
from bot.cli.options import Data, Json
from bot.cli.output import Output

_Target = Annotated[
    str | None,
    typer.Argument(metavar="TARGET", help="A workflow's name, or a run: its id, short form or ending."),
]

_Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="The reason. People see it.")]


def pause(
    target: _Target = None,
    everything: Annotated[bool, typer.Option("--all", help="Pause every workflow.")] = False,
    reason: _Reason = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Pause a run, a workflow, or everything.

    Steps that execute may finish, and Signoff records decisions. It starts no other step and asks nobody
    else. New runs wait, and schedules do not fire.
    """
    paused = ask(data, "pause", target=_target(target, everything), reason=reason)
    output = Output(json)
    output.data(paused)
    if "run" in paused:
        output.line(f"{paused['run']['short']} is paused. signoff resume {paused['run']['short']} ends that.")
        return
    output.line(f"{_name(paused['workflow'])} paused, with {_runs(paused['runs'])} under way.")


def resume(
    target: _Target = None,
    everything: Annotated[bool, typer.Option("--all", help="End the pause of every workflow.")] = False,
    reason: _Reason = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """End the pause of a run, a workflow, or everything.

    If a schedule missed fires during the pause, its catchup option says which of them start a run.
    """
    resumed = ask(data, "unpause", target=_target(target, everything), reason=reason)
    output = Output(json)
    output.data(resumed)
    if "run" in resumed:
        output.line(f"{resumed['run']['short']} continues.")
        return
    count = resumed["runs"]
    go_on = f" {_runs(count)} go{'es' * (count == 1)} on." if count else ""
    output.line(f"{_name(resumed['workflow'])} no longer paused.{go_on}")


def _target(target: str | None, everything: bool) -> str:
    if everything == bool(target):
        raise typer.BadParameter("Give a run, a workflow or --all.")
    return "*" if everything else str(target)


def _name(workflow: str) -> str:
    return "All workflows are" if workflow == "*" else f"{workflow} is"


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count:,} runs"
