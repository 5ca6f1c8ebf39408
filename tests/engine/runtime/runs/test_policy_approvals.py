"""A policy that requires an approval asks for it, and the step executes what people approved."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from engine import Actor, Outcome, Workflow
from engine.authoring.policy_file import read_policies
from engine.errors import DefinitionError, NotAllowed
from engine.model.people import Person, StaticPeople
from engine.model.records.records import RequestRecord, RunRecord
from engine.testing import DecisionRefused, Harness
from signoff import Personal
from tests.planted_personal import VALUE, found_below, found_in

PEOPLE = StaticPeople(
    [Person(id_, id_) for id_ in ("U1", "U2", "U3", "U4", "U5")],
    groups={"ops": ["U1"], "managers": ["U2", "U3", "U4"], "security": ["U5"]},
)
ALICE = Actor("slack", "U1")


class Order(BaseModel):
    amount: int = 1


class Customer(BaseModel):
    email: Personal[str]


class Flow:
    """A release after a build; the author asks nobody."""

    def __init__(self, body: str = "first", **options: Any) -> None:
        self.calls: list[str] = []
        self.flow = flow = Workflow("deploy", owner="@ops", input=Order, **options)

        @flow.step
        async def build(input: Order) -> dict[str, int]:
            self.calls.append("build")
            return {"amount": input.amount}

        if body == "first":

            @flow.step
            async def release(build: dict[str, int]) -> str:
                self.calls.append("release")
                return f"released {build['amount']}"

        else:

            @flow.step(name="release")
            async def other(build: dict[str, int]) -> str:
                self.calls.append("other")
                return f"released otherwise {build['amount']}"


def rule(
    name: str = "eyes",
    by: str = "'@managers'",
    people: int = 2,
    when: str = "step.name == 'release'",
    more: str = "",
    reason: str = "Two managers approve.",
) -> str:
    asked = f"{{by: [{by}], people: {people}{more}}}"
    return f'  - {{name: {name}, at: step, when: "{when}", require: {asked}, reason: {reason}}}\n'


def governed(harness: Harness, *rules: str) -> Harness:
    text = "rules:\n" + "".join(rules or (rule(),))
    harness._settings = replace(harness._settings, policies=read_policies(text, "p.yaml"))
    return harness


async def take(harness: Harness, flow: Workflow, *rules: str) -> None:
    """Reload the workflow and the policy file; without rules there is none any more."""
    policies = read_policies("rules:\n" + "".join(rules), "p.yaml") if rules else None
    prepared = harness.engine.prepare([(flow, None)], harness._settings.registry)
    await harness.engine.replace(prepared, governed=(policies, {}))
    await harness.run_until_idle()


async def events(harness: Harness, type_: str) -> list[Mapping[str, Any]]:
    return [event.data for event in await harness.engine.events.read(0, 500) if event.type == type_]


async def only(harness: Harness) -> RequestRecord:
    (request,) = await harness.requests()
    return request


async def all_of(harness: Harness, run: RunRecord) -> list[tuple[str, str | None]]:
    return [(each.state, each.outcome) for each in (await harness.state(run)).requests]


async def test_a_rule_asks_its_people_and_the_step_executes_when_enough_have_approved() -> None:
    deploy = Flow()
    async with governed(Harness(deploy.flow, people=PEOPLE)) as harness:
        run = await harness.start("deploy", {"amount": 7}, as_user="U1")
        request = await only(harness)
        assert (request.kind, request.step, request.ask) == (
            "approval", "release", "Execute release of deploy?",
        )  # fmt: skip
        assert {item.label: item.value for item in request.shown} == {
            "Required by the policy": "eyes",
            "Reason": "Two managers approve.",
            "Input of the run": {"amount": 7},
            "Output of build": {"amount": 7},
        }
        assert request.clock.expires_at is not None
        assert (request.clock.expires_at - request.opened_at).total_seconds() == 86_400
        assert (await harness.state(run)).run.reason == "waits for people at release"
        await harness.decide(request, "approve", as_user="U2")
        assert deploy.calls == ["build"]
        await harness.decide(request, "approve", as_user="U3")
        assert deploy.calls == ["build", "release"]
        assert (await harness.state(run)).run.state == "succeeded"
        assert await harness.output(run, "release") == "released 7"
        (asked,) = await events(harness, "policy.asked")
        assert asked["rules"][0]["rule"] == "eyes"
        assert await events(harness, "policy.denied") == []
        receipt = (await harness.engine.receipts.receipt(request.id))["receipt"]
        question = receipt["covered"]["binding"]["policy"]
        assert (question["rule"], question["file"]) == ("eyes", asked["digest"])


async def test_neither_the_requester_nor_an_outsider_can_give_the_approval() -> None:
    deploy = Flow()
    async with governed(Harness(deploy.flow, people=PEOPLE), rule(people=1)) as harness:
        await harness.start("deploy", as_user="U2")
        for user, code in (("U2", "self_approval"), ("U1", "not_allowed")):
            with pytest.raises(DecisionRefused) as refused:
                await harness.decide("release", "approve", as_user=user)
            assert refused.value.result.code == code
        with pytest.raises(NotAllowed):  # the owner is none of the people whom the rule names
            await harness.engine.reassign((await only(harness)).id, "U1", actor=ALICE)
        assert deploy.calls == ["build"]
        await harness.decide("release", "approve", as_user="U3")
        assert deploy.calls == ["build", "release"]


async def test_a_rejection_fails_the_step_with_the_reason_and_a_retry_asks_again() -> None:
    deploy = Flow()
    async with governed(Harness(deploy.flow, people=PEOPLE), rule(people=1)) as harness:
        run = await harness.start("deploy", as_user="U1")
        await harness.decide("release", "reject", as_user="U2", comment="Not on Monday.")
        failure = await only(harness)
        assert (failure.kind, deploy.calls) == ("failure", ["build"])
        assert str(failure.failure and failure.failure.message) == (
            "The policies of this installation refuse it. The approval that the policy eyes requires was "
            "rejected by U2. Not on Monday."
        )
        assert [each["decision"] for each in await events(harness, "policy.denied")] == ["require"]
        await harness.decide(failure, "retry", as_user="U1")
        again = await only(harness)
        assert (again.kind, deploy.calls) == ("approval", ["build"])
        await harness.decide(again, "approve", as_user="U2")
        assert deploy.calls == ["build", "release"]
        assert len(await all_of(harness, run)) == 3


async def test_a_request_that_expires_fails_the_step() -> None:
    deploy = Flow()
    async with governed(Harness(deploy.flow, people=PEOPLE), rule(more=", expires: 2h")) as harness:
        await harness.start("deploy", as_user="U1")
        await harness.decide("release", "approve", as_user="U2")
        await harness.advance("2h")
        failure = await only(harness)
        assert failure.kind == "failure"
        assert "Nobody gave the approval that the policy eyes requires in time." in str(failure.failure)
        assert deploy.calls == ["build"]


async def test_a_workflow_that_fails_on_failure_ends_when_people_reject() -> None:
    deploy = Flow(on_failure="fail")
    async with governed(Harness(deploy.flow, people=PEOPLE), rule(people=1)) as harness:
        run = await harness.start("deploy", as_user="U1")
        await harness.decide("release", "reject", as_user="U2")
        assert (await harness.state(run)).run.state == "failed"
        assert deploy.calls == ["build"]


async def test_each_rule_asks_and_what_one_got_counts_for_that_rule_alone() -> None:
    deploy = Flow()
    rules = rule("eyes", people=1), rule("other", people=1), rule("third", "'@security'", 1)
    async with governed(Harness(deploy.flow, people=PEOPLE), *rules) as harness:
        run = await harness.start("deploy", as_user="U1")
        asked = []
        for user in ("U2", "U3", "U5"):
            request = await only(harness)
            asked.append(request.policy_question and request.policy_question.rule)
            assert deploy.calls == ["build"]
            await harness.decide(request, "approve", as_user=user)
        assert asked == ["eyes", "other", "third"]
        assert deploy.calls == ["build", "release"]
        assert (await harness.state(run)).run.state == "succeeded"


async def test_a_denial_wins_and_asks_nobody() -> None:
    deploy = Flow()
    deny = "  - {name: no, at: step, when: \"step.name == 'release'\", deny: Never.}\n"
    async with governed(Harness(deploy.flow, people=PEOPLE), rule(), deny) as harness:
        await harness.start("deploy", as_user="U1")
        assert (await only(harness)).kind == "failure"
        assert await events(harness, "policy.asked") == []


async def test_a_denial_that_came_while_people_were_asked_holds_the_step_after_they_approved() -> None:
    deploy = Flow()
    async with governed(Harness(deploy.flow, people=PEOPLE), rule(people=1)) as harness:
        await harness.start("deploy", as_user="U1")
        deny = "  - {name: no, at: step, when: \"step.name == 'release'\", deny: Never.}\n"
        await take(harness, deploy.flow, rule(people=1), deny)
        await harness.decide("release", "approve", as_user="U2")
        assert deploy.calls == ["build"]
        assert "Never." in str((await only(harness)).failure)


async def test_an_approval_of_the_author_that_satisfies_the_rule_leaves_nothing_to_ask() -> None:
    calls: list[str] = []
    flow = Workflow("deploy", owner="@ops")
    flow.approval("go", ask="Go?", approvers=["@managers"], quorum=1, expires="9d")

    @flow.step
    async def release(go: Outcome[None]) -> None:
        calls.append("release")

    for people, left in ((1, 0), (2, 1)):
        async with governed(Harness(flow, people=PEOPLE), rule(people=people)) as harness:
            await harness.start("deploy", as_user="U1")
            await harness.decide("go", "approve", as_user="U2")
            assert len(await harness.requests()) == left
            if left:
                request = await only(harness)
                assert {item.label: item.value for item in request.shown}["Output of go"] == "approved"
                await harness.decide(request, "approve", as_user="U2")
                await harness.decide(request, "approve", as_user="U3")
    assert calls == ["release", "release"]


async def test_an_open_request_outlives_a_restart(tmp_path: Path) -> None:
    deploy = Flow()
    async with governed(Harness(deploy.flow, people=PEOPLE, folder=tmp_path)) as harness:
        await harness.start("deploy", as_user="U1")
        await harness.decide("release", "approve", as_user="U2")
        now = harness.clock.now()
    async with governed(Harness(deploy.flow, people=PEOPLE, folder=tmp_path, at=now)) as harness:
        await harness.run_until_idle()
        assert deploy.calls == ["build"]
        await harness.decide("release", "approve", as_user="U3")
        assert deploy.calls == ["build", "release"]


async def test_a_file_that_changed_while_nobody_served_asks_again(tmp_path: Path) -> None:
    deploy = Flow()
    async with governed(Harness(deploy.flow, people=PEOPLE, folder=tmp_path), rule(people=1)) as harness:
        await harness.start("deploy", as_user="U1")
        now, before = harness.clock.now(), await only(harness)
    again = Harness(deploy.flow, people=PEOPLE, folder=tmp_path, at=now)
    async with governed(again, rule(by="'@security'", people=1)) as harness:
        await harness.run_until_idle()
        request = await only(harness)
        assert (request.approvers, request.coverage.again) == (("@security",), "the policy eyes changed")
        with pytest.raises(DecisionRefused):
            await harness.decide(before.id, "approve", as_user="U2")
        await harness.decide(request, "approve", as_user="U5")
        assert deploy.calls == ["build", "release"]


@pytest.mark.parametrize("rest", [(), (rule("else", when="step.name == 'nothing'"),)])
async def test_a_rule_that_is_gone_has_its_request_withdrawn_and_the_step_executes(rest: tuple[str]) -> None:
    deploy = Flow()
    async with governed(Harness(deploy.flow, people=PEOPLE)) as harness:
        run = await harness.start("deploy", as_user="U1")
        await harness.decide("release", "approve", as_user="U2")
        await take(harness, deploy.flow, *rest)
        assert deploy.calls == ["build", "release"]
        assert await all_of(harness, run) == [("withdrawn", None)]


async def test_a_rule_that_stays_the_same_keeps_its_request_and_its_answers() -> None:
    deploy = Flow()
    async with governed(Harness(deploy.flow, people=PEOPLE)) as harness:
        run = await harness.start("deploy", as_user="U1")
        await harness.decide("release", "approve", as_user="U2")
        await take(
            harness, deploy.flow, rule("more", when="step.name == 'nothing'"), rule(more=", expires: 3d")
        )
        await harness.decide("release", "approve", as_user="U3")
        assert deploy.calls == ["build", "release"]
        assert await all_of(harness, run) == [("decided", "approved")]


async def test_an_approval_given_for_an_earlier_rule_does_not_count() -> None:
    deploy = Flow()
    async with governed(Harness(deploy.flow, people=PEOPLE), rule(people=1)) as harness:
        run = await harness.start("deploy", as_user="U1")
        await harness.engine.control.pause_run(run.id, actor=ALICE)
        await harness.decide("release", "approve", as_user="U2")
        await take(harness, deploy.flow, rule(people=2))
        await harness.engine.control.resume_run(run.id, actor=ALICE)
        await harness.run_until_idle()
        assert deploy.calls == ["build"]
        assert (await only(harness)).coverage.again == "the policy eyes changed"


@pytest.mark.parametrize("approved", [True, False])
async def test_code_that_changed_before_the_step_executes_asks_again(approved: bool) -> None:
    deploy, changed = Flow(), Flow("other")
    async with governed(Harness(deploy.flow, people=PEOPLE), rule(people=1)) as harness:
        run = await harness.start("deploy", as_user="U1")
        await harness.engine.control.pause_run(run.id, actor=ALICE)
        if approved:
            await harness.decide("release", "approve", as_user="U2")
        await take(harness, changed.flow, rule(people=1))
        await harness.engine.control.resume_run(run.id, actor=ALICE)
        await harness.run_until_idle()
        assert (deploy.calls, changed.calls) == (["build"], [])
        request = await only(harness)
        assert request.coverage.again == "the code of release changed"
        await harness.decide(request, "approve", as_user="U2")
        assert (deploy.calls, changed.calls) == (["build"], ["other"])


async def test_an_approval_of_the_author_that_is_asked_again_withdraws_the_request_of_the_policy() -> None:
    calls: list[str] = []

    def flow(text: str) -> Workflow:
        made = Workflow("deploy", owner="@ops")
        made.approval("go", ask="Go?", approvers=["@managers"], quorum=1, expires="9d")
        if text == "first":

            @made.step
            async def release(go: Outcome[None]) -> None:
                calls.append("first")

        else:

            @made.step(name="release")
            async def other(go: Outcome[None]) -> str:
                calls.append("second")
                return "second"

        return made

    async with governed(Harness(flow("first"), people=PEOPLE), rule(by="'@security'", people=1)) as harness:
        run = await harness.start("deploy", as_user="U1")
        await harness.decide("go", "approve", as_user="U2")
        before = await only(harness)
        assert before.step == "release"
        await take(harness, flow("first"), rule(by="'@security'", people=1))
        assert (await only(harness)).id == before.id
        second = Workflow("deploy", owner="@ops")
        second.approval("go", ask="Go?", approvers=["@managers"], quorum=1, expires="9d")

        @second.step
        async def release(go: Outcome[None]) -> None:
            calls.append("second")
            calls.append("and more")

        await take(harness, second, rule(by="'@security'", people=1))
        assert {request.step for request in await harness.requests()} == {"go"}
        await harness.decide("go", "approve", as_user="U2")
        await harness.decide(await only(harness), "approve", as_user="U5")
        assert calls == ["second", "and more"]
        assert (await harness.state(run)).run.state == "succeeded"


async def test_a_list_asks_once_for_all_of_its_elements() -> None:
    sent: list[int] = []
    flow = Workflow("deploy", owner="@ops")

    @flow.step
    async def rows() -> list[int]:
        return [1, 2, 3]

    @flow.step(each=rows)
    async def send(row: int) -> int:
        sent.append(row)
        return row

    when = "step.name == 'send'"
    async with governed(Harness(flow, people=PEOPLE), rule(people=1, when=when)) as harness:
        run = await harness.start("deploy", as_user="U1")
        request = await only(harness)
        assert (request.step, sent) == ("send", [])
        assert [1, 2, 3] in [item.value for item in request.shown]
        await harness.decide(request, "approve", as_user="U2")
        assert sorted(sent) == [1, 2, 3]
        assert (await harness.state(run)).run.state == "succeeded"
        assert len(await events(harness, "policy.asked")) == 1


async def test_a_list_that_a_rule_stops_midway_waits_and_executes_each_element_once() -> None:
    sent: list[int] = []
    flow = Workflow("deploy", owner="@ops")

    @flow.step
    async def rows() -> list[int]:
        return [1, 2, 3]

    @flow.step(each=rows, at_once=1)
    async def send(row: int) -> int:
        sent.append(row)
        await engine_takes()
        return row

    when = "step.name == 'send'"
    harness = Harness(flow, people=PEOPLE)

    async def engine_takes() -> None:
        if len(sent) == 1:  # the first element executes while the file is replaced
            text = "rules:\n" + rule(people=1, when=when)
            harness.engine._parts.base.policies.take(read_policies(text, "p.yaml"), {})

    async with harness:
        run = await harness.start("deploy", as_user="U1")
        request = await only(harness)
        assert (request.step, sent) == ("send", [1])
        await harness.decide(request, "approve", as_user="U2")
        assert sent == [1, 2, 3]
        assert (await harness.state(run)).run.state == "succeeded"


async def test_a_run_that_is_cancelled_withdraws_the_request() -> None:
    deploy = Flow()
    async with governed(Harness(deploy.flow, people=PEOPLE)) as harness:
        run = await harness.start("deploy", as_user="U1")
        await harness.engine.cancel(run.id, actor=ALICE)
        assert await all_of(harness, run) == [("withdrawn", None)]
        assert (await harness.state(run)).run.state == "cancelled"


async def test_a_replay_counts_what_a_policy_asked_as_asked() -> None:
    deploy = Flow()
    async with governed(Harness(deploy.flow, people=PEOPLE), rule(people=1)) as harness:
        since = harness.clock.now()
        await harness.start("deploy", as_user="U1")
        await harness.decide("release", "approve", as_user="U2")
        (judged,) = await harness.engine.replay_policies(None, since=since)
        assert judged.decision == "require"


async def test_the_status_counts_requests_and_rejections_apart() -> None:
    deploy = Flow()
    async with governed(Harness(deploy.flow, people=PEOPLE), rule(people=1)) as harness:
        since = harness.clock.now()
        await harness.start("deploy", as_user="U1")
        await harness.decide("release", "reject", as_user="U2")
        await harness.decide("release", "retry", as_user="U1")
        (entry,), _, _ = await harness.engine.policy_status(since=since)
        assert (entry["rule"], entry["asked"], entry["denied"]) == ("eyes", 2, 1)


async def test_people_who_are_gone_are_not_replaced_by_the_owner() -> None:
    deploy = Flow()
    async with governed(Harness(deploy.flow, people=PEOPLE), rule(by="'@nobody'", people=1)) as harness:
        await harness.start("deploy", as_user="U3")
        await harness.run_until_idle()
        request = await only(harness)
        assert request.approvers == ("@nobody",)
        with pytest.raises(DecisionRefused):
            await harness.decide(request, "approve", as_user="U1")
        assert len(await events(harness, "request.unanswerable")) == 1


@pytest.mark.parametrize(
    ("by", "people", "told"),
    [("'@managers'", 3, []), ("'@managres'", 1, ["There is no group called @managres"]), ("U9", 1, ["U9"])],
)
async def test_the_operator_hears_at_the_start_of_policies_that_nobody_could_answer(
    by: str, people: int, told: list[str]
) -> None:
    async with governed(Harness(Flow().flow, people=PEOPLE), rule(by=by, people=people)) as harness:
        await harness.run_until_idle()
        queue = harness.engine.approver_review.findings
        found = [queue.get_nowait() for _ in range(queue.qsize())]
        assert len(found) == len(told)
        for finding, text in zip(found, told, strict=True):
            assert finding.text.startswith("Nobody can give the approval that the policy eyes requires.")
            assert text in finding.text


def test_a_wrong_deadline_is_named_with_its_line() -> None:
    for given in ("5", "1s", "soon"):
        with pytest.raises(DefinitionError, match=r"p\.yaml:2:\d+.*expires|expires"):
            read_policies("rules:\n" + rule(more=f", expires: {given}"), "p.yaml")


@pytest.mark.parametrize("second", [2, 1])
async def test_a_step_that_executes_again_because_of_a_revision_asks_again(second: int) -> None:
    outputs = iter([1, second])
    executed: list[int] = []
    flow = Workflow("deploy", owner="@ops")

    @flow.step
    async def build() -> int:
        return next(outputs)

    @flow.step
    async def release(build: int) -> int:
        executed.append(build)
        return build

    review: dict[str, Any] = {"approvers": ["@security"], "expires": "9d", "advisory": True}
    flow.approval("review", ask="Keep {release}?", revise=[build], **review)
    async with governed(Harness(flow, people=PEOPLE), rule(people=1)) as harness:
        await harness.start("deploy", as_user="U1")
        first = await only(harness)
        await harness.decide(first, "approve", as_user="U2")
        assert executed == [1]
        await harness.decide("review", "request_changes", as_user="U5", comment="Build it again.")
        request = await only(harness)
        assert (request.step, executed) == ("release", [1])
        assert (request.id != first.id, request.coverage.again) == (True, "changes were requested")
        assert {item.label: item.value for item in request.shown}["Output of build"] == second
        await harness.decide(request, "approve", as_user="U2")
        assert executed == [1, second]


async def test_a_rerun_with_another_input_asks_for_that_input() -> None:
    deploy = Flow()
    async with governed(Harness(deploy.flow, people=PEOPLE), rule(people=1)) as harness:
        run = await harness.start("deploy", {"amount": 7}, as_user="U1")
        await harness.decide("release", "approve", as_user="U2")
        assert deploy.calls == ["build", "release"]
        await harness.engine.control.rerun(run.id, {"amount": 8}, actor=ALICE)
        await harness.run_until_idle()
        assert deploy.calls == ["build", "release", "build"]
        assert {item.label: item.value for item in (await only(harness)).shown}["Output of build"] == {
            "amount": 8
        }


async def test_a_request_of_a_policy_holds_no_personal_value(tmp_path: Path) -> None:
    flow = Workflow("deploy", owner="@ops", input=Customer)
    reached: list[str] = []

    @flow.step
    async def build(input: Customer) -> Customer:
        return input

    @flow.step
    async def release(build: Customer) -> None:
        reached.append(build.email)

    async with governed(Harness(flow, people=PEOPLE, folder=tmp_path), rule(people=1)) as harness:
        run = await harness.start("deploy", {"email": VALUE}, as_user="U1")
        request = await only(harness)
        assert {item.label for item in request.shown} >= {"Input of the run", "Output of build"}
        assert found_in(str(request).encode()) == []
        await harness.decide(request, "approve", as_user="U2")
        assert reached == [VALUE]
        assert found_in(str(await harness.state(run)).encode()) == []
        assert found_below(tmp_path) == []
