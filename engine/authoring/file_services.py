"""Services that workflow files offer by name, for dict forms and for `ctx.service`."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType

from engine.authoring.services import Registry
from engine.errors import DefinitionError, DefinitionErrors

_REMEDY = "Make it a dict of name to object."


def offered(modules: Iterable[ModuleType]) -> Registry:
    """Return everything in the mappings called `services` of these modules. Raises `DefinitionErrors`."""
    registry, errors = offered_all(modules)
    if errors:
        raise DefinitionErrors(errors)
    return registry


def offered_all(modules: Iterable[ModuleType]) -> tuple[Registry, list[DefinitionError]]:
    """Return the services that can be called by name, and what is wrong with the others."""
    registry, errors = Registry(), list[DefinitionError]()
    homes: dict[str, str | None] = {}
    for module in modules:
        services, location = getattr(module, "services", {}), _services_location(module)
        if not isinstance(services, Mapping):
            problem = f"services is {type(services).__name__}."
            errors.append(DefinitionError(problem, remedy=_REMEDY, file=location))
            continue
        for name, service in services.items():
            if not isinstance(name, str):
                problem = f"services has the name {name!r}, which is not a text."
                errors.append(DefinitionError(problem, remedy=_REMEDY, file=location))
                continue
            try:
                registry.add(name, service)
            except ValueError:
                problem = f"Another service is already called {name}, in {homes[name]}."
                errors.append(
                    DefinitionError(problem, remedy="Give one of them another name.", file=location)
                )
            homes.setdefault(name, location)
    return registry, errors


def _services_location(module: ModuleType) -> str | None:
    """The line that sets `services`; the first of the file where none is found."""
    file = getattr(module, "__file__", None)
    if not file or not Path(file).is_file():
        return file
    lines = Path(file).read_text(encoding="utf-8", errors="replace").splitlines()
    at = next((number for number, line in enumerate(lines, 1) if line.startswith("services")), 1)
    return f"{file}:{at}"
