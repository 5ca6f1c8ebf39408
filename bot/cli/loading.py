"""The workflow files that settings name, or the bundled examples."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import workflows as bundled
from bot.config import Settings
from bot.serve import Loaded
from engine import DefinitionError, DefinitionErrors, Registry
from engine.load import Found
from engine.load import load as load_files

EXAMPLES = Path(bundled.__file__).parent


def load(settings: Settings, paths: Sequence[Path] = ()) -> Loaded:
    """`paths`: instead of those of the settings. Raises `DefinitionErrors` with everything that is wrong."""
    chosen = tuple(paths) or settings.workflows
    found = load_files(chosen or (EXAMPLES,))
    return Loaded(found, _services(found), examples=not chosen)


def _services(found: Sequence[Found]) -> Registry:
    """What workflow files offer to dict forms: a mapping named `services`, name to object."""
    registry, errors = Registry(), list[DefinitionError]()
    for one in {found.file: found for found in found}.values():
        services = getattr(one.module, "services", {})
        if not isinstance(services, Mapping):
            problem = f"services is {type(services).__name__}."
            errors.append(
                DefinitionError(problem, remedy="Make it a dict of name to object.", file=str(one.file))
            )
            continue
        for name, service in services.items():
            try:
                registry.add(name, service)
            except ValueError as error:
                errors.append(DefinitionError(str(error), remedy="", file=str(one.file)))
    if errors:
        raise DefinitionErrors(errors)
    return registry
