"""The incident, from the command to the report, in a real browser."""

from typing import Any

import pytest

INCIDENTS = "C02INCIDENTS"
BOB, CAROL = "U02BOB", "U03CAROL"
Installation = Any
People = Any

both_databases = pytest.mark.parametrize("database", ["sqlite", "postgresql"])
"""In `make test` already."""


@both_databases
async def test_an_incident_is_approved(people: People) -> None:
    carol = await people.desk(CAROL, INCIDENTS)
    await carol.command("/workflow run incident-response")
    question = await carol.sees('Fix pump-07: "switch to pump-08"?', "can decide")
    await carol.click(question, "Approve")
    await carol.sees("Only @on-call can decide this request, and you are not one of them.")
    bob = await people.desk(BOB, INCIDENTS, height=1000)
    question = await bob.sees('Fix pump-07: "switch to pump-08"?', "can decide")
    await bob.sees("waiting for @on-call at go-ahead", "5 of 11 steps done, 2 skipped")
    await bob.picture("incident")
    await bob.click(question, "Approve")
    record = await bob.sees('Fix pump-07: "switch to pump-08"?', "Approved by bob")
    assert await record.get_by_role("button", name="Approve").count() == 0
    done = await bob.sees("incident-response", "8 of 11 steps done, 3 skipped")
    await done.get_by_text("done after").wait_for()
    await bob.picture("approved")
    # Carol's page has followed by itself.
    await carol.sees("incident-response", "8 of 11 steps done, 3 skipped")
    await carol.page.get_by_role("link", name="Messages").click()
    await carol.sees("Approved by bob", "Open the message")
    await carol.picture("told")


async def test_an_incident_is_rejected_with_a_reason(people: People) -> None:
    bob = await people.desk(BOB, INCIDENTS)
    await bob.command("/workflow run incident-response device=press-03 value=110")
    question = await bob.sees('Fix press-03: "shut down"?', "can decide")
    await bob.click(question, "Reject")
    dialog = bob.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Reject").click()
    await dialog.get_by_text("Please complete this required field.").wait_for()
    await bob.picture("reason")
    await dialog.get_by_role("textbox").fill("It is needed until noon")
    await dialog.get_by_role("button", name="Reject").click()
    await bob.sees('Fix press-03: "shut down"?', "Rejected by bob", "It is needed until noon")
    run = await bob.sees("incident-response", "ended after")
    await bob.picture("rejected")
    await bob.click(run, "More")
    await bob.page.get_by_role("option", name="Details").click()
    await bob.page.get_by_role("dialog").get_by_text("Escalated as ticket 1.").first.wait_for()
    await bob.picture("details")


@both_databases
async def test_a_fix_that_fails_is_retried_by_a_click_after_a_kill(
    installation: Installation, people: People
) -> None:
    bob = await people.desk(BOB, INCIDENTS)
    await bob.command("/workflow run incident-response device=fan-21 value=90 metric=vibration")
    question = await bob.sees('Fix fan-21: "shut down"?', "can decide")
    await installation.kill()
    await installation.start()
    # The page connects again by itself, and the old button works.
    await bob.page.get_by_text("Signoff is connected").wait_for()
    await bob.click(question, "Approve")
    alert = await bob.sees("failed at apply-fix", "The controller of fan-21 did not answer.", "can decide")
    await bob.picture("failed")
    await bob.click(alert, "Retry")
    await bob.page.get_by_role("dialog").get_by_role("button", name="Retry").click()
    await bob.sees("failed at apply-fix", "Retried by bob")
    await bob.sees("incident-response", "8 of 11 steps done, 3 skipped")
    await bob.picture("retried")


async def test_it_is_all_there_on_a_phone(people: People) -> None:
    bob = await people.desk(BOB, INCIDENTS, width=390, height=844)
    await bob.command("/workflow run incident-response")
    question = await bob.sees('Fix pump-07: "switch to pump-08"?', "can decide")
    await question.scroll_into_view_if_needed()
    await bob.picture("phone")
    too_wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not await bob.page.evaluate(too_wide)
    await bob.click(question, "Approve")
    await bob.sees("incident-response", "8 of 11 steps done, 3 skipped")
    await bob.picture("phone-done")
