"""The subcommands as people typed them. `bot.listeners.subcommands` has the answer to each."""

from collections.abc import Mapping
from dataclasses import dataclass, field


class Command:
    """Base of the subcommands."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class HelpCommand(Command):
    pass


@dataclass(frozen=True, slots=True)
class ListCommand(Command):
    pass


@dataclass(frozen=True, slots=True)
class RunCommand(Command):
    """Start `workflow`, empty for one to be chosen; `values` as texts, by field.

    `priority`: None for that of the workflow.
    """

    workflow: str
    values: Mapping[str, str]
    priority: int | None = None
    shown: Mapping[str, str] = field(default_factory=dict, compare=False)
    """The values with the names of people, groups and channels in place of ids."""


@dataclass(frozen=True, slots=True)
class RerunCommand(Command):
    """Start a run again; `values`: fields with another value, as texts."""

    run: str
    values: Mapping[str, str]
    reason: str = ""
    shown: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class ForkCommand(Command):
    """Retry a run from a step as a new run; empty: from the first that failed."""

    run: str
    step: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ShowCommand(Command):
    """One workflow or one run; None: the newest runs."""

    target: str | None


@dataclass(frozen=True, slots=True)
class RunsCommand(Command):
    """A page of runs. `before`: the last run of the page before.

    `state`: a word of `bot.slash.reading.STATES`.
    """

    workflow: str = ""
    state: str = ""
    mine: bool = False
    since: str = ""
    text: str = ""
    before: str = ""
    history: bool = False
    """With how the last runs of the workflow went."""


@dataclass(frozen=True, slots=True)
class TriggersCommand(Command):
    """The triggers of a workflow, or of all. `timed`: schedules alone."""

    workflow: str = ""
    timed: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class HealthCommand(Command):
    """The health of a workflow, or of all."""

    workflow: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class InsightCommand(Command):
    """Insight into a decision. `step`: empty for the only decision of the workflow.

    `propose`: a better threshold is wanted.
    """

    workflow: str
    step: str = ""
    since: str = "90d"
    propose: bool = False


@dataclass(frozen=True, slots=True)
class GraphCommand(Command):
    """The picture of a workflow or a run."""

    target: str


@dataclass(frozen=True, slots=True)
class ReportCommand(Command):
    """The report of a run, as a file."""

    run: str


@dataclass(frozen=True, slots=True)
class LogsCommand(Command):
    """Of one run; `step` empty: of all its steps.

    `attempt`, `before`: a page of one attempt, which ends before this line, counted from 1; 0: the end.
    """

    run: str
    step: str
    attempt: int = 0
    before: int = 0


@dataclass(frozen=True, slots=True)
class CancelCommand(Command):
    run: str
    reason: str


@dataclass(frozen=True, slots=True)
class PauseCommand(Command):
    """Pause a run or a workflow; `all` stands for every workflow."""

    target: str
    reason: str


@dataclass(frozen=True, slots=True)
class ResumeCommand(Command):
    target: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SkipCommand(Command):
    """`step` empty: none was named."""

    run: str
    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class RetryCommand(Command):
    """Try a failed step again, or with `reroute` its alternative; `step` empty: the one that failed."""

    run: str
    step: str
    reroute: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PriorityCommand(Command):
    """Let a run come earlier or later where runs or steps wait."""

    run: str
    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class CanaryCommand(Command):
    """Compare the runs of a workflow's candidate with the others, or `promote` it or do a `rollback`.

    `since`: the start of the canary that a button was shown for, in seconds; None: the one there is.
    """

    workflow: str
    act: str = ""
    reason: str = ""
    since: int | None = None


@dataclass(frozen=True, slots=True)
class MuteCommand(Command):
    """Mute the failures of a workflow or a run for so many seconds."""

    target: str
    seconds: float


@dataclass(frozen=True, slots=True)
class UnmuteCommand(Command):
    target: str


@dataclass(frozen=True, slots=True)
class SubscribeCommand(Command):
    """Send the news of a workflow to the channel; no `kinds`: all of them."""

    workflow: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnsubscribeCommand(Command):
    workflow: str


@dataclass(frozen=True, slots=True)
class SubscriptionsCommand(Command):
    """Show of which workflows the channel gets the news."""


@dataclass(frozen=True, slots=True)
class ApprovalsCommand(Command):
    """A page of the requests that wait for the caller. `after`: where the page before ended."""

    after: str = ""


@dataclass(frozen=True, slots=True)
class ResourcesCommand(Command):
    pass


@dataclass(frozen=True, slots=True)
class WorkersCommand(Command):
    pass


@dataclass(frozen=True, slots=True)
class GrantsCommand(Command):
    pass


@dataclass(frozen=True, slots=True)
class ReassignCommand(Command):
    """Hand what a run waits for to a person or group."""

    run: str
    to: str


@dataclass(frozen=True, slots=True)
class AwayCommand(Command):
    """Name `to` as the caller's delegate, `until` then. Neither: show who is a delegate now."""

    until: str | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True)
class BackCommand(Command):
    """End the delegation of the caller."""
