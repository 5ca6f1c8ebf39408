"""`signoff decide`, `reassign` and `cancel`: what a person does to a run from the command line."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.connection import ask
from bot.cli.options import Data, Json
from bot.cli.output import CommandError, Output
from bot.config_validators import USER_ID
from engine import SystemClock
from engine.durations import seconds

_HOW = {
    "comment_required": ' Add --comment "…".',
    "form_required": " Add --set NAME=VALUE.",
    "confirm_required": ' Add --confirm "…".',
    "code_required": " Give it with --code.",
}
_STARTERS = ("slack", "api", "cli")
CHOICES = ("approve", "reject", "retry", "skip", "abort", "revoke", "answer")


def register(app: typer.Typer) -> None:
    app.command()(decide)
    app.command()(cancel)
    app.command()(reassign)


def decide(
    request: Annotated[str, typer.Argument(help="A request's id, or the run's if it waits for one thing.")],
    choice: Annotated[str, typer.Argument(help=f"One of {', '.join(CHOICES)}.")],
    as_user: Annotated[
        str, typer.Option("--as", metavar="USER", help="In whose name: a Slack user id like U012AB3CD.")
    ],
    comment: Annotated[str, typer.Option("--comment", help="Why. Some choices need it.")] = "",
    given: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A field of its form; repeat for more."),
    ] = None,
    confirm: Annotated[str, typer.Option("--confirm", help="What has to be typed, where it asks so.")] = "",
    code: Annotated[str, typer.Option("--code", help="A one-time code, where it asks so.")] = "",
    seen: Annotated[
        str,
        typer.Option("--seen", help="The code of signoff show, where Slack lacks the full text."),
    ] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Answer a request that waits for people."""
    if choice not in CHOICES:
        raise typer.BadParameter(f"{choice} is not a choice. Choose one of {', '.join(CHOICES)}.")
    if not USER_ID.fullmatch(as_user):
        raise typer.BadParameter(
            f"--as {as_user} is not a user id like U012AB3CD. In Slack: profile, ⋮, Copy member ID."
        )
    value = _fields(given or [])
    answer = ask(
        data, "decide", people=True, workflows=bool(value), request=request, choice=choice, comment=comment,
        as_user=as_user, value=value, typed=confirm, one_time_code=code, seen=seen,
    )  # fmt: skip
    output = Output(json)
    output.data(answer)
    if not answer["accepted"]:
        wrong = [f"{field}: {what}" for field, what in answer["problems"]]
        raise CommandError(answer["text"] + _HOW.get(answer["code"], ""), *wrong)
    output.line(answer["text"])
    if answer["request"]["outcome"]:
        output.line(f"signoff show {answer['request']['run']}", style="dim")


def reassign(
    request: Annotated[str, typer.Argument(help="A request's id, or the run's if it waits for one thing.")],
    to: Annotated[str, typer.Argument(help="Who decides instead: @group, #channel or a Slack user id.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Let others answer an open request, as the operator. The requester cannot do this."""
    found = ask(data, "reassign", people=True, request=request, to=to)
    output = Output(json)
    output.data(found)
    output.line(f"Reassigned. {found['id']} now waits for {to}.")


def _fields(given: list[str]) -> dict[str, str] | None:
    """None where nothing was given, so that what is proposed is approved as it is."""
    for one in given:
        if "=" not in one:
            raise typer.BadParameter(f"--set {one} has no =. Write --set replicas=5.")
    return dict(one.split("=", 1) for one in given) or None


def cancel(
    run: Annotated[str | None, typer.Argument(help="A run's id, its short form, or how it ends.")] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why; people see it.")] = "",
    started_by: Annotated[
        str,
        typer.Option("--started-by", metavar="WHO", help="All runs of U012AB3CD, api:TOKEN or cli:USER."),
    ] = "",
    workflow: Annotated[str | None, typer.Option("--workflow", help="Of these, runs of this one.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DURATION", help="Of these, the last 30m, 2h, …")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Cancel a run, or all unfinished runs that somebody started: stop steps, withdraw requests."""
    output = Output(json)
    if started_by:
        if run:
            raise typer.BadParameter("Give a run or --started-by, not both.")
        _cancel_started(output, data, _flood(started_by, workflow, since), reason, yes)
        return
    if not run or workflow or since:
        raise typer.BadParameter("Give a run, or --started-by with --workflow or --since.")
    found = ask(data, "cancel", run=run, reason=reason)
    output.data(found)
    output.line(f"{found['short']} is cancelled.")


def _flood(started_by: str, workflow: str | None, since: str | None) -> dict[str, Any]:
    """The runs that are meant, as the engine takes them."""
    source, colon, id_ = started_by.partition(":")
    if not (colon and id_ and source in _STARTERS) and not USER_ID.fullmatch(started_by):
        raise typer.BadParameter(
            f"--started-by {started_by} names nobody who can start runs. "
            "Write a Slack user id like U012AB3CD, api:TOKEN or cli:USER."
        )
    meant: dict[str, Any] = {"started_by": started_by}
    if workflow:
        meant["workflow"] = workflow
    if since:
        try:
            before = timedelta(seconds=seconds(since))
        except ValueError:
            raise typer.BadParameter(f"--since {since} is not a duration. Write it like 30m or 2h.") from None
        meant["since"] = (SystemClock().now() - before).isoformat()
    return meant


def _cancel_started(output: Output, data: Path | None, meant: dict[str, Any], reason: str, yes: bool) -> None:
    count = ask(data, "unfinished", **meant)["unfinished"]
    who = meant["started_by"]
    if not count:
        output.data({"cancelled": 0})
        output.line(f"{who} has no unfinished runs.")
        return
    runs = "1 run" if count == 1 else f"{count:,} runs"
    if not yes and not typer.confirm(f"Cancel {runs} that {who} started?", err=True):
        raise typer.Exit(1)
    cancelled, left = 0, True
    while left:
        found = ask(data, "cancel_started", reason=reason, **meant)
        cancelled += found["cancelled"]
        left = found["left"] and found["cancelled"] > 0
    output.data({"cancelled": cancelled})
    output.line(f"{cancelled:,} of {runs} are cancelled." if cancelled != count else f"{runs} cancelled.")
