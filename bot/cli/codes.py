"""`signoff code`: who gives one-time codes where an approval asks for them."""

from typing import Annotated

import typer

from bot.cli.connection import ask
from bot.cli.options import Data, Json
from bot.cli.output import Output
from bot.config_validators import USER_ID

User = Annotated[str, typer.Argument(metavar="USER", help="A Slack user id like U012AB3CD.")]


def register(app: typer.Typer) -> None:
    code = typer.Typer(name="code", help="One-time codes of those who approve.", rich_markup_mode=None)
    code.callback()(lambda: None)
    code.command()(enrol)
    code.command("list")(listed)
    code.command()(revoke)
    app.add_typer(code)


def enrol(
    user: User,
    name: Annotated[str, typer.Option("--name", help="What the app calls it; otherwise the id.")] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Make codes for a person, and print what their authenticator app takes; it is shown this once."""
    found = ask(data, "enrol", user=_checked(user), name=name or user)
    output = Output(json)
    output.data(found)
    output.line(found["address"])
    output.line(
        "Bring this to the person by a way that is not Slack; it is not shown again.",
        style="dim",
    )


def listed(data: Data = None, json: Json = False) -> None:
    """Who has codes."""
    found = ask(data, "enrolled")
    output = Output(json)
    output.data(found)
    for one in found["enrolled"]:
        locked = f", locked until {one['locked_until']}" if one["locked_until"] else ""
        output.line(f"{one['user']}  since {one['since']}{locked}")
    if not found["enrolled"]:
        output.line("Nobody has one-time codes. signoff code enrol USER makes some.")


def revoke(user: User, data: Data = None) -> None:
    """Take a person's codes back, for instance when a phone is lost. They can be enrolled anew."""
    ask(data, "revoke_codes", user=_checked(user))
    Output(False).line(f"The codes of {user} are of no use from now on.")


def _checked(user: str) -> str:
    if not USER_ID.fullmatch(user):
        raise typer.BadParameter(
            f"{user} is not a user id like U012AB3CD. In Slack: profile, ⋮, Copy member ID."
        )
    return user
