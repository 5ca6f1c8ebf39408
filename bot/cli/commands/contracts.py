"""`signoff contracts`: versions of the schemas that other programs rely on."""

import difflib
from json import dumps
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import heavy
from bot.cli.options import Json, new_group
from bot.cli.output import CommandError, Output

contracts = new_group(
    "contracts", "Record the schemas of inputs, outputs and events, and find what breaks them."
)
Paths = Annotated[
    list[Path] | None,
    typer.Argument(metavar="PATH...", help="Files and folders. Default: those of SIGNOFF_WORKFLOWS."),
]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--in", metavar="DIR", help="Folder of the contracts. Default: contracts, beside the workflow files."
    ),
]
_WORDS = {
    "new": "not recorded",
    "same": "unchanged",
    "compatible": "changed, compatible",
    "broken": "broken",
    "gone": "gone",
}
_STYLES = {"broken": "red", "gone": "red", "new": "yellow"}


@contracts.command("list")
def list_contracts(paths: Paths = None, folder: Folder = None, json: Json = False) -> None:
    """List the contracts with their newest version."""
    where, found = heavy.compare_contracts(paths or [], folder)
    output = Output(json)
    output.data({"folder": str(where), "contracts": [_as_json(each) for each in found]})
    rows = [(each.name, f"v{each.version}" if each.version else "-", _WORDS[each.state]) for each in found]
    output.table(("Contract", "Newest version", "State"), rows)


@contracts.command()
def check(paths: Paths = None, folder: Folder = None, json: Json = False) -> None:
    """Compare the workflow files with the newest version of each contract, and refuse what breaks one."""
    where, found = heavy.compare_contracts(paths or [], folder)
    if not any(each.version for each in found):
        raise CommandError(
            f"{where}: no contract is recorded in this folder. Record the contracts with signoff contracts "
            "record, or name another folder with --in."
        )
    output = Output(json)
    output.data({"folder": str(where), "contracts": [_as_json(each) for each in found]})
    for each in found:
        for line in _lines(each):
            output.line(line, style=_STYLES.get(each.state, ""))
    refused = sum(each.state in ("broken", "gone") for each in found)
    if refused:
        output.line(f"{refused} contract{'' if refused == 1 else 's'} broken.", style="red")
        raise typer.Exit(1)
    output.line("No contract breaks.")


@contracts.command()
def record(paths: Paths = None, folder: Folder = None, json: Json = False) -> None:
    """Write a new version of each contract that is new or has changed. Older versions stay as they are."""
    where, found = heavy.compare_contracts(paths or [], folder)
    output = Output(json)
    files = [
        heavy.record_contract(where, each) for each in found if each.state in ("new", "compatible", "broken")
    ]
    output.data({"folder": str(where), "files": [str(file) for file in files]})
    for file in files:
        output.line(f"Recorded {file}.")
    if not files:
        output.line("Every contract is recorded as it is.")


@contracts.command()
def diff(paths: Paths = None, folder: Folder = None, json: Json = False) -> None:
    """Print how each contract differs from its newest version."""
    _, found = heavy.compare_contracts(paths or [], folder)
    output = Output(json)
    differing = [each for each in found if each.state in ("compatible", "broken", "gone")]
    differences = {each.name: _difference(each) for each in differing}
    output.data({"differences": differences})
    for lines in differences.values():
        for line in lines:
            output.line(line)
    if not differences:
        output.line("No recorded contract has changed.")


def _lines(contract: Any) -> list[str]:
    named, following = f"{contract.name} v{contract.version}", contract.version + 1
    match contract.state:
        case "new":
            return [f"{contract.name} is not recorded. Record it: signoff contracts record"]
        case "gone":
            remedy = "Restore it, or delete its files if no program needs it any more."
            return [f"{named} is gone: its workflow or step no longer gives it. {remedy}"]
        case "broken":
            remedy = f"Keep what was there, or record version {following}: signoff contracts record"
            return [*(f"{named}: {each}" for each in contract.breaks), remedy]
        case "compatible":
            return [
                f"{named} has changed, and breaks nothing. Record version {following}, so that later changes "
                "are compared with it: signoff contracts record"
            ]
    return []


def _difference(contract: Any) -> list[str]:
    before, after = _json_lines(contract.recorded), _json_lines(contract.present)
    recorded, now = f"{contract.name} v{contract.version}", f"{contract.name} now"
    return list(difflib.unified_diff(before, after, recorded, now, lineterm=""))


def _json_lines(schema: Any) -> list[str]:
    if schema is None:
        return []
    return dumps(schema, indent=2, sort_keys=True, ensure_ascii=False).splitlines()


def _as_json(contract: Any) -> dict[str, Any]:
    return {
        "name": contract.name,
        "version": contract.version,
        "state": contract.state,
        "breaks": [{"field": each.field, "what": each.what} for each in contract.breaks],
    }
