"""No detour leads around a policy: an alternative, a revision, or a default that denies."""

from dataclasses import replace

import pytest

from engine import Outcome, StepContext, Workflow
from engine.authoring.policy_file import read_policies
from engine.testing import Harness
from tests.engine.runtime.runs.test_policy_approvals import PEOPLE, Flow, governed, only, rule


class Detour:
    """A release with an alternative that executes when the release fails."""

    def __init__(self, *, is_broken: bool = False) -> None:
        self.calls: list[str] = []
        self.flow = flow = Workflow("deploy", owner="@ops")

        async def force() -> str:
            self.calls.append("force")
            return "forced"

        @flow.step(alternative=force)
        async def release() -> str:
            self.calls.append("release")
            if is_broken:
                raise ValueError("it does not answer")
            return "released"


@pytest.mark.parametrize("how", ["reject", "expire", "deny"])
async def test_no_alternative_executes_for_a_step_that_the_policies_refuse(how: str) -> None:
    detour = Detour()
    deny = "  - {name: no, at: step, when: \"step.name == 'release'\", deny: Not today.}\n"
    async with governed(Harness(detour.flow, people=PEOPLE), deny if how == "deny" else rule()) as harness:
        await harness.start("deploy", as_user="U1")
        if how == "reject":
            await harness.decide("release", "reject", as_user="U2")
        elif how == "expire":
            await harness.advance("25h")
        assert detour.calls == []
        assert (await only(harness)).kind == "failure"


async def test_a_rule_about_a_step_holds_for_its_alternative() -> None:
    detour = Detour(is_broken=True)
    async with governed(Harness(detour.flow, people=PEOPLE), rule(people=1)) as harness:
        await harness.start("deploy", as_user="U1")
        await harness.decide("release", "approve", as_user="U2")
        assert detour.calls[-1] == "release"
        request = await only(harness)
        assert request.kind == "approval"
        assert "force" not in detour.calls
        await harness.decide(request, "approve", as_user="U3")
        assert detour.calls[-1] == "force"


async def test_people_are_asked_again_about_a_step_that_was_sent_back_with_changes() -> None:
    seen: list[list[str]] = []
    flow = Workflow("deploy", owner="@ops")

    @flow.step
    async def plan(ctx: StepContext) -> str:
        seen.append([each.comment for each in ctx.feedback])
        return "x"

    flow.approval("go", ask="Go {plan}?", approvers=["@managers"], expires="9d", revise=[plan])

    @flow.step
    async def act(go: Outcome[None]) -> None: ...

    named_plan = rule(people=1, when="step.name == 'plan'")
    async with governed(Harness(flow, people=PEOPLE), named_plan) as harness:
        await harness.start("deploy", as_user="U1")
        await harness.decide("plan", "approve", as_user="U2")
        await harness.decide("go", "request_changes", as_user="U3", comment="drop the table instead")
        request = await only(harness)
        assert (seen, request.step) == ([[]], "plan")
        assert request.coverage.again == "changes were requested"
        shown = {item.label: item.value for item in request.shown}
        assert shown["Requested changes"] == "drop the table instead"
        await harness.decide(request, "approve", as_user="U2")
        assert seen == [[], ["drop the table instead"]]


async def test_an_approval_that_a_rule_requires_allows_a_step_where_the_default_denies() -> None:
    deploy = Flow()
    text = "default: deny\nrules:\n" + rule(people=1)
    text += "  - {name: builds, at: step, when: \"step.name == 'build'\", allow: It is harmless.}\n"
    text += "  - {name: starts, at: start, when: 'true', allow: Anybody may start it.}\n"
    harness = Harness(deploy.flow, people=PEOPLE)
    harness._settings = replace(harness._settings, policies=read_policies(text, "p.yaml"))
    async with harness:
        run = await harness.start("deploy", as_user="U1")
        await harness.decide("release", "approve", as_user="U2")
        assert deploy.calls == ["build", "release"]
        assert (await harness.state(run)).run.state == "succeeded"


async def test_a_list_without_elements_asks_nobody() -> None:
    flow = Workflow("deploy", owner="@ops")

    @flow.step
    async def rows() -> list[int]:
        return []

    @flow.step(each=rows)
    async def release(row: int) -> int:
        return row

    async with governed(Harness(flow, people=PEOPLE), rule()) as harness:
        run = await harness.start("deploy", as_user="U1")
        assert (await harness.state(run)).run.state == "succeeded"
