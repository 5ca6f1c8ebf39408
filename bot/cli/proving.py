"""`signoff receipt`: what was approved, by whom and why, to be verified without us."""

from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from bot.cli.access import ask
from bot.cli.options import Data, Json
from bot.cli.output import CommandError, Output
from bot.cli.place import find_place
from bot.terminal import printed_json
from engine.keys import Keyring, public_keys
from engine.receipts import verified


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
    text = printed_json(ask(data, "receipt", request=request))
    if to is None:
        typer.echo(text)
        return
    try:
        to.write_text(text + "\n")
    except OSError as error:
        raise CommandError(f"--to {to}: {error.strerror}.") from None
    Output(False).line(f"Written to {to}.")


def verify(
    file: Annotated[Path, typer.Argument(help="A receipt.")],
    key: Annotated[
        Path | None, typer.Option("--key", metavar="FILE", help="Public keys. Otherwise this installation's.")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Check a receipt: nobody is asked for that, and no database is opened."""
    keys = _read(key) if key else "".join(_keyring(data).public().values())
    if not keys:
        raise CommandError("This installation has signed nothing yet. Name the other one's key: --key FILE.")
    try:
        known = public_keys(keys)
    except ValueError as error:
        raise CommandError(f"--key {key}: {error}. Write signoff receipt key there.") from None
    try:
        document = orjson.loads(_read(file))
    except orjson.JSONDecodeError:
        raise CommandError(f"{file} is no JSON.") from None
    found = verified(document, known)
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


def _keyring(data: Path | None) -> Keyring:
    place = find_place(data)
    return Keyring(place.settings.keys_dir or place.database.parent / "keys")


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CommandError(f"{file} is no text.") from None


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
