"""Roles: who sees, cancels and operates, and which related runs a message may name."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

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
