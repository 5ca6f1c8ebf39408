"""The errors of the engine: a flat family. Each says what is wrong and the remedy."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.model.text.wording import count

__all__ = [
    "AgentFailed",
    "AgentRefused",
    "Altered",
    "AlteredRun",
    "CannotAsk",
    "CommandFailed",
    "ContractError",
    "DefinitionError",
    "DefinitionErrors",
    "Fatal",
    "HttpFailed",
    "HttpRefused",
    "InvalidInput",
    "KeyLost",
    "NobodyOnCall",
    "NotAllowed",
    "NotPossible",
    "OnCallUnknown",
    "OperationFailed",
    "OverlapSkipped",
    "PeopleUnavailable",
    "PlaceNotAllowed",
    "PolicyDenied",
    "ResourceUnavailable",
    "SecretUnavailable",
    "SignoffError",
    "SqlFailed",
    "SqlRefused",
    "StoreBroken",
    "StoreBusy",
    "StoreInUse",
    "TooMany",
    "UnknownPeople",
    "UnknownRun",
    "UnknownService",
    "UnknownWorkflow",
    "UnreadableRow",
    "UnreadableRun",
    "Unstorable",
]


class SignoffError(Exception):
    """Base of all errors that a user of the engine may meet. `str()` is one plain sentence or two."""


_MAX_ERROR_LENGTH, _MAX_ERRORS_SHOWN = 2_000, 200


def _shortened(text: str) -> str:
    """Without the middle of a value that is too long to read."""
    return text if len(text) <= _MAX_ERROR_LENGTH else f"{text[: _MAX_ERROR_LENGTH - 300]} … {text[-300:]}"


class DefinitionError(SignoffError):
    """A workflow file or definition is wrong. Names the workflow, the step, the file and the remedy."""

    def __init__(
        self,
        problem: str,
        *,
        remedy: str,
        workflow: str | None = None,
        step: str | None = None,
        file: str | None = None,
    ) -> None:
        problem, remedy = _shortened(problem), _shortened(remedy)
        self.problem, self.remedy = problem, remedy
        self.workflow, self.step, self.file = workflow, step, file
        where = ", ".join(
            f"{label} {value}"
            for label, value in (("workflow", workflow), ("step", step), ("file", file))
            if value
        )
        super().__init__(f"{where}: {problem} {remedy}" if where else f"{problem} {remedy}")


class DefinitionErrors(SignoffError):
    """Everything that is wrong with a set of workflow files, so that the author can fix them all at once."""

    def __init__(self, errors: list[DefinitionError]) -> None:
        self.errors = errors
        lines = [str(error) for error in errors[:_MAX_ERRORS_SHOWN]]
        left = len(errors) - len(lines)
        super().__init__("\n".join([*lines, f"And {count(left, 'more mistake')}."] if left else lines))


class UnknownWorkflow(SignoffError):
    """No workflow of that name is loaded.

    `name`: as it was given. `nearest`: the name that was probably meant; empty without a guess.
    """

    def __init__(self, text: str, *, name: str = "", nearest: str = "") -> None:
        self.name, self.nearest = name, nearest
        super().__init__(text)


class UnknownRun(SignoffError):
    """No run of that id exists, or the short form fits several: `several`."""

    def __init__(self, text: str, *, several: bool = False) -> None:
        self.several = several
        super().__init__(text)


class InvalidInput(SignoffError):
    """The input of a run does not fit the workflow's model. `problems`: (field, what is wrong)."""

    def __init__(self, workflow: str, problems: list[tuple[str, str]]) -> None:
        self.workflow, self.problems = workflow, problems
        self.lines = [f"{field}: {what}" if field else what for field, what in problems]
        super().__init__(f"The input of {workflow} is invalid. {' '.join(self.lines)}")


class NotAllowed(SignoffError):
    """This actor may not do that. The text says who may."""


class PeopleUnavailable(SignoffError):
    """The source of people cannot be asked about a person or a group, so the actor is refused."""


class UnknownPeople(SignoffError):
    """A reference such as `@on-call` names no group and no person."""


class NobodyOnCall(UnknownPeople):
    """Nobody is on call for a schedule now, or its source cannot say who is."""


class OnCallUnknown(NobodyOnCall):
    """The source of a schedule cannot say who is on call, for a short time only: nobody is asked instead."""


class NotPossible(SignoffError):
    """The act does not fit the state of the run or the request, for instance cancelling a finished run."""


