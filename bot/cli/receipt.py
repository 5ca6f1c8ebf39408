"""`signoff receipt`: what was approved, by whom and why, to be verified without us."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.connection import ask
from bot.cli.documents import public_keys_of, read_json, write_json
from bot.cli.options import Data, Json
from bot.cli.output import Output
from engine.documents import verified_receipt


def register(app: typer.Typer) -> None:
    receipt = typer.Typer(name="receipt", help="Prove what was approved.", rich_markup_mode=None)
    receipt.callback()(lambda: None)
    receipt.command()(export)
    receipt.command()(verify)
    receipt.command()(key)
    receipt.command()(rotate)
    app.add_typer(receipt)


def export(
    request: Annotated[str, typer.Argument(help="A request, or a run with one that was decided.")],
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Otherwise it is printed.")] = None,
    data: Data = None,
) -> None:
    """Write the signed receipt of an approval, as JSON. Refused where the records contradict the log."""
    write_json(ask(data, "receipt", request=request), to)


def verify(
    file: Annotated[Path, typer.Argument(help="A receipt.")],
    key: Annotated[
        Path | None, typer.Option("--key", metavar="FILE", help="Public keys. Otherwise this installation's.")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Check a receipt: nobody is asked for that, and no database is opened."""
    known = public_keys_of(key, data)
    document = read_json(file)
    found = verified_receipt(document, known)
    output = Output(json)
    output.data(found)
    for line in _told(found, document["key"]):
        output.line(line)


def key(data: Data = None) -> None:
    """Print the public keys of this installation, the retired ones too: what a verifier needs."""
    typer.echo("".join(ask(data, "receipt_keys")["keys"].values()), nl=False)


def rotate(data: Data = None) -> None:
    """Sign with a new key from now on. What the old one signed can still be verified."""
    made = ask(data, "rotate_key")["key"]
    Output(False).line(f"The key {made} signs from now on. Give verifiers signoff receipt key anew.")


def _told(found: dict[str, Any], signed_by: str) -> list[str]:
    covered = found["covered"]
    lines = [
        f"Genuine: signed by the key {signed_by}.",
        f"{covered['ask']}  {found['outcome']}, {found['ended_at']}",
    ]
    for made in found["decisions"]:
        who = made["by"]["as_user"] or made["by"]["id"]
        aside = "" if made["counts"] else ", which does not count"
        why = f": {made['comment']}" if made["comment"] else ""
        lines.append(f"  {made['choice']} by {who}, {made['at']}{aside}{why}")
    for one in found.get("reassigned", ()):
        who = one["by"][2] or one["by"][1]
        lines.append(f"  reassigned by {who} from {', '.join(one['before'])} to {one['to']}, {one['at']}")
    if found["by_time"]:
        lines.append("  by time: nobody answered")
    lines += [
        f"  {one['step']} {one['state']}, with the code {one['code'][:12]}" for one in found["executed"]
    ]
    return [*lines, f"Digest {found['digest']}"]
