"""What must hold of an installation, each as one function over its rows and what people saw."""

import json
from collections import Counter
from itertools import permutations
from typing import Any

from engine import StepContext
from engine.spec import ApprovalSpec, StageSpec
from engine.states import STEP_SETTLED
from engine.store import auditing

Life = Any
MEMBERS = {"@a": {"U1", "U2", "U4"}, "@b": {"U3", "U6", "U7"}, "@owners": {"U2", "U3"}, "U5": {"U5"}}
ABLE = {"U1", "U2", "U3", "U5", "U8"}
"""Active people of the workspace itself."""


def always(life: Life) -> None:
    """After every move."""
    no_more_run_than_may(life)
    no_more_steps_execute_than_may(life)
    what_ended_has_nothing_left(life)
    each_outcome_has_its_quorum(life)


def at_the_end(life: Life) -> None:
    """When a life is over and everything was told."""
    each_step_has_one_result(life)
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
    node = next(node for node in life.definition.nodes if node.name == ctx.step)
    missing = {need.step for need in node.needs} - settled
    assert not missing, f"{ctx.step} began before {missing} had settled"
    again = [one for one in life.executed if one[:3] == (ctx.run_id, ctx.step, ctx.attempt)]
    assert not again, f"{ctx.step} executed twice as attempt {ctx.attempt}"


def no_more_run_than_may(life: Life) -> None:
    limit = life.definition.concurrency
    if limit is not None:
        (row,) = life.rows("SELECT count(*) n FROM run WHERE state IN ('running', 'waiting')")
        assert row["n"] <= limit


def no_more_steps_execute_than_may(life: Life) -> None:
    limit = life.definition.parallel
    if limit is not None:
        for row in life.rows("SELECT count(*) n FROM step_run WHERE state = 'running' GROUP BY run_id"):
            assert row["n"] <= limit


def what_ended_has_nothing_left(life: Life) -> None:
    ended = "(SELECT id FROM run WHERE ended_at IS NOT NULL)"
    assert not life.rows(f"SELECT id FROM wait WHERE run_id IN {ended}")
    assert not life.rows(f"SELECT id FROM request WHERE state = 'open' AND run_id IN {ended}")
    busy = "state IN ('running', 'retrying', 'waiting')"
    assert not life.rows(f"SELECT step FROM step_run WHERE {busy} AND run_id IN {ended}")


def each_outcome_has_its_quorum(life: Life) -> None:
    """An approval's is that of enough people for each of its quorums, each of whom counts for one."""
    nodes = {node.name: node for node in life.definition.nodes}
    for row in life.rows("SELECT * FROM request WHERE state IN ('held', 'decided')"):
        made = life.rows("SELECT * FROM decision WHERE request_id = ? ORDER BY rowid", row["id"])
        revoked = [number for number, one in enumerate(made) if one["choice"] == "revoke"]
        made = made[revoked[-1] + 1 :] if revoked else made
        assert len({one["actor"] for one in made}) == len(made) > 0, row["id"]
        if row["kind"] == "failure":
            assert len(made) == 1, row["id"]
            continue
        node = nodes[row["step"]]
        rejected = [one["actor"].removeprefix("slack:") for one in made if one["choice"] == "reject"]
        enough = len(rejected) >= node.rejections or any(who in node.veto for who in rejected)
        assert enough == (row["outcome"] == "rejected"), row["id"]
        if row["outcome"] == "approved":
            for number, stage in enumerate(node.stages):
                people = [
                    one["actor"].removeprefix("slack:")
                    for one in made
                    if one["stage"] == number and one["choice"] == "approve"
                ]
                assert any(_fills(order, stage, row["requester"]) for order in permutations(people)), row[
                    "id"
                ]


def _fills(people: tuple[str, ...], stage: StageSpec, requester: str) -> bool:
    """Do these people, in this order, fill one quorum after the other?"""
    left = list(people)
    for quorum in stage.quorums:
        members = {who for ref in quorum.approvers for who in MEMBERS[ref]}
        able = members & ABLE - {requester.removeprefix("slack:")}
        for _ in range(len(able) if quorum.needs == "all" else quorum.needs):
            if not left or left.pop(0) not in members:
                return False
    return True


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
    nodes = {node.name: node for node in life.definition.nodes}
    for row in life.rows(
        "SELECT decision.*, request.kind, request.step, request.requester, request.expires_at"
        " FROM decision JOIN request ON request.id = request_id"
    ):
        person, node = row["actor"].removeprefix("slack:"), nodes[row["step"]]
        assert person in ABLE, tuple(row)
        if row["kind"] == "failure":
            assert person in MEMBERS["@owners"], tuple(row)
            assert row["choice"] in ("retry", "skip", "abort"), tuple(row)
            continue
        assert isinstance(node, ApprovalSpec)
        refs = {*node.stages[row["stage"]].approvers, *(node.veto if row["choice"] != "approve" else ())}
        if row["choice"] == "revoke":
            refs |= {ref for stage in node.stages for ref in stage.approvers}
        assert any(person in MEMBERS[ref] for ref in refs), tuple(row)
        assert row["choice"] in ("approve", "reject", "revoke"), tuple(row)
        if row["choice"] == "approve" and not node.self_approval:
            assert row["actor"] != row["requester"], tuple(row)
        if node.comment.get(row["choice"]) == "required":
            assert row["comment"], tuple(row)
        if row["expires_at"] is not None:
            assert row["at"] < row["expires_at"], tuple(row)


def the_log_is_chained(life: Life) -> None:
    assert not auditing.audit(life.database).findings


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
        assert f"run:{row['id']} v{row['version']}" in shown, (tuple(row), sorted(shown))
