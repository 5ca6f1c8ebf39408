"""A day with the other doors: forms, the list of what waits, the Home, threads, direct messages."""

import re
from typing import Any

import pytest

DEPLOYS, INCIDENTS = "C05DEPLOYS", "C02INCIDENTS"
ALICE, BOB, CAROL = "U01ALICE", "U02BOB", "U03CAROL"
People = Any

pytestmark = pytest.mark.long


async def test_a_release_is_asked_for_by_form_and_approved_at_home(people: People) -> None:
    alice = await people.desk(ALICE, DEPLOYS)
    await alice.command("/workflow run deploy")
    form = alice.page.get_by_role("dialog")
    await form.get_by_role("textbox", name="Version").fill("one point four")
    await form.get_by_role("button", name="Run").click()
    await form.get_by_text('"one point four" does not fit. Give: Three numbers, such as 1.4.2.').wait_for()
    await alice.picture("form-error")
    await form.get_by_role("textbox", name="Version").fill("1.4.2")
    await form.get_by_role("button", name="Run").click()
    await alice.sees("Ship billing 1.4.2 to production?", "can decide")

    carol = await people.desk(CAROL, DEPLOYS)
    await carol.page.get_by_role("link", name="Home").click()
    home = carol.page.get_by_test_id("home")
    await home.get_by_text("Ship billing 1.4.2 to production?").wait_for()
    await carol.picture("home")
    await home.get_by_role("button", name=re.compile("^Approve")).click()
    await home.get_by_text("No request waits for you.").wait_for()

    done = await alice.sees("deploy", "5 of 6 steps done, 1 skipped")
    await done.get_by_test_id("thread-summary").click()
    thread = alice.page.get_by_role("complementary")
    await thread.get_by_text("carol approved go-live").wait_for()
    await alice.picture("thread")


async def test_a_request_that_a_list_does_not_show_in_full_is_answered_at_its_message(people: People) -> None:
    bob = await people.desk(BOB, INCIDENTS)
    await bob.command("/workflow run incident-response")
    asked = await bob.sees('Fix pump-07: "switch to pump-08"?', "can decide")
    elsewhere = await people.desk(BOB, DEPLOYS)
    await elsewhere.command("/workflow approvals")
    listed = await elsewhere.sees("1 request waits for you", "This list leaves out 1 value")
    await elsewhere.picture("approvals")
    assert await listed.get_by_role("button", name="Approve").count() == 0
    await bob.click(asked, "Approve")
    await bob.sees('Fix pump-07: "switch to pump-08"?', "Approved by bob")
    await elsewhere.command("/workflow approvals")
    await elsewhere.sees("No request waits for you.")
    await bob.sees("incident-response", "8 of 11 steps done, 3 skipped")
    await elsewhere.command("/workflow status")
    await elsewhere.sees("Runs", "incident-response-", "done")
    await elsewhere.picture("status")


async def test_help_leads_on_by_buttons(people: People) -> None:
    alice = await people.desk(ALICE, DEPLOYS)
    await alice.command("/workflow")
    told = await alice.sees("What you can do with /workflow")
    await alice.click(told, "Workflows")
    listed = await alice.sees("Incident response", "owner @on-call")
    await alice.picture("list")
    await alice.click(listed, "Run incident-response")
    await alice.page.get_by_role("dialog").get_by_role("button", name="Run").click()
    # The run's message is where it was asked for; the question goes to the workflow's own channel.
    await alice.sees("incident-response", "waiting for @on-call at go-ahead")


async def test_a_run_is_cancelled_by_its_menu(people: People) -> None:
    bob = await people.desk(BOB, INCIDENTS)
    await bob.command("/workflow run incident-response")
    run = await bob.sees("incident-response", "waiting for @on-call at go-ahead")
    await bob.click(run, "More")
    await bob.page.get_by_role("option", name="Cancel this run").click()
    dialog = bob.page.get_by_role("dialog")
    await dialog.get_by_role("textbox").fill("a false alarm")
    await bob.picture("cancel")
    await dialog.get_by_role("button", name="Cancel the run").click()
    await bob.sees("incident-response", "cancelled", "a false alarm")
    await bob.sees('Fix pump-07: "switch to pump-08"?', "Withdrawn")
    await bob.picture("cancelled")
