"""`signoff ask` for scripts and pipelines, and `signoff token` for who may use it."""

import asyncio
import os
import uuid
from typing import Annotated, Any

import typer

from bot.cli.connection import ask as act
from bot.cli.options import Data, Json
from bot.cli.output import CommandError, Output, note
from bot.config_validators import USER_ID
from bot.http.client import Client, NotAsked
from engine.durations import InvalidDuration, seconds

_ENDS = {"approved": 0, "rejected": 3, "expired": 4}
"""Exit codes; 1 is everything else."""
Url = Annotated[
    str, typer.Option("--url", envvar="SIGNOFF_URL", help="Where Signoff serves, e.g. http://127.0.0.1:3000.")
]


def register(app: typer.Typer) -> None:
    app.command()(ask)
    app.command()(mcp)
    token = typer.Typer(name="token", help="Who may ask from outside.", rich_markup_mode=None)
    token.callback()(lambda: None)
    token.command("create")(create)
    token.command("list")(listed)
    token.command("secret")(secret)
    token.command("rotate")(rotate)
    token.command("revoke")(revoke)
    app.add_typer(token)


def ask(
    gate: Annotated[str, typer.Argument(help="A gate that the operator defined.")],
    question: Annotated[str, typer.Argument(help='One line, e.g. "Ship 1.4.2?".')],
    details: Annotated[str, typer.Option(help="What one needs to decide.")] = "",
    link: Annotated[str, typer.Option(help="An http address to look at.")] = "",
    on_behalf_of: Annotated[str, typer.Option(help="For whom; shown as unverified.")] = "",
    callback: Annotated[str, typer.Option(help="An address where the answer is told.")] = "",
    wait: Annotated[bool, typer.Option("--wait", help="Return when it is decided.")] = False,
    key: Annotated[str, typer.Option(help="The same key again opens nothing new.")] = "",
    url: Url = "http://127.0.0.1:3000",
    json: Json = False,
) -> int:
    """Ask at a gate. With --wait the exit code is 0 approved, 3 rejected, 4 expired, 1 anything else.

    The token comes from SIGNOFF_TOKEN.
    """
    token = _token()
    body = {
        "gate": gate,
        "question": question,
        "details": details,
        "link": link,
        "on_behalf_of": on_behalf_of,
        "callback": callback,
    }
    output = Output(json)
    found = asyncio.run(_asked(url.rstrip("/"), token, key or uuid.uuid4().hex, body, wait, output))
    output.data(found)
    if found["state"] == "open":
        output.line(f"Asked: {found['id']}")
        return 0
    by = f" by {', '.join(found['by'])}" if found["by"] else ""
    output.line(f"{found['state']}{by}" + (f": {found['comment']}" if found["comment"] else ""))
    return _ENDS.get(found["state"], 1)


def mcp(url: Url = "http://127.0.0.1:3000") -> None:
    """Serve AI agents over MCP on standard input and output: request_approval and check_approval.

    The token comes from SIGNOFF_TOKEN. Needs the optional SDK: make mcp.
    """
    try:
        from bot.mcp_server import server  # noqa: PLC0415 - optional
    except ImportError:
        raise CommandError("The MCP SDK, release 2, is not installed. make mcp installs it.") from None
    server(url, _token()).run()


def _token() -> str:
    token = os.environ.get("SIGNOFF_TOKEN", "")
    if not token:
        raise CommandError("SIGNOFF_TOKEN is not set. Put a token of signoff token create there.")
    return token


async def _asked(
    url: str, token: str, key: str, body: dict[str, str], wait: bool, output: Output
) -> dict[str, Any]:
    try:
        async with Client(url, token) as client:
            found = await client.ask(body, key)
            if wait and found["state"] == "open" and not output.as_json:
                note(f"Asked: {found['id']}; waiting for an answer.")
            return await client.until_decided(found["id"]) if wait and found["state"] == "open" else found
    except NotAsked as error:
        raise CommandError(str(error)) from None


def create(
    name: Annotated[str, typer.Argument(help="The principal's name, e.g. ci.")],
    gate: Annotated[list[str], typer.Option("--gate", help="A gate it may ask at; repeat for more.")],
    person: Annotated[
        str, typer.Option("--person", metavar="USER", help="Slack user id of the person who holds the token.")
    ] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Make a token. It is shown this once."""
    if person and not USER_ID.fullmatch(person):
        raise typer.BadParameter(
            f"--person {person} is not a user id like U012AB3CD. In Slack: profile, ⋮, Copy member ID."
        )
    found = act(
        data, "add_principal", workflows=True, people=bool(person), name=name, gates=gate, person=person
    )
    output = Output(json)
    output.data(found)
    output.line(found["token"])
    if not json:
        if not person:
            note("It is mapped to no person, so nobody can approve its high-risk requests. Add --person U….")
        note(f"{name} may ask at {', '.join(gate)} with it. It isn't kept, so it can't be shown again.")


def listed(data: Data = None, json: Json = False) -> None:
    """Say who may ask, and where."""
    found = act(data, "principals")
    output = Output(json)
    output.data(found)
    if not found["principals"]:
        output.line("Nobody may ask from outside. signoff token create NAME --gate GATE lets somebody.")
        return
    output.table(
        ["NAME", "GATES", "PERSON"],
        [(one["name"], ", ".join(one["gates"]), one["person"] or "") for one in found["principals"]],
    )


def secret(
    name: Annotated[str, typer.Argument(help="The principal's name.")], data: Data = None, json: Json = False
) -> None:
    """Print the secret with which answers to this principal's callbacks are signed."""
    found = act(data, "callback_secret", name=name)
    output = Output(json)
    output.data(found)
    output.line(found["secret"])


def rotate(
    name: Annotated[str, typer.Argument(help="The principal's name.")],
    keep: Annotated[str, typer.Option("--keep", help="How long the token before still works.")] = "1h",
    data: Data = None,
    json: Json = False,
) -> None:
    """Make a new token in place of the one before, which works for a while longer."""
    try:
        lasts = seconds(keep)
    except InvalidDuration as error:
        raise CommandError(f"--keep: {error}") from None
    found = act(data, "rotate_principal", name=name, keep=lasts)
    output = Output(json)
    output.data(found)
    output.line(found["token"])
    if not json:
        note(f"The token of {name} before works for {keep} more. This one is shown this once.")


def revoke(
    name: Annotated[str, typer.Argument(help="The principal's name.")], data: Data = None, json: Json = False
) -> None:
    """Take a token back."""
    found = act(data, "remove_principal", name=name)
    output = Output(json)
    output.data(found)
    output.line(f"The token of {name} opens nothing any more.")
