"""The workflow files that settings name, or the bundled examples."""

from collections.abc import Sequence
from pathlib import Path

import signoff
import signoff.embed
import signoff.testing
import workflows as bundled
from bot.settings.config import Settings
from bot.settings.engine_settings import LoadedWorkflows
from engine import DefinitionError, DefinitionErrors
from engine.loading import load_all, offered_all

EXAMPLES = Path(bundled.__file__).parent
PUBLIC_NAMES = {module.__name__: module.__all__ for module in (signoff, signoff.testing, signoff.embed)}


def load(settings: Settings, paths: Sequence[Path] = ()) -> LoadedWorkflows:
    """`paths`: instead of those of the settings. Raises `DefinitionErrors` with everything that is wrong."""
    loaded, errors = load_readable(settings, paths)
    if errors:
        raise DefinitionErrors(errors)
    return loaded


def load_readable(
    settings: Settings, paths: Sequence[Path] = ()
) -> tuple[LoadedWorkflows, list[DefinitionError]]:
    """Return the workflows of the files that can be read, and the mistakes of the others."""
    chosen = tuple(paths) or settings.workflows
    workflows, errors = load_all(chosen or (EXAMPLES,), public=PUBLIC_NAMES)
    modules = {workflow.file: workflow.module for workflow in workflows}.values()
    registry, wrong_services = offered_all(modules)
    return LoadedWorkflows(workflows, registry, examples=not chosen), [*errors, *wrong_services]
