"""`signoff receipt`: proof of what was approved, by whom and why, that others can verify."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import heavy
from bot.cli.connection import ask
from bot.cli.document_files import write_json
from bot.cli.options import Data, Json, To, new_group
from bot.cli.output import Output

receipt = new_group("receipt", "Prove what was approved.")


@receipt.command()
def export(
    request: Annotated[
        str, typer.Argument(metavar="REQUEST", help="Id of a decided approval, or of a run that has one.")
    ],
    to: To = None,
    data: Data = None,
) -> None:
    """Write the signed receipt of an approval as JSON. It fails if the records contradict the log."""
    write_json(ask(data, "receipt", request=request), to)


@receipt.command()
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The receipt.")],
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="FILE", help="Public keys. Default: those of this installation."),
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Verify a receipt, without a server and without the database."""
    content, signed_by = heavy.verify_receipt_file(file, key, data)
    output = Output(json)
    output.data(content)
    for line in lines(content, signed_by):
        output.line(line)


@receipt.command()
def key(data: Data = None) -> None:
    """Print the public keys of this installation, including the retired ones. Verifiers need them."""
    typer.echo("".join(ask(data, "receipt_keys")["keys"].values()), nl=False)


@receipt.command()
def rotate(data: Data = None) -> None:
    """Sign with a new key from now on. Receipts of the old key stay valid."""
    key_id = ask(data, "rotate_key")["key"]
    Output().line(f"The key {key_id} signs from now on. Give verifiers the output of signoff receipt key.")


def lines(content: dict[str, Any], signed_by: str) -> list[str]:
    """Return what a verified receipt says, in lines."""
    covered = content["covered"]
    text = [
        f"Genuine: signed by the key {signed_by}.",
        f"{covered['ask']}  {content['outcome']}, {content['ended_at']}",
    ]
    acts = [(decision["at"], _decided(decision)) for decision in content["decisions"]]
    acts += [(change["at"], _reassigned(change)) for change in content.get("reassigned", ())]
    text += [line for _, line in sorted(acts, key=lambda act: act[0])]
    if content["by_time"]:
        text.append("  by time: nobody answered")
    if content["outcome"] == "responded":
        text.append("  a response: nothing was approved or rejected")
    text += [
        f"  {step['step']} {step['state']}, with the code {step['code'][:12]}" for step in content["executed"]
    ]
    return [*text, f"Digest {content['digest']}"]


def _decided(decision: dict[str, Any]) -> str:
    person = decision["by"]["as_user"] or decision["by"]["id"]
    person = f"a grant of {person}" if decision.get("grant") else person
    person = f"break-glass of {person}" if decision.get("break_glass") else person
    note = "" if decision["counts"] else ", which does not count"
    comment = f": {decision['comment']}" if decision["comment"] else ""
    return f"  {decision['choice']} by {person}, {decision['at']}{note}{comment}"


def _reassigned(change: dict[str, Any]) -> str:
    person = change["by"][2] or change["by"][1]
    return f"  reassigned by {person} from {', '.join(change['before'])} to {change['to']}, {change['at']}"
