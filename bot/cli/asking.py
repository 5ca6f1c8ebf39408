"""`signoff ask` for scripts and pipelines, and `signoff token` for who may use it."""

import asyncio
import os
import uuid
from typing import Annotated, Any

import aiohttp
import typer

from bot.cli.access import ask as act
from bot.cli.options import Data, Json
from bot.cli.output import CommandError, Output, note

_ENDS = {"approved": 0, "rejected": 3, "expired": 4}
"""Exit codes; 1 is everything else."""
_POLL = 50
Url = Annotated[
    str, typer.Option("--url", envvar="SIGNOFF_URL", help="Where Signoff serves, e.g. http://127.0.0.1:3000.")
]


def register(app: typer.Typer) -> None:
    app.command()(ask)
    token = typer.Typer(name="token", help="Who may ask from outside.", rich_markup_mode=None)
    token.callback()(lambda: None)
    token.command("create")(create)
    token.command("list")(listed)
    token.command("revoke")(revoke)
    app.add_typer(token)


def ask(
    gate: Annotated[str, typer.Argument(help="A gate that the operator defined.")],
    question: Annotated[str, typer.Argument(help='One line, e.g. "Ship 1.4.2?".')],
    details: Annotated[str, typer.Option(help="What one needs to decide.")] = "",
    link: Annotated[str, typer.Option(help="An http address to look at.")] = "",
    on_behalf_of: Annotated[str, typer.Option(help="For whom; shown as unverified.")] = "",
    wait: Annotated[bool, typer.Option("--wait", help="Return when it is decided.")] = False,
    key: Annotated[str, typer.Option(help="The same key again opens nothing new.")] = "",
    url: Url = "http://127.0.0.1:3000",
    json: Json = False,
) -> int:
    """Ask at a gate. With --wait the exit code is 0 approved, 3 rejected, 4 expired, 1 anything else.

    The token comes from SIGNOFF_TOKEN.
    """
    token = os.environ.get("SIGNOFF_TOKEN", "")
    if not token:
        raise CommandError("SIGNOFF_TOKEN is not set. Put a token of signoff token create there.")
    body = {
        "gate": gate,
        "question": question,
        "details": details,
        "link": link,
        "on_behalf_of": on_behalf_of,
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


async def _asked(
    url: str, token: str, key: str, body: dict[str, str], wait: bool, output: Output
) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    async with aiohttp.ClientSession(headers=headers) as http:
        found = await _call(http, "POST", f"{url}/api/approvals", json=body)
        if wait and found["state"] == "open" and not output.as_json:
            note(f"Asked: {found['id']}; waiting for an answer.")
        while wait and found["state"] == "open":
            found = await _call(http, "GET", f"{url}/api/approvals/{found['id']}?wait={_POLL}")
    return found


async def _call(http: aiohttp.ClientSession, method: str, url: str, **more: Any) -> dict[str, Any]:
    try:
        async with http.request(method, url, **more) as answer:
            found: dict[str, Any] = await answer.json(content_type=None)
            if answer.status < 400:
                return found
    except (aiohttp.ClientError, ValueError, OSError) as error:
        told = str(error) or type(error).__name__
        raise CommandError(f"{url} could not be asked ({told}). Is signoff serve running there?") from None
    refused = (found or {}).get("error") or {}
    field = f"{refused['field']}: " if refused.get("field") else ""
    raise CommandError(f"{field}{refused.get('message') or f'the server answered {answer.status}'}")


def create(
    name: Annotated[str, typer.Argument(help="The principal's name, e.g. ci.")],
    gate: Annotated[list[str], typer.Option("--gate", help="A gate it may ask at; repeat for more.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Make a token. It is shown this once."""
    found = act(data, "add_principal", workflows=True, name=name, gates=gate)
    output = Output(json)
    output.data(found)
    output.line(found["token"])
    if not json:
        note(f"{name} may ask at {', '.join(gate)} with it. It isn't kept, so it can't be shown again.")


def listed(data: Data = None, json: Json = False) -> None:
    """Say who may ask, and where."""
    found = act(data, "principals")
    output = Output(json)
    output.data(found)
    if not found["principals"]:
        output.line("Nobody may ask from outside. signoff token create NAME --gate GATE lets somebody.")
        return
    output.table(["NAME", "GATES"], [(one["name"], ", ".join(one["gates"])) for one in found["principals"]])


def revoke(
    name: Annotated[str, typer.Argument(help="The principal's name.")], data: Data = None, json: Json = False
) -> None:
    """Take a token back."""
    found = act(data, "remove_principal", name=name)
    output = Output(json)
    output.data(found)
    output.line(f"The token of {name} opens nothing any more.")
