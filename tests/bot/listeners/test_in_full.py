"""Approvers can read everything that a decision covers in the thread, or they cannot approve in Slack."""

from typing import Any

import pytest

from engine import Actor

DEPLOYS = "C05DEPLOYS"
ALICE, BOB, CAROL = "U01ALICE", "U02BOB", "U03CAROL"
UPLOAD = "files.completeUploadExternal"
LONG = 10_000
"""Rows of a diff that is too long even for many posts."""
Team = Any


async def asked(team: Team, rows: int) -> dict[str, Any]:
    """The question of a run with a diff of twice as many lines."""
    await team.office.say(BOB, DEPLOYS, f"/workflow run big rows={rows}")
    found: dict[str, Any] = await team.office.message(CAROL, DEPLOYS, "Apply it?", "can decide")
    return found


async def replies(team: Team, question: dict[str, Any], number: int) -> list[dict[str, Any]]:
    """The thread of a question, once so many posts are in it."""

    async def find() -> list[dict[str, Any]] | None:
        found: list[dict[str, Any]] = await team.office.replies(CAROL, question)
        return found if len(found) >= number else None

    made: list[dict[str, Any]] = await team.office.until(CAROL, find)
    # What Slack took is written down a moment later.
    await team.bot.outbox.settled()
    return made


async def test_a_diff_of_800_lines_is_in_the_thread_and_can_be_approved(team: Team) -> None:
    question = await asked(team, 400)
    posts = await replies(team, question, 2)
    text = str([post["blocks"] for post in posts])
    assert all(f"-row {number} is old" in text and f"+row {number} is new" in text for number in range(400))
    assert not await team.bot.outbox.completeness.lacking(await request_id(team))
    await team.office.click(CAROL, question, "Approve")
    await team.office.message(CAROL, DEPLOYS, "Approved")


async def test_a_diff_of_5000_lines_is_a_file_in_the_thread(team: Team) -> None:
    question = await asked(team, 2500)
    (post,) = await replies(team, question, 1)
    text = await team.office.download(post["files"][0]["url"])
    assert all(f"-row {number} is old" in text and f"+row {number} is new" in text for number in range(2500))
    await team.office.click(CAROL, question, "Approve")
    await team.office.message(CAROL, DEPLOYS, "Approved")


async def request_id(team: Team) -> str:
    (request,) = await team.bot.engine.requests(state=None)
    return str(request.id)


@pytest.mark.parametrize("error", ["missing_scope", "not_in_channel", "restricted_action"])
async def test_a_request_that_was_not_delivered_in_full_is_not_approved_and_recovers(
    team: Team, error: str
) -> None:
    office = team.office
    await office.do("fault", method=UPLOAD, kind="error", error=error, times=1)
    question = await asked(team, LONG)
    await office.message(CAROL, DEPLOYS, "Apply it?", "nobody can approve this in Slack yet")
    assert "1 question has a full text" in (await team.bot.outbox.warnings())["full_text"]
    await office.click(CAROL, question, "Approve")
    told = await office.message(
        CAROL, DEPLOYS, "could not be posted in the thread", "Details shows the full text"
    )
    assert told["ephemeral_to"] == CAROL
    assert DEPLOYS not in told["text"], "people know channels by name"
    await office.do("home/open", **{"as": CAROL})
    home = await office.until(CAROL, lambda: office.home(CAROL))
    assert "This list leaves out 1 value." in str(home)
    assert "Open the message" in str(home)
    assert "'Approve'" not in str(home)
    assert [one.state for one in await team.bot.engine.requests(state=None)] == ["open"]
    team.bot.outbox.nudge()
    await replies(team, question, 1)
    shown = await office.message(CAROL, DEPLOYS, "Apply it?", "can decide")
    await office.until(CAROL, lambda: _says_nothing_of_it(office, shown))
    await office.click(CAROL, shown, "Approve")
    await office.message(CAROL, DEPLOYS, "Approved")


async def _says_nothing_of_it(office: Any, question: dict[str, Any]) -> bool:
    found = await office.messages(CAROL, DEPLOYS)
    return "can approve this in Slack yet" not in str([one for one in found if one["ts"] == question["ts"]])


@pytest.mark.parametrize(
    ("method", "after"), [("chat.postMessage", 2), ("chat.postMessage", 3)], ids=["first", "second"]
)
async def test_a_refused_post_in_the_thread_refuses_approval(team: Team, method: str, after: int) -> None:
    office = team.office
    # The run's message and the question come first.
    await office.do("fault", method=method, kind="error", error="restricted_action", times=1, after=after)
    question = await asked(team, 400)
    await office.message(CAROL, DEPLOYS, "Apply it?", "nobody can approve this in Slack yet")
    await office.click(CAROL, question, "Approve")
    await office.message(CAROL, DEPLOYS, "could not be posted in the thread", "Details shows the full text")
    assert [one.state for one in await team.bot.engine.requests(state=None)] == ["open"]


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "upload"])
async def test_a_long_request_is_posted_in_parts_where_files_cannot_be_shared(
    team: Team, method: str
) -> None:
    office = team.office
    fault = {"method": method, "kind": "error", "error": "missing_scope", "times": 99}
    await office.do("fault", **fault)
    question = await asked(team, 1300)
    posts = await replies(team, question, 5)
    assert not any(post.get("files") for post in posts)
    text = str([post["blocks"] for post in posts])
    assert all(f"-row {number} is old" in text and f"+row {number} is new" in text for number in range(1300))
    await office.click(CAROL, question, "Approve")
    await office.message(CAROL, DEPLOYS, "Approved")


