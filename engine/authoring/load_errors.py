"""Errors that reading a workflow file raised, in words for its author."""

import builtins
import difflib
import inspect
import re
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from pydantic import ValidationError

from engine.authoring import options, triggers
from engine.authoring.gate import Gate
from engine.authoring.keywords import RENAMED_NAMES, keywords_of, nearest, remedy_for
from engine.authoring.refs import ApprovalRef, Ref
from engine.authoring.workflow import Workflow
from engine.compiler.definition.checks import replacement_for
from engine.model.input.input_problems import validation_text
from engine.model.states import OUTCOME_TESTS

PublicNames = Mapping[str, Sequence[str]]
"""The names that authors import, by module; the module that workflow files import comes first."""

_PLAIN = "Correct that line; a workflow file should only define things when Signoff reads it."
_MAX_TEXT_LENGTH = 500
_CALL = re.compile(r"(\w+)\.(\w+)\(\) ")
_UNKNOWN = re.compile(r"(\w+)\.(\w+)\(\) got an unexpected keyword argument '(\w+)'")
_MISSING = re.compile(r"missing \d+ required (?:positional|keyword-only) arguments?: (.+)")
_TOO_MANY = re.compile(r"(\w+)\.(\w+)\(\) takes .*positional arguments? but")
_NO_NAME = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")
_MAKERS: dict[str, Any] = {
    one.__name__: one.__init__
    for one in (
        Workflow, Gate, options.Retry, options.AskOwner, options.Escalate, options.Grants,
        options.BreakGlass, options.Window, options.WorkingHours, options.Choose, options.Stage,
        options.Form, triggers.Cron, triggers.Every, triggers.Webhook, triggers.Once, triggers.OnEvent,
        triggers.AfterRun, triggers.FileArrival, triggers.QueryChange,
    )
}  # fmt: skip


def problem_of(error: BaseException) -> str:
    """Return a wrong call of a name for authors in plain words, and any other error as it was raised."""
    text = str(error) if isinstance(error, TypeError) else ""
    call = _CALL.match(text)
    if call is None or _maker(call[1], call[2]) is None:
        return f"Reading the file raised {said(error)}."
    owner = call[1] if call[2] == "__init__" else call[2]
    if unknown := _UNKNOWN.search(text):
        return f"{owner} has no option {unknown[3]}."
    if missing := _MISSING.search(text):
        names = re.findall(r"'(\w+)'", missing[1])
        return f"{owner} needs {' and '.join(names)}."
    if _TOO_MANY.search(text):
        return f"{owner} has too many options that are given without their names."
    return f"Reading the file raised {said(error)}."


def said(error: BaseException) -> str:
    """The error's name and its message, in one line."""
    if isinstance(error, SystemExit):
        return f"SystemExit: {error.code}, so the program would end here"
    if isinstance(error, ValidationError):
        text = validation_text(error)
    else:
        lines = [line.strip() for line in str(error).splitlines()]
        text = " ".join(line for line in lines if line and not line.startswith("For further information"))
    text = re.sub(r" \(/[^()]*\)$", "", replacement_for(text))  # where the module lies
    text = text if len(text) <= _MAX_TEXT_LENGTH else f"{text[: _MAX_TEXT_LENGTH - 1]}…"
    return f"{type(error).__name__}: {text.rstrip('.')}" if text else type(error).__name__


def remedy_of(error: BaseException, public: PublicNames) -> str:
    """Return the author's remedy."""
    match error:
        case ModuleNotFoundError():
            return _of_module(error.name or "", public)
        case ImportError():
            return _of_import(str(error), public)
        case NameError():
            return _of_name(error, public)
        case AttributeError():
            return _of_attribute(error)
        case TypeError():
            return _of_type(str(error))
        case KeyError() if error.args and str(error.args[0]).isupper():
            return f"Set {error.args[0]} in the environment, or read it in the step that needs it."
    return _PLAIN