class PersonalKeyGone(NotPossible):
    """The key that sealed personal data was deleted, so nobody can read it again."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"Personal data cannot be read: the key {key} that sealed it is gone. Put the file "
            f"personal-{key}.key back into the folder of keys, or start a new run with the value."
        )


class TextTooLong(NotPossible):
    """A person wrote more than is kept. Nothing is cut, so the act is refused."""


class Unstorable(NotPossible):
    """The database cannot hold a value of this act, so nothing of it was recorded."""


class OverlapSkipped(NotPossible):
    """The workflow skips runs that overlap, and one is under way: no run starts, as its author wants it."""


class PolicyDenied(NotPossible):
    """The policy file of the installation denies that a run starts. `ruling`: what an event records of it."""

    def __init__(self, text: str, ruling: dict[str, Any]) -> None:
        self.ruling = ruling
        super().__init__(text)


class TooMany(SignoffError):
    """A person, token or trigger reached a limit.

    `retry_after`: seconds; None where only the end of runs helps.
    """

    def __init__(self, message: str, retry_after: int | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class StoreInUse(SignoffError):
    """Another process or another engine owns the database file."""


class StoreBusy(SignoffError):
    """The database can't be written or read just now: nothing was recorded, and trying again may help."""


class StoreBroken(SignoffError):
    """The database can't be used: a damaged or wrong file, or a newer version's schema.

    `damaged`: the file itself is at fault, and no later try can succeed.
    """

    def __init__(self, text: str, *, damaged: bool = False) -> None:
        self.damaged = damaged
        super().__init__(text)


class KeyLost(StoreBroken):
    """The key that seals the log of a database is missing, or is another one."""


class Altered(SignoffError):
    """Stored rows differ from what was recorded. The engine does nothing with them. `subject` names them."""

    def __init__(self, text: str, subject: str = "") -> None:
        self.subject = subject
        super().__init__(text)


class AlteredRun(Altered, UnknownRun):
    """The rows or events of a run are not what was recorded. `problem`: the first that was found."""

    def __init__(self, run_id: str, problem: str) -> None:
        self.run_id, self.problem = run_id, problem
        super().__init__(
            f"{run_id} was changed by another program: {problem}. Signoff does not act on it. "
            "Ask the operator to run signoff audit verify."
        )


class UnreadableRun(AlteredRun):
    """A row of a run cannot be read at all, so lists leave it out. `key`: its id as it is stored."""

    def __init__(self, run_id: str, problem: str, key: object) -> None:
        self.key = key
        super().__init__(run_id, problem)


class UnreadableRow(Altered):
    """A row that belongs to no run cannot be read. `problem`: which, and why.

    `table` and `key` find it again: the key by column, as it is stored.
    """

    def __init__(self, problem: str, subject: str, table: str, key: Mapping[str, object]) -> None:
        self.problem, self.table, self.key = problem, table, key
        super().__init__(
            f"{problem}: another program changed it. Signoff does not act on it. "
            "Ask the operator to run signoff audit verify.",
            subject,
        )


class UnknownService(SignoffError):
    """No service of that name is registered."""


class RowsRejected(Exception):
    """More rows of a step were rejected than its `quality` accepts."""

    fitting: Sequence[Any] = ()
    """The other rows, where they are what the step returned: the owner may go on with them."""


class ContractError(SignoffError):
    """A value doesn't fit the type at an edge of the graph. Trying again would not help."""


class PlaceNotAllowed(ContractError):
    """A step may not post there. `place`: as the step names it. The text does not: it may be secret."""

    def __init__(self, text: str, place: str) -> None:
        super().__init__(text)
        self.place = place


class CannotAsk(SignoffError):
    """An approval cannot be asked: a value that it names is missing, or names no people or options."""


class Fatal(SignoffError):
    """Raised by a step: it has failed for good, whatever tries are left."""


class SecretUnavailable(SignoffError):
    """A secret exists and cannot be read now. Another attempt may help."""


class OperationFailed(SignoffError):
    """An operation that Signoff executes as a step failed.

    `action`: what its author wants then, such as `ask`; None: as for every error. `after`: seconds until it
    is worth another attempt; None: as `Retry` says.
    """

    def __init__(self, text: str, *, action: str | None = None, after: float | None = None) -> None:
        self.action, self.after = action, after
        super().__init__(text)


class CommandFailed(OperationFailed):
    """A command, or the process of a step, ended with an exit code that is a failure.

    `exit_code`: negative for a signal.
    """

    def __init__(self, text: str, exit_code: int, *, action: str | None = None) -> None:
        self.exit_code = exit_code
        super().__init__(text, action=action)


class HttpFailed(OperationFailed):
    """A server did not do what an HTTP step asked. `status`: its answer; 0 if there was none."""

    def __init__(
        self, text: str, status: int = 0, *, action: str | None = None, after: float | None = None
    ) -> None:
        self.status = status
        super().__init__(text, action=action, after=after)


class HttpRefused(HttpFailed, Fatal):
    """An answer that another attempt would get again, such as 404."""


class SqlFailed(OperationFailed):
    """A database did not execute the statement of an SQL step."""


class SqlRefused(SqlFailed, Fatal):
    """An error that another attempt would get again, such as a mistake in the statement."""


class AgentFailed(OperationFailed):
    """The model of an agent gave no answer that can be used."""


class AgentRefused(AgentFailed, Fatal):
    """An end of an agent that another attempt would reach again, such as a spent budget."""


class ResourceUnavailable(SignoffError):
    """A resource of a step is not to be had: its circuit breaker is open, or the step waited too long for it.

    Nothing raises it. It is for the options of `Retry`, which judge it as any other error.
    """
