"""Policies govern every start and every attempt of a step, whichever door they come through."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from engine import Actor, Cron, Outcome, Workflow
from engine.authoring.policy_cases import try_cases
from engine.authoring.policy_file import read_policies
from engine.errors import DefinitionError, PolicyDenied
from engine.model.people import Person, StaticPeople
from engine.model.records.records import RunRecord
from engine.testing import Harness

PEOPLE = StaticPeople(
    [Person(id_, id_) for id_ in ("U1", "U2", "U3", "U01ONCALL")],
    groups={"ops": ["U1"], "managers": ["U2", "U3"]},
)
GUIDE = Path(__file__).parents[4] / "docs/guides/policies.md"


def guide_rules() -> str:
    return GUIDE.read_text("utf-8").partition('title="policies.yaml"\n')[2].partition("```")[0]


class Order(BaseModel):
    amount: int = 1


class Flow:
    """A release that an approval guards, after a build."""

    def __init__(self, name: str = "deploy", quorum: int = 1, approvers: str = "@managers") -> None:
        self.calls: list[str] = []
        self.flow = flow = Workflow(name, owner="@ops", input=Order)

        @flow.step
        async def build(input: Order) -> int:
            self.calls.append("build")
            return input.amount

        go = flow.approval("go", ask="Go?", approvers=[approvers], quorum=quorum, after=[build], expires="9d")

        @flow.step
        async def release(build: int, go: Outcome[None]) -> None:
            self.calls.append("release")

        assert go


def governed(harness: Harness, text: str, variables: Mapping[str, str] | None = None) -> Harness:
    rules = read_policies(text, "policies.yaml")
    harness._settings = replace(harness._settings, policies=rules, policy_variables=variables or {})
    return harness


def rule(name: str, when: str, rest: str = "deny: Not now.", at: str = "step") -> str:
    return f"rules:\n  - name: {name}\n    at: {at}\n    when: {when}\n    {rest}\n"


async def events(harness: Harness, type_: str) -> list[dict[str, Any]]:
    return [dict(event.data) for event in await harness.engine.events.read(0, 500) if event.type == type_]


async def step_states(harness: Harness, run: RunRecord) -> dict[str, str]:
    return {step.step: step.state for step in (await harness.state(run)).steps}


async def test_a_denied_start_creates_no_run_and_records_the_reason() -> None:
    text = rule("large", "input.amount > 10", "deny: Ask finance first.", at="start")
    async with governed(Harness(Flow().flow, people=PEOPLE), text) as harness:
        with pytest.raises(PolicyDenied, match=r"deploy was not started\. Ask finance first\."):
            await harness.start("deploy", {"amount": 11}, as_user="U1")
        assert await events(harness, "run.created") == []
        (denial,) = await events(harness, "policy.denied")
        assert denial["rules"] == [{"rule": "large", "effect": "deny", "reason": "Ask finance first."}]
        await harness.start("deploy", {"amount": 10}, as_user="U1")
        (created,) = await events(harness, "run.created")
        assert created["policy"] == {"decision": "allow", "digest": denial["digest"]}


async def test_a_second_start_with_the_key_of_a_run_gets_that_run_although_the_policy_denies_now() -> None:
    text = rule("night", "time.hour >= 20", at="start")
    async with governed(Harness(Flow().flow, people=PEOPLE), text) as harness:
        first = await harness.engine.start("deploy", {}, actor=Actor("slack", "U1"), key="k1")
        await harness.advance("12h")
        again = await harness.engine.start("deploy", {}, actor=Actor("slack", "U1"), key="k1")
        assert again.id == first.id
        with pytest.raises(PolicyDenied):
            await harness.engine.start("deploy", {}, actor=Actor("slack", "U1"), key="k2")


async def test_a_denied_step_asks_the_owner_and_a_retry_is_judged_again() -> None:
    deploy = Flow()
    text = rule("hours", 'step.name == "build" && time.hour < 12', "deny: From noon on.")
    async with governed(Harness(deploy.flow, people=PEOPLE), text) as harness:
        run = await harness.start("deploy")
        (request,) = await harness.requests()
        assert (request.kind, request.step) == ("failure", "build")
        assert request.failure is not None
        assert "The policies of this installation refuse it. From noon on." in str(request.failure)
        await harness.decide("build", "retry", as_user="U1")
        assert deploy.calls == []
        await harness.advance("4h")
        await harness.decide("build", "retry", as_user="U1")
        assert deploy.calls == ["build"]
        assert len(await events(harness, "policy.denied")) == 2
        assert (await step_states(harness, run))["go"] == "waiting"


async def test_four_eyes_hold_a_release_that_one_manager_approved() -> None:
    text = rule("eyes", 'step.name == "release"', 'require: {by: ["@managers"], people: 2}\n    reason: Two.')
    for quorum, calls in ((1, ["build"]), (2, ["build", "release"])):
        deploy = Flow(quorum=quorum)
        async with governed(Harness(deploy.flow, people=PEOPLE), text) as harness:
            await harness.start("deploy", as_user="U1")
            await harness.decide("go", "approve", as_user="U2")
            if quorum == 2:
                await harness.decide("go", "approve", as_user="U3")
            assert deploy.calls == calls


async def test_a_budget_counts_the_runs_of_a_day_also_when_they_start_at_once() -> None:
    text = "zone: Europe/Berlin\n" + rule("budget", "usage.runs_today >= 3", at="start")
    async with governed(Harness(Flow().flow, people=PEOPLE), text) as harness:
        starts = [harness.engine.start("deploy", {}, actor=Actor("slack", "U1")) for _ in range(6)]
        ended = await asyncio.gather(*starts, return_exceptions=True)
        assert sum(isinstance(each, PolicyDenied) for each in ended) == 3
        await harness.advance("14h")  # 00:00 in Berlin, and 23:00 UTC
        await harness.start("deploy", as_user="U1")


async def test_a_condition_on_a_field_that_is_missing_denies_the_start() -> None:
    async with governed(
        Harness(Flow().flow, people=PEOPLE), rule("x", "input.nope == 1", at="start")
    ) as harness:
        with pytest.raises(
            PolicyDenied, match="could not be evaluated, so it denies: the field nope is missing"
        ):
            await harness.start("deploy")


async def test_a_child_run_that_is_denied_fails_its_step_and_a_schedule_fires_on() -> None:
    child = Flow("deploy")
    parent = Workflow("parent", owner="@ops", on_failure="fail")
    parent.child("sub", "deploy")
    async with governed(
        Harness(child.flow, parent, people=PEOPLE), rule("no", 'trigger.kind == "child"', at="start")
    ) as harness:
        run = await harness.start("parent")
        assert (await harness.state(run)).run.state == "failed"
        assert child.calls == []


async def test_only_variables_on_the_list_are_facts() -> None:
    text = "environment: [REGION]\n" + rule("region", 'env.REGION == "eu"', at="start")
    variables = {"REGION": "eu", "SECRET": "x"}
    async with governed(Harness(Flow().flow, people=PEOPLE), text, variables) as harness:
        with pytest.raises(PolicyDenied, match="Not now"):
            await harness.start("deploy")
    with pytest.raises(DefinitionError, match="env has no field SECRET"):
        read_policies(text.replace("env.REGION", "env.SECRET"), "policies.yaml")
    unlisted = replace(read_policies(text, "policies.yaml"), environment=())
    deploy = Flow()
    async with Harness(deploy.flow, people=PEOPLE) as harness:
        prepared = harness.engine.prepare([(deploy.flow, None)], harness._settings.registry)
        await harness.engine.replace(prepared, governed=(unlisted, variables))
        with pytest.raises(PolicyDenied, match="the field REGION is missing"):
            await harness.start("deploy")


async def test_the_current_file_governs_the_steps_of_earlier_runs() -> None:
    deploy = Flow()
    async with Harness(deploy.flow, people=PEOPLE) as harness:
        await harness.start("deploy", as_user="U1")
        rules = read_policies(rule("stop", 'step.name == "release"'), "policies.yaml")
        prepared = harness.engine.prepare([(deploy.flow, None)], harness._settings.registry)
        await harness.engine.replace(prepared, governed=(rules, {}))
        await harness.decide("go", "approve", as_user="U2")
        assert deploy.calls == ["build"]
        (denial,) = await events(harness, "policy.denied")
        assert denial["digest"] == rules.digest


async def test_the_rules_of_the_guide_are_valid_and_freeze_changes_but_for_the_person_on_call() -> None:
    text = guide_rules()
    deploy = Flow()
    harness = Harness(deploy.flow, people=PEOPLE, at="2026-12-21T09:00:00+00:00")
    async with governed(harness, text) as harness:
        with pytest.raises(PolicyDenied, match="Changes are frozen until 3 January"):
            await harness.start("deploy", as_user="U1")
        await harness.start("deploy", as_user="U01ONCALL")
        (created,) = await events(harness, "run.created")
        assert created["policy"]["exceptions"] == ["change-freeze"]
        assert deploy.calls == ["build"]


async def test_a_replay_says_what_other_rules_would_have_decided_about_past_runs() -> None:
    deploy = Flow()
    async with Harness(deploy.flow, people=PEOPLE) as harness:
        since = harness.clock.now()
        for amount in (1, 20, 3):
            await harness.advance("1m")
            newest = await harness.start("deploy", {"amount": amount}, as_user="U1")
        await harness.decide("go", "approve", as_user="U2", run=newest)
        text = rule("large", "input.amount > 10", at="start") + (
            "  - {name: eyes, when: step.name == 'release', require: {by: ['@managers'], people: 2},\n"
            "     reason: Two.}\n"
            "  - {name: budget, at: start, when: usage.runs_today >= 2, deny: Enough.}\n"
        )
        policies = read_policies(text, "p.yaml")
        page = await harness.engine.replay_policies(policies, since=since)
        found = [(each.decision, [(step, matched.name) for step, matched in each.rules]) for each in page]
        assert found == [
            ("allow", []),
            ("deny", [("", "large")]),
            ("deny", [("", "budget"), ("release", "eyes")]),
        ]
        rest = await harness.engine.replay_policies(policies, since=since, after=page[1].run)
        assert [each.run.id for each in rest] == [page[2].run.id]


async def test_the_status_counts_denials_and_exceptions_by_rule() -> None:
    text = rule("freeze", "true", 'unless: requester.id == "U1"\n    deny: Frozen.', at="start")
    async with governed(Harness(Flow().flow, people=PEOPLE), text) as harness:
        since = harness.clock.now()
        await harness.start("deploy", as_user="U1")
        for _ in range(2):
            with pytest.raises(PolicyDenied):
                await harness.start("deploy", as_user="U2")
        (entry,), digest, more = await harness.engine.policy_status(since=since)
        assert (entry["rule"], entry["denied"], entry["exceptions"], more) == ("freeze", 2, 1, False)
        assert len(digest) == 16


def test_the_cases_of_the_guide_pass_and_a_wrong_one_fails() -> None:
    text = guide_rules()
    assert [case.passed for case in try_cases(text, "p.yaml")] == [True, True, True]
    wrong = try_cases(text.replace("expect: allow", "expect: deny"), "p.yaml")
    assert [case.passed for case in wrong] == [True, False, True]
    assert not try_cases(text.replace("rules: [ch", "rules: [x"), "p.yaml")[0].passed


async def test_a_fire_of_a_schedule_that_is_denied_starts_nothing_and_the_next_one_is_judged_again() -> None:
    nightly = Workflow("nightly", owner="@ops", triggers=[Cron("0 * * * *")])

    @nightly.step
    async def report() -> None:
        pass

    text = rule("ten", "time.hour == 10", at="start")
    async with governed(Harness(nightly, people=PEOPLE), text) as harness:
        for _ in range(3):
            await harness.advance("1h")
        runs, _ = await harness.engine.runs("nightly")
        assert sorted(run.created_at.hour for run in runs) == [11, 12]
        (denial,) = await events(harness, "policy.denied")
        assert denial["trigger"].startswith("cron:")


async def test_a_backfill_leaves_out_what_is_denied_and_says_why() -> None:
    nightly = Workflow("nightly", owner="@ops", triggers=[Cron("0 * * * *")])

    @nightly.step
    async def report() -> None:
        pass

    text = rule("ten", "time.hour == 10", at="start")
    async with governed(Harness(nightly, people=PEOPLE, schedules=False), text) as harness:
        await harness.advance("1h")
        day = harness.clock.now().date() - timedelta(days=9)
        done = await harness.engine.backfill("nightly", day, day, actor=Actor("slack", "U1"))
        assert (done.started, done.known, done.denied, done.more) == (0, 0, 24, False)
        assert "Not now." in done.why
        week = day + timedelta(days=7)
        done = await harness.engine.backfill("nightly", day, week, actor=Actor("slack", "U1"))
        assert (done.started, done.denied, done.more) == (0, 100, True)
        await harness.advance("1h")
        done = await harness.engine.backfill("nightly", day, day, actor=Actor("slack", "U1"))
        assert (done.started, done.known, done.denied) == (24, 0, 0)


async def test_a_rerun_is_judged_as_any_other_start() -> None:
    deploy = Flow()
    text = rule("late", 'time.hour >= 12 && trigger.kind == "rerun"', at="start")
    async with governed(Harness(deploy.flow, people=PEOPLE), text) as harness:
        run = await harness.start("deploy", as_user="U1")
        await harness.engine.cancel(run.id, actor=Actor("slack", "U1"))
        await harness.advance("4h")
        with pytest.raises(PolicyDenied):
            await harness.engine.control.rerun(run.id, {}, actor=Actor("slack", "U1"))
