"""`signoff run NAME key=value…`: start a run and tell how it goes."""

import asyncio
from typing import Annotated, Any

import typer

from bot.cli import formatting, run_view
from bot.cli.connection import Access, opened
from bot.cli.options import Data, Json
from bot.cli.output import CommandError, Output
from bot.views.times import duration

_QUIET = {"step.cancelled", "run.created", "run.waiting", "run.resumed", "request.reminded"}


def register(app: typer.Typer) -> None:
    app.command()(run)


def run(
    name: Annotated[str, typer.Argument(help="The workflow.")],
    values: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="Its input.")] = None,
    detach: Annotated[
        bool, typer.Option("--detach", help="Only start it; the process that serves executes it.")
    ] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Start a run, and follow it until it ends or waits for people."""
    given = _pairs(values or [])
    asyncio.run(_run(Output(json), name, given, detach, data))


def _pairs(texts: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise typer.BadParameter(f"{text} is not KEY=VALUE. Write, for instance, service=billing.")
        if key in found:
            raise typer.BadParameter(f"{key} is given twice.")
        found[key] = value
    return found


async def _run(output: Output, name: str, values: dict[str, str], detach: bool, data: Any) -> None:
    async with opened(data, executes=True) as access:
        if detach and not access.served:
            raise CommandError(
                "Nothing serves this database, so nobody would execute the run. "
                "Leave --detach out, or start signoff serve."
            )
        started = await access.call("start", workflow=name, values=values)
        output.line(f"{started['short']} started.")
        detail = (
            await access.call("show", run=started["id"]) if detach else await _follow(output, access, started)
        )
    output.data(detail)
    _close(output, detail, access.served, detach)
    if detail["run"]["state"] in ("failed", "cancelled"):
        raise typer.Exit(1)


async def _follow(output: Output, access: Access, started: dict[str, Any]) -> dict[str, Any]:
    after = 0
    while True:
        found = await access.call("follow", run=started["id"], after=after)
        titles = {step["step"]: step["title"] for step in found["steps"]}
        for event in found.pop("events"):
            after = event["seq"]
            if line := _progress(event, titles):
                output.line(f"  {line}")
        if found["run"]["ended_at"] or found["run"]["state"] == "waiting":
            return found


def _progress(event: dict[str, Any], titles: dict[str, str]) -> str:
    """One line for an event that a person wants to see pass by; empty for the others."""
    kind, what = event["type"].split(".", 1)
    if kind != "step" or event["type"] in _QUIET:
        return ""
    title, data = titles.get(event["step"], event["step"]), event["data"]
    failure = (data.get("failure") or {}).get("message", "")
    match what:
        case "succeeded":
            seconds = data.get("seconds")
            return f"✅ {title}" + (f" · {duration(seconds)}" if seconds is not None else "")
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
            return f"⏸️ {title}"
    return f"🟠 {title} · {what.replace('_', ' ')}"


def _close(output: Output, detail: dict[str, Any], served: bool, detach: bool) -> None:
    run = detail["run"]
    if detach:
        output.line(f"signoff show {run['short']} says how it goes.", style="dim")
        return
    output.line(f"{formatting.run_sign(run['state'], run['reason'])} {run['short']} {_outcome(run)}.")
    for request in detail["requests"]:
        if request["state"] == "open":
            output.line(f"  {request['ask']}")
            for line in run_view.how_to_decide(request):
                output.line(line)
    if run["state"] == "waiting" and not served:
        output.line("Nothing executes until signoff serve, or the next signoff run, goes on.", style="dim")


def _outcome(run: dict[str, Any]) -> str:
    if run["state"] == "waiting":
        return str(run["reason"] or "waits").rstrip(".")
    word = {"cancelled": "was cancelled"}.get(run["state"], run["state"])
    if run["state"] == "succeeded" and run["reason"]:
        word = "ended with skipped steps"
    return f"{word}: {run['reason']}".rstrip(".") if run["reason"] else word
