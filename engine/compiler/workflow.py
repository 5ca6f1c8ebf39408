"""The workflow as a whole: its names, limits and conditions, and the graph that comes of it."""

import typing
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

from pydantic import BaseModel, TypeAdapter

from engine.authoring.nodes import Node
from engine.authoring.refs import Field, Ref
from engine.authoring.workflow import Workflow
from engine.compiler.alerts import alert_spec
from engine.compiler.compiled import Compiled
from engine.compiler.conditions import typed_condition
from engine.compiler.definition.checks import MAX_COUNT, Checks, did_you_mean, first_line, is_count
from engine.compiler.definition.round_trip import Codec
from engine.compiler.definition.round_trip_checks import check_round_trip
from engine.compiler.definition.sizes import size_problems
from engine.compiler.earlier_inputs import EarlierVersion, earlier_versions
from engine.compiler.nodes.alternatives import with_alternative
from engine.compiler.nodes.child_nodes import ChildLink, child_spec, result_type
from engine.compiler.nodes.mapping import mapped_options, mapped_type
from engine.compiler.nodes.notifying import check_may_notify
from engine.compiler.nodes.resources import declared_resources
from engine.compiler.nodes.step_code import StepCode
from engine.compiler.nodes.steps import failure_spec, returned_type, step_spec, steps_mentioned
from engine.compiler.nodes.undo import undo_spec
from engine.compiler.objectives import objectives_spec
from engine.compiler.personal import check_personal, check_stored
from engine.compiler.requests import guards
from engine.compiler.requests.approvals import approval_spec
from engine.compiler.requests.form_schema import form_schema
from engine.compiler.requests.revisions import check_revisions
from engine.compiler.results import check_result
from engine.compiler.triggers import check_inputs, trigger_spec
from engine.compiler.types.model_adapters import input_adapter
from engine.compiler.waits import wait_spec
from engine.errors import DefinitionError, DefinitionErrors
from engine.kernel.facts import template_paths
from engine.kernel.resources.queue import MAX_PRIORITY
from engine.model.definition.conditions import OutcomeIs, leaves, steps_in
from engine.model.definition.graph import Graph
from engine.model.definition.spec import ApprovalSpec, ChildSpec, Definition, NodeSpec, StepSpec
from engine.model.definition.trigger_spec import TriggerSpec
from engine.model.runs.resources import ResourceSpec
from engine.model.values.json_safe import storage_problem
from engine.model.values.sizes import MAX_STEPS

_PRIORITY = f"Give a whole number from -{MAX_PRIORITY} to {MAX_PRIORITY}."


def compile_workflow(workflow: Workflow, file: str | None = None) -> Compiled:
    """Check everything. Raises `DefinitionErrors` with all that is wrong, each with its remedy."""
    return _Compiler(Checks(workflow, file or workflow.file)).compile()


_COMPILING: ContextVar[tuple[Workflow, ...]] = ContextVar("_COMPILING", default=())
"""Workflows whose types are being found, so that a circle of them ends."""


def _known_types(workflow: Workflow) -> tuple[Graph, Mapping[str, Any]] | None:
    """Return the graph of a workflow that another one runs, and the types of its steps.

    None where it has mistakes of its own, which its own check tells.
    """
    if workflow in (opened := _COMPILING.get()):
        return None
    token = _COMPILING.set((*opened, workflow))
    try:
        compiler = _Compiler(Checks(workflow, workflow.file))
        return compiler.compile().graph, compiler.checks.returns
    except DefinitionErrors:
        return None
    finally:
        _COMPILING.reset(token)