async def test_bytes_that_are_not_taken_refuse_approval(team: Team) -> None:
    office = team.office
    await office.do("fault", method="upload", kind="error", error="internal_error", times=99)
    question = await asked(team, LONG)
    await office.message(CAROL, DEPLOYS, "Apply it?", "nobody can approve this in Slack yet")
    await office.click(CAROL, question, "Approve")
    await office.message(CAROL, DEPLOYS, "could not be posted in the thread", "Details shows the full text")


async def test_several_at_once_leaves_out_what_has_more_to_read(team: Team) -> None:
    office = team.office
    await asked(team, 5)
    await office.say(BOB, DEPLOYS, "/workflow run big rows=4")
    await office.say(BOB, DEPLOYS, "/workflow run big rows=400")

    async def three() -> bool:
        return len(await team.bot.engine.requests()) == 3

    await office.until(CAROL, three)
    await office.say(CAROL, DEPLOYS, "/workflow approvals")
    listed = await office.heard(CAROL, DEPLOYS)
    await office.click(CAROL, listed, "Approve 3 low-risk requests…")
    modal = await office.modal(CAROL, "Approve 2 at once?")
    assert str(modal).count("+row 3 is new") == 2
    assert "Left out, because of more text than fits" in str(modal)
    await office.submit(CAROL, modal)
    states = [one.state for one in await team.bot.engine.requests(state=None)]
    assert sorted(states) == ["decided", "decided", "open"]


async def test_several_at_once_leaves_out_what_changed_after_the_window_opened(team: Team) -> None:
    office, engine = team.office, team.bot.engine
    await asked(team, 5)
    await office.say(BOB, DEPLOYS, "/workflow run big rows=4")

    async def two() -> bool:
        return len(await engine.requests()) == 2

    await office.until(CAROL, two)
    await office.say(CAROL, DEPLOYS, "/workflow approvals")
    listed = await office.heard(CAROL, DEPLOYS)
    await office.click(CAROL, listed, "Approve 2 low-risk requests…")
    modal = await office.modal(CAROL, "Approve 2 at once?")
    changed, _ = await engine.requests()
    await engine.reassign(changed.id, CAROL, actor=Actor("slack", CAROL))
    answer = str(await office.submit(CAROL, modal))
    assert "1 answer recorded." in answer
    assert "This request changed after it was shown to you, so your answer was not recorded." in answer
    states = {one.id: one.state for one in await engine.requests(state=None)}
    assert states.pop(changed.id) == "open"
    assert list(states.values()) == ["decided"]


async def test_several_at_once_approves_nothing_where_each_has_more_to_read(team: Team) -> None:
    office = team.office
    await asked(team, 400)
    await office.say(BOB, DEPLOYS, "/workflow run big rows=401")

    async def two() -> bool:
        return len(await team.bot.engine.requests()) == 2

    await office.until(CAROL, two)
    await office.say(CAROL, DEPLOYS, "/workflow approvals")
    listed = await office.heard(CAROL, DEPLOYS)
    await office.click(CAROL, listed, "Approve 2 low-risk requests…")
    modal = await office.modal(CAROL, "Approve several at once")
    assert "Approve each from its own message" in str(modal)
    assert "submit" not in modal or not modal["submit"]


async def test_rejecting_needs_no_delivery(team: Team) -> None:
    office = team.office
    await office.do("fault", method=UPLOAD, kind="error", error="restricted_action", times=99)
    question = await asked(team, LONG)
    await office.click(CAROL, question, "Reject")
    modal = await office.modal(CAROL, "Reject")
    await office.submit(CAROL, modal, comment={"value": "too much"})
    await office.message(CAROL, DEPLOYS, "Rejected")


async def test_details_are_read_to_their_end_page_by_page(team: Team) -> None:
    office = team.office
    question = await asked(team, 2500)
    await office.click(CAROL, question, "Details")
    view = await office.modal(CAROL, "Details")
    read = str(view["blocks"])
    for page in range(2, 9):
        await office.click_in_view(CAROL, view, "Next")

        async def turned(number: int = page) -> dict[str, Any] | None:
            found: dict[str, Any] | None = await office.view(CAROL)
            return found if f"Page {number} of" in str(found) else None

        view = await office.until(CAROL, turned)
        read += str(view["blocks"])
        if "Next" not in str(view["blocks"][-1]):
            break
    assert all(f"-row {number} is old" in read and f"+row {number} is new" in read for number in range(2500))
    await office.click_in_view(CAROL, view, "Previous")


async def test_a_window_is_opened_before_what_is_large_is_made(team: Team) -> None:
    office = team.office
    question = await asked(team, 2500)
    await office.click(CAROL, question, "Details")
    # Slack gives three seconds to open a window. It may be filled whenever it is ready.
    await office.modal(CAROL, "Details")
    calls = (await office.read("calls"))["calls"]
    opened = [call["method"] for call in calls if call["method"].startswith("views.")]
    assert opened[-2:] == ["views.open", "views.update"]


async def test_stale_buttons_say_what_is_true_now_and_where(team: Team) -> None:
    office = team.office
    await office.do("fault", method="chat.update", kind="error", error="edit_window_closed", times=99)
    question = await asked(team, 3)
    await office.click(CAROL, question, "Approve")
    shown = await office.message(CAROL, DEPLOYS, "Approved", "by carol")
    assert shown["ts"] != question["ts"]
    await team.bot.outbox.settled()
    await office.click(ALICE, question, "Approve")
    told = await office.message(ALICE, DEPLOYS, "Slack no longer lets Signoff update this message")
    assert shown["ts"].replace(".", "") in str(told["blocks"])
