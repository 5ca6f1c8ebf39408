"""Roles: who sees, cancels and operates, and which related runs a message may name."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Workflow
from engine.compiler import compile_workflow
from engine.kernel import roles

refs = st.lists(st.sampled_from(["@a", "@b", "@c", "#d", "U1"]), max_size=3).map(tuple)


@dataclass(frozen=True)
class Roles:
    owner: str
    may_run: tuple[str, ...]
    may_cancel: tuple[str, ...]
    may_operate: tuple[str, ...]
    may_see: tuple[str, ...]


workflows = st.builds(Roles, st.sampled_from(["@a", "@owner"]), refs, refs, refs, refs)


@given(workflows)
def test_a_person_who_acts_on_all_runs_sees_them(workflow: Roles) -> None:
    assert set(roles.operating(workflow)) <= set(roles.watching(workflow)) <= set(roles.listing(workflow))
    assert workflow.owner in roles.operating(workflow)
    assert set(roles.operating(workflow)) <= set(roles.cancelling(workflow))


@given(workflows)
def test_to_start_or_to_cancel_is_not_to_see_the_runs_of_others(workflow: Roles) -> None:
    allowed = {workflow.owner, *workflow.may_operate, *workflow.may_see}
    assert set(roles.watching(workflow)) == allowed
    assert set(roles.operating(workflow)) == {workflow.owner, *workflow.may_operate}


@given(workflows, workflows)
def test_a_message_names_a_private_run_only_where_all_who_see_it_may(workflow: Roles, other: Roles) -> None:
    shown = not roles.hides_from(workflow, other)
    readers_may = bool(other.may_see) and set(roles.watching(other)) <= set(roles.watching(workflow))
    assert shown is (not workflow.may_see or readers_may)


@pytest.mark.parametrize(
    ("parent", "child", "told"),
    [
        ({}, {}, ""),
        ({}, {"may_see": ["@hr"]}, "Everybody who sees parent reads in its messages that it runs child"),
        ({"may_see": ["@hr", "@it"]}, {"may_see": ["@hr"]}, "Everybody who sees parent"),
        ({"may_see": ["@hr"]}, {"may_see": ["@hr", "@it"]}, ""),
        (
            {"may_see": ["@hr"], "channel": "#all"},
            {"may_see": ["@hr"], "channel": "#hr"},
            "Everybody in #all, the channel of parent",
        ),
        ({"may_see": ["@hr"], "channel": "#hr"}, {"may_see": ["@hr"], "channel": "#hr"}, ""),
        (
            {"may_see": ["@hr"], "channel": "#hr"},
            {"may_see": ["@hr"]},
            "Everybody in #hr, the channel of parent",
        ),
    ],
)
def test_a_workflow_that_more_people_see_than_its_private_child_is_told(
    parent: dict[str, Any], child: dict[str, Any], told: str
) -> None:
    inner = Workflow("child", owner="@ops", **child)

    @inner.step
    def act() -> None: ...

    outer = Workflow("parent", owner="@ops", **parent)
    outer.child("part", workflow="child")
    definitions = {flow.name: compile_workflow(flow).definition for flow in (inner, outer)}
    found = roles.shown_children(definitions)
    assert len(found) == bool(told)
    assert told in "".join(found)
