"""What an operator may set of the engine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from engine.audit.keys import Keyring
from engine.authoring.services import Registry
from engine.errors import StoreBroken
from engine.kernel.start_limits import StartLimits


def database_path(url: str | Path) -> Path:
    """Return the file of a `sqlite:///…` URL, or the path itself.

    Raises `StoreBroken` for other databases.
    """
    text = str(url)
    if "://" not in text:
        return Path(text)
    if not text.startswith("sqlite:///"):
        scheme = text.split("://", 1)[0]
        raise StoreBroken(
            f"DATABASE_URL starts with {scheme}://, which this release does not speak. "
            "Use sqlite:///path/to/signoff.db."
        )
    return Path(text.removeprefix("sqlite:///"))


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """`data_dir`: where workflows may keep files. `parallel`: attempts executing at once."""

    data_dir: Path
    parallel: int = 64
    schedules: bool | frozenset[str] | None = None
    """On, off, or on for these workflows alone; None: each as it was last switched, new ones on."""
    quiet: frozenset[str] = frozenset()
    """Workflows whose new schedules start switched off (where `schedules` is None)."""
    keys_dir: Path | None = None
    """Where the installation's keys are; None: in `keys` beside the database."""
    cli_decides: bool = False
    """Decisions by command line count."""
    cli_users: Mapping[str, str] = field(default_factory=dict)
    """Operating-system user to the id of the person behind it."""
    operator: str | None = None
    """User id of the person who runs the installation, and who may see every run."""
    conceals: bool = True
    """What people may not see is answered as if it did not exist. Off only in authors' tests, which read why
    somebody is refused."""
    keep: timedelta | None = None
    """How long finished runs are kept after their end; None: for ever."""
    limits: StartLimits | None = None
    """What one person or token may start; None: as much as they like."""
    secrets: tuple[str, ...] = ()
    """Hidden wherever a step says one: in errors and log lines."""
    registry: Registry = field(default_factory=Registry)
    default_owner: str | None = None
    """The owner of workflows in dict form that name none: `@group` or a member id."""
    default_channel: str | None = None
    """The channel of workflows in dict form that name none: `#name` or a channel id."""
    dead_loop: Callable[[str], None] | None = None
    """Called from another thread, with the reason, when a step has blocked the event loop for two minutes."""

    def resolved(self, database: Path) -> "EngineSettings":
        """With absolute folders: a step may change the working directory of the process."""
        keys = self.keys_dir or database.parent / "keys"
        return replace(self, data_dir=self.data_dir.absolute(), keys_dir=keys.absolute())

    def keyring(self, database: Path) -> Keyring:
        """The keys that go with this database."""
        return Keyring(self.keys_dir or database.parent / "keys")

    def schedule_enabled(self, workflow: str, stored: bool | None) -> bool:
        """Is this workflow's schedule on? `stored`: as its row has it, None without a row."""
        if isinstance(self.schedules, bool):
            return self.schedules
        if self.schedules is not None:
            return workflow in self.schedules
        return workflow not in self.quiet if stored is None else stored
