"""Services that workflow files offer by name, for dict forms and for `ctx.service`."""

from collections.abc import Iterable, Mapping
from types import ModuleType

from engine.errors import DefinitionError, DefinitionErrors
from engine.registry import Registry


def offered(modules: Iterable[ModuleType]) -> Registry:
    """Everything in the mappings called `services` of these modules. Raises `DefinitionErrors`."""
    registry, errors = Registry(), list[DefinitionError]()
    for module in modules:
        services, file = getattr(module, "services", {}), getattr(module, "__file__", None)
        if not isinstance(services, Mapping):
            problem = f"services is {type(services).__name__}."
            errors.append(DefinitionError(problem, remedy="Make it a dict of name to object.", file=file))
            continue
        for name, service in services.items():
            try:
                registry.add(name, service)
            except ValueError as error:
                errors.append(DefinitionError(str(error), remedy="", file=file))
    if errors:
        raise DefinitionErrors(errors)
    return registry
