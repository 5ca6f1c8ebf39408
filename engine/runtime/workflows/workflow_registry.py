"""The loaded workflows, and the stored definitions that runs are planned with."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.authoring.personal import Seals
from engine.authoring.services import Registry
from engine.compiler.compiled import Compiled
from engine.compiler.types.schema_digests import first_rule_digests, rule_of
from engine.errors import DefinitionError, DefinitionErrors
from engine.kernel.canary import takes_candidate
from engine.kernel.resilience.failure_rules import FailureRules
from engine.kernel.resources.rules import limits_text
from engine.kernel.schedules.trigger_words import describe
from engine.model.definition.operations import OperationSpec
from engine.model.definition.spec import ChildSpec, Definition, StepSpec, WaitSpec
from engine.model.definition.trigger_spec import WebhookSpec
from engine.model.records.records import RequestRecord, TriggerRecord, WorkflowRecord
from engine.model.runs.resources import ResourceSpec
from engine.model.versions.canary import Canary
from engine.model.versions.code_version import Versioned
from engine.model.versions.missing_code import Lack
from engine.model.versions.threshold import ThresholdSetting
from engine.runtime.workflows import value_checks
from engine.runtime.workflows.linking import child_errors, linking_errors
from engine.runtime.workflows.tuning import tuned
from engine.runtime.workflows.workflow_names import plain, unknown_workflow


@dataclass(frozen=True, slots=True)
class Candidate:
    """The candidate of a canary. `problem`: why it gets no new runs; usually empty."""

    canary: Canary
    compiled: Compiled | None
    problem: str = ""


class WorkflowRegistry:
    """Compiled workflows by name. It is the `LoadedCode` of `engine.kernel.transition`."""

    def __init__(self, seals: Seals | None = None) -> None:
        """`seals`: encrypts personal data; None for workflows that only are checked."""
        self._seals = seals
        self._compiled: dict[str, Compiled] = {}
        self._untuned: dict[str, Compiled] = {}
        """Workflows as the files have them, without the thresholds that approvers set."""
        self._first_rule: dict[tuple[str, str], frozenset[str]] = {}
        self.candidates: Mapping[str, Candidate] = {}
        """Candidates of canaries by workflow. Runs that started with one keep its code."""
        self.adopted: Mapping[str, str] = {}
        """Digests of types by the digests under rule 1 that stood for the same types; see `adopting`."""

    def add(self, compiled: Compiled) -> None:
        """Add a workflow. Raises `DefinitionError` when another one has the same or a similar name."""
        name = compiled.definition.name
        for other in self._compiled.values():
            if plain(other.definition.name) == plain(name):
                raise DefinitionError(
                    f"Another workflow is already called {other.definition.name}"
                    + (f" (in {other.file})." if other.file else "."),
                    remedy="Give one of them another name.",
                    workflow=name,
                    file=compiled.file,
                )
        for spec in webhooks(compiled.definition):
            if (other_name := self.webhook(spec.name)) is not None:
                raise DefinitionError(
                    f"The webhook {spec.name} already starts {other_name[0]}.",
                    remedy="Give one of the webhooks another name.",
                    workflow=name,
                    file=compiled.file,
                )
        self._check_resources(compiled)
        if self._seals is not None:
            compiled.seal_with(self._seals)
        self._compiled[name] = self._untuned[name] = compiled

    def retune(self, settings: Sequence[ThresholdSetting]) -> None:
        """Have the thresholds that approvers set, and those of the files for all other decisions."""
        self._compiled = {name: tuned(compiled, settings) for name, compiled in self._untuned.items()}

    def untuned(self, name: str) -> Compiled | None:
        """Return a workflow as its file has it."""
        return self._untuned.get(name)

    def resource(self, name: str) -> ResourceSpec | None:
        """Return the limits of a resource; None where no loaded workflow declares it."""
        return next((spec for _, spec in self._declared() if spec.name == name), None)

    def resources(self) -> list[ResourceSpec]:
        """Return the limits of every resource that a loaded workflow declares."""
        return list({spec.name: spec for _, spec in self._declared()}.values())

    def _declared(self) -> Iterator[tuple[Compiled, ResourceSpec]]:
        candidates = (each.compiled for each in self.candidates.values() if each.compiled)
        return (
            (compiled, spec)
            for compiled in (*self._compiled.values(), *candidates)
            for spec in compiled.resources
        )

    def _check_resources(self, compiled: Compiled) -> None:
        """Raise `DefinitionError` where another workflow gives a resource other limits."""
        for spec in compiled.resources:
            for other, known in self._declared():
                if known.name == spec.name and known != spec:
                    where = f" (in {other.file})" if other.file else ""
                    raise DefinitionError(
                        f"The resource {spec.name} has {limits_text(spec)}, but "
                        f"{other.definition.name}{where} declares it with {limits_text(known)}.",
                        remedy=f'Declare it in one place, and name it in the other: uses=["{spec.name}"].',
                        workflow=compiled.definition.name,
                        file=compiled.file,
                    )

    def check_candidate(self, compiled: Compiled) -> None:
        """Check that a candidate fits beside the other workflows. Raises `DefinitionErrors`."""
        trial, name = WorkflowRegistry(), compiled.definition.name
        if (current := self._compiled.get(name)) is not None:
            _check_access(current, compiled)
        trial._compiled = {other: known for other, known in self._compiled.items() if other != name}
        try:
            trial.add(compiled)
        except DefinitionError as error:
            raise DefinitionErrors([error]) from None
        if errors := trial.linking_errors():
            raise DefinitionErrors(errors)

    def take(self, other: "WorkflowRegistry") -> None:
        """Have the workflows of another registry instead. Parts hold this object, so it stays."""
        self._compiled, self._untuned = other._compiled, other._untuned
        self._first_rule = {}

    def difference(self, other: "WorkflowRegistry") -> dict[str, list[str]]:
        """Return the names of the workflows that another registry adds, changes and removes."""
        mine, theirs = self._untuned, other._untuned
        changed = [name for name in mine.keys() & theirs.keys() if _differ(mine[name], theirs[name])]
        return {
            "added": sorted(theirs.keys() - mine.keys()),
            "changed": sorted(changed),
            "removed": sorted(mine.keys() - theirs.keys()),
        }

    def linking_errors(self) -> list[DefinitionError]:
        """Return the mistakes in how workflows name each other, and in the resources that steps name."""
        return linking_errors(self._compiled, sorted({spec.name for _, spec in self._declared()}))

    def child_errors(self) -> list[DefinitionError]:
        """Return the mistakes in how workflows run each other."""
        return child_errors(self._compiled)

    def webhook(self, name: str) -> tuple[str, WebhookSpec] | None:
        """Return the webhook of this name and its workflow."""
        for compiled in self._compiled.values():
            for spec in webhooks(compiled.definition):
                if spec.name == name:
                    return compiled.definition.name, spec
        return None

    def get(self, name: str) -> Compiled | None:
        return self._compiled.get(name)

    def all(self) -> Iterable[Compiled]:
        return self._compiled.values()

    def secrets(self) -> frozenset[str]:
        """Return the names of the secrets that operations of steps need."""
        return frozenset(name for each in self.all() for code in each.code.values() for name in code.secrets)

    def find(self, name: str) -> Compiled:
        """Return a workflow by the name that a person typed; case, `-` and `_` do not matter.

        Raises `UnknownWorkflow`.
        """
        compiled = self.matching(name)
        if compiled is None:
            raise unknown_workflow(name, self._compiled)
        return compiled

    def matching(self, name: str) -> Compiled | None:
        """Return the same as `find`, and None where no workflow has the name."""
        exact = self._compiled.get(name)
        if exact is not None:
            return exact
        for compiled in self._compiled.values():
            if plain(compiled.definition.name) == plain(name):
                return compiled
        return None

    def missing(self, run: Versioned, node: StepSpec) -> str:
        """Return why a step of a stored definition cannot execute with the loaded code; empty if it can."""
        compiled = self.of_run(run) if self.candidates else self._compiled.get(run.workflow)
        if compiled is None:
            candidate = self.candidates.get(run.workflow)
            if candidate is not None and candidate.canary.has(run):
                return candidate.problem
            return f"The workflow {run.workflow} is not loaded. Restore its file and start Signoff again."
        loaded = compiled.graph.nodes.get(node.name)
        if isinstance(loaded, StepSpec) and loaded.schema_digest == node.schema_digest:
            return ""  # as a rule, and for each attempt
        lack = self.lack(run, node)
        if not lack:
            return ""
        file = compiled.file or run.workflow
        if lack == "step":
            return f"The step {node.name} is missing from {file}. Restore it, or cancel the run."
        descriptions = ", with their descriptions" if rule_of(node.schema_digest) == "1" else ""
        return (
            f"The types of the step {node.name} in {file} have changed since "
            f"this run started. Restore the earlier types{descriptions}, or cancel the run."
        )

    def lack(self, run: Versioned, node: StepSpec) -> Lack:
        """Return what is missing of the code of a step of a stored definition."""
        compiled = self.of_run(run)
        if compiled is None:
            candidate = self.candidates.get(run.workflow)
            return "candidate" if candidate is not None and candidate.canary.has(run) else "workflow"
        loaded = compiled.graph.nodes.get(node.name)
        if not isinstance(loaded, StepSpec):
            return "step"
        return "" if self._fits(compiled, loaded, node) else "types"

    def of_run(self, run: Versioned) -> Compiled | None:
        """Return the loaded workflow, or candidate, that has the code of a run."""
        candidate = self.candidates.get(run.workflow)
        if candidate is not None and candidate.canary.has(run):
            return candidate.compiled
        return self._compiled.get(run.workflow)

    def candidate_for(self, workflow: str, run_id: str) -> Compiled | None:
        """Return the candidate that a new run with this id executes; None for the workflow itself."""
        candidate = self.candidates.get(workflow)
        if candidate is None or candidate.problem or not takes_candidate(candidate.canary, run_id):
            return None
        return candidate.compiled

    def adopt(self, workflow: str, node: StepSpec) -> str:
        """Return the digest by the newest rule of types that a stored definition has under rule 1.

        Empty where the loaded types differ from those.
        """
        compiled = self._compiled.get(workflow)
        loaded = compiled.graph.nodes.get(node.name) if compiled else None
        if compiled is None or not isinstance(loaded, StepSpec):
            return ""
        return loaded.schema_digest if self._fits(compiled, loaded, node) else ""

    def _fits(self, compiled: Compiled, loaded: StepSpec, stored: StepSpec) -> bool:
        if loaded.schema_digest == stored.schema_digest:
            return True
        if rule_of(stored.schema_digest) != "1":
            return False
        if self.adopted.get(stored.schema_digest) == loaded.schema_digest:
            return True
        key = compiled.definition.name, loaded.name
        if key not in self._first_rule:
            self._first_rule[key] = first_rule_digests(compiled.code[loaded.name])
        return stored.schema_digest in self._first_rule[key]

    def check_form(self, request: RequestRecord, value: Any, run: Versioned | None = None) -> Any:
        """Check the values of a form. `run`: None where the workflow has no candidate. See `value_checks`."""
        compiled = self._compiled.get(request.workflow) if run is None else self.of_run(run)
        return value_checks.check_form(compiled, request, value)

    def check_payload(self, run: Versioned, node: WaitSpec, payload: Any, *, typed: bool) -> Any:
        """Check the payload of a signal. See `value_checks`."""
        return value_checks.check_payload(self.of_run(run), run.workflow, node, payload, typed=typed)

    def digest(self, run: Versioned, step: str) -> str:
        compiled = self.of_run(run) if self.candidates else self._compiled.get(run.workflow)
        code = compiled.code.get(step) if compiled else None
        if code is not None or compiled is None:
            return code.digest if code else ""
        node = compiled.graph.nodes.get(step)
        return self._child_digest(node.workflow) if isinstance(node, ChildSpec) else ""

    def operation(self, run: Versioned, step: str) -> OperationSpec | None:
        compiled = self.of_run(run) if self.candidates else self._compiled.get(run.workflow)
        code = compiled.code.get(step) if compiled else None
        return code.operation if code else None

    def rules(self, run: Versioned, step: str) -> FailureRules:
        compiled = self.of_run(run) if self.candidates else self._compiled.get(run.workflow)
        code = compiled.code.get(step) if compiled else None
        return code.rules if code else FailureRules()

    def _child_digest(self, workflow: str) -> str:
        """Return the digest of all that a child run would execute, with the runs that it starts itself."""
        compiled = self._compiled.get(workflow)
        if compiled is None:
            return ""
        nodes = [node for node in compiled.definition.nodes if isinstance(node, ChildSpec)]
        parts = [
            compiled.digest,
            compiled.code_digests[0],
            *(self._child_digest(node.workflow) for node in nodes),
        ]
        return hashlib.sha256("".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class PreparedWorkflows:
    """Checked workflows that may replace those at work, with the services of their files."""

    registry: WorkflowRegistry
    services: Registry
    difference: Mapping[str, Sequence[str]]
    """Names by what would happen: `added`, `changed`, `removed`."""


_ACCESS = ("owner", "channel", "gate", "may_run", "may_cancel", "may_operate", "may_see", "may_see_personal")
"""Options that are read from the workflow file before a file is chosen for the run."""


def _check_access(current: Compiled, candidate: Compiled) -> None:
    """Raise `DefinitionErrors` where a candidate gives other people access, or tells another channel."""
    errors = []
    for option in _ACCESS:
        before, after = (getattr(each.definition, option) for each in (current, candidate))
        if before != after:
            problem = (
                f"{option} is {_shown(after)} in the candidate, and {_shown(before)} in the workflow file."
            )
            remedy = f"Give it the same {option}, or change the workflow file first."
            file, name = candidate.file, candidate.definition.name
            errors.append(DefinitionError(problem, remedy=remedy, workflow=name, file=file))
    if errors:
        raise DefinitionErrors(errors)


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "not set"
    return "not set" if value is None else str(value)


def _differ(before: Compiled, after: Compiled) -> bool:
    return before.digest != after.digest or before.code_digests != after.code_digests


def webhooks(definition: Definition) -> list[WebhookSpec]:
    return [spec for spec in definition.triggers if isinstance(spec, WebhookSpec)]


def resources_of(compiled: Compiled) -> set[str]:
    """Return the names of the resources that a workflow declares or uses."""
    return {spec.name for spec in compiled.resources}.union(*compiled.graph.uses.values())


def workflow_record(compiled: Compiled) -> WorkflowRecord:
    """Return the public record of a workflow that is loaded."""
    definition = compiled.definition
    return WorkflowRecord(
        name=definition.name,
        title=definition.title,
        definition=compiled.digest,
        owner=definition.owner,
        channel=definition.channel,
        steps=compiled.shown_steps,
        triggers=tuple(
            TriggerRecord(definition.name, spec.key, describe(spec), enabled=False, next_fire_at=None)
            for spec in definition.triggers
        ),
        input_schema=definition.input_schema,
        may_run=definition.may_run,
        may_cancel=definition.may_cancel,
        may_see=definition.may_see,
        may_operate=definition.may_operate,
        file=compiled.file,
        gate=definition.gate,
        asks=compiled.asks,
        description=definition.description,
    )
