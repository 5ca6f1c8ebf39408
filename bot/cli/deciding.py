"""`signoff decide` and `signoff cancel`: what a person does to a run from the command line."""

from typing import Annotated

import typer

from bot.cli.access import ask
from bot.cli.options import Data, Json
from bot.cli.output import CommandError, Output
from bot.config_checks import USER_ID

_HOW = {
    "comment_required": ' Add --comment "…".',
    "form_required": " Add --set NAME=VALUE.",
    "confirm_required": ' Add --confirm "…".',
    "code_required": " Give it with --code.",
}
CHOICES = ("approve", "reject", "retry", "skip", "abort", "revoke", "answer")


def register(app: typer.Typer) -> None:
    app.command()(decide)
    app.command()(cancel)


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
    data: Data = None,
    json: Json = False,
) -> None:
    """Answer a request that waits for people."""
    if choice not in CHOICES:
        raise typer.BadParameter(f"{choice} is no choice. There are {', '.join(CHOICES)}.")
    if not USER_ID.fullmatch(as_user):
        raise typer.BadParameter(
            f"--as {as_user} is not a user id like U012AB3CD. In Slack: profile, ⋮, Copy member ID."
        )
    value = _fields(given or [])
    answer = ask(
        data, "decide", people=True, workflows=bool(value), request=request, choice=choice, comment=comment,
        as_user=as_user, value=value, typed=confirm, one_time_code=code,
    )  # fmt: skip
    output = Output(json)
    output.data(answer)
    if not answer["accepted"]:
        wrong = "".join(f"\n{field}: {what}" for field, what in answer["problems"])
        raise CommandError(answer["text"] + _HOW.get(answer["code"], "") + wrong)
    output.line(answer["text"])
    if answer["request"]["outcome"]:
        output.line(f"signoff show {answer['request']['run']}", style="dim")


def _fields(given: list[str]) -> dict[str, str] | None:
    """None where nothing was given, so that what is proposed is approved as it is."""
    for one in given:
        if "=" not in one:
            raise typer.BadParameter(f"--set {one} has no =. Write --set replicas=5.")
    return dict(one.split("=", 1) for one in given) or None


def cancel(
    run: Annotated[str, typer.Argument(help="A run's id, its short form, or how it ends.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; people see it.")] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Cancel a run: what executes is stopped, what was asked is withdrawn."""
    found = ask(data, "cancel", run=run, reason=reason)
    output = Output(json)
    output.data(found)
    output.line(f"{found['short']} is cancelled.")
