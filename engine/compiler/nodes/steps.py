"""A step's function: what its parameters need, whether the types fit, how it is tried again."""

import inspect
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypedDict, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter
from pydantic.errors import PydanticUserError
from pydantic_core import SchemaError

from engine.authoring.context import StepContext
from engine.authoring.nodes import Node, StepOptions
from engine.authoring.options import AskOwner, OnFailure
from engine.authoring.outcomes import Settled
from engine.authoring.quality import Quality
from engine.authoring.refs import Ref
from engine.authoring.source_digest import source_digest
from engine.compiler.alerts import alert_spec
from engine.compiler.definition.checks import Checks, did_you_mean, first_line, type_name, without_none
from engine.compiler.definition.round_trip import Codec
from engine.compiler.nodes.functions import check_function, gives_nothing
from engine.compiler.nodes.mapping import check_unmapped, each_source, each_spec
from engine.compiler.nodes.notifying import notify_spec
from engine.compiler.nodes.operations import data_digest, operation_code, operation_spec
from engine.compiler.nodes.own_process import check_run_in, in_own_process
from engine.compiler.nodes.polls import poll_spec
from engine.compiler.nodes.quality import quality_spec
from engine.compiler.nodes.resources import reroutes_when_open, used
from engine.compiler.nodes.retries import failure_rules, retry_errors, retry_spec
from engine.compiler.nodes.step_code import StepCode
from engine.compiler.requests.deadlines import check_reminders
from engine.compiler.requests.forms import outcome_type, outcome_value
from engine.compiler.types.schema_digests import schema_digest
from engine.compiler.types.type_compat import type_fits
from engine.model.definition.conditions import steps_in
from engine.model.definition.operations import OperationSpec
from engine.model.definition.spec import (
    DEFAULT_QUEUE,
    MAX_QUEUE_NAME,
    AlertSpec,
    EachSpec,
    FailureSpec,
    Need,
    NotifySpec,
    PollSpec,
    QualitySpec,
    RetrySpec,
    StepSpec,
)
from engine.model.values.durations import MIN_SECONDS

_QUEUE_REMEDY = "Use at most 40 letters, digits, - and _, beginning with a letter."


@dataclass(frozen=True, slots=True)
class _Wiring:
    """Values that the parameters of a step take."""

    needs: tuple[Need, ...]
    types: dict[str, Any]
    """By parameter, without `input` and `ctx`."""
    takes_input: bool
    takes_ctx: bool
    each: EachSpec | None = None


class _Settings(TypedDict):
    """Those options of a step that concern no parameter, as its spec has them."""

    timeout: float | None
    retry: RetrySpec
    poll: PollSpec | None
    quality: QualitySpec | None
    failure: FailureSpec | None
    uses: tuple[str, ...]
    alerts: AlertSpec | None
    notify: NotifySpec | None
    operation: OperationSpec | None
    resource_timeout: float | None
    queue: str


def step_spec(
    checks: Checks,
    node: Node,
    options: StepOptions,
    common: dict[str, Any],
    errors_before: int,
    undoes: EachSpec | None = None,
) -> tuple[StepSpec, StepCode] | None:
    """None when something is wrong with it, which the checks know then.

    `undoes`: for the undo step of a mapped step, what it executes for.
    """
    if inspect.isgeneratorfunction(options.function) or inspect.isasyncgenfunction(options.function):
        checks.error("The step uses yield, but a step must return one value.", "Return a list.", node)
        return None
    hints = _hints(checks, node, options.function)
    check_function(checks, node, options.function)
    wiring = _wiring(checks, node, options, hints, undoes)
    settings = _settings(checks, node, options)
    if wiring is None or len(checks.errors) > errors_before:
        return None
    input_type = hints.get("input", Any) if wiring.takes_input else None
    coded = _code(checks, node, options, wiring, input_type, settings)
    if coded is None:
        return None
    code, digest = coded
    spec = StepSpec(
        needs=wiring.needs,
        takes_input=wiring.takes_input,
        takes_ctx=wiring.takes_ctx,
        schema_digest=digest,
        each=wiring.each,
        reroute_when_open=bool(settings["uses"]) and reroutes_when_open(node, options.retry),
        **settings,
        **common,
    )
    return spec, code


