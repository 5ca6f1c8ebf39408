"""What a workflow file raised while it was read, in words for its author."""

import builtins
import difflib
import inspect
import re
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from pydantic import ValidationError

import engine
from engine.authoring import workflow
from engine.authoring.refs import ApprovalRef, Ref
from engine.authoring.workflow import Workflow
from engine.compiler.checks import as_written

_PLAIN = "Correct that line; a workflow file should only define things when it is read."
_LONGEST = 500
_UNKNOWN = re.compile(r"(\w+)\.(\w+)\(\) got an unexpected keyword argument '(\w+)'")
_MISSING = re.compile(r"missing \d+ required (?:positional|keyword-only) arguments?: (.+)")
_TOO_MANY = re.compile(r"(\w+)\.(\w+)\(\) takes .*positional arguments? but")
_NO_NAME = re.compile(r"cannot import name '(\w+)' from 'engine'")
_MAKERS: dict[str, Any] = {
    one.__name__: one.__init__
    for one in (
        Workflow, workflow.Retry, workflow.AskOwner, workflow.Cron, workflow.Every,
        workflow.Escalate, workflow.Hours, workflow.Choose, workflow.Stage,
    )
}  # fmt: skip


def said(error: BaseException) -> str:
    """The error's name and its message, in one line."""
    if isinstance(error, SystemExit):
        return f"SystemExit: {error.code}, so the program would end here"
    if isinstance(error, ValidationError):
        text = "; ".join(
            f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_url=False)
        )
    else:
        lines = [line.strip() for line in str(error).splitlines()]
        text = " ".join(line for line in lines if line and not line.startswith("For further information"))
    text = re.sub(r" \(/[^()]*\)$", "", as_written(text))  # where the module lies
    text = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return f"{type(error).__name__}: {text.rstrip('.')}" if text else type(error).__name__


def remedy_of(error: BaseException) -> str:
    """What the author can do about it."""
    match error:
        case ModuleNotFoundError():
            return _of_module(error.name or "")
        case ImportError():
            return _of_import(str(error))
        case NameError():
            return _of_name(error)
        case AttributeError():
            return _of_attribute(error)
        case TypeError():
            return _of_type(str(error))
        case KeyError() if error.args and str(error.args[0]).isupper():
            return f"Set {error.args[0]} in the environment, or read it in the step that needs it."
    return _PLAIN


def _of_module(name: str) -> str:
    if name.split(".")[0] in ("signoff", "engine"):
        return "Everything that workflows import is in engine: from engine import Workflow."
    return f"Install {name}, or correct the import."


def _of_import(text: str) -> str:
    if "relative import" in text:
        return "Write import helpers: a module beside the file is imported by its plain name."
    if found := _NO_NAME.search(text):
        return _nearest(found[1], engine.__all__)
    return "Correct the name in the import."


def _of_name(error: NameError) -> str:
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    known = [*(frame.tb_frame.f_globals if frame else ()), *engine.__all__, *dir(builtins)]
    if error.name in engine.__all__:
        return f"Import it: from engine import {error.name}."
    close = difflib.get_close_matches(str(error.name), [one for one in known if len(one) > 3], n=1)
    if close:
        return f"Did you mean {close[0]}?"
    return "Define it above that line, or import it."


def _of_attribute(error: AttributeError) -> str:
    name, owner = str(error.name), error.obj
    if isinstance(owner, ApprovalRef) and name in ("value", "comment", "by", "at", "outcome"):
        return f"Write {owner.name}.output.{name}, or test how it ended, as in {owner.name}.approved."
    if isinstance(owner, Ref):
        known = [
            one for one in dir(owner) if not one.startswith("_") and one not in ("name", "function", "output")
        ]
        if close := difflib.get_close_matches(name, known, n=1):
            return f"Did you mean {owner.name}.{close[0]}?"
        if name in ("approved", "rejected", "expired", "answered"):
            return f"Only approvals have an outcome; {owner.name} has .succeeded, .failed and .skipped."
        return f"Write {owner.name}.output.{name} for a field of what it returns."
    if isinstance(owner, Workflow) and name == "input":
        return "Conditions look at steps: let a step return the field of the input, and compare its output."
    if isinstance(owner, ModuleType | Workflow):
        return _nearest(name, [one for one in dir(owner) if not one.startswith("_")][:300])
    return "Look for a typing mistake in that line."


def _of_type(text: str) -> str:
    if option := _unknown_option(text):
        return option
    if found := _MISSING.search(text):
        names = re.findall(r"'(\w+)'", found[1])
        return f"Give {' and '.join(f'{name}=' for name in names)}."
    if found := _TOO_MANY.search(text):
        maker = _maker(found[1], found[2])
        known = [name for name in inspect.signature(maker).parameters if name != "self"] if maker else []
        return f"Give every option but the first by its name, as in {known[1]}=…." if known[1:] else _PLAIN
    if re.search(r"'(StateIs|OutcomeIs|Compare)' object is not callable", text):
        return "Leave out the parentheses: write go_live.approved or build.succeeded."
    if re.search(r"'ApprovalRef' object is not callable", text):
        return "An approval is a step of its own: let a step take it as a parameter, or name it in when=."
    if re.search(r"'(StepRef|ApprovalRef|Ref)'", text):
        return "Compare a field of the step's output, as in build.output.size > 3."
    if "'Field'" in text and "&" in text:
        return "Put each comparison in parentheses: (build.output.size > 1) & (build.output.size < 5)."
    if "'Field'" in text:
        return (
            "A condition compares a field with a fixed value, as in build.output.size > 3. Work out anything "
            "else in a step and compare what it returns."
        )
    return "Check the names and the number of the arguments in that line."


def _maker(owner: str, method: str) -> Any:
    if method == "__init__":
        return _MAKERS.get(owner)
    return getattr(Workflow, method, None) if owner == "Workflow" else None


def _unknown_option(problem: str) -> str:
    """For a keyword that one of our functions does not have: the nearest that it has. Empty for others."""
    found = _UNKNOWN.search(problem)
    if found is None or (maker := _maker(found[1], found[2])) is None:
        return ""
    known = [name for name in inspect.signature(maker).parameters if name not in ("self", "function")]
    return _nearest(found[3], known)


def _nearest(name: str, known: Iterable[str]) -> str:
    known = list(known)
    close = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {close[0]}?" if close else f"There are: {', '.join(known[:40])}."
