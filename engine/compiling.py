"""From what an author declared to a checked `Compiled`: every mistake found, none half accepted."""

import difflib
import hashlib
import inspect
import re
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, Literal, Union, get_args, get_origin

import orjson
from pydantic import BaseModel, TypeAdapter
from pydantic.errors import PydanticUserError

from engine import schedule
from engine.code import StepCode, digest_of
from engine.conditions import Compare, OutcomeIs, leaves, steps_in
from engine.contracts import fits
from engine.definition import (
    ApprovalOptions,
    AskOwner,
    Compiled,
    Cron,
    Every,
    Node,
    OnFailure,
    StepOptions,
    Workflow,
)
from engine.durations import seconds
from engine.errors import DefinitionError, DefinitionErrors, InvalidInput
from engine.graph import Graph
from engine.refs import Ref
from engine.spec import (
    ApprovalSpec,
    CronSpec,
    Definition,
    EverySpec,
    FailureSpec,
    Need,
    RetrySpec,
    Show,
    StepSpec,
)
from engine.template import paths
from engine.values import Outcome, Settled

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_REF = re.compile(r"@[A-Za-z0-9][A-Za-z0-9._-]*|[UW][A-Z0-9]{2,}")
_OUTCOMES: dict[str | None, Literal["approved", "rejected"] | None] = {
    "approve": "approved", "reject": "rejected", None: None,
}  # fmt: skip


def compile_workflow(workflow: Workflow, file: str | None) -> Compiled:
    """Raises `DefinitionErrors`."""
    return _Compiler(workflow, file).compile()


