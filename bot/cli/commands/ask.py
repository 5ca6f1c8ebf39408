"""`signoff ask`: an approval for a script or a pipeline."""

import uuid
from typing import Annotated, Any

import typer

from bot.cli import heavy
from bot.cli.gate_token import read_token
from bot.cli.options import Json, Url, duration_seconds
from bot.cli.output import Output, note

_EXIT_CODES = {"approved": 0, "rejected": 3, "expired": 4, "changes_requested": 5, "responded": 6}
"""1 for any other state."""


def ask(
    gate: Annotated[str, typer.Argument(metavar="GATE", help="Name of a gate that the operator defined.")],
    question: Annotated[str, typer.Argument(metavar="QUESTION", help='The question, such as "Ship 1.4.2?".')],
    details: Annotated[
        str, typer.Option("--details", metavar="TEXT", help="The facts that an approver needs.")
    ] = "",
    link: Annotated[
        str, typer.Option("--link", metavar="URL", help="An http address for the approver to look at.")
    ] = "",
    on_behalf_of: Annotated[
        str,
        typer.Option(
            "--on-behalf-of", metavar="NAME", help="The person you ask for. Approvers see it as unverified."
        ),
    ] = "",
    callback: Annotated[
        str, typer.Option("--callback", metavar="URL", help="An address that receives the decision.")
    ] = "",
    revises: Annotated[
        str,
        typer.Option(
            "--revises", metavar="ID", help="Your request of which changes were requested: ask it again."
        ),
    ] = "",
    wait: Annotated[bool, typer.Option("--wait", help="Return when the request is decided.")] = False,
    permit: Annotated[
        str,
        typer.Option(
            "--permit",
            metavar="DURATION",
            help="With --wait: use an approval, and print a permit that is valid for so long.",
        ),
    ] = "",
    key: Annotated[
        str,
        typer.Option(
            "--key", metavar="KEY", help="Idempotency key: the same key again opens no second request."
        ),
    ] = "",
    url: Url = "http://127.0.0.1:3000",
    json: Json = False,
) -> int:
    """Ask for an approval at a gate, with the token in SIGNOFF_TOKEN.

    With --wait the exit code is 0 for approved, 3 for rejected, 4 for expired, 5 for changes requested, 6 for
    a response and 1 for anything else. Only 0 permits what you asked for.
    """
    if permit and not wait:
        raise typer.BadParameter("--permit needs --wait: only an approved request has a permit.")
    seconds = int(duration_seconds("--permit", permit)) if permit else 0
    client = heavy.Client(url, read_token())
    body = {
        "gate": gate,
        "question": question,
        "details": details,
        "link": link,
        "on_behalf_of": on_behalf_of,
        "callback": callback,
        **({"revises": revises} if revises else {}),
    }
    answer = client.ask(body, key or uuid.uuid4().hex)
    if wait and answer["state"] == "open":
        if not json:
            note(f"Asked: {answer['id']}; waiting for a decision.")
        answer = client.until_decided(answer["id"])
    if permit and answer["state"] == "approved":
        # With the same --key, the same use: a script that was killed gets its permit again.
        use = f"permit-{key or uuid.uuid4().hex}"[:200]
        answer = client.use(answer["id"], {**body, "permit": {"expires": seconds}}, use)
    return _print(answer, Output(json))


def _print(answer: dict[str, Any], output: Output) -> int:
    """Print the state of the request, and return the exit code."""
    output.data(answer)
    if answer["state"] == "open":
        output.line(f"Asked: {answer['id']}")
        return 0
    by = f" by {', '.join(answer['by'])}" if answer["by"] else ""
    state = answer["state"].replace("_", " ")
    output.line(f"{state}{by}" + (f": {answer['comment']}" if answer["comment"] else ""))
    if "permit" in answer:
        output.line(answer["permit"])
    if answer["state"] == "changes_requested":
        output.line(f'Ask again: signoff ask {answer["gate"]} "…" --revises {answer["id"]}', style="dim")
    return _EXIT_CODES.get(answer["state"], 1)
