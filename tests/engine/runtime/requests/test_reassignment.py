"""Rights to reassign a request, the allowed targets, and the rules of the author that stay."""

import re
from itertools import product
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from engine import Actor, Engine, Outcome, Stage, StaticPeople, Workflow
from engine.audit.receipts import verify_receipt
from engine.clock import FakeClock
from engine.errors import NotAllowed, SignoffError
from engine.model.records.records import RequestRecord
from engine.runtime.settings import EngineSettings
from engine.testing import Harness

GROUPS = {
    "release": ["U1", "U2", "U3"],
    "security": ["U4", "U5"],
    "owners": ["U8", "U9"],
    "everybody": ["U1", "U2", "U3", "U4", "U5", "U6", "U7"],
    "pair": ["U2", "U3"],
}
REQUESTER, FRIEND, OWNER, APPROVER = "U6", "U7", "U9", "U1"


def flow(**options: object) -> Workflow:
    made = Workflow("flow", owner="@owners")
    asked = {
        "expires": "10d",
        **({} if {"stages", "quorum"} & {*options} else {"approvers": ["@release"]}),
        **options,
    }
    go = made.approval("go", ask="Go?", **asked)  # type: ignore[arg-type]

    @made.step(when=go.approved)
    async def act(go: Outcome) -> str:
        return ", ".join(go.by)

    return made


def harness(**options: object) -> Harness:
    return Harness(flow(**options), people=StaticPeople(groups={**GROUPS, "requesters": [REQUESTER]}))


async def asked(harness: Harness, requester: str = REQUESTER) -> RequestRecord:
    await harness.start("flow", as_user=requester)
    (request,) = await harness.requests()
    return request


async def hand(harness: Harness, request: RequestRecord, to: str, actor: Actor) -> RequestRecord:
    return await harness.engine.reassign(request.id, to, actor=actor)


@pytest.mark.parametrize("self_approval", [False, True])
@pytest.mark.parametrize("requester", [REQUESTER, APPROVER, OWNER])
async def test_the_requester_never_reassigns_their_own_request(requester: str, self_approval: bool) -> None:
    async with harness(self_approval=self_approval) as here:
        request = await asked(here, requester)
        names = (Actor("slack", requester), Actor("cli", "root", requester), Actor("api", "ci", requester))
        for actor, to in product(names, (FRIEND, "U2", "@owners")):
            with pytest.raises(NotAllowed, match=r"You requested|cannot reassign|Only @release"):
                await hand(here, request, to, actor)
        (after,) = await here.requests()
        assert after == request


async def test_the_starter_on_the_command_line_reassigns_it_under_no_name() -> None:
    async with harness() as here:
        await here.engine.start("flow", actor=Actor("cli", "root", "U2"))
        await here.run_until_idle()
        (request,) = await here.requests()
        for actor in (Actor("cli", "root"), Actor("cli", "root", "U5"), Actor("slack", "U2")):
            with pytest.raises(NotAllowed, match="You requested this approval, so another person must"):
                await hand(here, request, "U3", actor)


async def test_a_new_approver_is_one_of_the_groups_or_an_owner() -> None:
    async with harness() as here:
        request = await asked(here)
        told = (
            "This request can only be reassigned to members of @release or @owners, and {} is not among "
            "them. Name one of them, or ask the author of the workflow to add reassign_to=."
        )
        for actor, to in product((APPROVER, OWNER), (FRIEND, "@everybody", "@security", "U4")):
            with pytest.raises(NotAllowed, match=re.escape(told.format(to))):
                await hand(here, request, to, Actor("slack", actor))
        with pytest.raises(NotAllowed, match="can only be reassigned"):
            await hand(here, request, FRIEND, Actor("cli", "operator"))
        for to in ("U2", "@pair", "@owners", "U8", "@release"):  # those who were asked stay eligible
            handed = await hand(here, request, to, Actor("slack", OWNER))
            assert handed.approvers == (to,)


async def test_the_author_says_to_whom_it_may_be_reassigned() -> None:
    async with harness(reassign_to=["@security"]) as here:
        request = await asked(here)
        for to in ("U2", "@owners", FRIEND):
            with pytest.raises(NotAllowed, match="members of @security"):
                await hand(here, request, to, Actor("slack", APPROVER))
        assert (await hand(here, request, "U4", Actor("slack", APPROVER))).approvers == ("U4",)
        # Who was asked first is not asked again through the back door.
        with pytest.raises(NotAllowed, match="members of @security"):
            await hand(here, request, "U1", Actor("slack", "U4"))


