"""A run that a person completed by skipping says so; a condition that was not met does not count."""

import pytest

from bot.cli import formatting
from bot.views.answers.runs_answer import Listing, runs_page
from bot.views.home import home_view
from bot.views.message import MENTIONED
from bot.views.runs.run import run_message
from engine import Actor, Fatal, NotPossible, RunDetail, RunRecord, Workflow
from engine.clock import FakeClock
from engine.model.people import Person, StaticPeople
from engine.testing import Harness
from tests.request_records import waiting_page

CLI = Actor("cli", "root")
NOW = FakeClock().now()
PEOPLE = StaticPeople([Person("U01ALICE", "Alice"), Person("U02BOB", "Bob")])
WHY = "a person skipped build; 3 of 4 steps skipped"


def chain(*, fails: bool) -> Workflow:
    flow = Workflow("chain", owner="U02BOB", channel="#deploys")

    @flow.step
    async def build() -> str:
        if fails:
            raise Fatal("the registry is gone")
        return "built"

    @flow.step
    async def test(build: str) -> str:
        return build

    @flow.step
    async def release(test: str) -> str:
        return test

    @flow.step
    async def announce() -> str:
        return "started"

    return flow


async def skipped() -> RunDetail:
    async with Harness(chain(fails=True), people=PEOPLE) as harness:
        run = await harness.start("chain", as_user="U01ALICE")
        (request,) = await harness.requests()
        await harness.decide(request, "skip", as_user="U02BOB")
        return await harness.state(run)


async def test_a_run_completed_by_skipping_keeps_which_steps_it_went_without() -> None:
    detail = await skipped()
    assert (detail.run.state, detail.run.reason) == ("succeeded", WHY)


async def test_a_run_that_did_everything_gives_no_reason() -> None:
    async with Harness(chain(fails=False), people=PEOPLE) as harness:
        detail = await harness.state(await harness.start("chain"))
    assert (detail.run.state, detail.run.reason) == ("succeeded", "")


async def test_a_step_that_its_condition_left_out_was_skipped_by_nobody() -> None:
    flow = chain(fails=False)
    go = flow.approval("go", ask="Go on?", approvers=["U02BOB"], expires="1h")

    @flow.step(when=go.approved)
    async def more() -> None: ...

    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("chain")
        (request,) = await harness.requests()
        assert (await harness.decide(request, "reject", as_user="U02BOB", comment="no")).accepted
        detail = await harness.state(run)
    assert (detail.run.state, detail.run.reason) == ("succeeded", "")


async def test_every_list_and_message_shows_the_sign_and_the_count_of_a_skipped_run() -> None:
    detail = await skipped()
    message = run_message(detail, MENTIONED, NOW)
    assert message.text.startswith("⏭️ *chain* · ended with skipped steps")
    plan = next(block for block in message.blocks if block["type"] == "plan")
    assert plan["title"] == "1 of 4 steps done, 3 skipped"
    build = plan["tasks"][0]
    assert (build["title"], build["status"]) == ("⏭️ build · skipped by U02BOB", "pending")
    assert WHY not in str(message.blocks), "the plan says it already"
    assert "✅" not in message.text
    listed = runs_page([detail.run], Listing(), NOW, "/workflow")
    assert "⏭️ ended with skipped steps" in listed.text
    home = str(home_view(waiting_page([]), [detail.run], [], NOW, "/workflow"))
    assert f"ended with skipped steps: {WHY}" in home
    assert formatting.state(detail.run.state, detail.run.reason) == "⏭️ succeeded, with skipped steps"
    assert formatting.run_sign("succeeded", "") == "✅"


async def refused_acts(harness: Harness, run: RunRecord) -> set[str]:
    """Return the answers to acts that need a run under way."""
    control, texts = harness.engine.control, set[str]()
    for act in (
        harness.engine.cancel(run.id, actor=CLI),
        control.pause_run(run.id, actor=CLI),
        control.skip(run.id, "more", actor=CLI),
        harness.engine.signal(run.id, "paid", {}, actor=CLI),
    ):
        with pytest.raises(NotPossible) as refused:
            await act
        texts.add(str(refused.value))
    return texts


@pytest.mark.parametrize(("choice", "words"), [("reject", "was rejected"), ("", "was not answered in time")])
async def test_acts_on_a_run_that_ended_after_a_refusal_say_how_it_ended(choice: str, words: str) -> None:
    flow = chain(fails=False)
    go = flow.approval("go", ask="Go on?", approvers=["U02BOB"], expires="1h")

    @flow.step(when=go.approved)
    async def more() -> None: ...

    flow.wait_for("payment", signal="paid", expires="1d", when=go.approved)
    async with Harness(flow, people=PEOPLE) as harness:
        run = await harness.start("chain")
        if choice:
            await harness.decide("go", choice, as_user="U02BOB", comment="no")
        await harness.advance("2h")
        detail = await harness.state(run)
        assert detail.run.state == "succeeded"
        assert await refused_acts(harness, detail.run) == {f"{run.short} has already ended: it {words}."}


async def test_acts_on_a_run_that_a_person_completed_by_skipping_say_so() -> None:
    async with Harness(chain(fails=True), people=PEOPLE) as harness:
        run = await harness.start("chain", as_user="U01ALICE")
        await harness.decide((await harness.requests())[0], "skip", as_user="U02BOB")
        with pytest.raises(NotPossible, match="has already ended: it finished with skipped steps"):
            await harness.engine.cancel(run.id, actor=CLI)