class _Compiler:
    def __init__(self, checks: Checks) -> None:
        self.checks = checks
        self.code: dict[str, StepCode] = {}
        self.forms: dict[str, Codec] = {}
        self.payloads: dict[str, Codec] = {}
        self.children: dict[str, ChildLink] = {}
        self.earlier: tuple[EarlierVersion, ...] = ()

    def compile(self) -> Compiled:
        if len(self.checks.nodes) > MAX_STEPS:
            many = f"The workflow has {len(self.checks.nodes):,} steps and approvals."
            self.checks.error(many, f"Write at most {MAX_STEPS:,}, or split it into several workflows.")
            raise DefinitionErrors(self.checks.errors)
        self._check_names()
        self._check_workflow()
        self._check_turns()
        kind = self.checks.options.input
        adapter = None if kind is None else input_adapter(self.checks, "input", kind)
        self.earlier = earlier_versions(self.checks)
        if not all(isinstance(node.name, str) for node in self.checks.nodes):
            raise DefinitionErrors(self.checks.errors)
        self._note_types()
        specs = [spec for node in self.checks.nodes if (spec := self._spec(node)) is not None]
        check_result(self.checks)
        triggers = self._triggers()
        specs = self._guarded(specs)
        approvals = {approval.name: approval for approval in specs if isinstance(approval, ApprovalSpec)}
        for spec in specs:
            self._check_gated(spec, approvals)
        resources = declared_resources(self.checks)
        if self.checks.errors:
            raise DefinitionErrors(self.checks.errors)
        compiled = self._assembled(specs, triggers, adapter, resources)
        if self.checks.errors:
            raise DefinitionErrors(self.checks.errors)
        return compiled

    def _note_types(self) -> None:
        """Note the type of each node's output, with which the others are compared."""
        for node in self.checks.nodes:
            kind = returned_type(node) if node.child is None else result_type(node.child, _known_types)
            self.checks.returns[node.name] = kind
        for node in self.checks.nodes:
            if mapped_options(node) is not None:
                self.checks.returns[node.name] = mapped_type(
                    self.checks, node, self.checks.returns[node.name]
                )

    def _triggers(self) -> list[TriggerSpec]:
        declared = self.checks.options.triggers
        specs = [spec for trigger in declared if (spec := trigger_spec(self.checks, trigger))]
        keys = [spec.key for spec in specs]
        for key in {key for key in keys if keys.count(key) > 1}:
            self.checks.error(f"The workflow has the trigger {key} twice.", "Remove one of them.")
        return specs

    def _assembled(
        self,
        specs: list[NodeSpec],
        triggers: list[TriggerSpec],
        adapter: TypeAdapter[Any] | None,
        resources: tuple[ResourceSpec, ...],
    ) -> Compiled:
        """Put the checked parts together. Raises `DefinitionErrors` for what only the whole shows."""
        try:
            definition = self._definition(specs, triggers, adapter)
            self._check_stored(definition)
            self._check_sizes(definition)
            graph = Graph(definition)
            codec = Codec(adapter) if adapter else None
            compiled = Compiled(
                definition,
                graph,
                self.code,
                codec,
                self.checks.file,
                self._places(),
                self.forms,
                self.payloads,
                self.children,
                self.checks.options.input,
                resources,
                self.checks.returns,
                self.earlier,
            )
            check_inputs(self.checks, compiled)
            check_stored(self.checks, compiled)
            self._check_settled(graph)
            check_revisions(self.checks, graph)
        except DefinitionError as error:
            error = DefinitionError(
                error.problem,
                remedy=error.remedy,
                workflow=self.checks.options.name,
                step=error.step,
                file=next((node.location for node in self.checks.nodes if node.name == error.step), "")
                or self.checks.location
                or self.checks.file,
            )
            raise DefinitionErrors([*self.checks.errors, error]) from None
        return compiled

    def _places(self) -> Callable[[str, str], str | None]:
        """Return the function that finds the line of a step, or of the workflow."""
        lines = {node.name: node.location for node in self.checks.nodes}
        line = self.checks.location or self.checks.file
        return lambda step, problem: lines.get(step) or line

    def _check_names(self) -> None:
        self.checks.name(
            self.checks.options.name,
            "workflow",
            "Use at most 100 letters, digits, - and _, beginning with a letter.",
        )
        if not self.checks.nodes:
            self.checks.error("The workflow has no steps.", "Write a function with @workflow.step above it.")
        for node in self.checks.nodes:
            if node.name == "<lambda>":
                self.checks.error(
                    "'<lambda>' can't be a step's name.", "Write it as a def, or give it name=.", node
                )
            else:
                self.checks.name(
                    node.name,
                    "step",
                    "Use at most 100 letters, digits, - and _, beginning with a letter.",
                    node,
                )
            if node.name in ("input", "ctx"):
                self.checks.error(
                    f"{node.name!r} can't be a step's name.",
                    "input is the run's input, and ctx is the step's context. Give the step another name=.",
                    node,
                )
            if (
                self.checks.names.count(node.name) > 1
                and self.checks.nodes[self.checks.names.index(node.name)] is not node
            ):
                self.checks.error(
                    f"Another step is already called {node.name}.", "Give one of them another name=.", node
                )

    def _check_workflow(self) -> None:
        options = self.checks.options
        self.checks.refs([options.owner], "owner")
        self.checks.refs(options.may_run, "may_run")
        self.checks.refs(options.may_cancel, "may_cancel")
        self.checks.refs(options.may_operate, "may_operate")
        self.checks.refs(options.may_see, "may_see")
        self.checks.refs(options.may_see_personal, "may_see_personal")
        self.checks.channel(options.channel)
        check_may_notify(self.checks)
        self.checks.title(options.title)
        self.checks.alerts = alert_spec(self.checks, options.alerts, None)
        self._check_description(options.description)
        for label in ("max_active_runs", "max_parallel_steps"):
            number = getattr(options, label)
            if number is not None and not is_count(number):
                self.checks.error(
                    f"{label} is {number!r}.",
                    f"Give a whole number from 1 to {MAX_COUNT:,}, or leave it out.",
                )
        if options.overlap not in ("allow", "skip", "queue", "cancel_previous"):
            self.checks.error(
                f"overlap is {options.overlap!r}.", "Use allow, skip, queue or cancel_previous."
            )
        if options.overlap == "allow" and options.max_active_runs is not None:
            self.checks.error(
                "overlap='allow' contradicts max_active_runs.",
                "Leave one of them out, or use skip, queue or cancel_previous.",
            )

    def _check_turns(self) -> None:
        """Check the options that say which run comes first, and which runs wait for each other."""
        options = self.checks.options
        if not isinstance(options.priority, int) or isinstance(options.priority, bool):
            self.checks.error(f"priority is {options.priority!r}.", _PRIORITY)
        elif abs(options.priority) > MAX_PRIORITY:
            self.checks.error(f"priority is {options.priority}.", _PRIORITY)
        if (key := options.concurrency_key) is None:
            return
        try:
            named = [tuple(path.split(".")) for path in template_paths(key)] if isinstance(key, str) else []
        except ValueError:
            named = []
        if not named or any(path[0] != "input" or len(path) < 2 for path in named):
            self.checks.error(
                f"concurrency_key is {key!r}, which names no field of the input.",
                'Write it like concurrency_key="{input.customer}".',
            )
            return
        for path in named:
            self.checks.path(None, "input", path[1:], "concurrency_key")

    def _check_description(self, text: object) -> None:
        if text is not None and not (isinstance(text, str) and text.strip()):
            self.checks.error(f"description is {text!r}.", "Give a sentence or two, or leave it out.")

    def _definition(
        self, specs: list[NodeSpec], triggers: list[Any], adapter: TypeAdapter[Any] | None
    ) -> Definition:
        options = self.checks.options
        return Definition(
            name=options.name,
            title=options.title or options.name.replace("_", "-"),
            owner=options.owner,
            channel=options.channel,
            input_schema=form_schema(adapter) if adapter else None,
            nodes=tuple(specs),
            triggers=tuple(triggers),
            max_active_runs=options.max_active_runs,
            overlap=typing.cast(Any, options.overlap),
            max_parallel_steps=options.max_parallel_steps,
            failure=failure_spec(self.checks, options.on_failure, None),
            may_run=options.may_run,
            may_cancel=options.may_cancel,
            may_operate=options.may_operate,
            may_see=options.may_see,
            may_see_personal=options.may_see_personal,
            description=options.description or "",
            result=options.result or "",
            gate=options.gate,
            concurrency_key=options.concurrency_key or "",
            priority=options.priority,
            alerts=self.checks.alerts,
            may_notify=options.may_notify,
            objectives=objectives_spec(self.checks, options.objectives),
            earlier_inputs=tuple(each.spec for each in self.earlier),
        )

    def _check_stored(self, definition: Definition) -> None:
        """Raise `DefinitionError` for a definition that has no JSON, such as one with half a character."""
        try:
            definition.canonical()
        except TypeError:
            dumped = definition.model_dump(mode="json")
            nodes = {node["name"]: storage_problem(node) for node in dumped["nodes"]}
            step = next((name for name, problem in nodes.items() if problem), None)
            problem = nodes[step] if step else storage_problem(dumped)
            remedy = "Use numbers of at most 64 bits, and texts of whole characters."
            raise DefinitionError(f"It can't be stored: {problem}.", remedy=remedy, step=step) from None

    def _check_sizes(self, definition: Definition) -> None:
        nodes = {node.name: node for node in self.checks.nodes}
        for name, problem, remedy in size_problems(definition.model_dump(mode="json")):
            self.checks.error(problem, remedy, nodes.get(name))

    def _spec(self, node: Node) -> NodeSpec | None:
        try:
            return self._checked_spec(node)
        except DefinitionError as error:
            self.checks.error(error.problem, error.remedy, node)
            return None
        except (TypeError, AttributeError, ValueError, KeyError) as error:
            # An option of a type that nobody thought of: still the author's to correct, with its line.
            problem = f"An option has a value of the wrong type ({first_line(error)})."
            self.checks.error(problem, "Compare its options with docs/reference/workflow.md.", node)
            return None

    def _checked_spec(self, node: Node) -> NodeSpec | None:
        before = len(self.checks.errors)
        check_personal(self.checks, node)
        self.checks.title(node.title, node)
        self._check_condition(node)
        when = typed_condition(self.checks, node) if len(self.checks.errors) == before else None
        after = self._after(node)
        common: dict[str, Any] = {
            "name": node.name,
            "title": node.title or node.name.replace("_", "-"),
            "when": when,
            "after": after,
            **({"part_of": node.part_of} if node.part_of else {}),
        }
        if node.step is not None:
            compiled = step_spec(self.checks, node, node.step, common, before)
            if compiled is None:
                return None
            spec, self.code[node.name] = compiled
            if node.step.alternative is not None and (
                rerouted := with_alternative(self.checks, node, spec, node.step.alternative)
            ):
                spec = rerouted[0]
                self.code[f"{node.name}.alternative"] = rerouted[1]
            if node.step.undo is not None and (undo := undo_spec(self.checks, node, node.step.undo)):
                undo_step = undo[0].model_copy(update={"alerts": spec.alerts})
                spec = spec.model_copy(update={"undo": undo_step})
                self.code[undo[0].name] = undo[1]
            check_round_trip(self.checks, "The output", returned_type(node), node)
            return spec
        if node.wait is not None or node.child is not None:
            return self._row_spec(node, common, before)
        assert node.approval is not None
        if node.approval.form is not None:
            check_round_trip(self.checks, "The form", node.approval.form.model, node)
        asked = approval_spec(self.checks, node, node.approval, common, before)
        if asked is None:
            return None
        approval, adapter = asked
        if adapter is not None:
            self.forms[node.name] = Codec(adapter)
        return approval

    def _row_spec(self, node: Node, common: dict[str, Any], before: int) -> NodeSpec | None:
        """A node that waits as a row: a wait, or a run of another workflow."""
        if node.child is not None:
            child = child_spec(self.checks, node, node.child, common, before)
            if child is not None:
                self.children[node.name] = child[1]
            return child and child[0]
        assert node.wait is not None
        waiting = wait_spec(self.checks, node, node.wait, common, before)
        if waiting is None:
            return None
        if waiting[1] is not None:
            self.payloads[node.name] = Codec(waiting[1])
        return waiting[0]

    def _guarded(self, specs: list[NodeSpec]) -> list[NodeSpec]:
        """With what each approval guards in the conditions of the nodes that name it."""
        nodes = {node.name: node for node in self.checks.nodes}
        approvals = [name for name, node in nodes.items() if node.approval is not None]
        for spec in specs:
            guards.check_condition(self.checks, nodes[spec.name], spec, approvals)
        guarded = [guards.guarded_steps(spec, approvals) for spec in specs]
        by_name = {spec.name: spec for spec in guarded}
        elsewhere = {
            name for node in self.checks.nodes if node.name not in by_name for name in steps_mentioned(node)
        }
        for name in approvals:
            guards.check_approval(self.checks, nodes[name], by_name, elsewhere)
        advisory = [name for name in approvals if _is_advisory(nodes[name])]
        return [guards.with_earlier(spec, by_name, advisory) for spec in guarded]

    def _check_gated(self, spec: NodeSpec, approvals: Mapping[str, ApprovalSpec]) -> None:
        """Values that people may change reach later steps by the outcome alone."""
        before = {need.step for need in spec.needs} | set(() if spec.when is None else steps_in(spec.when))
        for name in sorted(before & approvals.keys()):
            form = approvals[name].form
            proposing = form.defaults_from.split(".")[0] if form else ""
            if isinstance(spec, StepSpec | ChildSpec) and proposing in {need.step for need in spec.needs}:
                self.checks.error(
                    f"The step takes {proposing}, but approvers may change its values in the form of {name}.",
                    f"Take {name}.value instead.",
                    next(node for node in self.checks.nodes if node.name == spec.name),
                )

    def _check_settled(self, graph: Graph) -> None:
        """Nobody can approve what isn't there yet."""
        for step, approval, other in graph.scopes.unsettled:
            self.checks.error(
                f"The step takes {other}, which may not have ended when {approval} asks people.",
                f"Let {approval} show {other} or give it after=[{other}], so that what is approved is "
                f"what {step} uses.",
                next(node for node in self.checks.nodes if node.name == step),
            )

    def _check_condition(self, node: Node) -> None:
        if node.when is None:
            return
        if isinstance(node.when, Field):
            self.checks.error(
                f"when= is {node.when!r}, which is a value, not a condition.",
                f"Compare it, for instance {node.when!r} == True.",
                node,
            )
            return
        if isinstance(node.when, bool | str) or not hasattr(node.when, "kind"):
            self.checks.error(
                f"when= is {_called(node.when)}, which is not a condition.",
                "Compare a step's output, as in build.output.size > 3. `is`, `not`, and a comparison "
                "with the step itself are decided while the file is read."
                if isinstance(node.when, bool)
                else "Use a test such as go_live.approved or build.output.size > 3.",
                node,
            )
            return
        for step in steps_in(node.when):
            if step not in self.checks.names:
                self.checks.error(
                    f"when= names {step}, but this workflow has no such step.",
                    did_you_mean(step, self.checks.names),
                    node,
                )
        for leaf in leaves(node.when):
            target = next((other for other in self.checks.nodes if other.name == leaf.step), None)
            if target is None:
                continue
            if isinstance(leaf, OutcomeIs) and target.approval is None:
                self.checks.error(f"{leaf.step} is not an approval.", "Only approvals have an outcome.", node)

    def _after(self, node: Node) -> tuple[str, ...]:
        names = []
        for each in node.after:
            if not isinstance(each, Ref | str):
                self.checks.error(
                    f"after= names {_called(each)}, which is not a step.",
                    "Write after=[build], a list of steps.",
                    node,
                )
                continue
            name = each.name if isinstance(each, Ref) else each
            target = next((other for other in self.checks.nodes if other.name == name), None)
            if target is None:
                self.checks.error(
                    f"after= names {name}, but this workflow has no such step.",
                    did_you_mean(name, self.checks.names),
                    node,
                )
            else:
                names.append(name)
        return tuple(names)


def _called(declared: Any) -> str:
    """Describe, for people, a value given instead of a condition."""
    if isinstance(declared, Ref):
        return f"the step {declared.name}"
    if isinstance(declared, BaseModel):
        return "a condition"
    return "a function" if callable(declared) else repr(declared)


def _is_advisory(node: Node) -> bool:
    return node.approval is not None and node.approval.advisory is True