def _of_module(name: str, public: PublicNames) -> str:
    package = next(iter(public), None)
    if name != replacement_for(name):
        return "Correct the import: it means the module beside the file."
    if package and name.split(".")[0] in (package, "engine"):
        return f"Workflow files import from {package}: from {package} import Workflow."
    return f"Install {name}, or correct the import."


def _of_import(text: str, public: PublicNames) -> str:
    if "relative import" in text:
        return "Write import helpers: a module beside the file is imported by its plain name."
    if match := _NO_NAME.search(replacement_for(text)):
        name, module = match.groups()
        if name in RENAMED_NAMES:
            return f"Write {RENAMED_NAMES[name]} instead."
        if home := _home(name, public):
            return f"Import it from {home}: from {home} import {name}."
        if module in public or module == "engine":
            return nearest(name, public.get(module) or next(iter(public.values()), ()))
    return "Correct the name in the import."


def _of_name(error: NameError, public: PublicNames) -> str:
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    name = str(error.name)
    if name in RENAMED_NAMES:
        return f"Write {RENAMED_NAMES[name]} instead."
    if home := _home(name, public):
        return f"Import it: from {home} import {name}."
    offered = next(iter(public.values()), ())
    known = [*(frame.tb_frame.f_globals if frame else ()), *offered, *dir(builtins)]
    close = difflib.get_close_matches(name, [candidate for candidate in known if len(candidate) > 3], n=1)
    if close:
        return f"Did you mean {close[0]}?"
    return "Define it above that line, or import it."


def _home(name: str, public: PublicNames) -> str | None:
    """The module that authors import this name from."""
    return next((module for module, names in public.items() if name in names), None)


def _of_attribute(error: AttributeError) -> str:
    name, owner = str(error.name), error.obj
    if isinstance(owner, ApprovalRef) and name in ("value", "comment", "by", "at", "outcome"):
        return f"Write {owner.name}.output.{name}, or test how it ended, as in {owner.name}.approved."
    if isinstance(owner, Ref):
        known = [
            candidate
            for candidate in dir(owner)
            if not candidate.startswith("_") and candidate not in ("name", "function", "output")
        ]
        if close := difflib.get_close_matches(name, known, n=1):
            return f"Did you mean {owner.name}.{close[0]}?"
        if name in OUTCOME_TESTS:
            return f"Only approvals have an outcome; {owner.name} has .succeeded, .failed and .skipped."
        return f"Write {owner.name}.output.{name} for a field of what it returns."
    if isinstance(owner, Workflow) and name == "input":
        return "Conditions look at steps: let a step return the field of the input, and compare its output."
    if isinstance(owner, ModuleType | Workflow):
        return nearest(name, [candidate for candidate in dir(owner) if not candidate.startswith("_")][:300])
    return "Look for a typing mistake in that line."


def _of_type(text: str) -> str:
    if option := _unknown_option(text):
        return option
    if missing := _MISSING.search(text):
        names = re.findall(r"'(\w+)'", missing[1])
        return f"Give {' and '.join(f'{name}=' for name in names)}."
    if call := _TOO_MANY.search(text):
        maker = _maker(call[1], call[2])
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
            "A condition compares a field with a fixed value, as in build.output.size > 3. Compute anything "
            "else in a step and compare what it returns."
        )
    return "Check the names and the number of the arguments in that line."


def _maker(owner: str, method: str) -> Any:
    if method == "__init__":
        return _MAKERS.get(owner)
    return getattr(Workflow, method, None) if owner == "Workflow" else None


def _unknown_option(problem: str) -> str:
    """For a keyword that one of our functions does not have: the nearest that it has. Empty for others."""
    call = _UNKNOWN.search(problem)
    if call is None or (maker := _maker(call[1], call[2])) is None:
        return ""
    owner = call[1] if call[2] == "__init__" else call[2]
    return remedy_for(owner, call[3], keywords_of(maker))
