"""Invariants of an installation: each is one function over its rows and the messages people saw."""

import json
from collections import Counter
from itertools import permutations
from typing import Any

from engine import StepContext
from engine.kernel.shapes.child_runs import run_id
from engine.model.definition.elements import node_of
from engine.model.definition.spec import ChildSpec, NodeSpec, StepSpec
from engine.model.states import STEP_SETTLED
from engine.store.queries import integrity
from tests.lives.inline import SEAL
from tests.lives.people import ABLE, delegate, members, micros, noted, told
from tests.lives.plan import AT_ONCE

Life = Any


def always(life: Life) -> None:
    """After every move."""
    if life.broken:
        raise life.broken[0]
    no_more_run_than_may(life)
    no_more_steps_execute_than_may(life)
    no_more_use_a_resource_than_may(life)
    no_more_child_runs_are_under_way_than_may(life)
    what_ended_has_nothing_left(life)
    each_outcome_has_its_quorum(life)


def at_the_end(life: Life) -> None:
    """When a life is over and everything was told."""
    a_candidate_has_runs_of_canaries_alone(life)
    each_step_has_one_result(life)
    each_child_run_is_told_to_its_parent(life)
    each_round_has_one_key(life)
    decisions_are_of_those_who_may(life)
    the_log_is_chained(life)
    a_consumer_reads_everything_in_order(life)
    each_message_is_there_once(life)
    each_run_is_shown_as_it_ended(life)


def may_execute(life: Life, ctx: StepContext) -> None:
    """An attempt begins when its start is durable, all that it depends on has settled, and it never did."""
    (row,) = life.rows("SELECT * FROM step_run WHERE run_id = ? AND step = ?", ctx.run_id, ctx.step)
    assert (row["state"], row["attempt"]) == ("running", ctx.attempt), f"{ctx.step} began without a row"
    settled = {
        found["step"]
        for found in life.rows("SELECT step, state FROM step_run WHERE run_id = ?", ctx.run_id)
        if found["state"] in STEP_SETTLED
    }
    (run,) = life.rows("SELECT definition FROM run WHERE id = ?", ctx.run_id)
    nodes = life.definitions[run["definition"]].nodes
    node = next(node for node in nodes if node.name == node_of(ctx.step))
    missing = {need.step for need in node.needs} - settled
    assert not missing, f"{ctx.step} began before {missing} had settled"
    again = [one for one in life.executed if one[:3] == (ctx.run_id, ctx.step, ctx.attempt)]
    assert not again, f"{ctx.step} executed twice as attempt {ctx.attempt}"


def has_its_own_code(life: Life, ctx: StepContext, candidate: bool) -> None:
    """A run executes the version with which it started, whatever became of the canary since."""
    (run,) = life.rows("SELECT definition FROM run WHERE id = ?", ctx.run_id)
    assert candidate == (run["definition"] == life.candidate_digest), f"{ctx.run_id} executes another version"


def a_candidate_has_runs_of_canaries_alone(life: Life) -> None:
    begun = life.rows("SELECT min(seq) seq FROM event WHERE type = 'canary.started'")[0]["seq"]
    for row in life.rows(
        "SELECT event.seq, run.definition FROM event JOIN run ON run.id = event.run_id "
        "WHERE event.type = 'run.created'"
    ):
        if row["definition"] == life.candidate_digest:
            assert begun is not None, "no canary began"
            assert begun < row["seq"]


def no_more_run_than_may(life: Life) -> None:
    """No more runs are under way than the workflow allows, counted by their key where it has one."""
    for name, definition in life.current.items():
        limit = definition.max_active_runs
        for row in life.rows(
            "SELECT count(*) n FROM run WHERE workflow = ? AND state IN ('running', 'waiting') "
            "GROUP BY concurrency_key", name,
        ):  # fmt: skip
            assert limit is None or row["n"] <= limit, name


def no_more_steps_execute_than_may(life: Life) -> None:
    for name, definition in life.current.items():
        limit, counts = definition.max_parallel_steps, Counter(run for run, _ in _executing(life, name))
        assert limit is None or max(counts.values(), default=0) <= limit, name


def _step_runs(life: Life, where: str) -> list[tuple[Any, NodeSpec]]:
    """Return the rows of step runs, each with the node in the definition of its run."""
    rows = life.rows(
        "SELECT run_id, step, attempt, step_run.state AS state, workflow, definition "
        f"FROM step_run JOIN run ON run.id = run_id WHERE {where}"
    )
    nodes = {digest: {node.name: node for node in one.nodes} for digest, one in life.definitions.items()}
    return [(row, nodes[row["definition"]][node_of(row["step"])]) for row in rows]


def _executing(life: Life, workflow: str) -> list[tuple[str, StepSpec]]:
    """Return the run and the step of each attempt that executes. A list executes by its elements."""
    running = _step_runs(life, f"workflow = '{workflow}' AND step_run.state = 'running'")
    return [(row["run_id"], node) for row, node in running if isinstance(node, StepSpec)]


