"""`signoff decide` and `signoff cancel`: what a person does to a run from the command line."""

from typing import Annotated

import typer

from bot.cli.access import ask
from bot.cli.options import Data, Json
from bot.cli.output import CommandError, Output
from bot.config_checks import USER_ID

CHOICES = ("approve", "reject", "retry", "skip", "abort")


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
    answer = ask(
        data, "decide", people=True, request=request, choice=choice, comment=comment, as_user=as_user
    )
    output = Output(json)
    output.data(answer)
    if not answer["accepted"]:
        how = ' Add --comment "…".' if answer["code"] == "comment_required" else ""
        raise CommandError(answer["text"] + how)
    output.line(answer["text"])
    if answer["request"]["outcome"]:
        output.line(f"signoff show {answer['request']['run']}", style="dim")


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
