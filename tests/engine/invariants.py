"""Invariants of every simulated run. Each is one function."""

from datetime import timedelta
from typing import TYPE_CHECKING

from engine.kernel import run_transitions
from engine.kernel.live_run import LiveRun
from engine.kernel.planner import StepView
from engine.kernel.shapes.awaiting import is_open
from engine.model.definition.conditions import Compare, evaluate, leaves
from engine.model.definition.elements import index_of, node_of
from engine.model.definition.graph import Graph
from engine.model.definition.spec import (
    ApprovalSpec,
    ChildSpec,
    StepSpec,
)
from engine.model.records.change import Change, Wait
from engine.model.records.records import RequestRecord, StepRecord
from engine.model.states import AWAITED, RUN_ENDED, STEP_SETTLED
from tests.engine.random_definitions import LIMITS

if TYPE_CHECKING:
    from tests.engine.simulation import Simulation


def check_change(simulation: "Simulation", change: Change) -> None:
    """Call every check of what a transition is about to do."""
    check_inputs_settled(simulation.graph, simulation.state, change)
    for check in (
        check_joins,
        check_conditions,
        check_approved,
        check_askable,
        check_order_of_undo,
    ):
        check(simulation, change)


def check_all(simulation: "Simulation") -> None:
    """Call every check of what the rows, the memory and the attempts hold."""
    for check in (
        check_undecidable,
        check_results_once,
        check_attempts_are_running,
        check_poison,
        check_deadlines,
        check_run_state,
        check_counts,
        check_requests,
        check_rounds,
        check_questions,
        check_waits,
        check_parallel,
        check_resources,
        check_lists,
        check_undone,
    ):
        check(simulation)


def check_inputs_settled(graph: Graph, state: LiveRun, change: Change) -> None:
    """Nothing starts before all that it depends on has settled."""
    for record in change.starts:
        for other in dependencies(graph, record.step):
            assert state.steps[other].state in STEP_SETTLED, f"{record.step} started before {other} settled"


def dependencies(graph: Graph, step: str) -> tuple[str, ...]:
    """The steps on which a step run depends; it may be that of an element, or undo another one."""
    name = node_of(step)
    return (graph.undone_by[name],) if name in graph.undone_by else graph.dependencies(name)


def begun(simulation: "Simulation", change: Change) -> list[str]:
    """Steps that start, or ask, with this change."""
    before = simulation.rows.steps
    return [
        name
        for name, record in change.steps.items()
        if record.state in ("running", "waiting")
        and not is_undecidable(record)
        and (name not in before or before[name].attempt != record.attempt)
    ]


def is_undecidable(record: StepRecord) -> bool:
    """It failed before it began: its condition is neither true nor false."""
    return record.failure is not None and record.failure.kind == "Undecidable"


def check_joins(simulation: "Simulation", change: Change) -> None:
    """Each step that starts and each request has what its joins need: `T`, `T | None`, `Settled[T]`."""
    takes = {
        "value": {"succeeded"},
        "optional": {"succeeded", "skipped"},
        "settled": {"succeeded", "skipped", "failed", "cancelled"},
    }
    state = simulation.state
    for name in begun(simulation, change):
        for need in simulation.graph.node(name).needs:
            assert state.steps[need.step].state in takes[need.join], f"{name} began without {need.step}"


def check_conditions(simulation: "Simulation", change: Change) -> None:
    """Nothing begins against its condition, unless what that compares was tampered with."""
    for name in begun(simulation, change):
        when = simulation.graph.node(name).when
        if when is None or (simulation.tampers and any(isinstance(leaf, Compare) for leaf in leaves(when))):
            continue
        assert evaluate(when, StepView(simulation.state.steps)), f"{name} began against its condition"


def check_undecidable(simulation: "Simulation") -> None:
    """A condition that cannot be decided is never taken for false. Undoing changes what it tests."""
    if "run.compensating" in simulation.rows.events:
        return
    for name, record in simulation.rows.steps.items():
        when = simulation.graph.node(name).when
        if when is None or simulation.tampers or record.reason != "not needed":
            continue
        assert not evaluate(when, StepView(simulation.rows.steps)), f"{name} was left out"


