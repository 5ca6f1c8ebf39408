"""Break-glass: a named person approves alone, once, and others review it before they can do so again."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyotp
import pytest
from pydantic import BaseModel

from engine import Actor, BreakGlass, DecisionResult, Gate, Grants, Outcome, StaticPeople, Workflow
from engine.audit.keys import public_keys
from engine.audit.receipts import _contradictions, verify_receipt
from engine.authoring.gate import Question
from engine.authoring.policy_file import read_policies
from engine.compiler import compile_workflow
from engine.errors import DefinitionErrors
from engine.kernel.requests.break_glass import question
from engine.model.people import Person
from engine.model.records.break_glass import MAX_REASON, OpenReview
from engine.model.records.records import RequestRecord
from engine.testing import Harness
from tests.engine.runtime.access.test_codes import code, secret_of

GROUPS = {"ops": ["U1", "U2"], "leads": ["U7", "U8"], "security": ["U9", "U7"], "all": ["U5", "U6"]}
GUEST, GONE = Person("U21", "guest", outside=True), Person("U22", "gone", active=False)
REASON = "Payments are down and nobody answers."


class Ship(BaseModel):
    service: str


def flow(**options: Any) -> Workflow:
    made = Workflow("flow", owner="@ops", input=Ship, may_see=options.pop("see", ()))
    asked: dict[str, Any] = {"approvers": "@ops", "quorum": 2, "expires": "10d", **options}
    asked.setdefault("break_glass", BreakGlass(people=["@leads", "U21", "U22"], review="glass"))
    go = made.approval("go", ask="Ship {input.service}?", **asked)

    @made.step(when=go.approved)
    async def act(input: Ship, go: Outcome) -> str:
        return f"{input.service} by {', '.join(go.by)}"

    return made


def gate(**options: Any) -> Gate:
    asked: dict[str, Any] = {"approvers": "@security", "expires": "never", "remind_every": "1d", **options}
    return Gate("glass", owner="@security", **asked)


def people() -> StaticPeople:
    known = StaticPeople(groups={name: list(members) for name, members in GROUPS.items()})
    known._people |= {person.id: person for person in (GUEST, GONE)}
    return known


async def log(here: Harness) -> list[Any]:
    return await here.engine.events.read(0, 1000)


class Life:
    """A harness in which everybody who may break glass has one-time codes."""

    def __init__(self, here: Harness) -> None:
        self.here = here
        self.secrets: dict[str, str] = {}

    async def ask(self, service: str = "api", as_user: str = "U5") -> RequestRecord:
        run = await self.here.start("flow", {"service": service}, as_user=as_user)
        (request,) = (await self.here.state(run)).requests
        return request

    async def code(self, user: str) -> str:
        if user not in self.secrets:
            self.secrets[user] = await secret_of(self.here, user)
        return code(self.here, self.secrets[user])

    async def use(
        self, request: RequestRecord, user: str = "U7", *, reason: str = REASON, given: str | None = None
    ) -> DecisionResult:
        typed = await self.code(user) if given is None else given
        result = await self.here.engine.break_glass(request.id, reason, typed, actor=Actor("slack", user))
        await self.here.run_until_idle()
        return result

    async def review(self) -> RequestRecord:
        (request,) = [each for each in await self.here.requests() if each.workflow == "glass"]
        return request


def harness(*, folder: Path | None = None, at: Any = None, **options: Any) -> Harness:
    more = {} if at is None else {"at": at}
    return Harness(flow(**options), gate(), people=people(), folder=folder, **more)


async def test_a_named_person_approves_alone_and_others_review_it() -> None:
    async with harness() as here:
        life = Life(here)
        request = await life.ask()
        assert await here.engine.may_break_glass(request.id, actor=Actor("slack", "U7"))
        assert not await here.engine.may_break_glass(request.id, actor=Actor("slack", "U1"))
        result = await life.use(request)
        assert (result.code, result.text) == ("decided", "Approved by break-glass.")
        decided = result.request
        assert decided is not None
        use = decided.coverage.glass
        assert use is not None
        assert (decided.outcome, use.by, use.reason) == ("approved", "U7", REASON)
        assert await here.output((await here.runs("flow"))[0], "act") == "api by U7"
        review = await life.review()
        assert review.ask.strip('"') == "Was the break-glass of U7 at flow justified?"
        assert REASON in str(review.shown)
        # The person who broke glass cannot approve the review, though they are one of the reviewers.
        own = await here.try_decide(review, "approve", as_user="U7")
        assert own.code == "self_approval"
        second = await life.ask("web")
        await here.advance("2m")
        refused = await life.use(second)
        assert (refused.code, "is not reviewed yet" in refused.text) == ("not_allowed", True)
        assert not await here.engine.may_break_glass(second.id, actor=Actor("slack", "U7"))
        await here.decide(review, "approve", as_user="U9")
        assert await here.engine.open_reviews() == []
        await here.advance("2m")
        assert (await life.use(second)).code == "decided"
        events = [event for event in await log(here) if event.type.startswith("break_glass.")]
        assert [event.type for event in events] == [
            "break_glass.used", "break_glass.reviewed", "break_glass.used",
        ]  # fmt: skip
        assert (events[1].data["verdict"], events[1].data["reviewers"]) == ("justified", ["U9"])


async def test_a_review_that_its_person_rejects_or_cancels_is_asked_again(tmp_path: Path) -> None:
    async with harness(folder=tmp_path) as here:
        life = Life(here)
        await life.use(await life.ask())
        first = await life.review()
        await here.decide(first, "reject", as_user="U7", comment="Never mind.")
        assert len(await here.engine.open_reviews()) == 1
        await here.advance("2m")
        second = await life.review()
        assert second.id != first.id
        await here.advance("2m")
        await here.engine.cancel(second.run_id, actor=Actor("cli", "root"))
        await here.run_until_idle()
        third = await life.review()
        assert third.id not in (first.id, second.id)
        now = here.clock.now()
    async with harness(folder=tmp_path, at=now) as here:  # the review outlives a restart
        life.here = here
        await here.run_until_idle()
        assert (await life.review()).id == third.id
        await here.decide(third, "reject", as_user="U9", comment="It could have waited.")
        assert await here.engine.open_reviews() == []
        (closed,) = [event for event in await log(here) if event.type == "break_glass.reviewed"]
        assert (closed.data["verdict"], closed.data["comment"]) == (
            "not justified",
            "It could have waited.",
        )


@pytest.mark.parametrize(
    ("user", "reason", "given", "expected", "text"),
    [
        ("U1", REASON, None, "not_allowed", "Only"),
        ("U5", REASON, None, "not_allowed", "Only"),
        ("U21", REASON, None, "not_allowed", "full, active members"),
        ("U22", REASON, None, "not_allowed", "full, active members"),
        ("U99", REASON, "123456", "not_allowed", ""),
        ("U7", "  ", None, "comment_required", "at least 10"),
        ("U7", "urgent", None, "comment_required", "at least 10"),
        ("U7", "a" * 9 + "\u200b" * 20, None, "comment_required", "at least 10"),
        ("U7", "x" * 1001, None, "comment_required", "at most 1000"),
        ("U7", REASON, "", "code_required", "Enter the one-time code"),
        ("U7", REASON, "000000", "code_required", "wrong"),
    ],
)
async def test_attacks_by_people_reasons_and_codes_are_refused(
    user: str, reason: str, given: str | None, expected: str, text: str
) -> None:
    async with harness() as here:
        life = Life(here)
        await life.code("U7")
        request = await life.ask()
        result = await life.use(request, user, reason=reason, given=given)
        assert (result.code, text in result.text) == (expected, True), result.text
        assert (await here.requests())[0].state == "open"
        assert await here.engine.open_reviews() == []


@pytest.mark.parametrize("source", ["api", "engine"])
async def test_other_doors_cannot_break_glass(source: Any) -> None:
    async with harness() as here:
        life = Life(here)
        request = await life.ask()
        actor = Actor(source, "root", "U7")
        result = await here.engine.break_glass(request.id, REASON, await life.code("U7"), actor=actor)
        assert not result.accepted
        assert (await here.requests())[0].state == "open"


async def test_a_code_is_used_once_and_wrong_ones_lock() -> None:
    async with harness() as here:
        life = Life(here)
        first, second = await life.ask(), await life.ask("web")
        typed = await life.code("U7")
        assert (await life.use(first, given=typed)).code == "decided"
        await here.decide(await life.review(), "approve", as_user="U9")
        again = await life.use(second, given=typed)
        assert (again.code, "already used" in again.text) == ("code_required", True)
        for _ in range(5):
            last = await life.use(second, given="000000")
        assert "Too many wrong codes" in last.text
        await here.advance("2m")
        assert "Too many wrong codes" in (await life.use(second)).text
        stored = "".join(map(str, [event.data for event in await log(here)]))
        assert typed not in stored


async def test_of_two_uses_at_once_one_wins() -> None:
    async with harness() as here:
        life = Life(here)
        first, second = await life.ask(), await life.ask("web")
        codes = [pyotp.TOTP((await life.code("U7"), life.secrets["U7"])[1])]
        now = int(here.clock.now().timestamp())
        given = [codes[0].at(now - 30), codes[0].at(now)]
        results = await asyncio.gather(
            *(life.use(each, given=typed) for each, typed in zip((first, second), given, strict=True))
        )
        assert sorted(result.accepted for result in results) == [False, True]
        assert len([each for each in await here.requests() if each.workflow == "flow"]) == 1
        # Two people at one request: one of them approves it.
        third = await life.ask("db")
        await here.decide(await life.review(), "approve", as_user="U9")
        await here.advance("2m")
        both = await asyncio.gather(life.use(third, "U7"), life.use(third, "U8"))
        assert sorted(result.accepted for result in both) == [False, True]
        assert len(await here.engine.open_reviews()) == 1


async def test_break_glass_never_circumvents_a_policy_that_denies() -> None:
    here = harness()
    text = "rules:\n  - {name: no-api, at: step, when: input.service == 'api', deny: Not now.}\n"
    here._settings = replace(here._settings, policies=read_policies(text, "policies.yaml"))
    async with here:
        life = Life(here)
        request = await life.ask()
        result = await life.use(request)
        assert (result.code, "policies" in result.text) == ("not_allowed", True)
        assert await here.engine.open_reviews() == []


async def test_the_receipt_and_the_audit_say_break_glass() -> None:
    async with harness() as here:
        life = Life(here)
        request = await life.ask()
        await here.decide(request, "approve", as_user="U1")
        decided = (await life.use(request)).request
        assert decided is not None
        document = await here.engine.receipts.receipt(decided.id)
        keys = public_keys("".join((await here.engine.receipts.public_keys()).values()))
        content = verify_receipt(document, keys)
        assert [each.get("break_glass") for each in content["decisions"]] == [
            None,
            decided.coverage.glass and decided.coverage.glass.as_json(),
        ]
        assert content["covered"]["policy"]["break_glass"]["review"] == "glass"
        events = [event for event in await log(here) if event.request_id == decided.id]
        glass = decided.coverage.glass
        assert glass is not None
        forged = replace(decided, coverage=replace(decided.coverage, glass=None))
        assert "break-glass" in _contradictions(forged, events)[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"break_glass": BreakGlass(people=[], review="glass")}, "names nobody"),
        ({"break_glass": BreakGlass(people="#lobby", review="glass")}, "channel"),
        ({"break_glass": BreakGlass(people="somebody", review="glass")}, "not a group"),
        ({"break_glass": BreakGlass(people="@leads", review=" ")}, "review"),
        ({"break_glass": True}, "break_glass is True"),
        ({"revocable_for": "5m"}, "combined with revocable_for"),
    ],
)
def test_break_glass_that_makes_no_sense_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(DefinitionErrors, match=message):
        compile_workflow(flow(**options))


@pytest.mark.parametrize(
    ("review", "message"),
    [
        (None, "which is not loaded"),
        (gate(approvers=["@leads", "U21"]), "only people who may use"),
        (gate(self_approval=True), "self_approval"),
        (gate(remind_every=None, expires="1d", on_expiry="approve"), "on_expiry"),
        (gate(break_glass=BreakGlass(people="@all", review="glass")), "break_glass itself"),
    ],
)
async def test_a_gate_that_cannot_review_is_refused(review: Gate | None, message: str) -> None:
    async with Harness(flow(), *([review] if review else []), people=people()) as here:
        assert any(message in str(error) for error in here.engine.linking_errors())


@pytest.mark.parametrize(
    ("review", "message"),
    [
        (gate(respond=True), "which has respond"),
        (gate(grants=Grants(uses=2, within="1h")), "which has grants"),
    ],
)
async def test_a_gate_whose_requests_end_without_a_reader_or_a_verdict_is_refused(
    review: Gate, message: str
) -> None:
    async with Harness(flow(), review, people=people()) as here:
        assert any(message in str(error) for error in here.engine.linking_errors())


async def test_a_private_workflow_is_not_reviewed_where_others_read_it() -> None:
    async with Harness(flow(see=["@leads"]), gate(), people=people()) as here:
        assert any("has no may_see" in str(error) for error in here.engine.linking_errors())
    async with Harness(flow(see=["@leads"]), gate(may_see=["@security"]), people=people()) as here:
        assert here.engine.linking_errors() == []


async def test_people_who_may_break_glass_see_the_requests_of_a_private_workflow() -> None:
    made = flow(see=["@security"], break_glass=BreakGlass(people=["U8"], review="glass"))
    private = gate(may_see=["@security"])
    async with Harness(made, private, people=people(), conceals=True) as here:
        life = Life(here)
        request = await life.ask(as_user="U9")
        assert (await life.use(request, "U6")).code == "unknown"
        assert (await life.use(request, "U8")).code == "decided"


async def test_the_command_line_cannot_break_glass_even_where_it_decides() -> None:
    here = harness()
    here._settings = replace(here._settings, cli_decides=True)
    async with here:
        life = Life(here)
        request = await life.ask()
        actor = Actor("cli", "root", "U7")
        result = await here.engine.break_glass(request.id, REASON, await life.code("U7"), actor=actor)
        assert (result.code, "Break glass in Slack" in result.text) == ("not_allowed", True)
        assert (await here.requests())[0].state == "open"


async def test_the_same_submission_again_changes_nothing_and_says_so() -> None:
    async with harness() as here:
        life = Life(here)
        request = await life.ask()
        assert (await life.use(request)).code == "decided"
        assert (await life.use(request)).code == "duplicate"
        assert len(await here.engine.open_reviews()) == 1


REQUIRED = "rules:\n  - {name: two, at: step, when: 'true', require: {by: ['@ops']}, reason: Not alone.}\n"


async def test_a_policy_that_requires_other_approvers_asks_them_after_break_glass(tmp_path: Path) -> None:
    """Break-glass gives the approval of the workflow, and not what the installation requires."""
    here = harness(folder=tmp_path)
    here._settings = replace(here._settings, policies=read_policies(REQUIRED, "policies.yaml"))
    async with here:
        life = Life(here)
        request, typed = await life.ask(), await life.code("U7")
        assert (await life.use(request, given=typed)).code == "decided"
        await here.run_until_idle()
        (asked,) = await here.engine.requests(run_id=request.run_id)
        assert (asked.step, asked.approvers, asked.policy.break_glass) == ("act", ("@ops",), None)
        await here.decide(asked, "approve", as_user="U1")
        assert (await here.step((await here.runs("flow"))[0], "act")).state == "succeeded"


async def test_a_policy_that_came_after_break_glass_still_has_its_approvers() -> None:
    async with harness() as here:
        life, owner = Life(here), Actor("slack", "U1")
        request = await life.ask()
        await here.engine.control.pause_run(request.run_id, actor=owner)
        assert (await life.use(request)).code == "decided"
        here.engine._parts.base.policies.take(read_policies(REQUIRED, "policies.yaml"), {})
        await here.engine.control.resume_run(request.run_id, actor=owner)
        await here.run_until_idle()
        (asked,) = await here.engine.requests(run_id=request.run_id)
        assert (asked.step, asked.approvers) == ("act", ("@ops",))


async def test_a_second_approval_that_is_still_open_can_bring_the_people_whom_a_policy_requires() -> None:
    made = flow(approvers="@leads", quorum=1, break_glass=BreakGlass(people=["U7"], review="glass"))
    made.approval("also", ask="Also?", approvers="@ops", expires="10d")

    @made.step
    async def both(input: Ship, go: Outcome, also: Outcome) -> str:
        return "done"

    text = REQUIRED.replace("'true'", "step.name == 'both'")
    here = Harness(made, gate(), people=people())
    here._settings = replace(here._settings, policies=read_policies(text, "policies.yaml"))
    async with here:
        life = Life(here)
        run = await here.start("flow", {"service": "api"}, as_user="U5")
        asked = {each.step: each for each in (await here.state(run)).requests}
        assert (await life.use(asked["go"])).code == "decided"
        await here.decide(asked["also"], "approve", as_user="U1")
        await here.run_until_idle()
        assert await here.output(run, "both") == "done"


async def test_a_reason_cannot_forge_the_lines_of_the_review() -> None:
    async with harness() as here:
        life = Life(here)
        reason = "Payments are down.\nRequest: another\nApproval: harmless of nothing"
        await life.use(await life.ask(), reason=reason)
        shown = (await here.state((await here.runs("glass"))[0])).run.input["details"].splitlines()
        assert [line for line in shown if line.startswith(("Request:", "Approval:"))] == [
            "Approval: go of flow",
            f"Request: {(await here.engine.open_reviews())[0].request}",
        ]
        assert "> Request: another" in shown


@pytest.mark.parametrize("ask", ["y" * 5000, "y\n" * 2500])
@pytest.mark.parametrize("reason", ["x" * MAX_REASON, "x\n" * (MAX_REASON // 2)])
def test_the_longest_texts_of_people_can_be_asked_at_a_gate(ask: str, reason: str) -> None:
    at = datetime(2026, 11, 16, 8, 9, tzinfo=UTC)
    by, request = Actor("slack", "U7"), f"{'w' * 100}-{'k' * 72}.{'s' * 100}"
    review = OpenReview("U7", by, request, "w-1", "w" * 100, "s" * 100, ask, reason, "glass", at)
    asked = Question.model_validate(question(review, "n" * 500))
    assert asked.details.count("\n") < 60


async def test_a_gate_that_is_gone_is_told_and_the_review_is_asked_when_it_is_back(tmp_path: Path) -> None:
    async with harness(folder=tmp_path) as here:
        life = Life(here)
        await life.use(await life.ask())
        second = await life.ask("web")
        await here.decide(await life.review(), "reject", as_user="U7", comment="Ask me later.")
        now = here.clock.now()
    async with Harness(flow(), people=people(), folder=tmp_path, at=now) as here:
        life.here = here
        await here.advance("10m")
        (told,) = [event for event in await log(here) if event.type == "break_glass.not_asked"]
        assert (told.data["by"], told.data["gate"], "glass" in told.data["problem"]) == ("U7", "glass", True)
        assert (await here.engine.open_reviews())[0].problem == told.data["problem"]
        refused = await life.use(second, "U8")
        assert (refused.code, "is not loaded" in refused.text) == ("not_allowed", True)
        now = here.clock.now()
    async with harness(folder=tmp_path, at=now) as here:
        life.here = here
        await here.run_until_idle()
        assert (await here.engine.open_reviews())[0].problem == ""
        await here.decide(await life.review(), "approve", as_user="U9")
        assert await here.engine.open_reviews() == []
