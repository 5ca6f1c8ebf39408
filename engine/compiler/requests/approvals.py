"""An approval: who may answer, what they are shown, and how it ends."""

import re
import typing
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter

from engine.authoring.approval_options import ApprovalOptions
from engine.authoring.display import Diff, Image, Link, Table
from engine.authoring.nodes import Node
from engine.authoring.refs import Field, Ref
from engine.compiler.definition.checks import Checks, without_none
from engine.compiler.nodes.named_steps import Named, Use, named_needs
from engine.compiler.paths import decimal_paths
from engine.compiler.requests.break_glass import break_glass_spec
from engine.compiler.requests.deadlines import escalations, expiry, hours_of, reminders
from engine.compiler.requests.forms import form_spec, option_paths
from engine.compiler.requests.grants import grant_spec, matched_paths
from engine.compiler.requests.quorums import check_input_approvers, stage_specs, who_paths
from engine.compiler.requests.revisions import revise_and_rounds
from engine.compiler.requests.windows import moment_paths, window_spec
from engine.model.definition.spec import ApprovalSpec, Show, StageSpec
from engine.model.text.template import paths
from engine.model.values.durations import MIN_SECONDS

_KINDS: dict[type, Literal["link", "image", "table"]] = {Link: "link", Image: "image", Table: "table"}
_SHOWN: dict[str, Use] = {"value": "text", "diff": "text", "link": "link", "image": "link", "table": "table"}
_OUTCOMES: dict[str | None, Literal["approved", "rejected"] | None] = {
    "approve": "approved", "reject": "rejected", None: None,
}  # fmt: skip


def approval_spec(
    checks: Checks, node: Node, options: ApprovalOptions, common: dict[str, Any], errors_before: int
) -> tuple[ApprovalSpec, TypeAdapter[Any] | None] | None:
    """With what checks its form. None when something is wrong with it, which the checks know then."""
    stages = stage_specs(checks, node, options)
    form = form_spec(checks, node, options)
    _check_choices(checks, node, options)
    check_input_approvers(checks, node, stages, options)
    expires = expiry(checks, node, options)
    escalate = escalations(checks, node, options, expires)
    hours = hours_of(checks, node, options)
    remind = reminders(checks, node, options, expires)
    revocable_for = checks.duration(options.revocable_for, "revocable_for", node, MIN_SECONDS)
    comment = _comment(checks, node, options)
    show = _shows(checks, node, options)
    revise, rounds = revise_and_rounds(checks, node, options)
    grants = grant_spec(checks, node, options)
    break_glass = break_glass_spec(checks, node, options)
    window = window_spec(checks, node, options, revocable_for)
    needs = named_needs(checks, node, _named(checks, node, options, stages, show))
    if len(checks.errors) > errors_before:
        return None
    show = tuple(_with_number(checks, node, item) for item in show)
    spec = ApprovalSpec(
        needs=needs,
        ask=options.ask,
        show=show,
        stages=stages,
        rejections=options.reject_quorum,
        veto=options.veto,
        self_approval=options.self_approval,
        comment=typing.cast(Any, comment),
        channel=options.channel,
        expires=expires,
        on_expiry=_OUTCOMES[options.on_expiry],
        remind_every=remind,
        escalations=escalate,
        hours=hours,
        form=form[0] if form else None,
        revocable_for=revocable_for,
        risk=typing.cast(Any, options.risk),
        confirm=options.confirm,
        one_time_code=options.one_time_code,
        reassign_to=options.reassign_to,
        count_leavers=options.count_leavers,
        revise=revise,
        rounds=rounds,
        grants=grants,
        window=window,
        respond=options.respond,
        break_glass=break_glass,
        **common,
    )
    return spec, form[1] if form else None


def _check_choices(checks: Checks, node: Node, options: ApprovalOptions) -> None:
    """Refuse what is none of an option's values."""
    checks.channel(options.channel, node)
    checks.refs(options.reassign_to, "reassign_to", node)
    if options.risk not in ("low", "normal", "high"):
        checks.error(f"risk is {options.risk!r}.", "Use low, normal or high.", node)
    checks.flag(options.one_time_code, "one_time_code", node)
    checks.flag(options.self_approval, "self_approval", node)
    checks.flag(options.count_leavers, "count_leavers", node)
    checks.flag(options.respond, "respond", node)
    if options.on_expiry not in (None, "approve", "reject"):
        checks.error(f"on_expiry is {options.on_expiry!r}.", "Use approve or reject, or leave it out.", node)


def _named(
    checks: Checks,
    node: Node,
    options: ApprovalOptions,
    stages: tuple[StageSpec, ...],
    show: tuple[Show, ...],
) -> list[Named]:
    """Every path that the approval names, with the option that names it."""
    defaults_from = options.form.defaults_from if options.form else None
    what = "choose" if options.choose else "options"
    return [
        *(Named("ask", path) for path in _paths(checks, node, options.ask)),
        *(Named("show", source, _SHOWN[item.kind]) for item in show for source in _sources(item)),
        *(Named(option, path, "people") for option, path in who_paths(stages, options)),
        *([Named("defaults_from", defaults_from, "defaults")] if isinstance(defaults_from, str) else []),
        *(Named(what, path, "options") for path in option_paths(options).values() if isinstance(path, str)),
        *(Named("grants: match", path, "text") for path in matched_paths(options)),
        *(Named("window", path, "moment") for path in moment_paths(options)),
        *(Named("confirm", path, "confirm") for path in _confirm_paths(checks, node, options)),
    ]