def no_more_use_a_resource_than_may(life: Life) -> None:
    executing = [step for name in life.current for _, step in _executing(life, name)]
    for resource, limit in AT_ONCE.items():
        assert sum(resource in step.uses for step in executing) <= limit, resource


def no_more_child_runs_are_under_way_than_may(life: Life) -> None:
    waiting = _step_runs(life, "step_run.state = 'waiting' AND step LIKE '%]'")
    counts = Counter((row["run_id"], node.name) for row, node in waiting)
    for row, node in waiting:
        assert isinstance(node, ChildSpec)
        assert node.each is not None
        assert counts[row["run_id"], node.name] <= node.each.at_once, tuple(row)


def each_child_run_is_told_to_its_parent(life: Life) -> None:
    """A step that waited for child runs succeeded with the last of them, and nobody else started one."""
    states = {row["id"]: row["state"] for row in life.rows("SELECT id, state FROM run")}
    known = set()
    for row, node in _step_runs(life, "workflow = 'w'"):
        if not isinstance(node, ChildSpec) or (node.each is not None and row["step"] == node.name):
            continue
        ids = [run_id(row["run_id"], node, row["step"], number + 1) for number in range(row["attempt"])]
        known |= {*ids}
        assert row["state"] != "succeeded" or states[ids[-1]] == "succeeded", tuple(row)
    assert {row["id"] for row in life.rows("SELECT id FROM run WHERE workflow = 'c'")} <= known
    assert not life.rows("SELECT id FROM wait")


def what_ended_has_nothing_left(life: Life) -> None:
    ended = "(SELECT id FROM run WHERE ended_at IS NOT NULL)"
    owed = "('child', 'report')"  # a child run is to be stopped, or told to its parent
    assert not life.rows(f"SELECT id FROM wait WHERE run_id IN {ended} AND kind NOT IN {owed}")
    assert not life.rows(f"SELECT id FROM request WHERE state = 'open' AND run_id IN {ended}")
    busy = "state IN ('running', 'retrying', 'waiting')"
    assert not life.rows(f"SELECT step FROM step_run WHERE {busy} AND run_id IN {ended}")


def each_outcome_has_its_quorum(life: Life) -> None:
    """An approval's is that of enough people for each of its quorums, each of whom counts for one."""
    for row in life.rows("SELECT * FROM request WHERE state IN ('held', 'decided')"):
        made = life.rows("SELECT * FROM decision WHERE request_id = ? ORDER BY rowid", row["id"])
        revoked = [number for number, one in enumerate(made) if one["choice"] == "revoke"]
        made = made[revoked[-1] + 1 :] if revoked else made
        spoken = [_who(one) for one in made] + [one["on_behalf"] for one in made if one["on_behalf"]]
        assert len(set(spoken)) == len(spoken) > 0, row["id"]
        if row["kind"] != "approval":
            assert len(made) == 1, row["id"]
            continue
        policy = json.loads(row["policy"])
        rejected = [_who(one) for one in made if one["choice"] == "reject"]
        enough = len(rejected) >= policy["rejections"] or any(who in policy["veto"] for who in rejected)
        enough |= any(one["on_behalf"] in policy["veto"] for one in made if one["choice"] == "reject")
        assert enough == (row["outcome"] == "rejected"), row["id"]
        if row["outcome"] == "approved":
            for number, stage in enumerate(policy["stages"]):
                approved = [one for one in made if one["stage"] == number and one["choice"] == "approve"]
                orders = [list(order) for order in permutations(approved)]
                assert any(
                    all(_fills(order, quorum, policy, row, spoken) for quorum in stage["quorums"])
                    for order in orders
                ), row["id"]


def _fills(left: list[Any], quorum: Any, policy: Any, row: Any, spoken: list[str]) -> bool:
    """Do the first of these decisions fill that quorum? They are taken from the list."""
    asked = {who for ref in (*quorum["approvers"], *quorum["former"]) for who in members(ref)}
    if quorum["needs"] != "all":
        taken = [left.pop(0) for _ in range(min(quorum["needs"], len(left)))]
        return len(taken) == quorum["needs"] and all(
            (one["on_behalf"] or _who(one)) in asked for one in taken
        )
    all_there = {who for ref in quorum["approvers"] for who in members(ref)} & ABLE
    if not policy["self_approval"]:
        all_there.discard(row["requester"].removeprefix("slack:"))
    agreed = {_who(one) for one in left} | {one["on_behalf"] for one in left}
    agreed |= {away for away, to, _ in policy["stand_ins"] if to in agreed and away not in spoken}
    return all_there <= agreed


def _who(decision: Any) -> str:
    who: str = decision["actor"].removeprefix("slack:")
    return who


def each_step_has_one_result(life: Life) -> None:
    done = Counter(
        (row["run_id"], row["step"])
        for row in life.rows("SELECT run_id, step FROM event WHERE type = 'step.succeeded'")
    )
    assert all(count == 1 for count in done.values()), done


