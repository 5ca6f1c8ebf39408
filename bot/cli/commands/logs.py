"""`signoff logs`: what the steps of a run logged."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from bot.cli import formatting
from bot.cli.connection import EngineClient, connect
from bot.cli.options import Data, Json, RunId
from bot.cli.output import Output


def logs(
    run: RunId,
    step: Annotated[
        str | None, typer.Argument(metavar="STEP", help="Print only what this step logged.")
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="Print new lines as they arrive, until the run ends.")
    ] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Print the lines that the steps of a run logged with ctx.log, even while they execute."""
    output = Output(json)
    with connect(data) as access:
        logged = access.call("logs", run=run, step=step)
        if follow and access.served and not json:
            _follow(output, access, logged, step)
            return
    output.data(logged)
    _print(output, logged, {}, progress=True)
    if not logged["logs"]:
        output.line("Nothing was logged.", style="dim")


def _follow(output: Output, access: EngineClient, logged: dict[str, Any], step: str | None) -> None:
    printed: dict[tuple[str, int], Sequence[str]] = {}
    run_id = logged["run"]["id"]
    while True:
        _print(output, logged, printed)
        if logged["run"]["ended_at"]:
            run = logged["run"]
            output.line(f"{run['short']} {run['state']}.", style="dim")
            return
        logged = access.call("logs", run=run_id, step=step, after=logged["after"])


def _print(
    output: Output,
    logged: dict[str, Any],
    printed: dict[tuple[str, int], Sequence[str]],
    progress: bool = False,
) -> None:
    """`progress`: with how far executing attempts are, which a reader who follows sees in the lines."""
    for log in logged["logs"]:
        if not (log["lines"] or progress):
            continue
        key = log["step"], log["attempt"]
        lines = new_lines(printed.get(key, ()), log["lines"])
        attempt = f", attempt {log['attempt']}" if log["attempt"] > 1 else ""
        if key not in printed:
            output.line(f"{formatting.plain(log['title'])}{attempt}", style="bold")
        for line in lines:
            output.line(f"  {formatting.plain(line)}")
        if progress and log.get("progress"):
            output.line(f"  {formatting.plain(log['progress']['words'])}", style="dim")
        printed[key] = log["lines"]


def new_lines(printed: Sequence[str], lines: Sequence[str]) -> list[str]:
    """Return the lines that follow those printed. Both are the last lines of a log at their time."""
    for overlap in range(min(len(printed), len(lines)), 0, -1):
        if list(printed[-overlap:]) == list(lines[:overlap]):
            return list(lines[overlap:])
    return list(lines)
