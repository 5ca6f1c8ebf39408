"""How a workflow is written: steps wired by parameter names, approvals, triggers.

The parameters of a step name what it needs: `input` is the run's input, `ctx` the step's context, every
other name is the step whose output it wants. An author's mistakes are found by `engine.compiler`.
"""

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal, ParamSpec, TypeVar, overload

from engine.authoring.display import Diff, Image, Link, Table
from engine.authoring.refs import ApprovalRef, Field, Ref, StepRef
from engine.authoring.step_functions import not_a_function
from engine.errors import DefinitionError
from engine.model.conditions import Condition

P = ParamSpec("P")
R = TypeVar("R")
Duration = str | timedelta
Catchup = Literal["skip", "latest", "all"]


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a step is tried, and how long it waits between two attempts.

    - `attempts`: how many attempts there are in all, the first one included.
    - `delay`: the wait after the first failure. Each further wait is `backoff` times as long.
    - `max_delay`: the longest wait.
    - `jitter`: the share of a wait, from 0 to 1, by which chance may shorten it.
    - `retry_on`: the error classes worth another attempt. None: every `Exception` except `Fatal`.
    """

    attempts: int = 3
    delay: Duration = "1s"
    backoff: float = 2.0
    max_delay: Duration = "1m"
    jitter: float = 0.25
    retry_on: tuple[type[Exception], ...] | None = None


@dataclass(frozen=True, slots=True)
class AskOwner:
    """When a step fails for good, the owner is asked: Retry, Skip, Abort. Unanswered it ends in Abort."""

    remind_every: Duration | None = "4h"
    expires: Duration = "3d"


@dataclass(frozen=True, slots=True)
class Cron:
    """Starts a run by a cron expression of five fields, with standard weekdays: 0 and 7 are Sunday.

    - `tz`: the time zone of the expression, as in `Europe/Berlin`.
    - `catchup`: which of the fires that were missed while no process ran start a run later: none (`skip`),
      the `latest`, or `all`.
    - `catchup_limit`: with `catchup="all"`, the newest fires that start a run, at most 1000.
    - `input`: the input of its runs, for a workflow that takes input.
    - `quiet`: people hear of its runs only when a run asks, fails or is cancelled.
    """

    expr: str
    tz: str = "UTC"
    catchup: Catchup = "latest"
    catchup_limit: int = 10
    input: Mapping[str, Any] = field(default_factory=dict)
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """Starts a run at every multiple of the interval since 1970-01-01 UTC, so that two processes agree.

    `catchup`, `catchup_limit`, `input` and `quiet` are those of `Cron`.
    """

    interval: Duration
    catchup: Catchup = "latest"
    catchup_limit: int = 10
    input: Mapping[str, Any] = field(default_factory=dict)
    quiet: bool = False


Trigger = Cron | Every
OnFailure = AskOwner | Literal["fail"]


Shows = Ref | Sequence[str | tuple[str, str] | Link | Image | Table | Diff] | None


@dataclass(frozen=True, slots=True)
class Node:
    """What the author declared, before it is checked. `place`: the line it stands on."""

    name: str
    title: str | None
    when: Condition | None
    after: tuple[Ref | str, ...]
    place: str
    step: "StepOptions | None" = None
    approval: "ApprovalOptions | None" = None


@dataclass(frozen=True, slots=True)
class StepOptions:
    function: Callable[..., Any]
    timeout: Duration | None
    retry: Retry
    on_failure: OnFailure | None


@dataclass(frozen=True, slots=True)
class Escalate:
    """Nobody has answered for so long: further people are asked too, or with `replace` instead.

    `to` as `approvers`; in a `#channel` the question is posted as well.
    """

    after: Duration
    to: str | Iterable[str]
    replace: bool = False


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When people work, for approvals whose clock runs only then. `holidays`: dates as `2026-12-25`.

    Durations count working time: of nine to five, `8h` are one day and `24h` are three.
    """

    start: str = "09:00"
    end: str = "17:00"
    days: str = "mon-fri"
    tz: str = "UTC"
    holidays: Iterable[str] = ()


