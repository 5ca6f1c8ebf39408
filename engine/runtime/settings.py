"""Settings of the engine, chosen by the operator."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from engine.audit.keys import Keyring
from engine.audit.personal_keys import PersonalKeys
from engine.authoring.services import Registry
from engine.errors import StoreBroken
from engine.kernel.resources.token_bucket import CallRates
from engine.kernel.schedules.start_limits import StartLimits
from engine.model.definition.policies import PolicySet
from engine.vault import Vault


def is_server(url: str | Path) -> bool:
    """Return whether a URL names a database on a PostgreSQL server."""
    return str(url).partition("://")[0] in ("postgresql", "postgres")


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
            f"DATABASE_URL starts with {scheme}://, which Signoff does not support. "
            "Use sqlite:///path/to/signoff.db or postgresql://…"
        )
    return Path(text.removeprefix("sqlite:///"))


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """Settings of one engine. `data_dir`: folder for files of workflows. `parallel`: slots for attempts."""

    data_dir: Path
    parallel: int = 64
    queues: frozenset[str] | None = None
    """The queues whose steps this process executes itself, on a server; workers execute the others. None: the
    default queue. A process with a file executes all."""
    schedules: bool | frozenset[str] | None = None
    """On, off, or on for these workflows alone; None: each as it was last switched, new ones on."""
    quiet: frozenset[str] = frozenset()
    """Workflows whose new schedules start switched off (where `schedules` is None)."""
    keys_dir: Path | None = None
    """Folder of the installation's keys; None: `keys` beside the file, or in `data_dir` for a server."""
    cli_decides: bool = False
    """Decisions by command line count."""
    cli_users: Mapping[str, str] = field(default_factory=dict)
    """Ids of people by operating-system user."""
    operator: str | None = None
    """User id of the person who runs the installation, and who may see every run."""
    conceals: bool = True
    """Answer for a run that the person may not see as if it did not exist.

    Off only in authors' tests, which read why a person is refused.
    """
    keep: timedelta | None = None
    """How long finished runs are kept after their end; None: forever."""
    limits: StartLimits | None = None
    """Limits of the runs that one person or token may start; None: unlimited."""
    calls: CallRates | None = None
    """Limits of the calls of one person or token; None: unlimited."""
    secrets: Collection[str] = ()
    """Texts that are hidden in errors and log lines of steps."""
    vault: Vault = field(default_factory=Vault, repr=False)
    """Source of the secrets that workflows name."""
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Values of the environment variables that triggers name, such as secrets of webhooks."""
    registry: Registry = field(default_factory=Registry)
    default_owner: str | None = None
    """The owner of workflows in dict form that name none: `@group` or a member id."""
    default_channel: str | None = None
    """The channel of workflows in dict form that name none: `#name` or a channel id."""
    review_channel: str | None = None
    """The channel that gets a review of failures each week; None: none does."""
    checkpoint_every: timedelta | None = None
    """How often a signed checkpoint of the log is recorded; None: never."""
    checkpoint_channel: str | None = None
    """The channel that gets these checkpoints; None: none does."""
    policies: PolicySet | None = None
    """Rules that govern starts of runs and attempts of steps; None: nothing does."""
    policy_variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Values of the environment variables that these rules may read."""
    outside: Callable[[str], str] | None = None
    """Returns why no message can be sent to an address outside Slack, with the remedy; empty: it can. None:
    every address is taken, as in authors' tests."""
    dead_loop: Callable[[str], None] | None = None
    """Called from another thread, with the reason, when a step has blocked the event loop for two minutes."""

    def resolved(self, folder: Path) -> "EngineSettings":
        """Return the settings with absolute folders, since a step may change the working directory.

        `folder`: where the keys are unless the settings say so.
        """
        keys = self.keys_dir or folder / "keys"
        for value in self.secrets:
            self.vault.known.add(value)
        return replace(
            self,
            data_dir=self.data_dir.absolute(),
            keys_dir=keys.absolute(),
            variables=dict(self.variables),
            secrets=self.vault.known,
        )

    def take(self, registry: Registry, variables: Mapping[str, str]) -> None:
        """Have what files offer and name that were loaded again. Parts hold both objects, so they stay."""
        self.registry.take(registry)
        assert isinstance(self.variables, dict)
        self.variables.clear()
        self.variables.update(variables)

    def keyring(self, database: Path) -> Keyring:
        """Return the keys that belong to this database."""
        return Keyring(self.keys_dir or database.parent / "keys")

    def personal_keys(self) -> PersonalKeys:
        """Return the keys that seal personal data. The settings name the folder of keys."""
        assert self.keys_dir is not None
        return PersonalKeys(self.keys_dir)

    def schedule_enabled(self, workflow: str, stored: bool | None) -> bool:
        """Return whether this workflow's schedules are on. `stored`: the state in the row; None: no row."""
        if isinstance(self.schedules, bool):
            return self.schedules
        if self.schedules is not None:
            return workflow in self.schedules
        return workflow not in self.quiet if stored is None else stored