def did_you_mean(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {close[0]}?" if close else f"There are: {', '.join(known) or 'none'}."


class _Compiler:
    def __init__(self, workflow: Workflow, file: str | None) -> None:
        self.options, self.nodes, self.file = workflow.options, workflow.nodes, file
        self.names = [node.name for node in workflow.nodes]
        self.errors: list[DefinitionError] = []
        self.returns: dict[str, Any] = {}
        self.code: dict[str, StepCode] = {}

    def compile(self) -> Compiled:
        self._check_names()
        self._check_workflow()
        adapter = self._input_adapter()
        for node in self.nodes:
            self.returns[node.name] = self._returns(node)
        specs = [spec for node in self.nodes if (spec := self._spec(node)) is not None]
        triggers = [made for trigger in self.options.triggers if (made := self._trigger(trigger))]
        keys = [spec.key for spec in triggers]
        for key in {key for key in keys if keys.count(key) > 1}:
            self.error(f"It has the trigger {key} twice.", "Take one of them out.")
        if self.errors:
            raise DefinitionErrors(self.errors)
        try:
            definition = self._definition(specs, triggers, adapter)
            graph = Graph(definition)
            compiled = Compiled(definition, graph, self.code, adapter, self.file)
            self._check_trigger_inputs(compiled)
        except DefinitionError as error:
            error = DefinitionError(
                error.problem,
                remedy=error.remedy,
                workflow=self.options.name,
                step=error.step,
                file=self.file,
            )
            raise DefinitionErrors([*self.errors, error]) from None
        if self.errors:
            raise DefinitionErrors(self.errors)
        return compiled

    def error(self, problem: str, remedy: str, node: Node | None = None) -> None:
        self.errors.append(
            DefinitionError(
                problem,
                remedy=remedy,
                workflow=str(self.options.name),
                step=node.name if node else None,
                file=(node.place if node and node.place else None) or self.file,
            )
        )

    # The workflow itself

    def _check_names(self) -> None:
        if not isinstance(self.options.name, str) or not _NAME.fullmatch(self.options.name):
            self.error(
                f"{self.options.name!r} can't be a workflow's name.",
                "Use letters, digits, - and _, beginning with a letter.",
            )
        if not self.nodes:
            self.error("It has no steps.", "Write a function with @workflow.step above it.")
        for node in self.nodes:
            if not _NAME.fullmatch(node.name) or node.name in ("input", "ctx"):
                self.error(
                    f"{node.name!r} can't be a step's name.",
                    "Use letters, digits, - and _; input and ctx have a meaning of their own.",
                    node,
                )
            if self.names.count(node.name) > 1 and self.nodes[self.names.index(node.name)] is not node:
                self.error(
                    f"Another step is called {node.name} already.", "Give one of them another name=.", node
                )

    def _check_workflow(self) -> None:
        options = self.options
        self._check_refs([options.owner], "owner")
        self._check_refs(options.may_run, "may_run")
        self._check_refs(options.may_cancel, "may_cancel")
        self._check_channel(options.channel)
        for label, number in (("concurrency", options.concurrency), ("parallel", options.parallel)):
            if number is not None and (not isinstance(number, int) or number < 1):
                self.error(f"{label} is {number!r}.", "Give a whole number of at least 1, or leave it out.")
        if options.overlap not in ("allow", "skip", "queue"):
            self.error(f"overlap is {options.overlap!r}.", "Use allow, skip or queue.")
        if options.overlap == "allow" and options.concurrency is not None:
            self.error(
                "overlap='allow' contradicts concurrency.", "Leave one of them out, or use skip or queue."
            )

    def _check_refs(self, refs: typing.Iterable[str], what: str, node: Node | None = None) -> None:
        for ref in refs:
            if not isinstance(ref, str) or not _REF.fullmatch(ref):
                self.error(
                    f"{what} names {ref!r}, which is neither a group nor a person.",
                    "Write a group as @handle and a person as the member id (U…), never by display name.",
                    node,
                )

    def _check_channel(self, channel: str | None, node: Node | None = None) -> None:
        if channel is not None and not re.fullmatch(r"#[\w-]+|[CG][A-Z0-9]{2,}", channel):
            self.error(
                f"{channel!r} is not a channel.", "Write it as #name or as the channel's id (C…).", node
            )

    def _input_adapter(self) -> TypeAdapter[Any] | None:
        if self.options.input is None:
            return None
        try:
            adapter: TypeAdapter[Any] = TypeAdapter(self.options.input)
            schema = adapter.json_schema()
        except (PydanticUserError, TypeError) as error:
            self.error(
                f"Its input {self.options.input!r} is no type that can be checked ({_first_line(error)}).",
                "Use a Pydantic model.",
            )
            return None
        if schema.get("type") != "object":
            self.error(
                f"Its input {self.options.input!r} has no named fields.",
                "Use a Pydantic model, so that people can type field=value.",
            )
        return adapter

    def _definition(
        self, specs: list[StepSpec | ApprovalSpec], triggers: list[Any], adapter: TypeAdapter[Any] | None
    ) -> Definition:
        options = self.options
        return Definition(
            name=options.name,
            title=options.title or options.name.replace("_", "-"),
            owner=options.owner,
            channel=options.channel,
            input_schema=adapter.json_schema() if adapter else None,
            nodes=tuple(specs),
            triggers=tuple(triggers),
            concurrency=options.concurrency,
            overlap=typing.cast(Any, options.overlap),
            parallel=options.parallel,
            failure=self._failure(options.on_failure, None),
            may_run=options.may_run,
            may_cancel=options.may_cancel,
        )

    # Triggers

    def _trigger(self, trigger: Any) -> CronSpec | EverySpec | None:
        if not isinstance(trigger, Cron | Every):
            self.error(f"{trigger!r} is not a trigger.", 'Use Cron("0 2 * * *", tz="…") or Every("5m").')
            return None
        if trigger.missed not in ("skip", "latest", "all"):
            self.error(f"missed is {trigger.missed!r}.", "Use skip, latest or all.")
            return None
        if not isinstance(trigger.bound, int) or trigger.bound < 1:
            self.error(f"bound is {trigger.bound!r}.", "Give a whole number of at least 1.")
            return None
        shared: dict[str, Any] = {
            "missed": trigger.missed, "bound": trigger.bound, "input": dict(trigger.input),
            "quiet": bool(trigger.quiet),
        }  # fmt: skip
        try:
            if isinstance(trigger, Every):
                interval = seconds(trigger.interval)
                return EverySpec(key=f"every:{interval:g}", seconds=interval, **shared)
            schedule.check_cron(trigger.expr, trigger.tz)
            zone = "" if trigger.tz == "UTC" else f"@{trigger.tz}"
            return CronSpec(key=f"cron:{trigger.expr}{zone}", expr=trigger.expr, tz=trigger.tz, **shared)
        except ValueError as error:
            self.error(f"A trigger is not right: {error}", "Mend it where the workflow is made.")
            return None

    def _check_trigger_inputs(self, compiled: Compiled) -> None:
        from engine.inputs import check_input  # noqa: PLC0415 - it reads what is compiled here

        for spec in compiled.definition.triggers:
            try:
                check_input(compiled, spec.input)
            except InvalidInput as error:
                self.error(
                    f"Its trigger {spec.key} gives an input that does not fit. {error}",
                    "Give the trigger input={…}, or the model's fields defaults.",
                )

    # Nodes

    def _spec(self, node: Node) -> StepSpec | ApprovalSpec | None:
        before = len(self.errors)
        self._check_condition(node)
        after = self._after(node)
        common: dict[str, Any] = {
            "name": node.name,
            "title": node.title or node.name.replace("_", "-"),
            "when": node.when,
            "after": after,
        }
        if node.step is not None:
            options = node.step
            return self._step(node, options, common, before)
        assert node.approval is not None
        return self._approval(node, node.approval, common, before)

    def _check_condition(self, node: Node) -> None:
        if node.when is None:
            return
        if isinstance(node.when, bool | str) or not hasattr(node.when, "kind"):
            self.error(
                f"when= is {'a function' if callable(node.when) else repr(node.when)}, no condition.",
                "Use a test such as go_live.approved or build.output.size > 3.",
                node,
            )
            return
        for step in steps_in(node.when):
            if step not in self.names:
                self.error(
                    f"when= names the step {step}, which this workflow has not.",
                    did_you_mean(step, self.names),
                    node,
                )
        for leaf in leaves(node.when):
            target = next((other for other in self.nodes if other.name == leaf.step), None)
            if target is None:
                continue
            if isinstance(leaf, OutcomeIs) and target.approval is None:
                self.error(f"{leaf.step} is not an approval.", "Only approvals have an outcome.", node)
            if isinstance(leaf, Compare):
                self._check_path(node, leaf.step, leaf.path, "when=")

    def _check_path(self, node: Node, step: str, path: tuple[str, ...], where: str) -> None:
        """Names of fields, as far as the types tell."""
        found = self.options.input if step == "input" else self.returns.get(step, Any)
        for name in path:
            found = _without_none(found)
            if not (isinstance(found, type) and issubclass(found, BaseModel)):
                return
            if name not in found.model_fields:
                self.error(
                    f"{where} names {step}.{'.'.join(path)}, and {found.__name__} has no field {name}.",
                    did_you_mean(name, list(found.model_fields)),
                    node,
                )
                return
            found = found.model_fields[name].annotation

    def _after(self, node: Node) -> tuple[str, ...]:
        names = []
        for each in node.after:
            name = each.name if isinstance(each, Ref) else str(each)
            target = next((other for other in self.nodes if other.name == name), None)
            if target is None:
                self.error(
                    f"after= names {name}, which is no step of this workflow.",
                    did_you_mean(name, self.names),
                    node,
                )
            elif target.approval is not None:
                self.error(
                    f"after= names the approval {name}: it would go on whatever people decide.",
                    f"Write when={name}.approved.",
                    node,
                )
            else:
                names.append(name)
        return tuple(names)

    def _step(
        self, node: Node, options: StepOptions, common: dict[str, Any], errors_before: int
    ) -> StepSpec | None:
        hints = self._hints(node, options.function)
        wiring = self._wire(node, options.function, hints)
        timeout = self._duration(options.timeout, "timeout", node)
        retry = self._retry(node, options)
        failure = None if options.on_failure is None else self._failure(options.on_failure, node)
        if wiring is None or len(self.errors) > errors_before:
            return None
        needs, parameters, takes_input, takes_ctx = wiring
        try:
            code = StepCode(
                step=node.name,
                function=options.function,
                is_async=inspect.iscoroutinefunction(options.function),
                parameters={name: TypeAdapter(kind) for name, kind in parameters.items()},
                input=TypeAdapter(hints.get("input", Any)) if takes_input else None,
                takes_ctx=takes_ctx,
                output=TypeAdapter(self.returns[node.name]),
                digest=digest_of(options.function),
                retry_on=options.retry.on,
            )
            digest = _schema_digest(code)
        except (PydanticUserError, TypeError) as error:
            self.error(
                f"A type of this step can't be checked or stored as JSON ({_first_line(error)}).",
                "Use plain types or Pydantic models.",
                node,
            )
            return None
        self.code[node.name] = code
        return StepSpec(
            needs=needs,
            takes_input=takes_input,
            takes_ctx=takes_ctx,
            timeout=timeout,
            retry=retry,
            failure=failure,
            schema_digest=digest,
            **common,
        )

    def _hints(self, node: Node, function: Callable[..., Any]) -> dict[str, Any]:
        try:
            return typing.get_type_hints(function, include_extras=True)
        except Exception as error:  # a name in an annotation may raise anything
            self.error(f"An annotation can't be read: {error}.", "Import the name it uses.", node)
            return {}

    def _returns(self, node: Node) -> Any:
        if node.approval is not None:
            return Outcome
        assert node.step is not None
        function = node.step.function
        if "return" not in getattr(function, "__annotations__", {}):
            return Any
        try:
            return typing.get_type_hints(function, include_extras=True)["return"]
        except Exception:  # told by _hints
            return Any

    def _wire(
        self, node: Node, function: Callable[..., Any], hints: dict[str, Any]
    ) -> tuple[tuple[Need, ...], dict[str, Any], bool, bool] | None:
        needs: list[Need] = []
        kinds: dict[str, Any] = {}
        takes_input = takes_ctx = False
        try:
            signature = inspect.signature(function)
        except (TypeError, ValueError):
            self.error("Its parameters can't be read.", "Write it as a def or an async def.", node)
            return None
        for name, parameter in signature.parameters.items():
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
                self.error(
                    f"The parameter {parameter} names no step.", "Name each step it needs, one by one.", node
                )
            elif name == "ctx":
                takes_ctx = True
            elif name == "input":
                takes_input = True
                self._check_input_parameter(node, hints.get("input", Any))
            elif name not in self.names or name == node.name:
                self.error(
                    f"The parameter {name} is no step of this workflow"
                    + (" but the step itself." if name == node.name else "."),
                    did_you_mean(
                        name, [*(other for other in self.names if other != node.name), "input", "ctx"]
                    ),
                    node,
                )
            else:
                need, kind = _join(name, hints.get(name, Any))
                needs.append(need)
                kinds[name] = kind
                self._check_contract(node, name, kind)
        return tuple(needs), kinds, takes_input, takes_ctx

    def _check_input_parameter(self, node: Node, kind: Any) -> None:
        if self.options.input is None:
            self.error(
                "It takes input, and the workflow has none.", "Give the workflow input=YourModel.", node
            )
        elif not fits(self.options.input, kind):
            self.error(
                f"Its parameter input takes {_named(kind)}, and the workflow's input is "
                f"{_named(self.options.input)}.",
                "Make the two the same.",
                node,
            )

    def _check_contract(self, node: Node, name: str, kind: Any) -> None:
        made = self.returns.get(name, Any)
        read = _without_none(kind)
        if get_origin(read) is Settled or read is Settled or _settled_argument(read) is not None:
            read = _settled_argument(read)
            read = Any if read is None else read
        if not fits(made, read):
            self.error(
                f"It takes {name} as {_named(kind)}, and {name} gives {_named(made)}.",
                f"Change the parameter's type, or what {name} returns.",
                node,
            )

    def _retry(self, node: Node, options: StepOptions) -> RetrySpec:
        retry = options.retry
        if not isinstance(retry.attempts, int) or not 1 <= retry.attempts <= 1000:
            self.error(f"Retry(attempts={retry.attempts!r}).", "Give a whole number from 1 to 1000.", node)
        if not retry.factor >= 1 or not 0 <= retry.jitter <= 1:
            self.error("Retry's factor or jitter is out of range.", "factor >= 1, 0 <= jitter <= 1.", node)
        on = retry.on
        if on is not None and (
            not isinstance(on, tuple)
            or not all(isinstance(kind, type) and issubclass(kind, Exception) for kind in on)
        ):
            self.error(
                f"Retry(on={on!r}) holds something that is no error class.",
                "Give a tuple such as (ConnectionError, TimeoutError).",
                node,
            )
            on = None
        first = self._duration(retry.first, "Retry's first", node)
        cap = self._duration(retry.cap, "Retry's cap", node)
        if len(self.errors) and (first is None or cap is None):
            return RetrySpec()
        return RetrySpec.model_construct(
            attempts=retry.attempts,
            first=first or 1.0,
            factor=float(retry.factor),
            cap=cap or 60.0,
            jitter=float(retry.jitter),
            on=None if on is None else tuple(f"{kind.__module__}.{kind.__qualname__}" for kind in on),
        )

    def _failure(self, found: OnFailure | Any, node: Node | None) -> FailureSpec:
        if found == "fail":
            return FailureSpec(do="fail", remind_every=None, expires=None)
        if not isinstance(found, AskOwner):
            self.error(f"on_failure is {found!r}.", 'Use "fail" or AskOwner(…).', node)
            return FailureSpec()
        return FailureSpec(
            do="ask",
            remind_every=self._duration(found.remind_every, "AskOwner's remind_every", node),
            expires=self._duration(found.expires, "AskOwner's expires", node),
        )

    def _duration(self, value: Any, what: str, node: Node | None) -> float | None:
        if value is None:
            return None
        try:
            return seconds(value)
        except ValueError as error:
            self.error(f"{what}: {error}", "Mend the duration.", node)
            return None

    # Approvals

    def _approval(
        self, node: Node, options: ApprovalOptions, common: dict[str, Any], errors_before: int
    ) -> ApprovalSpec | None:
        if not options.approvers:
            self.error("Nobody can answer it: it has no approvers.", 'Give approvers=["@group"].', node)
        self._check_refs(options.approvers, "approvers", node)
        self._check_channel(options.channel, node)
        expires = self._expiry(node, options)
        remind = self._duration(options.remind_every, "remind_every", node)
        if options.on_expiry not in _OUTCOMES:
            self.error(
                f"on_expiry is {options.on_expiry!r}.", "Use approve or reject, or leave it out.", node
            )
        for choice, need in options.comment.items():
            if choice not in ("approve", "reject") or need not in ("optional", "required"):
                self.error(
                    f"comment has {choice!r}: {need!r}.",
                    'Write comment={"approve" or "reject": "optional" or "required"}.',
                    node,
                )
        show = self._shows(node, options)
        needs = self._needs(node, [*self._paths(node, options.ask), *(one.source for one in show)])
        if len(self.errors) > errors_before:
            return None
        return ApprovalSpec(
            needs=needs,
            ask=options.ask,
            show=show,
            approvers=options.approvers,
            self_approval=options.self_approval,
            comment=typing.cast(Any, dict(options.comment)),
            channel=options.channel,
            expires=expires,
            on_expiry=_OUTCOMES[options.on_expiry],
            remind_every=remind,
            **common,
        )

    def _expiry(self, node: Node, options: ApprovalOptions) -> float | None:
        if options.expires is None:
            self.error(
                "It has no end: nothing says what happens when nobody answers.",
                'Give expires="4h" (and on_expiry=), or say expires="never" with remind_every=.',
                node,
            )
            return None
        if options.expires == "never":
            if options.remind_every is None:
                self.error(
                    "It never expires and nobody is reminded.", 'Give remind_every="1d", or an expiry.', node
                )
            if options.on_expiry is not None:
                self.error("on_expiry can't happen: it never expires.", "Leave one of them out.", node)
            return None
        return self._duration(options.expires, "expires", node)

    def _paths(self, node: Node, template: str) -> list[str]:
        if not isinstance(template, str) or not template.strip():
            self.error("It asks nothing.", 'Give ask="…?", one line.', node)
            return []
        try:
            return paths(template)
        except ValueError as error:
            self.error(f"ask: {error}.", "Mend the text.", node)
            return []

    def _shows(self, node: Node, options: ApprovalOptions) -> tuple[Show, ...]:
        show = options.show
        if show is None:
            return ()
        if isinstance(show, Ref):
            return self._fields_of(show.name)
        shown = []
        for each in show:
            label, source = (_label(each.rpartition(".")[2]), each) if isinstance(each, str) else each
            try:
                if paths(f"{{{source}}}") == [source]:
                    shown.append(Show(label=label, source=source))
            except ValueError as error:
                self.error(f"show: {error}.", 'Write "build.version" or ("Label", "build.version").', node)
        return tuple(shown)

    def _fields_of(self, step: str) -> tuple[Show, ...]:
        kind = _without_none(self.returns.get(step, Any))
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return tuple(
                Show(label=found.title or _label(name), source=f"{step}.{name}")
                for name, found in kind.model_fields.items()
            )
        return (Show(label=_label(step), source=step),)

    def _needs(self, node: Node, named: list[str]) -> tuple[Need, ...]:
        """The steps that a text names. It can be asked without those that were skipped."""
        needs: dict[str, Need] = {}
        for path in named:
            step, *rest = path.split(".")
            if step == "input":
                if self.options.input is None:
                    self.error(
                        f"It names {path}, and the workflow takes no input.",
                        "Give the workflow input=.",
                        node,
                    )
                self._check_path(node, "input", tuple(rest), "It")
            elif step not in self.names or step == node.name:
                others = [name for name in self.names if name != node.name]
                self.error(
                    f"It names {path}, and {step} is no step of this workflow.",
                    did_you_mean(step, [*others, "input"]),
                    node,
                )
            else:
                self._check_path(node, step, tuple(rest), "It")
                needs[step] = Need(parameter=step, step=step, join=_shown_join(node, step))
        return tuple(needs.values())


def _shown_join(node: Node, step: str) -> Literal["value", "optional"]:
    """A step that the approval's own condition looks at may have been skipped."""
    return "optional" if node.when is not None and step in steps_in(node.when) else "value"


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


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [one for one in get_args(annotation) if one is not type(None)]
        return rest[0] if len(rest) == 1 else Union[tuple(rest)]  # noqa: UP007 - made at run time
    return annotation


def _label(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").capitalize()


def _named(kind: Any) -> str:
    return kind.__name__ if isinstance(kind, type) and not get_args(kind) else str(kind)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]


def _schema_digest(code: StepCode) -> str:
    """Over the JSON Schemas of what it takes and gives: while this is equal, stored values fit."""
    schemas = {
        "output": code.output.json_schema(mode="serialization"),
        "parameters": {name: adapter.json_schema() for name, adapter in code.parameters.items()},
        "input": code.input.json_schema() if code.input else None,
    }
    return hashlib.sha256(orjson.dumps(schemas, option=orjson.OPT_SORT_KEYS)).hexdigest()