def check_approved(simulation: "Simulation", change: Change) -> None:
    """A guarded step uses the values that existed when the request opened."""
    state = simulation.state
    awaited = [
        change.steps[name]
        for name in begun(simulation, change)
        if isinstance(simulation.graph.node(name), ChildSpec) and change.steps[name].failure is None
    ]
    for record in [*change.starts, *awaited]:
        step = node_of(record.step)
        for approval in simulation.graph.scopes.guards.get(step, ()):
            if state.steps[approval].state != "succeeded":
                continue
            requests = [one for one in state.requests.values() if one.step == approval]
            last = max(requests, key=lambda one: (one.opened_at, len(one.id), one.id))
            if last.outcome != "approved":
                continue
            steps, code = simulation.asked[last.id]
            assert code[step] == simulation.code.versions[step], f"other code of {record.step}"
            for other in dependencies(simulation.graph, step):
                known = steps.get(other)
                if known is None or known.state not in STEP_SETTLED:
                    continue
                if isinstance(simulation.graph.nodes[other], StepSpec):
                    assert known.output == state.steps[other].output, f"{record.step} takes another {other}"


def check_askable(simulation: "Simulation", change: Change) -> None:
    """People are asked only with every value there, and nothing runs behind an unasked approval."""
    steps = simulation.state.steps
    for request in change.requests.values():
        if request.kind == "approval":
            assert request.ask in ("?", "1?"), f"{request.id} asks {request.ask}"
    for name in begun(simulation, change):
        for other in dependencies(simulation.graph, name):
            unasked = steps[other].state == "cancelled" and isinstance(
                simulation.graph.nodes[other], ApprovalSpec
            )
            assert not unasked, f"{name} began, and nobody could be asked at {other}"


def check_results_once(simulation: "Simulation") -> None:
    """A step's result is recorded once, and again after changes were requested; an approval's once for each
    time that it asks."""
    revisions = [one.revision for one in simulation.rows.requests.values() if one.revision is not None]
    for step, count in simulation.rows.results.items():
        approval = isinstance(simulation.graph.node(step), ApprovalSpec)
        rounds = 1 + sum(step in one.sent_back for one in revisions)
        assert count <= (simulation.rows.steps[step].attempt if approval else rounds), simulation.rows.results


def check_attempts_are_running(simulation: "Simulation") -> None:
    """The executing attempts are those that the rows show as running."""
    running = {(name, simulation.rows.steps[name].attempt) for name in simulation.running()}
    assert running == set(simulation.executing)


def check_poison(simulation: "Simulation") -> None:
    """A step that took the process down three times, alone, doesn't execute again unless a person says so."""
    for name, record in simulation.rows.steps.items():
        if record.state == "running":
            assert simulation.crashed[name, record.round] < run_transitions.MAX_CRASHES, name


def check_deadlines(simulation: "Simulation") -> None:
    """No attempt begins, and none is awaited, when the time for all attempts of its round is over."""
    for name, record in simulation.rows.steps.items():
        node = simulation.graph.node(name)
        if not isinstance(node, StepSpec) or node.retry.deadline is None:
            assert record.round_started_at is None
            continue
        if record.state == "pending" or record.round_started_at is None:
            continue
        over = record.round_started_at + timedelta(seconds=node.retry.deadline)
        moment = record.next_attempt_at if record.state == "retrying" else record.started_at
        if record.state in ("running", "retrying"):
            assert moment is not None
            assert moment < over, name


def check_run_state(simulation: "Simulation") -> None:
    """A run that waits has something to wait for; one that ended has nothing left."""
    rows = simulation.rows
    open_ones = [one for one in rows.requests.values() if one.state == "open"]
    busy = simulation.running() + [name for name, one in rows.steps.items() if one.state == "retrying"]
    if rows.run.state == "waiting":
        children = any(is_open(simulation.state, name) for name in simulation.children())
        assert open_ones or simulation.state.held or children
        assert not busy
    if rows.run.state in RUN_ENDED:
        assert not open_ones
        assert not busy
        left = {id_ for id_ in rows.waits if not id_.startswith("child:")}
        assert left == ({"report:w-1"} if rows.run.parent else set())
    if rows.run.state == "succeeded":
        assert all(rows.steps[name].state in STEP_SETTLED for name in simulation.graph.order), rows.steps


def check_counts(simulation: "Simulation") -> None:
    """The counts in memory are those that one would count afresh from the rows."""
    state, rows = simulation.state, simulation.rows
    if rows.run.state in RUN_ENDED:
        return
    fresh = simulation.fresh()
    assert (state.open_steps, state.executing, state.retrying) == (
        fresh.open_steps, fresh.executing, fresh.retrying,
    )  # fmt: skip
    if rows.run.state != "compensating":  # then no step of the graph is planned any more
        assert state.missing == fresh.missing
    for name, one in fresh.maps.items():
        if rows.steps[name].state != "running":
            continue
        known_map = state.maps[name]
        assert (known_map.awaited, known_map.fresh) == (one.awaited, one.fresh), name
        # An element whose trial led to the queue for resources waits in it; a restart suspects it again.
        left = [
            sorted([*each.again, *suspected(life, name)]) for each, life in ((known_map, state), (one, fresh))
        ]
        assert left[0] == left[1], name
        assert known_map.failed == one.failed, name
        assert (known_map.succeeded, known_map.skipped) == (one.succeeded, one.skipped), name
    # A suspect whose trial led to a question is ready once that is answered; a restart suspects it again.
    # A step whose turn for its resources came while no slot was free is ready; a restart queues it again.
    wholes = simulation.graph.nodes.keys() - simulation.graph.mapped
    known, counted = (
        sorted(name for name in (*one.ready, *one.held, *one.suspects) if name in wholes)
        for one in (state, fresh)
    )
    assert known == counted
    assert state.held.keys() <= fresh.held.keys()
    assert state.suspects.keys() <= fresh.suspects.keys()


