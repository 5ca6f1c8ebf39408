"""A window that Slack does not open: the person who clicked reads Slack's reason and what to do."""

from typing import Any

import pytest

from bot.listeners.surface import window_problem
from bot.slack.call_results import Ambiguous, CallResult, Limited, Rejected, Unreached
from tests.bot.listeners.test_clicks import BOB, CAROL, DEPLOYS, asked

Team = Any


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Rejected("expired_trigger_id"), ["three seconds", "Click again."]),
        (Rejected("exchanged_trigger_id"), ["three seconds", "Click again."]),
        (
            Rejected("invalid_arguments", "[ERROR] missing required field [json-pointer:/view/blocks/0]"),
            ["json-pointer:/view/blocks/0", "Clicking again does not help."],
        ),
        (Rejected("view_too_large"), ["more content than Slack can show"]),
        (Rejected("missing_scope", "", "commands"), ["lacks the scope commands"]),
        (Rejected("token_revoked"), ["The bot token was revoked (token_revoked)", "Nothing was recorded."]),
        (Rejected("push_limit_reached"), ["Close one"]),
        (Limited(30.0), ["rate limit", "in 30 s"]),
        (Unreached("connection refused"), ["could not reach Slack", "connection refused"]),
        (Ambiguous("no answer in time"), ["did not confirm", "no answer in time"]),
    ],
)
def test_each_refusal_of_a_window_has_its_own_reason(outcome: CallResult, words: list[str]) -> None:
    told = window_problem(outcome)
    assert all(word in told for word in words), told
    late = isinstance(outcome, Rejected) and "trigger" in outcome.code
    assert ("three seconds" in told) == late


async def test_a_refused_window_is_not_blamed_on_three_seconds(team: Team) -> None:
    question = await asked(team)
    await team.office.do("fault", method="views.open", kind="ratelimited", retry_after=7)
    await team.office.click(BOB, question, "Details")
    told = await team.office.message(BOB, DEPLOYS, "Click again in 7 s")
    assert told["ephemeral_to"] == BOB


async def test_a_refused_window_of_the_home_is_told_by_direct_message(team: Team) -> None:
    office = team.office
    await asked(team)
    await office.do("home/open", **{"as": CAROL})
    home = await office.until(CAROL, lambda: office.home(CAROL))
    await office.do("fault", method="views.open", kind="error", error="invalid_arguments")
    await office.click_in_view(CAROL, home, "Details")

    async def told() -> bool:
        return any("Clicking again does not help" in one["text"] for one in await office.direct(CAROL))

    await office.until(CAROL, told)


async def test_an_answer_to_a_click_in_a_thread_stays_in_the_thread(team: Team) -> None:
    office = team.office
    question = await asked(team)
    channel, ts = question["channel"], question["ts"]
    blocks = [block for block in question["blocks"] if block["type"] in ("section", "actions")]
    await team.bot.api.write(
        "chat.postMessage", {"channel": channel, "thread_ts": ts, "text": question["text"], "blocks": blocks}
    )
    (reply,) = await office.replies(BOB, question)
    await office.click(BOB, reply, "Approve")
    await office.line(BOB, question, "Only @release-managers")
