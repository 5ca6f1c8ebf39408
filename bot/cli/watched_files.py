"""The workflow files that a serving process loads again when they change."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.cli.output import note
from bot.cli.workflow_files import EXAMPLES, load
from bot.serving.file_reload import Files, FileState
from bot.settings.config import Settings
from bot.settings.engine_settings import LoadedWorkflows
from engine.loading import fresh_modules, module_files

_ENDINGS = (".py", ".yaml", ".yml")


class WatchedFiles:
    """The files and folders of SIGNOFF_WORKFLOWS, with the modules beside them.

    Make it before they are loaded.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        chosen = settings.workflows or (EXAMPLES,)
        paths = [Path(path).resolve() for path in chosen]
        self._folders = list(dict.fromkeys(path if path.is_dir() else path.parent for path in paths))
        self._policies = settings.policies
        self.at_start = self.files()

    def folders(self) -> list[Path]:
        """Return the folders of the files, and of the helpers that they import from below them."""
        helpers = sorted({file.parent for file in module_files(self._folders)} - set(self._folders))
        policies = [self._policies.parent] if self._policies and self._policies.parent.is_dir() else []
        folders = [*self._folders, *(folder for folder in helpers if folder.is_dir()), *policies]
        return list(dict.fromkeys(folders))

    def files(self) -> Files:
        """Return how the files in these folders stand."""
        found = set[FileState]()
        for folder in self.folders():
            with suppress(OSError):
                for path in folder.iterdir():
                    if path.suffix in _ENDINGS:
                        with suppress(OSError):  # it is gone by now
                            stat = path.stat()
                            found.add(FileState(path, stat.st_size, stat.st_mtime_ns, stat.st_ino))
        return frozenset(found)

    def announce(self, text: str) -> None:
        """Print what was loaded."""
        note(text)

    @contextmanager
    def load_again(self) -> Iterator[LoadedWorkflows]:
        """Load the files from their source. If the body raises, the earlier modules are back."""
        with fresh_modules(self._folders):
            yield load(self._settings)
