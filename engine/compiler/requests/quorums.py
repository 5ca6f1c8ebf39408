"""Stages and quorums of an approval: from what the author wrote to checked stages."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from engine.authoring.approval_options import ApprovalOptions, several
from engine.authoring.nodes import Node
from engine.authoring.options import Escalate, Stage
from engine.compiler.definition.checks import MAX_COUNT, Checks, is_count
from engine.model.definition.spec import QuorumSpec, StageSpec
from engine.model.people import is_group
from engine.model.text.template import paths, sole_path


def stage_specs(checks: Checks, node: Node, options: ApprovalOptions) -> tuple[StageSpec, ...]:
    """Stages in order; what is wrong with them is among the checks' errors."""
    plain = [stage for stage in options.stages if isinstance(stage, Stage) and not stage.name]
    if plain and len(options.stages) > 1:
        checks.error(
            "The approval has both approvers= (or quorum=) and stages=, or a stage without a name.",
            'Write either approvers= with quorum=, or stages=[Stage("team", ["@dev"], quorum=2), …].',
            node,
        )
    names = [stage.name for stage in options.stages if isinstance(stage, Stage)]
    for name in sorted({name for name in names if names.count(name) > 1}):
        checks.error(f"Two stages are called {name!r}.", "Give each its own name.", node)
    if not is_count(options.reject_quorum):
        checks.error(
            f"reject_quorum is {options.reject_quorum!r}.",
            f"Give a whole number from 1 to {MAX_COUNT:,}.",
            node,
        )
    check_refs(checks, options.veto, "veto", node)
    stages = tuple(_stage(checks, node, stage) for stage in options.stages)
    _check_enough_people(checks, node, options, stages)
    if any(quorum.needs == "all" for stage in stages for quorum in stage.quorums):
        _check_everybody(checks, node, options)
    return stages


def _check_enough_people(
    checks: Checks, node: Node, options: ApprovalOptions, stages: tuple[StageSpec, ...]
) -> None:
    """Where everybody is named by id: enough to reject, and in several stages nobody counts twice."""
    quorums = [quorum for stage in stages for quorum in stage.quorums]
    if not quorums or not all(_is_person(ref) for quorum in quorums for ref in quorum.approvers):
        return
    people = {ref for quorum in quorums for ref in quorum.approvers}
    if is_count(options.reject_quorum) and options.reject_quorum > len(people):
        checks.error(
            f"reject_quorum is {options.reject_quorum}, but the number of people who may reject "
            f"is {len(people)}.",
            "Name more people, or lower reject_quorum.",
            node,
        )
    needed = [quorum.needs for quorum in quorums if isinstance(quorum.needs, int)]
    if len(quorums) > 1 and sum(needed) > len(people):
        checks.error(
            f"The approval needs {sum(needed)} answers, but the number of people who may answer "
            f"is {len(people)}, and each person counts once.",
            "Name more people, or lower a quorum.",
            node,
        )


def _is_person(ref: str) -> bool:
    return not (ref.startswith("{") or is_group(ref))


def _check_everybody(checks: Checks, node: Node, options: ApprovalOptions) -> None:
    if is_count(options.reject_quorum) and options.reject_quorum > 1:
        checks.error(
            f'quorum="all" ends with one rejection, but reject_quorum is {options.reject_quorum}.',
            "Leave reject_quorum out, or give the quorum as a number.",
            node,
        )
    if any(isinstance(escalation, Escalate) and not escalation.replace for escalation in options.escalate):
        checks.error(
            'quorum="all" cannot be combined with an escalation that adds approvers.',
            "Write Escalate(…, replace=True), or give the quorum as a number.",
            node,
        )


def who_paths(stages: Iterable[StageSpec], options: ApprovalOptions) -> list[tuple[str, str]]:
    """The paths of earlier steps that say who may decide, each after the option that has it."""
    refs = [
        *(("approvers", ref) for stage in stages for ref in stage.approvers),
        *(("veto", ref) for ref in options.veto),
        *(
            ("escalate", ref)
            for escalation in options.escalate
            if isinstance(escalation, Escalate)
            for ref in several(escalation.to)
        ),
    ]
    return [(what, path) for what, ref in refs if isinstance(ref, str) and (path := sole_path(ref))]


