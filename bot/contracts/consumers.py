"""The checks of consumers: functions in `checks.py` beside the contracts, by the name of the contract."""

import difflib
import runpy
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.contracts.files import UnreadableContract

Check = Callable[[Any], Any]
FILE = "checks.py"


def read_checks(contracts: Path, known: Iterable[str]) -> dict[str, list[Check]]:
    """Return the functions by contract; empty without a file. Raises `UnreadableContract`."""
    file = contracts / FILE
    if not file.exists():
        return {}
    try:
        declared = runpy.run_path(str(file)).get("CHECKS")
    except Exception as error:
        raise UnreadableContract(f"{file}: {type(error).__name__}: {error}. Correct the file.") from error
    if not isinstance(declared, Mapping):
        raise UnreadableContract(f'{file}: it has no CHECKS. Write CHECKS = {{"bill.input": check_bill}}.')
    names = list(known)
    return {name: _functions(file, name, each, names) for name, each in declared.items()}


def _functions(file: Path, name: Any, declared: Any, known: list[str]) -> list[Check]:
    if name not in known:
        close = difflib.get_close_matches(str(name), known, n=1)
        remedy = f"Did you mean {close[0]}?" if close else "signoff contracts list prints the contracts."
        raise UnreadableContract(f"{file}: CHECKS names {name!r}, which is not a contract. {remedy}")
    functions = list(declared) if isinstance(declared, list | tuple) else [declared]
    for each in functions:
        if not callable(each):
            raise UnreadableContract(f"{file}: CHECKS[{name!r}] has {each!r}. Give functions.")
    return functions


def problem_of(check: Check, value: Any) -> str:
    """Return why a check refuses a value; empty if it accepts it. Only None and True accept."""
    name = getattr(check, "__name__", repr(check))
    try:
        answer = check(value)
    except Exception as error:
        return f"{name}: {str(error) or type(error).__name__}"
    return "" if answer in (None, True) else f"{name}: it returned {answer!r:.80}."