@dataclass(frozen=True, slots=True)
class Choose:
    """Options of which whoever approves takes one, or with `multiple` at least one.

    `options`: texts, or where an earlier step has a list of them, as `find.regions`.
    """

    options: Iterable[str] | Ref | str
    multiple: bool = False


Quorum = int | Literal["all"] | Mapping[str, int]
"""So many of the approvers, or everybody, or so many of each: `{"@security": 1, "@platform": 2}`."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One of several that follow each other: its people are asked when the one before it is complete.

    Nobody counts in two stages, nor twice in one.
    """

    name: str
    approvers: Iterable[str] = ()
    quorum: Quorum = 1


@dataclass(frozen=True, slots=True)
class ApprovalOptions:
    ask: str
    show: Shows
    stages: tuple[Stage, ...]
    reject_quorum: int
    veto: tuple[str, ...]
    self_approval: bool
    comment: Mapping[str, str]
    channel: str | None
    expires: Duration | None
    on_expiry: str | None
    remind_every: Duration | None
    escalate: tuple[Escalate, ...]
    working_hours: WorkingHours | None
    form: Any
    proposed: str
    choose: Choose | None
    options: Mapping[str, str]
    revocable_for: Duration | None
    risk: str
    confirm: str
    one_time_code: bool
    advisory: bool
    reassign_to: tuple[str, ...]
    count_leavers: bool


CREATED: ContextVar[list["Workflow"] | None] = ContextVar("CREATED", default=None)
"""Workflows made while a file is read, so that none is lost in silence."""


@dataclass(frozen=True, slots=True)
class WorkflowOptions:
    name: str
    title: str | None
    input: type[Any] | None
    owner: str
    channel: str | None
    triggers: tuple[Trigger, ...]
    max_active_runs: int | None
    overlap: str
    max_parallel_steps: int | None
    on_failure: OnFailure
    may_run: tuple[str, ...]
    may_cancel: tuple[str, ...]
    may_see: tuple[str, ...]
    gate: bool = False
    """It may be asked at from outside."""