def suspected(life: LiveRun, step: str) -> list[int]:
    """Elements of a list that wait for their trial."""
    return [index_of(name) for name in life.suspects if name != step and node_of(name) == step]


def check_requests(simulation: "Simulation") -> None:
    """A request has one outcome, made by a decision or by time; its step waits while it is open."""
    for request in simulation.rows.requests.values():
        if request.state == "open":
            assert simulation.rows.steps[request.step].state == "waiting"
            assert request.outcome is None
        if request.state == "decided":
            check_quorum(request)
        if request.state == "open":
            assert all(made.choice == "approve" for made in request.decisions)


def check_rounds(simulation: "Simulation") -> None:
    """Rounds are counted and bounded, begin without a decision, and know what was asked for before."""
    for step, node in simulation.graph.nodes.items():
        if not isinstance(node, ApprovalSpec):
            continue
        requests = simulation.rows.requests.values()
        asked = [one for one in requests if (one.step, one.kind) == (step, "approval")]
        asked.sort(key=lambda one: (one.opened_at, len(one.id), one.id))
        sent_back = 0
        for one in asked:
            assert (one.revision is not None) == bool(node.revise)
            assert all(made.request_id == one.id for made in one.decisions)
            if one.revision is not None:
                assert one.revision.round == sent_back + 1 <= one.revision.rounds
                assert len(one.revision.feedback) == sent_back
                sent_back += one.outcome == "changes_requested"
            assert node.respond or one.outcome != "responded"
        assert sent_back < max(node.rounds, 1), f"{step} was sent back {sent_back} times"


def check_quorum(request: RequestRecord) -> None:
    """An outcome has its quorum: counted plainly, each person once and for one reference."""
    last = request.decisions[-1]
    if request.kind == "clarification":
        assert (request.outcome, last.choice) == ("answered", "answer")
        return
    if last.choice == "request_changes":
        assert request.outcome == "changes_requested"
        return
    if last.choice == "respond":
        assert request.outcome == "responded"
        return
    if last.choice != "approve":
        assert request.outcome in ("rejected", last.choice)
        return
    assert request.outcome == "approved"
    for number, stage in enumerate(request.policy.stages):
        for quorum in stage.quorums:
            people = {
                made.actor.id
                for made in request.decisions
                if made.stage == number and set(made.member_of) & set(quorum.approvers)
            }
            assert isinstance(quorum.needs, int)
            assert len(people) >= quorum.needs, (number, request.decisions)


def check_questions(simulation: "Simulation") -> None:
    """The clock of an approval stands still exactly while a question about it is open."""
    requests = simulation.rows.requests
    asked = {
        one.clarification.about
        for one in requests.values()
        if one.kind == "clarification" and one.state == "open"
    }
    assert asked == {one.id for one in requests.values() if one.clock.paused_since is not None}
    assert all(requests[id_].state == "open" for id_ in asked)


def check_waits(simulation: "Simulation") -> None:
    """Every retry and every expiry has its row, and no row outlives what it is for."""
    rows = simulation.rows
    retries = {f"retry:w-1:{name}" for name, one in rows.steps.items() if one.state == "retrying"}
    expiries = {
        f"expire:{id_}"
        for id_, one in rows.requests.items()
        if one.state == "open" and one.clock.expires_at and not one.clock.paused_since
    }
    assert {id_ for id_ in rows.waits if id_.startswith("retry")} == retries
    assert {id_ for id_ in rows.waits if id_.startswith("expire")} == expiries
    open_ids = {id_ for id_, one in rows.requests.items() if one.state == "open"}
    assert {id_[7:] for id_ in rows.waits if id_.startswith("remind")} <= open_ids
    for name in simulation.children():
        wait = rows.waits.get(f"child:w-1:{name}")
        assert wait or not is_open(simulation.state, name), f"{name} waits without a row"
        if wait and not is_open(simulation.state, name):
            assert isinstance(wait, Wait)
            assert wait.due_at is not None, f"the child run of {name} is never stopped"