def each_round_has_one_key(life: Life) -> None:
    """Automatic tries keep the idempotency key; a person's Retry brings a new one."""
    keys: dict[tuple[str, str], set[str]] = {}
    for run, step, _, key in life.executed:
        keys.setdefault((run, step), set()).add(key)
    for row in life.rows("SELECT run_id, step, round FROM step_run"):
        assert len(keys.get((row["run_id"], row["step"]), ())) <= row["round"], tuple(row)


def decisions_are_of_those_who_may(life: Life) -> None:
    for row in life.rows(
        "SELECT decision.*, request.kind, request.step, request.requester, request.expires_at, request.policy"
        " FROM decision JOIN request ON request.id = request_id"
    ):
        policy = json.loads(row["policy"])
        person = row["on_behalf"] or _who(row)
        assert _who(row) in ABLE, tuple(row)
        assert person in ABLE, tuple(row)
        if row["on_behalf"]:
            _was_named(life, row)
        stages = policy["stages"] if row["choice"] == "revoke" else [policy["stages"][row["stage"]]]
        refs = {
            ref
            for stage in stages
            for quorum in stage["quorums"]
            for ref in (*quorum["approvers"], *quorum["former"])
        }
        if row["choice"] != "approve":
            refs |= {*policy["veto"]}
        assert any(person in members(ref) for ref in refs), tuple(row)
        choices = {
            "approval": ("approve", "reject", "revoke"), "failure": ("retry", "accept", "skip", "abort"),
            "question": ("answer",),
        }  # fmt: skip
        assert row["choice"] in choices[row["kind"]], tuple(row)
        if row["choice"] == "approve" and not policy["self_approval"]:
            assert row["requester"] not in (row["actor"], f"slack:{person}"), tuple(row)
        if policy["comment"].get(row["choice"]) == "required":
            assert row["comment"], tuple(row)
        # Questions move a deadline on. An approval is revoked until it takes effect, however late that is.
        if row["expires_at"] is not None and not policy["questions"] and row["choice"] != "revoke":
            # A deadline moves when the clock is set back. An earlier decision was in time by the old one.
            before = row["expires_at"] - policy.get("moved", 0)
            assert row["at"] < max(row["expires_at"], before), tuple(row)


def _was_named(life: Life, row: Any) -> None:
    """A person who decides for another was their delegate at some moment between the click and its record."""
    told_at = life.rows(
        "SELECT seq FROM event WHERE request_id = ? AND actor = ? AND type IN ('request.decision',"
        " 'request.revoked') ORDER BY seq DESC", row["request_id"], row["actor"],
    )[0]["seq"]  # fmt: skip
    clicks = [
        one for one in life.begun
        if (one.request, one.person, one.choice) == (row["request_id"], _who(row), row["choice"])
    ]  # fmt: skip
    assert any(
        delegate(told(life, seq), row["on_behalf"], min(one.earliest, row["at"])) == _who(row)
        for one in clicks
        for seq in range(one.since, told_at + 1)
    ), tuple(row)


def each_question_has_its_stand_ins(life: Life) -> None:
    """Every open approval has a delegate for each absent approver, and for nobody else."""
    away, now, latest = noted(life), micros(life.clock.now().isoformat()), micros(life.latest.isoformat())
    # A clock that was set back makes nobody go away again where nothing is asked.
    times = [now, latest, *(until for _, until in away.values() if now < until <= latest)]
    for row in life.rows("SELECT * FROM request WHERE state = 'open' AND kind = 'approval'"):
        policy = json.loads(row["policy"])
        refs = [ref for stage in policy["stages"] for one in stage["quorums"] for ref in one["approvers"]]
        asked = {who for ref in (*refs, *policy["veto"]) for who in members(ref)}
        there = {who: to for who, to, _ in policy["stand_ins"]}
        wanted = [{who: delegate(away, who, at) for who in away if who in asked} for at in times]
        wanted = [{who: to for who, to in one.items() if to} for one in wanted]
        assert there in wanted, (row["id"], there, wanted)


def the_log_is_chained(life: Life) -> None:
    assert not integrity.audit(life.database, SEAL).findings


def a_consumer_reads_everything_in_order(life: Life) -> None:
    assert life.read == [row["seq"] for row in life.rows("SELECT seq FROM event ORDER BY seq")]


def each_message_is_there_once(life: Life) -> None:
    there = Counter((message["channel"], message["ts"]) for message in life.slack.messages)
    noted = Counter(
        (ref["channel"], ref["ts"])
        for row in life.rows("SELECT ref FROM delivery WHERE ref IS NOT NULL")
        for ref in [json.loads(row["ref"])]
    )
    assert there == noted, (there - noted, noted - there)


def each_run_is_shown_as_it_ended(life: Life) -> None:
    shown = {message["text"] for message in life.slack.messages}
    for row in life.rows("SELECT id, version FROM run"):
        # A row of a child run that is forgotten makes a version, and changes nothing that people see.
        quiet = len(life.rows("SELECT 1 FROM event WHERE run_id = ? AND type = 'run.noted'", row["id"]))
        versions = range(row["version"] - quiet, row["version"] + 1)
        texts = {f"run:{row['id']} v{version}" for version in versions}
        assert texts & shown, (tuple(row), sorted(shown))