def _wiring(
    checks: Checks, node: Node, options: StepOptions, hints: dict[str, Any], undoes: EachSpec | None
) -> _Wiring | None:
    """Return what its parameters take, with the element of a list; None when something is wrong with it."""
    mapped: tuple[EachSpec, Need | None, Any] | None = None
    if undoes is not None:
        mapped = undoes, None, hints.get(undoes.parameter, Any)
    elif options.each is None:
        check_unmapped(checks, node, options)
    elif (mapped := each_spec(checks, node, options, hints)) is None:
        return None
    if mapped is None:
        return _wire(checks, node, options.function, hints)
    each, need, kind = mapped
    wiring = _wire(checks, node, options.function, hints, each.parameter)
    if wiring is None:
        return None
    needs = wiring.needs if need is None else (*wiring.needs, need)
    return replace(wiring, needs=needs, types={**wiring.types, each.parameter: kind}, each=each)


def _settings(checks: Checks, node: Node, options: StepOptions) -> _Settings:
    settings = _Settings(
        timeout=checks.duration(options.timeout, "timeout", node),
        retry=retry_spec(checks, node, options.retry),
        poll=poll_spec(checks, node, options.poll),
        quality=quality_spec(checks, node, options),
        failure=None if options.on_failure is None else failure_spec(checks, options.on_failure, node),
        uses=used(checks, node, options.uses),
        alerts=alert_spec(checks, options.alerts, node, checks.alerts),
        notify=notify_spec(checks, node, options.notify),
        operation=operation_spec(checks, node, options.operation),
        resource_timeout=checks.duration(options.resource_timeout, "resource_timeout", node, MIN_SECONDS),
        queue=_queue(checks, node, options.queue),
    )
    check_run_in(checks, node, options)
    if settings["resource_timeout"] is not None and not settings["uses"]:
        checks.error("resource_timeout is given, but the step uses no resource.", "Give uses=[…].", node)
    return settings


def _queue(checks: Checks, node: Node, queue: Any) -> str:
    """Return the name of a step's queue; empty for the default one, as for a step that names none."""
    if queue is None or queue == DEFAULT_QUEUE:
        return ""
    checks.name(queue, "queue", _QUEUE_REMEDY, node)
    if isinstance(queue, str) and MAX_QUEUE_NAME < len(queue) <= 100:
        checks.error(f"{queue!r} can't be a queue's name.", _QUEUE_REMEDY, node)
    return queue if isinstance(queue, str) else ""


def _code(
    checks: Checks,
    node: Node,
    options: StepOptions,
    wiring: _Wiring,
    input_type: Any,
    settings: _Settings,
) -> tuple[StepCode, str] | None:
    """Return the code of a step with the digest of its types. `input_type`: None where it takes no input."""
    data = settings["operation"] or settings["notify"]
    try:
        code = StepCode(
            step=node.name,
            function=operation_code(node, options, settings["operation"]),
            is_async=inspect.iscoroutinefunction(options.function),
            parameters={name: Codec(TypeAdapter(kind)) for name, kind in wiring.types.items()},
            input=None if input_type is None else Codec(TypeAdapter(input_type)),
            takes_ctx=wiring.takes_ctx,
            output=Codec(TypeAdapter(returned_type(node))),
            digest=source_digest(options.function) if data is None else data_digest(data),
            retry_on=retry_errors(options.retry),
            rules=failure_rules(options.retry, settings["quality"], options.alternative),
            quality=settings["quality"],
            row=options.quality.row if options.quality is not None else None,
            operation=settings["operation"],
        )
        if options.run_in is not None:
            code = in_own_process(checks, code)
        return code, schema_digest(code)
    except (PydanticUserError, SchemaError, TypeError) as error:
        checks.error(
            f"A type of this step can't be checked or stored as JSON ({first_line(error)}).",
            "Use plain types or Pydantic models.",
            node,
        )
        return None