def check_input_approvers(
    checks: Checks, node: Node, stages: Iterable[StageSpec], options: ApprovalOptions
) -> None:
    """Refuse approvers whom the requester names in the input, at high risk."""
    for what, path in who_paths(stages, options) if options.risk == "high" else ():
        if what != "veto" and path.split(".")[0] == "input":
            checks.error(
                f"{what} is {{{path}}}, so the requester chooses who decides, but the approval is high risk.",
                "Name a group, or let a step look up the people: {step.field}.",
                node,
            )


def _stage(checks: Checks, node: Node, stage: Stage) -> StageSpec:
    if not isinstance(stage, Stage):
        checks.error(f"stages has {stage!r}.", 'Write stages=[Stage("team", ["@dev"], quorum=2), …].', node)
        return StageSpec(quorums=())
    if not isinstance(stage.name, str):
        checks.error(
            f"A stage's name is {stage.name!r}.", 'Write Stage("team", ["@dev"]), with the name first.', node
        )
        return StageSpec(quorums=())
    approvers = several(stage.approvers)
    where = f"The stage {stage.name!r}" if stage.name else "The approval"
    quorum: Any = stage.quorum
    each: list[tuple[tuple[str, ...], Any]]
    if isinstance(quorum, Mapping):
        if approvers:
            checks.error(
                f"{where} has approvers and a quorum by group.",
                'Leave approvers out: quorum={"@security": 1, "@platform": 2} names them.',
                node,
            )
        if not quorum:
            checks.error(
                f"{where} has an empty quorum, so nobody can answer it.",
                'Write quorum={"@security": 1, "@platform": 2}.',
                node,
            )
        each = [((ref,), needs) for ref, needs in quorum.items()]
    else:
        each = [(approvers, quorum)]
        if any(isinstance(ref, Mapping) for ref in approvers):
            checks.error(
                f"approvers is {approvers[0]!r}, a dict.",
                'Write approvers=["@security"], or quorum={"@security": 1, "@platform": 2}.',
                node,
            )
            return StageSpec(name=stage.name, quorums=())
    quorums = tuple(spec for refs, needs in each if (spec := _quorum(checks, node, where, refs, needs)))
    return StageSpec(name=stage.name, quorums=quorums)


def _quorum(
    checks: Checks, node: Node, where: str, refs: tuple[str, ...], needs: int | Literal["all"]
) -> QuorumSpec | None:
    if not refs:
        checks.error(
            f"{where} has no approvers, so nobody can answer it.", 'Give approvers=["@group"].', node
        )
        return None
    if needs != "all" and not is_count(needs):
        checks.error(
            f"{where} has the quorum {needs!r}.",
            f'Give a number from 1 to {MAX_COUNT:,}, "all", or numbers by group: '
            'quorum={"@security": 1, "@platform": 2}.',
            node,
        )
        return None
    check_refs(checks, refs, "approvers", node)
    if not all(isinstance(ref, str) for ref in refs):
        return None
    people = [ref for ref in refs if isinstance(ref, str) and not (ref.startswith("{") or is_group(ref))]
    if len(people) == len(refs) and needs != "all" and needs > len(set(people)):
        checks.error(
            f"{where} needs {needs} answers, but the number of people who may answer is {len(set(people))}.",
            "Name more people, or lower the quorum.",
            node,
        )
    return QuorumSpec(approvers=refs, needs=needs)


def check_refs(checks: Checks, refs: tuple[str, ...], what: str, node: Node) -> None:
    """Groups, channels and people by id, or `{step.field}` that says who."""
    plain = [ref for ref in refs if not (isinstance(ref, str) and _is_path(ref))]
    checks.refs(plain, what, node)


def _is_path(ref: str) -> bool:
    try:
        return sole_path(ref) is not None and bool(paths(ref))
    except ValueError:
        return False