class Workflow:
    """A graph of steps, and how its runs start and who may act on them.

    - `owner`: the group (`@handle`) or person (member id) that answers for it and for its failures.
    - `input`: the Pydantic model of a run's input. None: runs take no input.
    - `channel`: where its messages go, as `#name` or channel id.
    - `title`: the name that people read. Default: `name`.
    - `triggers`: `Cron` and `Every`. People can start it besides.
    - `max_active_runs`: the number of its runs that may be under way at once. None: any number.
    - `overlap`: what happens to one more run: it waits (`queue`), is skipped (`skip`), or starts all the same
      (`allow`, only without `max_active_runs`).
    - `max_parallel_steps`: the number of steps of one run that may execute at once. None: any number.
    - `on_failure`: `AskOwner(…)` asks the owner about a step that failed for good; `"fail"` fails the run.
    - `may_run`, `may_cancel`: the groups and people that may. Default: every full member may run it; the
      requester and the owner may cancel.
    - `may_see`: the groups and people that see its runs instead of the members of its channels. Everyone who
      takes part in a run sees it.
    """

    def __init__(
        self,
        name: str,
        *,
        owner: str,
        input: type[Any] | None = None,
        channel: str | None = None,
        title: str | None = None,
        triggers: Iterable[Trigger] = (),
        max_active_runs: int | None = None,
        overlap: Literal["allow", "skip", "queue"] | None = None,
        max_parallel_steps: int | None = None,
        on_failure: OnFailure | None = None,
        may_run: Iterable[str] = (),
        may_cancel: Iterable[str] = (),
        may_see: Iterable[str] = (),
    ) -> None:
        if overlap is None:
            overlap = "allow" if max_active_runs is None else "queue"
        self.options = WorkflowOptions(
            name=name,
            title=title,
            input=input,
            owner=owner,
            channel=channel,
            triggers=listed(triggers),
            max_active_runs=max_active_runs if max_active_runs is not None or overlap == "allow" else 1,
            overlap=overlap,
            max_parallel_steps=max_parallel_steps,
            on_failure=AskOwner() if on_failure is None else on_failure,
            may_run=several(may_run),
            may_cancel=several(may_cancel),
            may_see=several(may_see),
        )
        self.nodes: list[Node] = []
        self.file = _caller_file()
        self.place = _caller_place()
        """The line that makes it."""
        if (created := CREATED.get()) is not None:
            created.append(self)

    @property
    def name(self) -> str:
        return self.options.name

    @overload
    def step(self, function: Callable[P, R]) -> StepRef[P, R]: ...

    @overload
    def step(
        self,
        *,
        name: str | None = None,
        title: str | None = None,
        when: Condition | None = None,
        after: Iterable[Ref | str] = (),
        timeout: Duration | None = None,
        retry: Retry | None = None,
        on_failure: OnFailure | None = None,
    ) -> Callable[[Callable[P, R]], StepRef[P, R]]: ...

    def step(
        self,
        function: Callable[..., Any] | None = None,
        *,
        name: str | None = None,
        title: str | None = None,
        when: Condition | None = None,
        after: Iterable[Ref | str] = (),
        timeout: Duration | None = None,
        retry: Retry | None = None,
        on_failure: OnFailure | None = None,
    ) -> Any:
        """A step that executes a function. Sync functions run in threads.

        `name` keeps the step's name when its function is renamed; `after` orders without passing data.
        """

        def declare(found: Callable[..., Any]) -> StepRef[Any, Any]:
            if problem := not_a_function(found):
                raise DefinitionError(
                    problem[0], remedy=problem[1], workflow=str(self.name), file=_place_in(self.file)
                )
            options = StepOptions(found, timeout, Retry(attempts=1) if retry is None else retry, on_failure)
            label = found.__name__ if name is None else name
            place = _place_of(found) or _place_in(self.file)
            node = Node(label, title, when, listed(after), place, step=options)
            self.nodes.append(node)
            return StepRef(label, found)

        return declare if function is None else declare(function)

    def approval(
        self,
        name: str,
        *,
        ask: str,
        approvers: Iterable[str] = (),
        quorum: Quorum = 1,
        stages: Iterable[Stage] = (),
        reject_quorum: int = 1,
        veto: Iterable[str] = (),
        expires: Duration | Literal["never"] | None = None,
        show: Shows = None,
        form: type[Any] | None = None,
        proposed: Ref | str = "",
        choose: Choose | Iterable[str] | Ref | str | None = None,
        options: Mapping[str, Ref | str] | None = None,
        revocable_for: Duration | None = None,
        risk: Literal["low", "normal", "high"] = "normal",
        confirm: str = "",
        one_time_code: bool = False,
        on_expiry: Literal["approve", "reject"] | None = None,
        remind_every: Duration | None = None,
        escalate: Iterable[Escalate] = (),
        working_hours: WorkingHours | None = None,
        self_approval: bool = False,
        reassign_to: Iterable[str] = (),
        count_leavers: bool = False,
        advisory: bool = False,
        comment: Mapping[str, Literal["optional", "required"]] | None = None,
        channel: str | None = None,
        title: str | None = None,
        when: Condition | None = None,
        after: Iterable[Ref | str] = (),
    ) -> ApprovalRef:
        """A step that asks people, and waits as a row until enough have answered or `expires` is over.

        What names it (as a parameter, in `when` or in `after`) runs only when it was approved, unless its
        `when` names another outcome. `advisory`: no step waits for it to be approved; that is an error else.

        `ask` is one line with `{input.field}` and `{step.field}`; `show` what else is needed to decide.
        `approvers`: groups `@handle`, everybody in a `#channel`, user ids, or `{step.field}` of an earlier
        step that says who. `quorum` of them approve, or each of `stages` in turn; `reject_quorum` of them
        reject it, or one of `veto`. Whoever asked can't approve, unless `self_approval`.
        `reassign_to`: the groups and people that a request may be reassigned to; without it, its approvers
        and the owner. `count_leavers`: what people decided counts although they left the group meanwhile.
        `form`: a Pydantic model that whoever approves fills in, or changes where `proposed` names the step or
        field with its values; `choose`: options to take one of, or the
        step or field that has them. `options`: the same for fields of the form. Steps get what was given as
        `Outcome[TheForm].value`.
        `confirm`: what has to be typed to approve, as `{input.service}`. `one_time_code`: whoever approves
        gives a code of their authenticator app, which the operator has enrolled.
        `risk` is shown; several questions of low risk can be approved at once.
        For `revocable_for` after the approval any approver can revoke it; guarded steps wait that long.
        With `working_hours` the clock of `remind_every`, `escalate` and `expires` runs in working time alone.
        `on_expiry`: the outcome of silence; without it the outcome is `expired`. `comment`: by choice,
        a rejection needs one unless said otherwise.
        """
        made = ApprovalOptions(
            ask=ask,
            show=show if show is None or isinstance(show, Ref) else listed(show),
            stages=_stages(several(approvers), quorum, listed(stages)),
            reject_quorum=reject_quorum,
            veto=several(veto),
            self_approval=self_approval,
            comment={"reject": "required", **self._mapping("comment", comment)},
            channel=channel,
            expires=expires,
            on_expiry=on_expiry,
            remind_every=remind_every,
            escalate=listed(escalate),
            working_hours=working_hours,
            form=form,
            proposed=_path(proposed),
            revocable_for=revocable_for,
            risk=risk,
            confirm=confirm,
            one_time_code=one_time_code,
            advisory=advisory,
            reassign_to=several(reassign_to),
            count_leavers=count_leavers,
            choose=choose if choose is None or isinstance(choose, Choose) else Choose(choose),
            options={field: _path(source) for field, source in self._mapping("options", options).items()},
        )
        self.nodes.append(Node(name, title, when, listed(after), _caller_place(), approval=made))
        return ApprovalRef(name)

    def _mapping(self, what: str, found: Any) -> Mapping[str, Any]:
        if found is None or isinstance(found, Mapping):
            return found or {}
        raise DefinitionError(
            f"{what} is {found!r}.",
            remedy='Write comment={"reject": "optional"}.'
            if what == "comment"
            else 'Write options={"field of the form": "step.field"}.',
            workflow=str(self.name),
            file=_place_in(self.file),
        )