def check_parallel(simulation: "Simulation") -> None:
    """No more executes than the workflow and the process allow."""
    limit = simulation.definition.max_parallel_steps
    assert len(simulation.executing) <= min(limit or 10**6, simulation.room)


def check_lists(simulation: "Simulation") -> None:
    """No more child runs of a list are under way than may, and none when its step has ended."""
    for name in simulation.graph.mapped:
        whole, node = simulation.rows.steps.get(name), simulation.graph.nodes[name]
        assert isinstance(node, StepSpec | ChildSpec)
        assert node.each is not None
        elements = [one for step, one in simulation.rows.steps.items() if step.startswith(f"{name}[")]
        under_way = [one for one in elements if one.state in ("waiting", "running")]
        assert len(under_way) <= node.each.at_once, f"{len(under_way)} elements of {name} are under way"
        if whole is not None and whole.state in STEP_SETTLED:
            assert all(one.state in STEP_SETTLED for one in elements), f"{name} left elements behind"
        if whole is not None and whole.state == "succeeded":
            assert len(whole.output) == len(elements)
            assert sum(one.state == "failed" for one in elements) <= node.each.tolerated(len(elements))


def check_order_of_undo(simulation: "Simulation", change: Change) -> None:
    """A step is undone once nothing else of the run is under way, and after those that ended later."""
    steps, graph = {**simulation.rows.steps, **change.steps}, simulation.graph
    for undo in [name for name in change.steps if name in graph.undone_by]:
        if undo in simulation.rows.steps:
            continue
        assert change.run.state == "compensating", f"{undo} begins in a run that is {change.run.state}"
        ended = steps[graph.undone_by[undo]].ended_at
        assert ended is not None
        for step, other in graph.undo.items():
            if other == undo or step not in steps or steps[step].state != "succeeded":
                continue
            later = steps[step].ended_at
            begun_later = later is not None and later > ended and bool(steps[step].output)
            assert not begun_later or steps[other].state in STEP_SETTLED, f"{undo} begins before {other}"


def check_undone(simulation: "Simulation") -> None:
    """Only what had succeeded is undone. A run that ended after that leaves only what a person left."""
    rows, graph = simulation.rows, simulation.graph
    unsettled = [name for name in graph.undone_by if name in rows.steps]
    unsettled = [name for name in unsettled if rows.steps[name].state not in STEP_SETTLED]
    assert len(unsettled) <= 1, f"{unsettled} are under way at once"
    assert not unsettled or rows.run.state == "compensating"
    by_person = {one.step for one in rows.requests.values() if one.outcome in ("skip", "abort")}
    aborted = [name for name in graph.undone_by if name in rows.steps and rows.steps[name].state == "failed"]
    for name, record in rows.steps.items():
        undo = graph.undo.get(node_of(name))
        if undo is None:
            continue
        done = f"{undo}{name.removeprefix(node_of(name))}"
        if record.state == "compensated":
            assert rows.steps[done].state == "succeeded", f"{name} was not undone"
        if record.state == "succeeded" and rows.run.state in ("failed", "cancelled"):
            is_empty = name in graph.mapped and not record.output
            assert is_empty or undo in by_person or aborted, f"{name} was left as it was"


def check_asked_of_loaded_code(simulation: "Simulation") -> None:
    """After the approvals were compared with the loaded code, nobody is asked about earlier code."""
    for request in simulation.rows.requests.values():
        if request.state in AWAITED and request.coverage.binding is not None:
            for step, digest in request.coverage.binding.code.items():
                assert digest == simulation.code.digest(simulation.rows.run, step), f"{request.id}: {step}"


def check_resources(simulation: "Simulation") -> None:
    """Attempts that execute hold their resources, nothing else does, and steps that wait are in the queue."""
    for name, limits in LIMITS.items():
        resource = simulation.book.resource(name)
        own = {(step, attempt) for run, step, attempt in resource.holders if run == "w-1"}
        using = {
            key for key in simulation.executing if name in simulation.graph.uses.get(node_of(key[0]), ())
        }
        assert own == using, f"{name} is held by {own}, and used by {using}"
        assert limits.at_once is None or len(resource.holders) <= limits.at_once, f"{name} is overdrawn"
    queued = {step for _, step in simulation.book.tickets}
    if simulation.rows.run.state not in RUN_ENDED:
        assert set(simulation.state.held) <= queued, f"{set(simulation.state.held) - queued} is forgotten"
    else:
        assert not queued, f"{queued} waits in a run that has ended"
