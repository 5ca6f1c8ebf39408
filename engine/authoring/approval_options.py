"""Options of an approval: the keywords that an author types, and one shape of them for the compiler."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypedDict

from pydantic import BaseModel

from engine.authoring.display import Diff, Image, Link, Table
from engine.authoring.options import (
    BreakGlass,
    Choose,
    Duration,
    Escalate,
    Form,
    Grants,
    Quorum,
    Stage,
    Window,
    WorkingHours,
)
from engine.authoring.refs import Field, Ref

Shows = Ref | Sequence[str | tuple[str, str] | Link | Image | Table | Diff] | None


class ApprovalPolicy(TypedDict, total=False):
    """Keywords that `Workflow.approval` and `Gate` share: who decides, how, and until when.

    A group is `@handle`, a channel's members `#channel`, a person a member id (`U…`), and `"{step.field}"`
    the groups or people that an earlier step names. Compiling refuses any other reference. Durations are
    texts such as `"90s"`, `"4h"` or `"2d"`, or a `timedelta`, from one second to 366 days.
    """

    approvers: str | Iterable[str]
    """The groups and people who may decide. Required, unless `quorum` or `stages` name them."""
    quorum: Quorum
    """How many of them must approve: a number, `"all"`, or numbers by group. Default: 1."""
    stages: Iterable[Stage]
    """Several groups of approvers, one after the other. It replaces `approvers` and `quorum`."""
    reject_quorum: int
    """How many rejections reject it. Default: 1. With `quorum="all"` nothing else is possible."""
    veto: str | Iterable[str]
    """Groups and people from whom one rejection is enough, at any stage. Default: nobody."""
    self_approval: bool
    """The requester may approve too. Default: False."""
    reassign_to: str | Iterable[str]
    """The groups and people to whom it may be reassigned. Default: its approvers and the owner."""
    count_leavers: bool
    """Decisions of people who have left their group still count. Default: False."""
    expires: Duration
    """How long it stays open, or `"never"`, which needs `remind_every`. Required."""
    on_expiry: Literal["approve", "reject"] | None
    """The outcome when it expires. Default: None, for the outcome `expired`."""
    remind_every: Duration | None
    """The time between two reminders, shorter than `expires`. Default: None, for no reminder."""
    escalate: Escalate | Iterable[Escalate]
    """More people to ask when nobody has answered for some time. Default: nobody."""
    working_hours: WorkingHours | None
    """When the clock of `expires`, `remind_every` and `escalate` runs. Default: None, for always."""
    revocable_for: Duration | None
    """How long any approver may revoke the approval. Guarded steps wait that long. Default: None."""
    risk: Literal["low", "normal", "high"]
    """People can approve several `low` ones at once; `high` ones have stricter rules. Default: `normal`."""
    confirm: str
    """The text that an approver must type, one line such as `"{input.service}"`. Default: none."""
    one_time_code: bool
    """An approver must give a one-time code from their authenticator app. Default: False."""
    comment: Mapping[Literal["approve", "reject"], Literal["optional", "required"]] | None
    """Says which choices need a reason. Default: a rejection does, an approval does not."""
    form: type[BaseModel] | Form | None
    """Values that an approver gives: a Pydantic model, or `Form(…)`. Default: None."""
    choose: Choose | Iterable[str] | Ref | str | None
    """Texts from which an approver chooses one, the step or `"step.field"` that has them, or `Choose(…)`.
    It can't be combined with `form`. Default: None."""
    grants: Grants | None
    """Bounds of what an approver may approve in advance: `Grants(…)`. Default: None, for nothing."""
    break_glass: BreakGlass | None
    """The people who may approve alone in an emergency: `BreakGlass(…)`. Default: None, for nobody."""


@dataclass(frozen=True, slots=True)
class ApprovalOptions:
    """An approval as its author declared it, with the defaults: lists are tuples, sources are paths."""

    ask: str
    show: Any
    stages: tuple[Stage, ...]
    channel: str | None = None
    advisory: bool = False
    reject_quorum: int = 1
    veto: tuple[str, ...] = ()
    self_approval: bool = False
    reassign_to: tuple[str, ...] = ()
    count_leavers: bool = False
    expires: Duration | None = None
    on_expiry: str | None = None
    remind_every: Duration | None = None
    escalate: tuple[Escalate, ...] = ()
    working_hours: WorkingHours | None = None
    revocable_for: Duration | None = None
    risk: str = "normal"
    confirm: str = ""
    one_time_code: bool = False
    comment: Mapping[str, str] | None = None
    form: Form | None = None
    choose: Choose | None = None
    grants: Grants | None = None
    break_glass: BreakGlass | None = None
    revise: tuple[Any, ...] = ()
    rounds: int | None = None
    window: Window | None = None
    respond: bool = False


def approval_options(
    policy: ApprovalPolicy,
    *,
    ask: str,
    show: Shows,
    channel: str | None,
    advisory: bool,
    revise: Any = (),
    rounds: int | None = None,
    window: Window | None = None,
    respond: bool = False,
) -> ApprovalOptions:
    """Return the options in one shape. The compiler says what is wrong with them."""
    options = {name: _SHAPES.get(name, _as_it_is)(value) for name, value in policy.items()}
    return ApprovalOptions(
        ask=ask,
        show=show if show is None or isinstance(show, Ref) else listed(show),
        stages=_stages(options.pop("approvers", ()), options.pop("quorum", 1), options.pop("stages", ())),
        channel=channel,
        advisory=advisory,
        revise=listed(revise),
        rounds=rounds,
        window=window,
        respond=respond,
        **options,
    )


def several(refs: str | Iterable[str]) -> tuple[str, ...]:
    """One reference, or several of them, as a tuple. The compiler checks what they are."""
    if isinstance(refs, str | bytes | Mapping | Ref | Field) or not isinstance(refs, Iterable):
        return (refs,)  # type: ignore[return-value]
    return tuple(_in_order(refs))


def listed(value: Any) -> tuple[Any, ...]:
    """Several of something, or a single one without its list, as a tuple."""
    if isinstance(value, list | tuple | set | frozenset | Iterator):
        return tuple(_in_order(value))
    return (value,)


def _in_order(values: Iterable[Any]) -> Iterable[Any]:
    """A set has another order in each process, and a definition has the same digest in all of them."""
    return sorted(values, key=repr) if isinstance(values, set | frozenset) else values


def _stages(approvers: tuple[str, ...], quorum: Quorum, stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
    """One stage without a name is the plain form; both forms together are the compiler's to refuse."""
    if stages and not approvers and quorum == 1:
        return stages
    return (Stage("", approvers, quorum), *stages)


def _form(declared: Any) -> Form | None:
    if declared is None:
        return None
    form = declared if isinstance(declared, Form) else Form(declared)
    options = form.options
    if isinstance(options, Mapping):
        options = {field: _path(source) for field, source in options.items()}
    return replace(form, defaults_from=_path(form.defaults_from), options=options)


def _path(source: Any) -> Any:
    """Where a value comes from: a step, or `step.field`."""
    return source.name if isinstance(source, Ref) else source


def _choose(declared: Any) -> Choose | None:
    return declared if declared is None or isinstance(declared, Choose) else Choose(declared)


def _as_it_is(value: Any) -> Any:
    return value


_SHAPES: dict[str, Callable[[Any], Any]] = {
    "approvers": several, "veto": several, "reassign_to": several, "stages": listed, "escalate": listed,
    "form": _form, "choose": _choose,
}  # fmt: skip
