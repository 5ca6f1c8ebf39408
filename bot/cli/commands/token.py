"""`signoff token`: principals that may ask from outside or read the console, and their tokens."""

from typing import Annotated

import typer

from bot.cli.connection import ask
from bot.cli.options import Data, Json, check_user_id, duration_seconds, new_group
from bot.cli.output import CommandError, Output, note

token = new_group("token", "Manage tokens for scripts and agents that ask at gates, and for the web console.")
Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the principal, such as ci.")]


@token.command()
def create(
    name: Name,
    gates: Annotated[
        list[str] | None,
        typer.Option(
            "--gate", metavar="GATE", help="A gate at which the principal may ask. Repeat it for more gates."
        ),
    ] = None,
    console: Annotated[
        bool, typer.Option("--console", help="The token opens the web console, which shows every run.")
    ] = False,
    person: Annotated[
        str, typer.Option("--person", metavar="USER", help="Slack user id of the person who holds the token.")
    ] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Create a principal and print its token. It cannot be printed again."""
    if person:
        check_user_id(person, "--person")
    gates = gates or []
    if not gates and not console:
        raise CommandError("Name what the token opens: --gate GATE, --console, or both.")
    created = ask(
        data, "add_principal", workflows=True, people=bool(person), name=name, gates=gates, person=person,
        console=console,
    )  # fmt: skip
    output = Output(json)
    output.data(created)
    output.line(created["token"])
    if not json:
        if gates and not person:
            note("No person holds it, so nobody can approve its high-risk requests. Add --person U….")
        may = [f"ask at {', '.join(gates)}"] if gates else []
        may += ["read every run in the web console"] if console else []
        note(f"{name} may {' and '.join(may)} with this token. It is not stored: copy it now.")


@token.command("list")
def list_principals(data: Data = None, json: Json = False) -> None:
    """List principals with what their tokens open."""
    listed = ask(data, "principals")
    output = Output(json)
    output.data(listed)
    if not listed["principals"]:
        output.line("There are no principals. Create one: signoff token create NAME --gate GATE")
        return
    rows = [
        (
            each["name"],
            ", ".join(each["gates"]),
            "yes" if each.get("console") else "",
            each["person"] or "",
        )
        for each in listed["principals"]
    ]
    output.table(("Name", "Gates", "Console", "Person"), rows)


@token.command()
def secret(name: Name, data: Data = None, json: Json = False) -> None:
    """Print the secret that signs the callbacks to a principal."""
    answer = ask(data, "callback_secret", name=name)
    output = Output(json)
    output.data(answer)
    output.line(answer["secret"])


@token.command()
def rotate(
    name: Name,
    keep: Annotated[
        str, typer.Option("--keep", metavar="DURATION", help="How long the old token still works.")
    ] = "1h",
    data: Data = None,
    json: Json = False,
) -> None:
    """Print a new token for a principal. The old token stops working after the time in --keep."""
    rotated = ask(data, "rotate_principal", name=name, keep=duration_seconds("--keep", keep))
    output = Output(json)
    output.data(rotated)
    output.line(rotated["token"])
    if not json:
        note(f"The old token of {name} works for {keep} more. The new one is not stored: copy it now.")


@token.command()
def revoke(name: Name, data: Data = None, json: Json = False) -> None:
    """Remove a principal. Its token stops working at once."""
    removed = ask(data, "remove_principal", name=name)
    output = Output(json)
    output.data(removed)
    output.line(f"{name} is removed. Its token no longer works.")