def _stages(approvers: tuple[str, ...], quorum: Quorum, stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
    """One stage without a name is the plain form; both forms together are the compiler's to refuse."""
    if stages and not approvers and quorum == 1:
        return stages
    return (Stage("", approvers, quorum), *stages)


def _path(source: Ref | str) -> str:
    """Where a value comes from: a step, or `step.field`."""
    return source.name if isinstance(source, Ref) else source


def several(refs: str | Iterable[str]) -> tuple[str, ...]:
    """One reference, or several of them, as a tuple. The compiler checks what they are."""
    if isinstance(refs, str | bytes | Mapping | Ref | Field) or not isinstance(refs, Iterable):
        return (refs,)  # type: ignore[return-value]
    return tuple(_in_order(refs))


def listed(found: Any) -> tuple[Any, ...]:
    """Several of something, or a single one without its list, as a tuple."""
    if isinstance(found, list | tuple | set | frozenset | Iterator):
        return tuple(_in_order(found))
    return (found,)


def _in_order(found: Iterable[Any]) -> Iterable[Any]:
    """A set has another order in each process, and a definition has the same digest in all of them."""
    return sorted(found, key=repr) if isinstance(found, set | frozenset) else found


def _place_in(file: str) -> str:
    """The line of that file that is executing; the file where it is none of it."""
    frame = sys._getframe(1)
    while frame.f_code.co_filename != file and frame.f_back is not None:
        frame = frame.f_back
    return f"{file}:{frame.f_lineno}" if frame.f_code.co_filename == file else file


def _place_of(function: Callable[..., Any]) -> str:
    code = getattr(inspect.unwrap(function), "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code else ""


def _caller_place() -> str:
    frame = sys._getframe(2)
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def _caller_file() -> str:
    return sys._getframe(2).f_code.co_filename
