"""`signoff worker` and `signoff workers`: processes that execute steps, and who of them is alive."""

from typing import Annotated, Any

import typer

from bot.cli import heavy
from bot.cli.connection import ask
from bot.cli.options import Data, Json
from bot.cli.output import Output
from bot.terminal import printed


def worker(
    queues: Annotated[
        str,
        typer.Option("--queues", metavar="NAME,…", help="The queues whose steps it executes."),
    ] = "default",
    parallel: Annotated[
        int | None,
        typer.Option(
            "--parallel",
            metavar="N",
            min=1,
            max=10_000,
            help="How many steps execute at once; default: SIGNOFF_PARALLEL.",
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--name", metavar="NAME", help="What people call it; default: the machine and the process."
        ),
    ] = None,
) -> None:
    """Execute steps for a process that serves a database on PostgreSQL. Needs no access to Slack."""
    heavy.work(queues, parallel, name)


def workers(data: Data = None, json: Json = False) -> None:
    """List the workers, what each executes, the queues in which steps wait, and the processes that serve."""
    listed = ask(data, "workers", workflows=True)
    output = Output(json)
    output.data(listed)
    if not listed["workers"]:
        output.line(
            "No worker is registered. The process that serves executes the steps of its queues itself."
        )
    else:
        heads = ("Worker", "Queues", "Executes", "Last sign of life", "State")
        output.table(heads, map(_row, listed["workers"]))
    if len(listed["serving"]) > 1:
        serving = ("Process that serves", "Last sign of life", "State")
        output.table(serving, map(_serving, listed["serving"]))
    for queue in listed["queues"]:
        output.line(printed(queue["text"]))
        if queue["remedy"]:
            output.line(printed(f"Start one: {queue['remedy']}"))


def _row(worker: dict[str, Any]) -> tuple[str, ...]:
    return (
        worker["name"],
        ", ".join(worker["queues"]),
        f"{worker['busy']} of {worker['parallel']}",
        f"{worker['silent']:.1f} s ago",
        worker["state"],
    )


def _serving(process: dict[str, Any]) -> tuple[str, ...]:
    return process["name"], f"{process['silent']:.1f} s ago", process["state"]
