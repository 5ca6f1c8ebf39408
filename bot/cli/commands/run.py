"""`signoff run NAME key=value…`: start a run and print its progress."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import formatting, run_view
from bot.cli.connection import EngineClient, connect
from bot.cli.options import Data, Json
from bot.cli.output import CommandError, Output
from bot.views.wording import icons
from bot.views.wording.times import duration, times

_QUIET = {
    "step.cancelled",
    "step.checkpoint",
    "run.created",
    "run.waiting",
    "run.resumed",
    "request.reminded",
}


def run(
    name: Annotated[str, typer.Argument(metavar="WORKFLOW", help="Name of the workflow.")],
    values: Annotated[
        list[str] | None, typer.Argument(metavar="KEY=VALUE...", help="The input of the run.")
    ] = None,
    detach: Annotated[
        bool, typer.Option("--detach", help="Start the run and return. The serving process executes it.")
    ] = False,
    priority: Annotated[
        int | None,
        typer.Option("--priority", metavar="N", help="From -10 to 10. Default: as the workflow says."),
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Start a run, and follow it until it ends or waits for people."""
    _run(Output(json), name, pairs(values or []), detach, data, priority)


def pairs(texts: list[str]) -> dict[str, str]:
    """Return the values by field. Raises `BadParameter`."""
    pairs: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise typer.BadParameter(f"{text} is not KEY=VALUE. Write it like service=billing.")
        if key in pairs:
            raise typer.BadParameter(f"{key} is given twice. Give it once.")
        pairs[key] = value
    return pairs


def _run(
    output: Output,
    name: str,
    values: dict[str, str],
    detach: bool,
    data: Path | None,
    priority: int | None = None,
) -> None:
    with connect(data, executes=True) as access:
        if detach and not access.served:
            raise CommandError(
                "No process serves this database, so nothing would execute the run. "
                "Leave out --detach, or start signoff serve."
            )
        more = {} if priority is None else {"priority": priority}
        started = access.call("start", workflow=name, values=values, **more)
        output.line(f"{started['short']} started.")
        detail = access.call("show", run=started["id"]) if detach else _follow(output, access, started)
    output.data(detail)
    _close(output, detail, access.served, detach)
    if detail["run"]["state"] in ("failed", "cancelled"):
        raise typer.Exit(1)


def _follow(output: Output, access: EngineClient, started: dict[str, Any]) -> dict[str, Any]:
    after = reports = 0
    shown: dict[str, tuple[int, str]] = {}
    while True:
        detail = access.call("follow", run=started["id"], after=after, reports=reports)
        reports = detail.pop("reports", reports)
        titles = {step["step"]: step["title"] for step in detail["steps"]}
        for event in detail.pop("events"):
            after = event["seq"]
            if line := _progress(event, titles):
                output.line(f"  {line}")
        for line in _reported(detail, shown):
            output.line(f"  {line}")
        if detail["run"]["ended_at"] or detail["run"]["state"] in ("waiting", "paused"):
            return detail


def _reported(detail: dict[str, Any], shown: dict[str, tuple[int, str]]) -> Iterator[str]:
    """Return a line for each step that got a tenth further, or says something new."""
    for step in detail["steps"]:
        if (progress := step.get("progress")) is None:
            continue
        tenth = int(10 * progress["done"] / progress["of"]) if progress["of"] else 0
        if shown.get(step["step"]) != (tenth, progress["text"]):
            shown[step["step"]] = tenth, progress["text"]
            yield f"🔵 {step['title']} · {formatting.plain(progress['words'])}"


def _progress(event: dict[str, Any], titles: dict[str, str]) -> str:
    """Return one line for an event of a step; empty for events that people need not see."""
    kind, what = event["type"].split(".", 1)
    if kind != "step" or event["type"] in _QUIET:
        return ""
    title, data = titles.get(event["step"], event["step"]), event["data"]
    failure = (data.get("failure") or {}).get("message", "")
    match what:
        case "succeeded":
            seconds = data.get("seconds")
            return f"✅ {title}" + (f" · {duration(seconds)}" if seconds is not None else "")
        case "started" if "check" in data:
            return ""
        case "not_yet":
            checked = f"checked {times(data['checks'])}"
            again = f"next check at {formatting.clock(data['next_check_at'])}"
            said = f" · {formatting.one_line(data['text'])}" if data["text"] else ""
            return f"🔵 {title} · {checked} · {again}{said}"
        case "started":
            attempt = data.get("attempt", 1)
            return f"🔵 {title}" + (f" · attempt {attempt}" if attempt > 1 else "")
        case "retrying":
            again = formatting.clock(data.get("next_attempt_at"))
            return f"🟠 {title} · {formatting.one_line(failure, 200)} · again at {again}"
        case "failed":
            return f"🔴 {title} · {formatting.one_line(failure, 200)}"
        case "overrun":
            return f"🟠 {title} · {formatting.one_line(data.get('reason', ''), 200)}"
        case "skipped":
            return f"⏭️ {title} · {formatting.one_line(data.get('reason', 'skipped'))}"
        case "waiting":
            return f"⏸️ {title}" + (f" · {formatting.one_line(failure, 200)}" if failure else "")
    return f"🟠 {title} · {what.replace('_', ' ')}"


def _close(output: Output, detail: dict[str, Any], served: bool, detach: bool) -> None:
    run = detail["run"]
    if detach:
        output.line(f"See its progress with signoff show {run['short']}.", style="dim")
        return
    sign = formatting.run_words(run).partition(" ")[0]
    output.line(f"{sign} {run['short']} {_outcome(run)}.")
    for request in detail["requests"]:
        if request["state"] == "open":
            output.line(f"  {request['ask']}")
            for line in run_view.how_to_decide(request):
                output.line(line)
    if run["state"] == "waiting" and not served:
        output.line("Nothing executes until you start signoff serve, or signoff run again.", style="dim")


def _outcome(run: dict[str, Any]) -> str:
    if waits_for := run.get("failure_waits_for"):
        return f"failed and waits for {formatting.plain(' or '.join(waits_for[:3]))}"
    if run["state"] == "waiting":
        return str(run["reason"] or "waits").rstrip(".")
    if run["state"] == "paused":
        if run["reason"].startswith((f"{run['workflow']} is paused", "all workflows are paused")):
            return f"waits: {run['reason']}"
        return f"is paused: {run['reason']}".rstrip(".: ")
    word = {"cancelled": "was cancelled"}.get(run["state"], run["state"])
    if run["state"] == "succeeded" and run["reason"]:
        word = "ended with skipped steps"
    if refusal := run.get("refusal"):
        word = f"ended: an approval was {icons.REFUSALS[refusal]}"
    return f"{word}: {run['reason']}".rstrip(".") if run["reason"] else word