def _comment(checks: Checks, node: Node, options: ApprovalOptions) -> dict[str, str]:
    """Return whether a choice needs a reason, by choice; without a word, a rejection does."""
    needs = {} if options.comment is None else options.comment
    if not isinstance(needs, Mapping):
        checks.error(f"comment is {needs!r}.", 'Write comment={"reject": "optional"}.', node)
        return {}
    for choice, need in needs.items():
        if choice not in ("approve", "reject") or need not in ("optional", "required"):
            checks.error(
                f"comment has {choice!r}: {need!r}.",
                'Write comment={"approve" or "reject": "optional" or "required"}.',
                node,
            )
    return {"reject": "required", **needs}


def _paths(checks: Checks, node: Node, template: str, what: str = "ask") -> list[str]:
    if not isinstance(template, str) or not template.strip():
        checks.error(f"{what} is {template!r}.", f"Give {what}= one line of text.", node)
        return []
    try:
        return paths(template)
    except ValueError as error:
        checks.error(f"{what}: {error}.", brace_remedy(template), node)
        return []


def _shows(checks: Checks, node: Node, options: ApprovalOptions) -> tuple[Show, ...]:
    show = options.show
    if show is None:
        return ()
    if isinstance(show, Ref):
        return _fields_of(checks, show.name)
    shown = []
    for each in show:
        try:
            item = _show(each)
            if all(paths(f"{{{source}}}") == [source] for source in _sources(item)):
                shown.append(item)
        except (ValueError, TypeError) as error:
            checks.error(f"show: {error}.", _as_shown(each), node)
    return tuple(shown)


def _show(each: Any) -> Show:
    """Raises `ValueError`."""
    if isinstance(each, Diff | Link | Image | Table):
        parts = (each.label, each.before, each.after) if isinstance(each, Diff) else (each.label, each.source)
        if wrong := [part for part in parts if not isinstance(part, str)]:
            raise ValueError(f"{type(each).__name__} has {wrong[0]!r}, which is not a text")
    match each:
        case str():
            return Show(label=_label(each.rpartition(".")[2]), source=each)
        case Diff():
            return Show(label=each.label, source=each.after, before=each.before, kind="diff")
        case Link() | Image() | Table():
            return Show(label=each.label, source=each.source, kind=_KINDS[type(each)])
        case (str() as label, str() as source):
            return Show(label=label, source=source)
    raise ValueError(f"{each!r} cannot be shown")


def _with_number(checks: Checks, node: Node, show: Show) -> Show:
    """A Decimal is kept as text; people see it as the number that it is."""
    step, *path = show.source.split(".")
    if show.kind in ("link", "image"):
        return show
    paths = decimal_paths(checks.path(node, step, tuple(path), "show"))
    if show.kind == "diff":
        step, *path = show.before.split(".")
        before = decimal_paths(checks.path(node, step, tuple(path), "show"))
        paths = [*(["before", *each] for each in before), *(["after", *each] for each in paths)]
    if [] in paths and show.kind == "value":
        return show.model_copy(update={"kind": "number"})
    return show.model_copy(update={"numbers": tuple(".".join(each) for each in paths if each)})


def _sources(show: Show) -> list[str]:
    return [show.source, show.before] if show.kind == "diff" else [show.source]


def _fields_of(checks: Checks, step: str) -> tuple[Show, ...]:
    kind = without_none(checks.returns.get(step, Any))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return tuple(
            Show(label=field.title or _label(name), source=f"{step}.{name}")
            for name, field in kind.model_fields.items()
        )
    return (Show(label=_label(step), source=step),)


def _confirm_paths(checks: Checks, node: Node, options: ApprovalOptions) -> list[str]:
    if options.confirm == "":
        return []
    if isinstance(options.confirm, str) and options.confirm.strip() and "\n" in options.confirm.strip():
        checks.error(
            f"confirm is {options.confirm!r}, but people can type only one line.",
            "Give confirm= one line of text.",
            node,
        )
    return _paths(checks, node, options.confirm, "confirm")


def brace_remedy(template: str) -> str:
    """The remedy for braces that hold no path."""
    if match := re.search(r"\{\s+([\w.-]+)\s*\}|\{\s*([\w.-]+)\s+\}", template):
        return f"Write {{{match[1] or match[2]}}}, without spaces."
    if match := re.search(r"\{([A-Za-z][\w.-]*)(?:![rsa]|:[^{}]*)\}", template):
        return f"Write {{{match[1]}}}; a step can return the text that people should read."
    return "Write each value as {step.field}."


def _as_shown(each: Any) -> str:
    """The remedy for what cannot be shown."""
    ref = next(
        (getattr(each, name) for name in ("source", "after") if not isinstance(getattr(each, name, ""), str)),
        each,
    )
    if isinstance(ref, Ref | Field):
        return f'Write "{ref.name if isinstance(ref, Ref) else repr(ref).replace(".output", "", 1)}".'
    if isinstance(each, str) and (inner := each.strip("{} ")) != each and re.fullmatch(r"[\w.-]+", inner):
        return f'Write "{inner}", without braces.'
    if isinstance(each, Mapping) and all(isinstance(part, str) for pair in each.items() for part in pair):
        pairs = ", ".join(f'("{label}", "{source}")' for label, source in each.items())
        return f"Write show=[{pairs}]."
    return 'Write "build.version" or ("Label", "build.version").'


def _label(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").capitalize()
