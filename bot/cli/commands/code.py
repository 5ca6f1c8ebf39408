"""`signoff code`: one-time codes of approvers."""

from typing import Annotated

import typer

from bot.cli.connection import ask
from bot.cli.options import Data, Json, check_user_id, new_group
from bot.cli.output import Output

code = new_group("code", "Manage one-time codes of approvers.")
User = Annotated[str, typer.Argument(metavar="USER", help="A Slack user id like U012AB3CD.")]


@code.command()
def enrol(
    user: User,
    name: Annotated[
        str,
        typer.Option(
            "--name", metavar="NAME", help="Name of the entry in the authenticator app. Default: the id."
        ),
    ] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Set up codes for a person and print the key for their authenticator app.

    Signoff cannot print the key again.
    """
    enrolled = ask(data, "enrol", user=check_user_id(user), name=name or user)
    output = Output(json)
    output.data(enrolled)
    output.line(enrolled["address"])
    output.line("Give this to the person, but not through Slack. It cannot be printed again.", style="dim")


@code.command("list")
def list_people(data: Data = None, json: Json = False) -> None:
    """List people who have one-time codes."""
    listed = ask(data, "enrolled")
    output = Output(json)
    output.data(listed)
    for person in listed["enrolled"]:
        locked = f", locked until {person['locked_until']}" if person["locked_until"] else ""
        output.line(f"{person['user']}  since {person['since']}{locked}")
    if not listed["enrolled"]:
        output.line("Nobody has one-time codes. Set them up for a person: signoff code enrol USER")


@code.command()
def revoke(user: User, data: Data = None) -> None:
    """Revoke a person's codes, for instance when a phone is lost. The person can be enrolled again."""
    ask(data, "revoke_codes", user=check_user_id(user))
    Output().line(f"The codes of {user} no longer work.")