def returned_type(node: Node) -> Any:
    if node.approval is not None:
        return outcome_type(node.approval)
    if node.wait is not None:
        return node.wait.gives
    if node.child is not None:
        return Any
    assert node.step is not None
    function, quality = node.step.function, node.step.quality
    if isinstance(quality, Quality) and quality.row is not None:
        return list[quality.row]  # type: ignore[name-defined]
    if "return" not in getattr(function, "__annotations__", {}):
        return Any
    try:
        return typing.get_type_hints(function, include_extras=True)["return"]
    except Exception:  # told by _hints
        return Any


def steps_mentioned(node: Node) -> set[str]:
    """Return the steps that a declared step names, right or wrong: parameters, `after` and its condition."""
    names = {each.name if isinstance(each, Ref) else str(each) for each in node.after}
    if isinstance(node.when, BaseModel):
        names |= {*steps_in(node.when)}
    if node.wait is not None and (path := node.wait.path):
        names.add(path.split(".")[0])
    if node.child is not None:
        names |= {path.split(".")[0] for path in node.child.paths}
        names |= {each_source(node.child.each).split(".")[0]} if node.child.each is not None else set()
    if node.step is not None:
        try:
            names |= inspect.signature(node.step.function).parameters.keys()
        except (TypeError, ValueError):  # told by _wire
            return names
        if node.step.each is not None:
            names.add(each_source(node.step.each).split(".")[0])
    return names


def failure_spec(checks: Checks, declared: OnFailure | Any, node: Node | None) -> FailureSpec:
    if declared == "fail":
        return FailureSpec(do="fail", remind_every=None, expires=None)
    if not isinstance(declared, AskOwner):
        checks.error(f"on_failure is {declared!r}.", 'Use "fail" or AskOwner(…).', node)
        return FailureSpec()
    remind_every = checks.duration(declared.remind_every, "AskOwner's remind_every", node, MIN_SECONDS)
    expires = _owner_expiry(checks, declared.expires, node)
    if remind_every is not None and expires is not None:
        check_reminders(checks, node, "AskOwner's remind_every", remind_every, expires)
    return FailureSpec(do="ask", remind_every=remind_every, expires=expires)


def _owner_expiry(checks: Checks, expires: Any, node: Node | None) -> float | None:
    if expires is None or (isinstance(expires, str) and expires.strip().lower() == "never"):
        checks.error(
            f"AskOwner's expires is {expires!r}: the run would wait forever.",
            'Give a duration such as AskOwner(expires="3d").',
            node,
        )
        return None
    return checks.duration(expires, "AskOwner's expires", node, MIN_SECONDS)


def _hints(checks: Checks, node: Node, function: Callable[..., Any]) -> dict[str, Any]:
    try:
        return typing.get_type_hints(function, include_extras=True)
    except Exception as error:  # a name in an annotation may raise anything
        checks.error(
            f"An annotation can't be read: {first_line(error).rstrip('.')}.", "Import the name it uses.", node
        )
        return {}


def _wire(
    checks: Checks, node: Node, function: Callable[..., Any], hints: dict[str, Any], element: str = ""
) -> _Wiring | None:
    """`element`: the parameter that takes an element of a list; empty for a step that executes once."""
    needs: list[Need] = []
    types_taken: dict[str, Any] = {}
    takes_input = takes_ctx = False
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        checks.error(
            "The parameters of the step can't be read.", "Write the step as a def or an async def.", node
        )
        return None
    for name, parameter in signature.parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
            _refuse_unnamed(checks, node, parameter)
        elif parameter.default is not parameter.empty:
            checks.error(
                f"The parameter {name} has the default {parameter.default!r}, which is never used.",
                f"Leave the default out; write {name}: T | None for a step that may be skipped."
                if name in checks.names
                else "A parameter names a step: set a constant in the body of the function.",
                node,
            )
        elif name == "ctx":
            takes_ctx = True
            if hints.get("ctx", Any) not in (Any, object, StepContext):
                checks.error(
                    f"The parameter ctx takes {type_name(hints['ctx'])}, but ctx is the step's context.",
                    "Write ctx: StepContext.",
                    node,
                )
        elif name == "input":
            takes_input = True
            _check_input_parameter(checks, node, hints.get("input", Any))
        elif name == element:
            continue
        elif name not in checks.names or name == node.name:
            checks.error(
                f"The parameter {name} names "
                + ("the step itself." if name == node.name else "no step of this workflow."),
                "Name another step, or leave it out."
                if name == node.name
                else did_you_mean(name, [*checks.names, "input", "ctx"]),
                node,
            )
        else:
            need, kind = _join(name, hints.get(name, Any))
            needs.append(need)
            types_taken[name] = kind
            _check_contract(checks, node, name, kind)
    return _Wiring(tuple(needs), types_taken, takes_input, takes_ctx)


