"""Tests the samples beside the contracts against the workflow files, for the command line."""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.cli.contract_files import compare_contracts
from bot.cli.output import CommandError
from bot.cli.target import environment, find_installed_env_file
from bot.cli.workflow_files import load
from bot.contracts.consumers import Check, problem_of, read_checks
from bot.contracts.files import Comparison, UnreadableContract
from bot.contracts.samples import Sample, cleaned, read_samples, read_value, record_sample, samples_folder
from bot.events_out.envelope import Envelope
from bot.settings.config import read_settings
from bot.settings.engine_settings import engine_settings, register_valid
from engine import Engine, InvalidInput

_EVENTS = "events"


@dataclass(frozen=True, slots=True)
class Tested:
    """A sample and what came of it. `problem`: empty if it passed."""

    sample: Sample
    transformed: str = ""
    problem: str = ""


def run_sample_tests(
    name: str, paths: Sequence[Path], folder: Path | None
) -> tuple[Path, list[Tested], list[Sample]]:
    """Return the folder, the tested samples, and those of outputs of earlier versions, which are not tested.

    Raises `CommandError`.
    """
    where, contracts = compare_contracts(paths, folder)
    known = {each.name: each for each in contracts if each.present is not None}
    try:
        samples, checks = list(read_samples(where, name)), read_checks(where, known)
    except UnreadableContract as error:
        raise CommandError(str(error)) from None
    if not samples:
        raise CommandError(
            f"{samples_folder(where)}: there is no sample{f' of {name}' if name else ''}. "
            "Record one with signoff contracts sample RUN."
        )
    left = [each for each in samples if _is_superseded(each, known)]
    tested = asyncio.run(_tested([each for each in samples if each not in left], known, checks, paths))
    return where, tested, left


def _is_superseded(sample: Sample, known: Mapping[str, Comparison]) -> bool:
    contract = known.get(sample.contract)
    return contract is not None and contract.side == "output" and sample.version < contract.version


async def _tested(
    samples: Sequence[Sample],
    known: Mapping[str, Comparison],
    checks: Mapping[str, Sequence[Check]],
    paths: Sequence[Path],
) -> list[Tested]:
    environ = environment()
    settings = read_settings(environ, find_installed_env_file(environ))
    loaded = load(settings, paths)
    with tempfile.TemporaryDirectory(prefix="signoff-contracts-") as folder:
        engine = await Engine.open(
            Path(folder) / "signoff.db", settings=engine_settings(settings, loaded), people=None
        )
        try:
            register_valid(engine, loaded.workflows)
            return [_test(engine, each, known, checks.get(each.contract, ())) for each in samples]
        finally:
            await engine.close(grace=0)


def _test(engine: Engine, sample: Sample, known: Mapping[str, Comparison], checks: Sequence[Check]) -> Tested:
    if sample.contract not in known:
        return Tested(sample, problem="The contract is gone. Restore its workflow, or delete the sample.")
    try:
        value, transformed = _present(engine, sample)
    except InvalidInput as error:
        return Tested(sample, problem=" ".join(error.lines))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return Tested(sample, problem=f"{'.'.join(map(str, first['loc']))}: {first['msg']}.")
    problems = [problem for check in checks if (problem := problem_of(check, value))]
    return Tested(sample, transformed, " ".join(problems))


def _present(engine: Engine, sample: Sample) -> tuple[Any, str]:
    """Return the value as the newest version has it, and its transforms in words."""
    if sample.contract == _EVENTS:
        return Envelope.model_validate(sample.value).model_dump(mode="json"), ""
    workflow, _, part = sample.contract.partition(".")
    step = "" if part == "input" else part.removesuffix(".output")
    accepted = engine.check_sample(workflow, step, sample.value)
    return accepted.values, accepted.in_words


def record_samples(
    run: Mapping[str, Any], paths: Sequence[Path], folder: Path | None
) -> tuple[Path, list[Path]]:
    """Record the input of a run and the outputs of its steps. Raises `CommandError`."""
    id_ = str(run["run"]["short"])
    values = {f"{run['run']['workflow']}.input": run["run"]["input"]}
    for step in run["steps"]:
        if step["state"] == "succeeded":
            values[f"{run['run']['workflow']}.{step['step']}.output"] = step["output"]
    return _record({name: (id_, value) for name, value in values.items()}, paths, folder, strict=False)


def record_sample_file(
    name: str, file: Path, paths: Sequence[Path], folder: Path | None
) -> tuple[Path, list[Path]]:
    """Record the value in a JSON file as a sample of a contract. Raises `CommandError`."""
    try:
        return _record({name: (file.stem, read_value(file))}, paths, folder, strict=True)
    except UnreadableContract as error:
        raise CommandError(str(error)) from None


def _record(
    values: Mapping[str, tuple[str, Any]], paths: Sequence[Path], folder: Path | None, *, strict: bool
) -> tuple[Path, list[Path]]:
    where, contracts = compare_contracts(paths, folder)
    known = {each.name: each for each in contracts if each.present is not None}
    chosen = {name: given for name, given in values.items() if name in known}
    if not chosen:
        raise CommandError(
            f"{', '.join(values)}: there is no such contract. signoff contracts list prints the contracts."
        )
    if unrecorded := [name for name in chosen if known[name].state != "same"]:
        raise CommandError(
            f"{', '.join(unrecorded)}: the contract is not recorded as it is now, so a sample has no "
            "version. Record it: signoff contracts record"
        )
    samples = [Sample(name, known[name].version, *given) for name, given in chosen.items()]
    samples = [Sample(each.contract, each.version, each.id, cleaned(each.value)) for each in samples]
    for tested in asyncio.run(_tested(samples, known, {}, paths)):
        if tested.problem:
            named = f"{tested.sample.contract} v{tested.sample.version}"
            remedy = "Take a value of the newest version."
            raise CommandError(f"{named}: the value does not fit: {tested.problem} {remedy}")
    try:
        return where, [file for each in samples if (file := record_sample(where, each)) is not None]
    except OSError as error:
        raise CommandError(f"{where}: a sample cannot be recorded ({error.strerror}).") from None
