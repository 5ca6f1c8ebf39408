"""A run that a private workflow brought about, or that brings one about, does not name it to others."""

import pytest

from engine import Actor, StaticPeople, Workflow
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"staff": ["U1", "U2"], "auditors": ["U2"], "#main": ["U1", "U2"]})


def flows(**options: object) -> tuple[Workflow, Workflow]:
    inner = Workflow("inner", owner="U3", channel="#vault", may_see=["@auditors"])
    inner.approval("go", ask="Go?", approvers=["U3"], expires="1d", advisory=True)
    outer = Workflow("outer", owner="U3", channel="#main", **options)  # type: ignore[arg-type]
    outer.child("inside", inner)
    return outer, inner


@pytest.mark.parametrize("person", ["U1", "U2", "U3"])
async def test_a_person_reads_the_name_of_a_related_run_only_where_they_may_see_it(person: str) -> None:
    async with Harness(*flows(), people=PEOPLE, conceals=True) as harness:
        run = await harness.start("outer")
        await harness.run_until_idle()
        detail = await harness.engine.seen_by(Actor("slack", person)).detail(run.id)
        assert [each.workflow for each in detail.related] == ([] if person == "U1" else ["inner"])
        assert ("inner" in str([step.reason for step in detail.steps])) is (person != "U1")


@pytest.mark.parametrize(
    ("options", "private"), [({}, True), ({"may_see": ["@auditors"]}, False), ({"may_see": ["@staff"]}, True)]
)
async def test_a_related_run_is_private_to_a_run_that_more_people_see(
    options: dict[str, object], private: bool
) -> None:
    async with Harness(*flows(**options), people=PEOPLE) as harness:
        run = await harness.start("outer")
        await harness.run_until_idle()
        (child,) = (await harness.engine.detail(run.id)).related
        assert child.private is private
        (parent,) = (await harness.engine.detail(child.id)).related
        assert not parent.private or "may_see" in options
