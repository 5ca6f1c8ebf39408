"""A run that a private workflow brought about, or that brings one about, does not name it to others."""

import pytest

from engine import Actor, PeopleUnavailable, Person, StaticPeople, Workflow
from engine.model.people import Group, is_group
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


async def test_a_private_run_takes_no_channel_from_the_person_or_the_run_that_starts_it() -> None:
    secret = Workflow("secret", owner="U3", may_see=["@auditors"])
    secret.approval("go", ask="Go?", approvers=["U3"], expires="1d", advisory=True)
    outer = Workflow("outer", owner="U3", channel="#main")
    outer.child("inside", secret)
    async with Harness(outer, secret, people=PEOPLE, channel=None) as harness:
        actor = Actor("slack", "U2")
        run = await harness.engine.start("secret", None, actor=actor, channel="#main")
        other = await harness.engine.start("outer", None, actor=actor, channel="#other")
        await harness.run_until_idle()
        (child,) = (await harness.engine.detail(other.id)).related
        channels = [(await harness.engine.detail(each)).run.channel for each in (run.id, child.id, other.id)]
        assert channels == [None, None, "#other"]


class Away(StaticPeople):
    """A Slack that knows each person, and cannot say who is in a group."""

    async def resolve(self, ref: str) -> Person | Group:
        if is_group(ref):
            raise PeopleUnavailable("Slack does not answer.")
        return await super().resolve(ref)


async def test_while_groups_are_unknown_a_private_name_is_answered_as_an_unknown_one() -> None:
    async with Harness(*flows(), people=Away(groups={}), conceals=True) as harness:
        said = []
        for name in ("inner", "innex"):
            seen = harness.engine.seen_by(Actor("slack", "U1"))
            with pytest.raises(PeopleUnavailable) as refused:
                await seen.workflow(name)
            said.append(str(refused.value))
        assert said[0] == said[1]
        assert (await harness.engine.seen_by(Actor("slack", "U1")).workflow("outer")).name == "outer"
        assert (await harness.engine.seen_by(Actor("slack", "U3")).workflow("inner")).name == "inner"
