"""Services that workflow files offer by name, for dict forms and for `ctx.service`."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType

from engine.authoring.services import Registry
from engine.errors import DefinitionError, DefinitionErrors

_REMEDY = "Make it a dict of name to object."


def offered(modules: Iterable[ModuleType]) -> Registry:
    """Everything in the mappings called `services` of these modules. Raises `DefinitionErrors`."""
    registry, errors = Registry(), list[DefinitionError]()
    for module in modules:
        services, place = getattr(module, "services", {}), _services_location(module)
        if not isinstance(services, Mapping):
            problem = f"services is {type(services).__name__}."
            errors.append(DefinitionError(problem, remedy=_REMEDY, file=place))
            continue
        for name, service in services.items():
            if not isinstance(name, str):
                problem = f"services has the name {name!r}, which is not a text."
                errors.append(DefinitionError(problem, remedy=_REMEDY, file=place))
                continue
            try:
                registry.add(name, service)
            except ValueError as error:
                errors.append(DefinitionError(str(error), remedy="", file=place))
    if errors:
        raise DefinitionErrors(errors)
    return registry


def _services_location(module: ModuleType) -> str | None:
    """The line that sets `services`; the first of the file where none is found."""
    file = getattr(module, "__file__", None)
    if not file or not Path(file).is_file():
        return file
    lines = Path(file).read_text(encoding="utf-8", errors="replace").splitlines()
    at = next((number for number, line in enumerate(lines, 1) if line.startswith("services")), 1)
    return f"{file}:{at}"
