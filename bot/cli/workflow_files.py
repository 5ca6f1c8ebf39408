"""The workflow files that settings name, or the bundled examples."""

from collections.abc import Sequence
from pathlib import Path

import signoff
import signoff.embed
import signoff.testing
import workflows as bundled
from bot.config import Settings
from bot.engine_settings import LoadedWorkflows
from engine.loading import load as load_files
from engine.loading import offered

EXAMPLES = Path(bundled.__file__).parent
PUBLIC_NAMES = {module.__name__: module.__all__ for module in (signoff, signoff.testing, signoff.embed)}


def load(settings: Settings, paths: Sequence[Path] = ()) -> LoadedWorkflows:
    """`paths`: instead of those of the settings. Raises `DefinitionErrors` with everything that is wrong."""
    chosen = tuple(paths) or settings.workflows
    found = load_files(chosen or (EXAMPLES,), public=PUBLIC_NAMES)
    modules = {file.file: file.module for file in found}.values()
    return LoadedWorkflows(found, offered(modules), examples=not chosen)
