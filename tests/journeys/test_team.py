"""Several people decide: stages, values changed before they are approved, one of several options."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pyotp
import pytest
from aiohttp import web

from bot.http.listening import listening

DEPLOYS = "C05DEPLOYS"
ALICE, BOB, CAROL = "U01ALICE", "U02BOB", "U03CAROL"
People = Any

pytestmark = pytest.mark.long


@pytest.fixture
def environment() -> dict[str, str]:
    return {"SIGNOFF_WORKFLOWS": str(Path(__file__).with_name("team.py"))}


@pytest.fixture
async def bob(people: People) -> Any:
    return await people.desk(BOB, DEPLOYS)


async def test_values_are_changed_and_two_groups_approve_them(people: People, bob: Any) -> None:
    alice = await people.desk(ALICE, DEPLOYS)
    await alice.command("/workflow run ship")
    question = await bob.sees(
        "Ship billing to production?", "Stage 1 of 2, on call: 1 of @on-call must approve"
    )
    await bob.picture("stage-one")
    await bob.click(question, "Change")
    form = bob.page.get_by_role("dialog")
    await form.get_by_role("textbox", name="Replicas").fill("12")
    await form.get_by_role("button", name="Approve").click()
    await form.get_by_text('"12" is too large. Give at most 9.').wait_for()
    await bob.picture("change-error")
    await form.get_by_role("textbox", name="Replicas").fill("5")
    await bob.picture("change")
    await form.get_by_role("button", name="Approve").click()
    await form.get_by_text("Your answer is recorded. More approvers must answer.").wait_for()

    carol = await people.desk(CAROL, DEPLOYS)
    question = await carol.sees(
        "Ship billing to production?", "Stage 2 of 2, release: 1 of @release-managers"
    )
    await carol.sees("3 → 5")
    await carol.picture("stage-two")
    await carol.click(question, "Approve")
    await carol.sees("Ship billing to production?", "Approved by bob and carol")
    done = await alice.sees("ship", "3 of 3 steps done")
    await alice.picture("ship-done")
    await done.get_by_test_id("thread-summary").click()
    await alice.page.get_by_role("complementary").get_by_text("Replicas: 3 → 5").wait_for()
    await alice.picture("ship-thread")


async def test_one_of_several_options_is_chosen(people: People, bob: Any) -> None:
    await bob.command("/workflow run color")
    question = await bob.sees("Which environment goes live?", "Options: blue, green", "can decide")
    await bob.click(question, "Approve")
    form = bob.page.get_by_role("dialog")
    await form.get_by_role("button", name=re.compile("Choice")).click()
    await bob.page.get_by_role("option", name="green").click()
    await bob.picture("choose")
    await form.get_by_role("button", name="Approve").click()
    await bob.sees("Which environment goes live?", "Approved", "green")
    await bob.picture("chosen")


async def test_an_approval_is_taken_back_before_it_takes_effect(people: People, bob: Any) -> None:
    carol = await people.desk(CAROL, DEPLOYS)
    await carol.command("/workflow run pay")
    question = await bob.sees("Pay 20,000 to Lamps Ltd?", "can decide")
    await bob.click(question, "Approve")
    await bob.sees("Pay 20,000 to Lamps Ltd?", "Approved by bob", "can be revoked until then")
    await bob.picture("held")
    await carol.click(await carol.sees("Pay 20,000 to Lamps Ltd?", "can be revoked until then"), "Revoke")
    await carol.page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    await carol.sees("Only @on-call can revoke this approval, and you are not one of them.")
    alice = await people.desk(ALICE, DEPLOYS)
    await alice.click(await alice.sees("Pay 20,000 to Lamps Ltd?", "can be revoked until then"), "Revoke")
    await alice.page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    await bob.sees("Pay 20,000 to Lamps Ltd?", "@on-call can decide")
    await bob.picture("revoked")


async def test_only_low_risk_requests_are_approved_several_at_once(people: People, bob: Any) -> None:
    for command in ("run lamps name=torch", "run lamps name=candle", "run vault"):
        await bob.command(f"/workflow {command}")
    await bob.sees("Open the vault?", "high risk")
    await bob.sees("Buy a candle?", "low risk")
    carol = await people.desk(CAROL, DEPLOYS)
    await carol.command("/workflow approvals")
    listed = await carol.sees("3 requests wait for you")
    await carol.picture("queue")
    await carol.click(listed, "Approve 2 low-risk requests")
    confirm = carol.page.get_by_role("dialog")
    await confirm.get_by_text("Buy a torch?").wait_for()
    await carol.picture("together")
    await confirm.get_by_role("button", name="Approve 2").click()
    await confirm.get_by_text("2 answers recorded.").wait_for()
    await bob.sees("Buy a candle?", "Approved by carol")
    await bob.sees("Buy a torch?", "Approved by carol")
    await bob.sees("Open the vault?", "can decide")


async def test_a_question_is_handed_to_somebody_else(people: People, bob: Any) -> None:
    alice = await people.desk(ALICE, DEPLOYS)
    await bob.command("/workflow run vault")
    question = await alice.sees("Open the vault?", "@release-managers can decide")
    run = re.search(r"vault-\w{4}", await question.inner_text())
    assert run is not None
    await alice.command(f"/workflow reassign {run[0]} @carol")
    await alice.sees(f"{run[0]} now waits for carol.")
    await alice.sees("Open the vault?", re.compile("carol.* can decide", re.IGNORECASE))
    await alice.picture("reassigned")
    carol = await people.desk(CAROL, DEPLOYS)
    await carol.click(await carol.sees("Open the vault?", "can decide"), "Approve")
    confirm = carol.page.get_by_role("dialog")
    await confirm.get_by_role("textbox", name="Type “vault” to confirm").fill("fault")
    await confirm.get_by_role("button", name="Approve").click()
    await confirm.get_by_text("Type “vault” to confirm the approval.").wait_for()
    await carol.picture("confirm")
    await confirm.get_by_role("textbox", name="Type “vault” to confirm").fill("vault")
    await confirm.get_by_role("button", name="Approve").click()
    await carol.sees("Open the vault?", "Approved by carol")


async def test_when_everybody_leaves_the_owner_is_asked(people: People, bob: Any, installation: Any) -> None:
    await bob.command("/workflow run vault")
    await bob.sees("Open the vault?", "@release-managers can decide")
    async with aiohttp.ClientSession() as http:
        await http.post(f"{installation.url}/control/group", json={"id": "S02RELEASE", "users": []})
    question = await bob.sees("Open the vault?", "@release-managers or @platform can decide")
    await question.get_by_test_id("thread-summary").click()
    thread = bob.page.get_by_role("complementary")
    await thread.get_by_text(
        "Too few approvers are left to complete this, so @platform can decide as well"
    ).wait_for()
    await bob.picture("owner-asked")


async def test_somebody_decides_for_who_is_away(people: People, bob: Any) -> None:
    carol = await people.desk(CAROL, DEPLOYS)
    await carol.command("/workflow away until never to @bob")
    await carol.sees("“never” is not a date or time")
    await carol.command("/workflow away until 2d to @bob")
    await carol.sees("bob can decide for you until")
    await carol.picture("away")
    alice = await people.desk(ALICE, DEPLOYS)
    await alice.command("/workflow run vault")
    await bob.sees("Open the vault?", "can decide")
    stands_in = bob.page.get_by_text("bob can decide for carol")
    assert not await stands_in.count(), "at high risk only an approver stands in"
    await alice.command("/workflow run lamps name=torch")
    question = await bob.sees("Buy a torch?", "bob can decide for carol")
    await question.get_by_test_id("thread-summary").click()
    thread = bob.page.get_by_role("complementary")
    await thread.get_by_text("can decide for carol, who is away until").wait_for()
    await bob.picture("stands-in")
    await bob.click(question, "Approve")
    await alice.sees("Buy a torch?", "Approved by bob for carol")
    await alice.picture("stood-in")
    await carol.command("/workflow away off")
    await carol.sees("Your delegate no longer decides for you.")
    await carol.command("/workflow away until 2d to @bob")
    await alice.command("/workflow run lamps name=lantern")
    await bob.sees("Buy a lantern?", "bob can decide for carol")
    await carol.command("/workflow away off")
    waiting = await bob.sees("Buy a lantern?")
    await waiting.get_by_test_id("thread-summary").click()
    await thread.get_by_text("no longer decides for them").wait_for()
    await bob.picture("back-again")
    await carol.command("/workflow away")
    await carol.sees("You have no delegate, and you are nobody's delegate.")


async def test_a_high_risk_approval_takes_a_one_time_code(
    people: People, bob: Any, installation: Any
) -> None:
    address = (await installation.command("code", "enrol", BOB)).split()[0]
    code = pyotp.TOTP(parse_qs(urlsplit(address).query)["secret"][0])
    alice = await people.desk(ALICE, DEPLOYS)
    await alice.command("/workflow run archive")
    question = await bob.sees("Erase the archive of 2019?", "high risk")
    await bob.click(question, "Approve")
    form = bob.page.get_by_role("dialog")
    await form.get_by_role("textbox", name="One-time code").fill("000000")
    await form.get_by_role("button", name="Approve").click()
    await form.get_by_text("This code is wrong. 4 tries left. Enter the current code.").wait_for()
    await bob.picture("code")
    await form.get_by_role("textbox", name="One-time code").fill(code.now())
    await form.get_by_role("button", name="Approve").click()
    await bob.sees("Erase the archive of 2019?", "Approved by bob")


async def test_the_requester_answers_a_clarification_in_the_thread(people: People, bob: Any) -> None:
    carol = await people.desk(CAROL, DEPLOYS)
    await carol.command("/workflow run pay")
    question = await bob.sees("Pay 20,000 to Lamps Ltd?", "@on-call can decide")
    await bob.click(question, "Ask")
    form = bob.page.get_by_role("dialog")
    await form.get_by_role("textbox", name="Question to carol").fill("What is it for?")
    await bob.picture("ask")
    await form.get_by_role("button", name="Ask").click()
    question = await carol.sees("Pay 20,000 to Lamps Ltd?", "the deadline is paused until a question is")
    await question.get_by_test_id("thread-summary").click()
    thread = carol.page.get_by_role("complementary")
    await thread.get_by_text("What is it for?").first.wait_for()
    await carol.picture("asked-back")
    await thread.get_by_role("button", name="Answer").click()
    form = carol.page.get_by_role("dialog")
    await form.get_by_role("textbox", name="Your answer").fill("Forty lamps for the hall.")
    await form.get_by_role("button", name="Answer").click()
    await thread.get_by_text("Answered by carol").wait_for()
    question = await bob.sees("Pay 20,000 to Lamps Ltd?", "Forty lamps for the hall.", "expires at")
    await bob.picture("answered")
    await carol.picture("answered-thread")
    await bob.click(question, "Approve")
    await bob.sees("Pay 20,000 to Lamps Ltd?", "Approved by bob")


CHART = """<svg xmlns="http://www.w3.org/2000/svg" width="480" height="160">
<rect width="480" height="160" fill="#f4f4f6"/>
<polyline points="10,140 90,120 170,125 250,60 330,70 470,30" fill="none" stroke="#4a7fb5"/></svg>"""


async def test_a_request_shows_the_facts_that_the_decision_needs(people: People, bob: Any) -> None:
    async def chart(_: web.Request) -> web.Response:
        return web.Response(text=CHART, content_type="image/svg+xml")

    app = web.Application()
    app.router.add_get("/chart.svg", chart)
    async with listening(app, "127.0.0.1", 0) as port:
        await bob.command(f"/workflow run review chart=http://127.0.0.1:{port}/chart.svg")
        question = await bob.sees(
            "Ship billing 1.4.2 to production?", "- replicas: 3", "+ replicas: 5", "BILL-1"
        )
        await question.get_by_role("link", name="ci.example.com/builds/1842").wait_for()
        await question.get_by_role("img", name="Errors per minute").wait_for()
        await bob.picture("context")
        await question.get_by_test_id("thread-summary").click()
        thread = bob.page.get_by_role("complementary")
        await thread.get_by_text("+setting_199 = 398").first.wait_for()
        await bob.picture("context-thread")
        carol = await people.desk(CAROL, DEPLOYS)
        await carol.click(await carol.sees("Ship billing 1.4.2 to production?", "can decide"), "Approve")
        await carol.sees("Ship billing 1.4.2 to production?", "Approved by carol")
        await bob.command(f"/workflow run review chart=http://127.0.0.1:{port}/chart.svg")
        question = await bob.sees("Ship billing 1.4.2 to production?", "can decide")
        await bob.click(question, "Details")
        details = bob.page.get_by_role("dialog")
        await details.get_by_text("Before").wait_for()
        await details.get_by_text("Approved by carol").wait_for()
        await bob.picture("context-details")


async def test_a_change_by_another_program_after_the_approval_is_refused(
    people: People, bob: Any, installation: Any
) -> None:
    await bob.command("/workflow run roll")
    question = await bob.sees("Roll out billing:1.4.2?", "can decide")
    changed = """UPDATE step_run SET output = '{"image": "evil:6.6.6"}' WHERE step = 'build'"""
    assert installation.execute(changed) == 1
    await bob.click(question, "Approve")
    await bob.sees("Your answer was not recorded.", "was changed by another program")
    await bob.picture("changed-by-another-program")
    await bob.sees("Roll out billing:1.4.2?", "can decide")
    assert not await bob.page.get_by_text("evil:6.6.6").count()
