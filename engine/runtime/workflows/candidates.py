"""Candidate files of canaries: loaded beside the workflow files, each for one workflow."""

import sys
from pathlib import Path

from engine.authoring.file_services import offered
from engine.authoring.loader import Found, load, real_path
from engine.authoring.workflow import Workflow
from engine.compiler import compile_workflow
from engine.compiler.compiled import Compiled
from engine.compiler.dict_form import compile_dict
from engine.errors import DefinitionError, DefinitionErrors
from engine.runtime.settings import EngineSettings


def candidate_path(file: str | Path) -> str:
    """Return the absolute path of a candidate, which a restart in another folder finds too.

    Raises `DefinitionErrors`.
    """
    try:
        real = real_path(file)
    except DefinitionError as error:
        raise DefinitionErrors([error]) from None
    if real.is_dir():
        folder = DefinitionError(
            "It is a folder.", remedy="Give the path of the candidate's file.", file=str(file)
        )
        raise DefinitionErrors([folder])
    return str(real)


def load_candidate(file: str, workflow: str, settings: EngineSettings) -> Compiled:
    """Return the workflow of this name in a candidate file. Raises `DefinitionErrors`."""
    workflows = load([file])
    found = next((each for each in workflows if each.name == workflow), None)
    if found is None:
        names = ", ".join(each.name for each in workflows)
        raise DefinitionErrors(
            [
                DefinitionError(
                    f"The file has no workflow called {workflow}. It has {names}.",
                    remedy="A candidate bears the name of the workflow that it is tried for.",
                    file=file,
                )
            ]
        )
    if shadowed := _shadowed_helpers(found.file):
        raise DefinitionErrors(
            [
                DefinitionError(
                    f"The file would import {shadowed[0].name} from {shadowed[1]}, not from its own folder.",
                    remedy="Give that module another name, or put the candidate beside the workflow file.",
                    file=file,
                )
            ]
        )
    return _compiled(found, settings)


def _compiled(found: Found, settings: EngineSettings) -> Compiled:
    compiled = _checked(found, settings)
    compiled.seal_with(settings.personal_keys())
    return compiled


def _checked(found: Found, settings: EngineSettings) -> Compiled:
    if isinstance(found.workflow, Workflow):
        return compile_workflow(found.workflow, str(found.file))
    services = offered([found.module])
    for name in settings.registry:
        if name not in services:
            services.add(name, settings.registry.get(name))
    owner, channel = settings.default_owner, settings.default_channel
    return compile_dict(found.workflow, services, str(found.file), owner=owner, channel=channel)


def _shadowed_helpers(file: Path) -> tuple[Path, str] | None:
    """Return a module or package beside the candidate whose name is taken, with the file that took it."""
    folder = file.parent
    modules = [(each.stem, each, each) for each in folder.glob("*.py")]
    packages = [(each.parent.name, each.parent, each) for each in folder.glob("*/__init__.py")]
    for name, shown, helper in (*packages, *modules):
        loaded = getattr(sys.modules.get(name), "__file__", None)
        if loaded and Path(loaded).resolve() != helper.resolve():
            return shown, loaded
    return None
