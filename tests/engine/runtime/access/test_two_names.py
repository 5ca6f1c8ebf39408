"""One person under several names: four eyes and "counts once" hold for the person."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import (
    Actor,
    Decision,
    Engine,
    NotAllowed,
    NotPossible,
    Outcome,
    RequestRecord,
    StaticPeople,
    Workflow,
)
from engine.clock import FakeClock
from engine.model.people import identify
from engine.testing import Harness
from tests.engine.conftest import serving

PEOPLE = StaticPeople(groups={"dev": ["U1", "U2", "U3"], "owners": ["U9"]})
ROOT = Actor("cli", "root")


def flow(**options: object) -> Workflow:
    made = Workflow("flow", owner="@owners")
    go = made.approval("go", ask="Go?", approvers=["@dev"], expires="1d", **options)  # type: ignore[arg-type]

    @made.step(when=go.approved)
    async def act(go: Outcome) -> str:
        return ", ".join(go.by)

    return made


def life(
    folder: Path, cli_users: Mapping[str, str], workflow: Workflow
) -> AbstractAsyncContextManager[Engine]:
    return serving(folder, FakeClock(), workflow, people=PEOPLE, cli_decides=True, cli_users=cli_users)


async def asked(engine: Engine, actor: Actor) -> RequestRecord:
    await engine.start("flow", actor=actor)
    await engine.activity.idle()
    return (await engine.requests())[-1]


async def code(engine: Engine, request: RequestRecord, actor: Actor) -> tuple[str, str]:
    result = await engine.decide(request.id, Decision("approve"), actor=actor)
    return result.code, result.text


async def test_a_requester_on_the_command_line_does_not_approve_in_slack(tmp_path: Path) -> None:
    async with life(tmp_path, {"root": "U1"}, flow()) as engine:
        request = await asked(engine, ROOT)
        assert request.requester == Actor("cli", "root", "U1")
        for own in (Actor("slack", "U1"), ROOT, Actor("cli", "root", "U1"), Actor("cli", "ops", "U1")):
            assert (await code(engine, request, own))[0] == "self_approval"
        told = "The operating-system user root is mapped to U1 in SIGNOFF_CLI_USERS, so it cannot act as U2."
        assert await code(engine, request, Actor("cli", "root", "U2")) == (
            "not_allowed",
            f"{told} Write --as U1. Your answer was not recorded.",
        )
        assert (await code(engine, request, Actor("slack", "U2")))[0] == "decided"


async def test_a_token_is_its_holder(tmp_path: Path) -> None:
    async with life(tmp_path, {}, flow()) as engine:
        token = await engine.principals.add("ci", ["flow"], ROOT, "U1")
        found = await engine.principals.of(token)
        assert found is not None
        assert found.actor == Actor("api", "ci", "U1")


@pytest.mark.parametrize("risk", ["normal", "high"])
async def test_the_account_that_asked_approves_in_no_name(tmp_path: Path, risk: str) -> None:
    async with life(tmp_path, {}, flow(risk=risk)) as engine:
        request = await asked(engine, Actor("cli", "root", "U1"))
        for name in ("U1", "U2", "U3"):
            assert (await code(engine, request, Actor("cli", "root", name)))[0] == "self_approval"
        assert (await code(engine, request, Actor("slack", "U1")))[0] == "self_approval"


async def test_at_high_risk_nobody_approves_until_the_starter_is_known(tmp_path: Path) -> None:
    async with life(tmp_path, {}, flow(risk="high")) as engine:
        request = await asked(engine, ROOT)
        assert await code(engine, request, Actor("slack", "U1")) == (
            "self_approval",
            "This approval is high risk and was started on the command line by root, who is mapped to no "
            "Slack user, so you might be approving your own request. Ask the operator to add root to "
            "SIGNOFF_CLI_USERS.",
        )
    async with life(tmp_path, {"root": "U1"}, flow(risk="high")) as engine:
        assert (await code(engine, request, Actor("slack", "U1")))[0] == "self_approval"
        assert (await code(engine, request, Actor("slack", "U2")))[0] == "decided"


@pytest.mark.parametrize("friend", [None, "U2"])
async def test_a_starter_who_is_mapped_later_is_the_requester_from_then_on(
    tmp_path: Path, friend: str | None
) -> None:
    async with life(tmp_path, {}, flow()) as engine:
        request = await asked(engine, Actor("cli", "root", friend))
    async with life(tmp_path, {"root": "U1"}, flow()) as engine:
        own = Actor("slack", "U1")
        assert (await code(engine, request, own))[0] == "self_approval"
        assert await engine.waiting_for("U1") == []
        with pytest.raises(
            NotAllowed, match="You requested this approval, so another person must reassign it"
        ):
            await engine.reassign(request.id, "U3", actor=own)
        with pytest.raises(NotPossible, match="You requested this yourself"):
            await engine.ask_requester(request.id, "Why?", actor=own)
        question = await engine.ask_requester(request.id, "Why?", actor=Actor("slack", "U3"))
        assert question.approvers == ("U1",)
        named = await code(engine, request, Actor("slack", "U2"))
        assert named[0] == ("decided" if friend is None else "self_approval")
        assert (await code(engine, request, Actor("slack", "U3")))[0] in ("decided", "already_decided")


async def test_a_name_that_an_unmapped_account_gives_identifies_no_requester(tmp_path: Path) -> None:
    async with life(tmp_path, {}, flow(risk="high")) as engine:
        request = await asked(engine, Actor("cli", "root", "U2"))
        for name in ("U1", "U2", "U3"):
            assert (await code(engine, request, Actor("slack", name)))[0] == "self_approval"
        assert (await engine.marked([request]))[0].requester == Actor("cli", "root", claimed="U2")


async def test_a_token_of_nobody_is_refused_at_high_risk_and_may_be_rejected(tmp_path: Path) -> None:
    made = flow(risk="high")
    made.options = type(made.options)(**{**_fields(made.options), "gate": True})
    async with life(tmp_path, {}, made) as engine:
        request = await asked(engine, Actor("api", "ci"))
        refused, text = await code(engine, request, Actor("slack", "U1"))
        assert (refused, "with the token of ci, which is mapped to no person" in text) == (
            "self_approval",
            True,
        )
        result = await engine.decide(request.id, Decision("reject", comment="no"), actor=Actor("slack", "U1"))
        assert result.code == "decided"


def _fields(options: object) -> dict[str, Any]:
    return {name: getattr(options, name) for name in options.__slots__}  # type: ignore[attr-defined]


async def test_an_account_counts_once_under_any_name_it_gives(tmp_path: Path) -> None:
    async with life(tmp_path, {}, flow(quorum=2)) as engine:
        request = await asked(engine, Actor("slack", "U9"))
        assert (await code(engine, request, Actor("cli", "root", "U1")))[0] == "recorded"
        refused, text = await code(engine, request, Actor("cli", "root", "U2"))
        assert refused == "already_answered"
        assert text.startswith(
            "The operating-system user root already answered this request for another person"
        )
        assert (await code(engine, request, Actor("slack", "U1")))[0] == "already_answered"
        assert (await code(engine, request, Actor("slack", "U2")))[0] == "decided"


async def test_an_authors_test_starts_as_a_known_person() -> None:
    async with Harness(flow(risk="high"), people=PEOPLE) as harness:
        await harness.start("flow")
        assert (await harness.decide("go", "approve", as_user="U1")).code == "decided"


NAMES = [Actor("slack", "U1"), Actor("slack", "U2"), *(
    Actor(source, id_, person)  # type: ignore[arg-type]
    for source, id_ in (("cli", "root"), ("cli", "ops"), ("api", "ci"))
    for person in (None, "U1", "U2")
)]  # fmt: skip


@given(st.sampled_from(list(permutations(NAMES, 2))))
def test_two_actors_are_one_person_where_they_share_an_account_or_a_person(pair: tuple[Actor, Actor]) -> None:
    one, other = pair
    account = (one.source, one.id) == (other.source, other.id)
    people = [{one.as_user, one.id if one.source == "slack" else None} for one in pair]
    assert one.names.isdisjoint(other.names) == (not account and not (people[0] & people[1]) - {None})


def test_an_account_that_is_not_mapped_is_left_as_it_is() -> None:
    assert identify(ROOT, {"ops": "U1"}) == ROOT
    assert identify(Actor("slack", "ops"), {"ops": "U1"}) == Actor("slack", "ops")
    with pytest.raises(NotAllowed, match="mapped to U1"):
        identify(Actor("cli", "ops", "U2"), {"ops": "U1"})
