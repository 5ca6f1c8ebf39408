"""Grants: an approver approves further requests like the one that they read, within bounds."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from engine import Actor, Decision, Fatal, Grants, Outcome, Retry, Settled, StaticPeople, Workflow
from engine.audit.keys import public_keys
from engine.audit.receipts import _contradictions, verify_receipt
from engine.audit.review import Approvals, Decider
from engine.authoring.policy_file import read_policies
from engine.errors import DefinitionErrors, NotAllowed, NotPossible
from engine.model.people import ENGINE
from engine.model.records.records import RequestRecord, evolve
from engine.runtime.requests.grants import GrantReply
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"ops": ["U1", "U2"], "owners": ["U9"], "all": ["U5", "U6"]})
CAROL, DAVE, OWNER = Actor("slack", "U1"), Actor("slack", "U2"), Actor("slack", "U9")
HALF_AN_HOUR = timedelta(minutes=30)


class Scale(BaseModel):
    service: str
    replicas: int = 1
    branch: str = "release-1"


def flow(match: Any = None, *, code: str = "one", **options: Any) -> Workflow:
    made = Workflow("flow", owner="@owners", input=Scale)
    asked = {"expires": "10d", "approvers": ["@ops"], **options}
    go = made.approval(
        "go", ask="Scale {input.service}?", grants=Grants(uses=3, within="1h", match=match), **asked
    )

    if code == "one":

        @made.step(when=go.approved)
        async def act(input: Scale, go: Outcome) -> str:
            return ", ".join(go.by)

    else:

        @made.step(when=go.approved)
        async def act(input: Scale, go: Outcome) -> str:
            return "other code"

    return made


def harness(
    match: Any = None, *, folder: Path | None = None, people: Any = PEOPLE, **options: Any
) -> Harness:
    return Harness(flow(match, **options), people=people, folder=folder)


async def ask(here: Harness, as_user: str = "U5", **values: Any) -> RequestRecord:
    run = await here.start("flow", {"service": "api", **values}, as_user=as_user)
    await here.run_until_idle()
    (request,) = (await here.state(run)).requests
    return request


async def granted(here: Harness, uses: int = 3, lasts: timedelta = HALF_AN_HOUR, **values: Any) -> GrantReply:
    request = await ask(here, **values)
    reply = await here.engine.grant(request.id, uses, lasts, actor=CAROL)
    await here.run_until_idle()
    return reply


async def test_a_grant_approves_equal_requests_as_often_as_it_says() -> None:
    async with harness() as here:
        reply = await granted(here, uses=2)
        assert reply.grant is not None
        requests = [await ask(here) for _ in range(3)]
        assert [each.state for each in requests] == ["decided", "decided", "open"]
        uses = [each.coverage.grant for each in requests]
        assert [(use.number, use.uses, use.by) for use in uses if use] == [(1, 2, "U1"), (2, 2, "U1")]
        ends = f"{reply.grant.until:%Y-%m-%d %H:%M} UTC"
        said = f"By grant {reply.grant.id} of U1, use 2 of 2, ends {ends}"
        assert requests[1].decisions[0].comment == said
        assert await here.engine.grants.all(actor=CAROL) == []


@pytest.mark.parametrize(
    "values",
    [
        {"service": "web"},
        {"service": "api "},
        {"service": "api\x01"},
        {"service": "\u0430pi"},  # a Cyrillic letter
        {"replicas": 2},
        {"branch": "release-2"},
    ],
)
async def test_a_grant_does_not_cover_other_arguments(values: dict[str, Any]) -> None:
    async with harness() as here:
        await granted(here)
        assert (await ask(here, **values)).state == "open"
        assert (await ask(here)).state == "decided"


async def test_a_question_with_a_nul_fails_its_approval_and_not_the_engine() -> None:
    async with harness() as here:
        request = await ask(here, service="api\x00")
        assert request.kind == "failure"
        assert "a value in it has a NUL character" in str(request.failure)
        assert not here.engine.failed.done()
        assert (await ask(here)).state == "open"


async def test_a_grant_covers_outputs_that_guarded_steps_read() -> None:
    planned = {"copies": 3}
    made = Workflow("flow", owner="@owners", input=Scale)

    @made.step
    async def plan(input: Scale) -> dict[str, int]:
        return dict(planned)

    go = made.approval(
        "go", ask="Go?", show=["plan"], grants=Grants(uses=3, within="1h"), expires="10d", approvers=["@ops"]
    )

    @made.step(when=go.approved)
    async def act(plan: dict[str, int]) -> int:
        return plan["copies"]

    async with Harness(made, people=PEOPLE) as here:
        assert (await granted(here)).grant is not None
        assert (await ask(here)).state == "decided"
        planned["copies"] = 4
        assert (await ask(here)).state == "open"


async def test_a_grant_covers_requests_whose_steps_read_an_earlier_approval() -> None:
    made = Workflow("flow", owner="@owners", input=Scale)
    first = made.approval("first", ask="Plan {input.service}?", approvers=["@owners"], expires="1d")
    go = made.approval(
        "go",
        ask="Scale?",
        approvers=["@ops"],
        expires="1d",
        when=first.approved,
        grants=Grants(uses=3, within="1h"),
    )

    @made.step(when=go.approved)
    async def act(first: Outcome, go: Outcome) -> str:
        return first.comment

    async def asked(comment: str = "") -> RequestRecord:
        run = await here.start("flow", {"service": "api"}, as_user="U5")
        await here.decide("first", "approve", as_user="U9", comment=comment, run=run)
        await here.run_until_idle()
        return (await here.state(run)).requests[-1]

    async with Harness(made, people=PEOPLE) as here:
        await here.engine.grant((await asked()).id, 3, HALF_AN_HOUR, actor=CAROL)
        await here.advance("1m")
        assert (await asked()).state == "decided"
        assert (await asked("only at night")).state == "open"


async def test_a_grant_does_not_cover_another_failure_that_guarded_steps_read() -> None:
    said = ["the disk is full"]
    made = Workflow("flow", owner="@owners", input=Scale)

    @made.step(retry=Retry(attempts=1), on_failure="fail")
    async def check(input: Scale) -> str:
        raise Fatal(said[-1])

    go = made.approval(
        "go",
        ask="Go on?",
        approvers=["@ops"],
        expires="1d",
        when=check.failed,
        grants=Grants(uses=3, within="1h"),
    )

    @made.step(when=go.approved)
    async def act(check: Settled[str], go: Outcome) -> None: ...

    async with Harness(made, people=PEOPLE) as here:
        assert (await granted(here)).grant is not None
        assert (await ask(here)).state == "decided"
        said.append("the database is gone")
        assert (await ask(here)).state == "open"


async def test_a_grant_covers_its_requester_alone() -> None:
    async with harness() as here:
        await granted(here)
        assert (await ask(here, as_user="U6")).state == "open"


async def test_a_grant_never_approves_what_its_giver_asked() -> None:
    async with harness() as here:
        await granted(here)
        assert (await ask(here, as_user="U1")).state == "open"
        assert (await ask(here)).state == "decided"  # the grant still holds for its requester


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"replicas": 5}, "decided"),
        ({"replicas": 6}, "open"),
        ({"replicas": 0}, "open"),
        ({"branch": "release-2.1"}, "decided"),
        ({"branch": "release-"}, "open"),
        ({"branch": "release-..2"}, "open"),
        ({"branch": "release-2/../main"}, "open"),
        ({"branch": "release-2\x00"}, "open"),
        ({"branch": "release-2\n"}, "open"),
        ({"branch": "release-\u0661"}, "open"),  # an Arabic digit
        ({"branch": "Release-2"}, "open"),
        ({"branch": "release-" + "1" * 101}, "open"),
        ({"service": "web", "replicas": 2}, "open"),
    ],
)
async def test_a_grant_with_rules_covers_what_they_allow_and_nothing_else(
    values: dict[str, Any], state: str
) -> None:
    match = {"input.replicas": {"from": 1, "to": 5}, "input.branch": {"starts_with": "release-"}}
    async with harness(match) as here:
        await granted(here)
        assert (await ask(here, **values)).state == state


async def test_a_grant_ends_by_time() -> None:
    async with harness() as here:
        await granted(here)
        await here.advance("29m")
        assert (await ask(here)).state == "decided"
        await here.advance("2m")
        assert (await ask(here)).state == "open"
        assert await here.engine.grants.all(actor=CAROL) == []
        assert "grant.ended" in [event.type for event in await log(here)]


async def log(here: Harness) -> list[Any]:
    return [event for event in await here.engine.events.read(0, 1000) if event.type.startswith("grant.")]


@pytest.mark.parametrize("by", [CAROL, OWNER, Actor("cli", "root")])
async def test_the_giver_the_owner_and_the_operator_revoke_a_grant_at_once(by: Actor) -> None:
    async with harness() as here:
        grant = (await granted(here)).grant
        assert grant is not None
        assert (await here.engine.grants.revoke(grant.id, actor=by)).id == grant.id
        assert (await ask(here)).state == "open"
        with pytest.raises(NotPossible, match="has ended"):
            await here.engine.grants.revoke(grant.id, actor=by)


async def test_another_approver_cannot_revoke_a_grant() -> None:
    async with harness() as here:
        grant = (await granted(here)).grant
        assert grant is not None
        with pytest.raises(NotAllowed):
            await here.engine.grants.revoke(grant.id, actor=DAVE)


async def test_only_an_approver_gives_a_grant_within_the_bounds() -> None:
    async with harness() as here:
        request = await ask(here)
        for uses, lasts in [(4, HALF_AN_HOUR), (0, HALF_AN_HOUR), (1, timedelta(hours=2)), (1, timedelta())]:
            with pytest.raises(NotPossible):
                await here.engine.grant(request.id, uses, lasts, actor=CAROL)
        for other in (Actor("slack", "U5"), OWNER):
            reply = await here.engine.grant(request.id, 1, HALF_AN_HOUR, actor=other)
            assert (reply.grant, reply.result.accepted) == (None, False)
        assert (await here.requests())[0].state == "open"


async def test_a_grant_ends_with_the_right_of_its_giver() -> None:
    shift = {"primary": ["U1"]}
    people = StaticPeople(groups={"owners": ["U9"], "all": ["U1", "U2", "U5"]}, on_call=shift)
    async with harness(people=people, approvers=["oncall:primary"]) as here:
        await granted(here)
        assert (await ask(here)).state == "decided"
        shift["primary"] = ["U2"]
        assert (await ask(here)).state == "open"
        shift["primary"] = ["U1"]
        assert (await ask(here)).state == "open"
        assert [event.data["why"] for event in await log(here) if event.type == "grant.ended"] == [
            "the giver may no longer approve this"
        ]


async def test_a_grant_covers_no_request_that_was_asked_before_it(tmp_path: Path) -> None:
    async with harness(folder=tmp_path) as here:
        first, second = await ask(here), await ask(here)
        await here.advance("1m")
        await here.engine.grant(first.id, 3, HALF_AN_HOUR, actor=CAROL)
        later = here.clock.now()
    async with Harness(flow(), people=PEOPLE, folder=tmp_path, at=later) as here:  # it looks again
        await here.run_until_idle()
        assert [each.id for each in await here.requests()] == [second.id]


async def test_a_grant_outlives_a_restart_and_ends_when_the_code_changes(tmp_path: Path) -> None:
    async with harness(folder=tmp_path) as here:
        await granted(here)
    async with harness(folder=tmp_path) as here:
        assert (await ask(here)).state == "decided"
    async with Harness(flow(code="other"), people=PEOPLE, folder=tmp_path) as here:
        assert (await ask(here)).state == "open"
        assert await here.engine.grants.all(actor=CAROL) == []


async def test_a_grant_whose_run_was_deleted_is_seen_by_those_whom_it_concerns() -> None:
    async with Harness(flow(), people=PEOPLE, conceals=True) as here:
        reply = await granted(here)
        assert reply.grant is not None
        run = reply.grant.run
        here.clock.advance(timedelta(minutes=1))
        assert await here.engine._parts.timing.retention.sweep(here.clock.now()) == 1
        viewers = [
            CAROL,
            OWNER,
            Actor("slack", "U5"),
            Actor("cli", "root"),
            Actor("cli", "root", "U5"),
            DAVE,
            Actor("slack", "U6"),
            Actor("api", "ci"),
        ]
        listed = [[each.run for each in await here.engine.grants.all(actor=viewer)] for viewer in viewers]
        assert listed == [[run]] * 5 + [[]] * 3
        await here.engine.grants.revoke(reply.grant.id, actor=OWNER)
        assert await here.engine.grants.all(actor=CAROL) == []


async def test_requests_at_the_same_time_never_use_a_grant_more_often_than_it_says() -> None:
    async with harness() as here:
        await granted(here, uses=3)
        for _ in range(8):
            await here.engine.start("flow", {"service": "api"}, actor=Actor("slack", "U5"))
        await here.run_until_idle()
        assert len(await here.requests()) == 5
        used = [event.data["used"] for event in await log(here) if event.type == "grant.used"]
        assert used == [1, 2, 3]


async def test_a_rejected_request_gives_no_grant() -> None:
    async with harness() as here:
        request = await ask(here)
        await here.engine.decide(request.id, Decision("reject", "no"), actor=DAVE)
        reply = await here.engine.grant(request.id, 1, HALF_AN_HOUR, actor=CAROL)
        assert reply.grant is None
        assert (await ask(here)).state == "open"


async def test_a_use_is_recorded_as_an_act_of_the_engine_with_its_grant(tmp_path: Path) -> None:
    async with harness(folder=tmp_path) as here:
        began = here.clock.now()
        given = (await granted(here)).grant
        assert given is not None
        request = await ask(here)
        events = [each for each in await here.engine.events.read(0, 1000) if each.request_id == request.id]
        decision, decided = (
            next(each for each in events if each.type == type_)
            for type_ in ("request.decision", "request.decided")
        )
        assert (decision.actor, decided.actor) == (ENGINE, ENGINE)
        use = {"grant": given.id, "by": "U1", "request": given.request, "number": 1, "uses": 3}
        assert decision.data["grant"] == {**use, "until": given.until.isoformat()}
        assert request.decisions[0].actor == CAROL
        document = await here.engine.receipts.receipt(request.id)
        keys = public_keys("".join((await here.engine.receipts.public_keys()).values()))
        (told,) = verify_receipt(document, keys)["decisions"]
        assert (told["grant"], told["counts"]) == (decision.data["grant"], True)
        assert told["digest"] == verify_receipt(document, keys)["digest"]
        first = await here.engine.receipts.receipt(given.request)
        assert "grant" not in verify_receipt(first, keys)["decisions"][0]
        review = await here.engine.audit_review(began, here.clock.now() + HALF_AN_HOUR)
        assert review.people == [Decider("U1", approved=1, by_grant=1, seconds=[0.0])]
        assert review.workflows == [Approvals("flow", asked=2, approved=2, seconds=[0.0])]


async def test_a_click_that_is_stored_as_a_use_is_noticed(tmp_path: Path) -> None:
    """The log and the rows must name the same grant."""
    async with harness(folder=tmp_path) as here:
        await granted(here)
        request = await ask(here)
        events = [each for each in await here.engine.events.read(0, 1000) if each.run_id == request.run_id]
    assert _contradictions(request, events) == []
    use = request.coverage.grant
    assert use is not None
    for forged in (None, evolve(use, number=2), evolve(use, grant="0" * 8)):
        altered = evolve(request, coverage=evolve(request.coverage, grant=forged))
        assert _contradictions(altered, events) == ["the grant of decision 1 differs from the log"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"quorum": 2}, "a quorum of several people"),
        ({"risk": "high"}, 'risk="high"'),
        ({"confirm": "yes"}, "confirm"),
        ({"comment": {"approve": "required"}}, "a required comment"),
        ({"self_approval": True}, "self_approval"),
        ({"on_expiry": "approve"}, "on_expiry"),
        ({"revocable_for": "5m"}, "revocable_for"),
        ({"grants": Grants(uses=0, within="30m")}, "grants: uses is 0."),
        ({"grants": Grants(uses=21, within="30m")}, "grants: uses is 21."),
        ({"grants": Grants(uses=True, within="30m")}, "grants: uses is True."),
        ({"grants": Grants(uses=1, within="2d")}, "grants: within is '2d'."),
        ({"grants": Grants(uses=1, within="10s")}, "grants: within"),
        ({"grants": Grants(uses=1, within="30m", match={"input": ["a"]})}, "Write a path such as"),
        ({"grants": Grants(uses=1, within="30m", match={"input.replicas": "r*"})}, "starts_with"),
        ({"grants": Grants(uses=1, within="30m", match={"input.replicas": {"from": 5, "to": 1}})}, "from"),
        ({"grants": Grants(uses=1, within="30m", match={"input.branch": {"starts_with": ""}})}, "branch"),
        ({"grants": Grants(uses=1, within="30m", match={"input.nope": [1]})}, "nope"),
        ({"grants": Grants(uses=1, within="30m", match={"input.replicas": [float("nan")]})}, "replicas"),
        ({"grants": 3}, "grants is 3."),
    ],
)
async def test_grants_that_cannot_be_are_refused_with_their_name_at_load(
    options: dict[str, Any], words: str
) -> None:
    made = Workflow("flow", owner="@owners", input=Scale)
    asked = {"expires": "1d", "approvers": ["@ops"], "grants": Grants(uses=1, within="30m"), **options}
    go = made.approval("go", ask="Scale?", **asked)

    @made.step(when=go.approved)
    async def act(input: Scale, go: Outcome) -> str:
        return "done"

    with pytest.raises(DefinitionErrors) as refused:
        async with Harness(made, people=PEOPLE):
            pass
    assert words in str(refused.value)


async def test_a_grant_is_not_used_where_the_policies_deny_what_would_follow() -> None:
    match = {"input.replicas": {"from": 1, "to": 9}}
    here = harness(match)
    text = "rules:\n  - {name: many, at: step, when: input.replicas > 5, deny: Not now.}\n"
    here._settings = replace(here._settings, policies=read_policies(text, "policies.yaml"))
    async with here:
        await granted(here)
        assert (await ask(here, replicas=6)).state == "open"
        assert (await ask(here, replicas=5)).state == "decided"
        (grant,) = await here.engine.grants.all(actor=CAROL)
        assert len(grant.used) == 1


async def test_nobody_revokes_a_grant_that_does_not_exist() -> None:
    async with harness() as here:
        with pytest.raises(NotPossible, match="There is no grant 00000000, or it has ended"):
            await here.engine.grants.revoke("00000000", actor=CAROL)
