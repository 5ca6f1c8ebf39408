"""`signoff contracts`: versions of the schemas that other programs rely on."""

import difflib
from json import dumps
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import formatting, heavy
from bot.cli.connection import ask
from bot.cli.options import Data, Json, new_group
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
def forget(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A contract, such as bill.input.")],
    paths: Paths = None,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Delete the files of a contract that no workflow has any more and no program needs."""
    files = heavy.forget_contract(paths or [], folder, name)
    output = Output(json)
    output.data({"name": name, "files": [str(file) for file in files]})
    output.line(f"Forgot the contract {name}.")


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


@contracts.command()
def sample(
    what: Annotated[str, typer.Argument(metavar="RUN", help="Id of a run. With --from: name of a contract.")],
    paths: Paths = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Record the JSON in this file instead of a run."),
    ] = None,
    folder: Folder = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Record the input and outputs of a run as samples, without credentials and personal data."""
    if source is None:
        where, files = heavy.record_samples(ask(data, "show", run=what), paths or [], folder)
    else:
        where, files = heavy.record_sample_file(what, source, paths or [], folder)
    output = Output(json)
    output.data({"folder": str(where), "files": [str(file) for file in files]})
    for file in files:
        output.line(f"Recorded {file}.")
    if not files:
        output.line("Every sample is recorded already.")


@contracts.command("test")
def check_samples(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Name of a contract. Default: all contracts.")
    ] = None,
    paths: Paths = None,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Check the samples against the workflow files, and with the functions of CHECKS in checks.py."""
    where, tested, left = heavy.run_sample_tests(name or "", paths or [], folder)
    output = Output(json)
    output.data({"folder": str(where), "samples": [_tested_as_json(each) for each in tested]})
    output.table(
        ("Contract", "Version", "Sample", "Result"),
        [
            (each.sample.contract, f"v{each.sample.version}", each.sample.id, each.problem or "passed")
            for each in tested
        ],
    )
    for each in tested:
        if each.transformed:
            output.line(f"{_named(each.sample)}: {each.transformed}.")
    for old in left:
        output.line(f"{_named(old)}: not tested, because version {old.version + 1} took its place.")
    failed = sum(bool(each.problem) for each in tested)
    if failed:
        output.line(f"{failed} of {len(tested)} samples failed.", style="red")
        raise typer.Exit(1)
    output.line(f"All {len(tested)} samples passed.")


@contracts.command()
def drift(data: Data = None, json: Json = False) -> None:
    """List the triggers whose newest facts do not fit the input of their workflow."""
    answer = ask(data, "schedules", workflows=True, workflow=None)
    drifting = [
        {"contract": f"{each['workflow']}.input", "trigger": each["key"], "facts": each["misfits"],
         "since": each["misfit_since"] or each["misfit_at"], "last": each["misfit"]}
        for each in answer["schedules"] if each["misfits"]
    ]  # fmt: skip
    output = Output(json)
    output.data({"drift": drifting})
    if not drifting:
        output.line("The newest facts of all triggers fit.")
        return
    rows = [
        (each["contract"], each["trigger"], str(each["facts"]), formatting.clock(each["since"]), each["last"])
        for each in drifting
    ]
    output.table(("Contract", "Trigger", "Facts in a row", "Since", "The last"), rows)
    raise typer.Exit(1)


def _named(sample: Any) -> str:
    return f"{sample.contract} v{sample.version} {sample.id}"


def _tested_as_json(tested: Any) -> dict[str, Any]:
    return {
        "contract": tested.sample.contract,
        "version": tested.sample.version,
        "sample": tested.sample.id,
        "transformed": tested.transformed,
        "problem": tested.problem,
    }


def _lines(contract: Any) -> list[str]:
    named, following = f"{contract.name} v{contract.version}", contract.version + 1
    match contract.state:
        case "new":
            return [f"{contract.name} is not recorded. Record it: signoff contracts record"]
        case "gone":
            remedy = f"Restore it. If no program needs it any more: signoff contracts forget {contract.name}"
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