async def test_an_approver_of_another_stage_hands_nothing_on() -> None:
    stages = [Stage("team", ["@release"]), Stage("security", ["@security"])]
    async with harness(stages=stages) as here:
        request = await asked(here)
        with pytest.raises(SignoffError, match="Only @release or @owners can reassign"):
            await hand(here, request, "U5", Actor("slack", "U4"))
        await here.decide(request, "approve", as_user="U1")
        (request,) = await here.requests()
        for to in (FRIEND, "U2", "@everybody"):
            with pytest.raises(NotAllowed, match="members of @security or @owners"):
                await hand(here, request, to, Actor("slack", "U4"))
        handed = await hand(here, request, "U5", Actor("slack", "U4"))
        assert [stage.approvers for stage in handed.policy.stages] == [("@release",), ("U5",)]
        assert [stage.quorums[0].needs for stage in handed.policy.stages] == [1, 1]


async def test_the_owner_moves_only_the_quorums_that_the_new_approver_belongs_to() -> None:
    async with harness(quorum={"@release": 1, "@security": 1}) as here:
        request = await asked(here)
        handed = await hand(here, request, "U5", Actor("slack", OWNER))
        assert handed.approvers == ("@release", "U5")


async def test_a_reassignment_leaves_the_number_of_approvers_as_it_was() -> None:
    async with harness(quorum={"@release": 2}) as here:
        request = await asked(here)
        for to in ("U2", "@pair"):
            with pytest.raises(SignoffError):
                await hand(here, request, to, Actor("slack", APPROVER))
        handed = await hand(here, request, "@pair", Actor("slack", OWNER))
        (quorum,) = handed.policy.stages[0].quorums
        assert (quorum.approvers, quorum.needs) == (("@pair",), 2)
        assert (await here.decide(request, "approve", as_user="U2")).code == "recorded"
        assert (await here.decide(request, "approve", as_user="U3")).code == "decided"


async def test_only_owner_or_operator_reassign_at_high_risk_and_the_receipt_says_so() -> None:
    async with harness(risk="high") as here:
        run = await here.start("flow", as_user=REQUESTER)
        (request,) = await here.requests()
        told = (
            "This approval is high risk, so only the owner, @owners, or the operator of Signoff "
            "can reassign it. Ask one of them."
        )
        with pytest.raises(NotAllowed, match=re.escape(told)):
            await hand(here, request, "U2", Actor("slack", APPROVER))
        await hand(here, request, "@pair", Actor("cli", "operator"))
        await hand(here, request, "U2", Actor("slack", OWNER))
        await here.decide(request, "approve", as_user="U2")
        document = await here.engine.receipts.receipt(request.id)
        assert [(one["by"], one["before"], one["to"]) for one in document["receipt"]["reassigned"]] == [
            (["cli", "operator", None], ["@release"], "@pair"),
            (["slack", OWNER, None], ["@pair"], "U2"),
        ]
        assert document["receipt"]["covered"]["policy"]["handovers"] == document["receipt"]["reassigned"]
        assert (await here.state(run)).run.state == "succeeded"
        assert verify_receipt(document, await _keys(here))["outcome"] == "approved"


async def _keys(here: Harness) -> dict[str, Ed25519PublicKey]:
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    pems = await here.engine.receipts.public_keys()
    keys = {key: load_pem_public_key(pem.encode()) for key, pem in pems.items()}
    return {key: public for key, public in keys.items() if isinstance(public, Ed25519PublicKey)}


@pytest.mark.parametrize("risk", ["normal", "high"])
async def test_the_operator_reassigns_in_slack_too(risk: str, tmp_path: Path) -> None:
    people = StaticPeople(groups={**GROUPS, "others": [REQUESTER]})
    settings = EngineSettings(data_dir=tmp_path / "data", operator="U7")
    engine = await Engine.open(tmp_path / "app.db", clock=FakeClock(), people=people, settings=settings)
    engine.register(flow(risk=risk))
    await engine.serve()
    await engine.start("flow", actor=Actor("slack", REQUESTER))
    await engine.activity.idle()
    (request,) = await engine.requests()
    after = await engine.reassign(request.id, "U2", actor=Actor("slack", "U7"))
    assert after.approvers == ("U2",)
    await engine.close()


async def test_at_high_risk_nobody_is_sent_to_approvers_who_cannot_reassign() -> None:
    async with harness(risk="high") as here:
        request = await asked(here)
        with pytest.raises(NotAllowed, match="only the owner, @owners, or the operator") as refused:
            await hand(here, request, "U2", Actor("slack", FRIEND))
        assert "@release" not in str(refused.value)