def _refuse_unnamed(checks: Checks, node: Node, parameter: inspect.Parameter) -> None:
    """Refuse a parameter to which no value can be passed by its name."""
    if parameter.kind == parameter.POSITIONAL_ONLY:
        problem = f"The parameter {parameter.name} is positional-only, but Signoff passes values by name."
        checks.error(problem, "Leave out the / after it.", node)
        return
    stars = "*" if parameter.kind == parameter.VAR_POSITIONAL else "**"
    problem = f"The parameter {stars}{parameter.name} names no step."
    checks.error(problem, "Name each step it needs, one by one.", node)


def _check_input_parameter(checks: Checks, node: Node, kind: Any) -> None:
    if checks.options.input is None:
        checks.error(
            "The step takes input, but the workflow has none.", "Give the workflow input=YourModel.", node
        )
    elif not type_fits(checks.options.input, kind):
        checks.error(
            f"The parameter input takes {type_name(kind)}, but the workflow's input is "
            f"{type_name(checks.options.input)}.",
            "Make the two the same.",
            node,
        )


def _check_contract(checks: Checks, node: Node, name: str, kind: Any) -> None:
    written = checks.returns.get(name, Any)
    read = without_none(kind)
    if get_origin(read) is Settled or read is Settled or _settled_argument(read) is not None:
        read = _settled_argument(read)
        read = Any if read is None else read
    elif (wrong := _outcome_mismatch(written, read)) is not None:
        checks.error(
            f"The parameter {name} takes {type_name(kind)}, but {wrong}.",
            f"Write {name}: {type_name(written)}.",
            node,
        )
        return
    if written is Any and _gives_nothing(checks, name):
        written = types.NoneType
    if not type_fits(written, read):
        checks.error(
            f"The parameter {name} takes {type_name(kind)}, but {name} returns {type_name(written)}.",
            f"Change the type of the parameter, or the type that {name} returns.",
            node,
        )


def _gives_nothing(checks: Checks, name: str) -> bool:
    node = next(node for node in checks.nodes if node.name == name)
    return node.step is not None and gives_nothing(node.step.function)


def _outcome_mismatch(written: Any, read: Any) -> str | None:
    """Why what people give at an approval can't be what a step reads; None where it may."""
    written_value, wanted = outcome_value(written), outcome_value(read)
    if wanted is None or written_value is None or wanted is Any:
        return None
    if written_value is Any:
        return "the approval has no form and no options, so it has no value"
    return None if type_fits(written_value, wanted) else f"the approval's value is {type_name(written_value)}"


def _join(name: str, annotation: Any) -> tuple[Need, Any]:
    if _settled_argument(annotation) is not None or annotation is Settled:
        return Need(parameter=name, step=name, join="settled"), annotation
    if type(None) in get_args(annotation) and get_origin(annotation) in (Union, types.UnionType):
        return Need(parameter=name, step=name, join="optional"), annotation
    return Need(parameter=name, step=name), annotation


def _settled_argument(annotation: Any) -> Any:
    """T of `Settled[T]`; None for anything else."""
    meta: Mapping[str, Any] = getattr(annotation, "__pydantic_generic_metadata__", None) or {}
    if meta.get("origin") is Settled and meta.get("args"):
        return meta["args"][0]
    return None
