"""The outbox against rows in memory and in a real file: once each, in order, nothing lost from sight."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.slack.call_results import Ambiguous, Limited, Rejected, Unreached
from bot.slack.web_api import SlackRefused, SlackUnreachable
from tests.engine.tampering import execute

World = Any


async def test_a_run_and_its_approval_come_in_that_order_and_are_updated_in_place(world: World) -> None:
    run = world.run()
    world.ask(run)
    await world.tell("run.started", run)
    await world.tell("request.opened", run, "q1")
    await world.settled()
    assert world.slack.texts("C05DEPLOYS") == [f"{run} v3", "q1 open"]

    world.decide(run)
    await world.tell("request.decision", run, "q1")
    await world.tell("request.decided", run, "q1")
    await world.pass_time(5)
    assert world.slack.texts("C05DEPLOYS") == [f"{run} v5", "q1 decided", "line request.decision"]
    assert world.slack.texts("DU01ALICE") == ["outcome of q1"]
    line = world.slack.messages[-1] if "thread_ts" in world.slack.messages[-1] else world.slack.messages[-2]
    assert line["thread_ts"] == world.slack.messages[0]["ts"]


async def test_the_run_goes_where_it_was_asked_for_and_the_approval_where_the_workflow_says(
    world: World,
) -> None:
    run = world.run(channel="C02INCIDENTS")
    world.ask(run, "q1")
    world.ask(run, "q2", channel="#incidents")
    await world.tell("request.opened", run, "q1")
    await world.tell("request.opened", run, "q2")
    await world.pass_time(3)
    assert world.slack.texts("C02INCIDENTS") == [f"{run} v3", "q2 open"]
    assert world.slack.texts("C05DEPLOYS") == ["q1 open"]


async def test_a_run_asked_for_where_the_bot_is_not_goes_to_the_workflows_channel(world: World) -> None:
    run = world.run(channel="C0PRIVATE")
    await world.tell("run.started", run)
    await world.settled()
    assert world.slack.texts() == [f"{run} v2"]
    assert world.slack.messages[0]["channel"] == "C05DEPLOYS"


async def test_many_transitions_while_slack_is_slow_become_one_update(world: World) -> None:
    run = world.run()
    world.slack.gate = asyncio.Event()
    await world.tell("run.started", run)
    while not world.slack.messages:
        await asyncio.sleep(0)
    for _ in range(20):
        await world.tell("step.started", run)
    world.slack.gate.set()
    await world.pass_time(3)
    assert world.slack.messages[0]["versions"] == [f"{run} v2", f"{run} v22"]


@pytest.mark.parametrize("fault", ["lost", Ambiguous("internal_error")])
async def test_a_post_in_doubt_is_looked_for_and_there_is_one_of_it(world: World, fault: Any) -> None:
    run = world.run()
    world.ask(run)
    world.slack.faults["chat.postMessage"] = [None, fault]
    await world.tell("request.opened", run, "q1")
    await world.pass_time(10)
    assert world.slack.texts() == [f"{run} v2", "q1 open"]
    assert world.slack.count("conversations.history") == 1
    assert world.slack.count("chat.postMessage") == (2 if fault == "lost" else 3)


async def test_a_post_in_doubt_is_not_hurried(world: World) -> None:
    run = world.run()
    world.slack.faults["chat.postMessage"] = ["lost"]
    await world.tell("run.started", run)
    await world.settled()
    world.outbox.nudge()
    await world.settled()
    assert world.slack.count("conversations.history") == 0


async def test_a_line_in_doubt_is_looked_for_in_its_thread(world: World) -> None:
    run = world.run()
    await world.tell("run.started", run)
    await world.settled()
    world.slack.faults["chat.postMessage"] = ["lost"]
    await world.tell("step.retrying", run)
    await world.pass_time(10)
    assert [text for text in world.slack.texts() if "line" in text] == ["line step.retrying"]
    assert world.slack.count("conversations.replies") == 1


@pytest.mark.parametrize("fault", [None, "lost", Ambiguous("internal_error")])
async def test_messages_of_a_step_are_posted_in_its_order(world: World, fault: Any) -> None:
    """Also where the post of the first is in doubt, and beyond the ninth."""
    run = world.run()
    world.slack.faults["chat.postMessage"] = [fault]
    for number in range(1, 12):
        await world.tell("step.notified", run, round=1, to="#deploys", number=number)
    await world.pass_time(60)
    assert world.slack.texts() == [f"message {number}" for number in range(1, 12)]


async def test_death_between_the_post_and_its_record_leaves_one_message(world: World) -> None:
    run = world.run()
    world.slack.gate = asyncio.Event()
    await world.tell("run.started", run)
    while not world.slack.messages:
        await asyncio.sleep(0)
    await world.outbox.close(grace=0)
    world.slack.gate = None
    await world.tell("run.succeeded", run)
    await world.restart()
    await world.pass_time(10)
    assert world.slack.texts() == [f"{run} v3"]
    assert world.slack.count("chat.postMessage") == 1


async def test_death_before_the_post_leaves_one_message(world: World) -> None:
    run = world.run()
    await world.tell("run.started", run)
    world.slack.faults["chat.postMessage"] = [Ambiguous("cut")]
    await world.settled()
    await world.restart()
    await world.pass_time(10)
    assert world.slack.texts() == [f"{run} v2"]


async def test_a_channel_without_history_access_gets_no_second_post_and_the_owner_is_told(
    world: World,
) -> None:
    run = world.run()
    world.slack.faults["chat.postMessage"] = ["lost"]
    world.slack.faults["conversations.history"] = [
        SlackRefused("conversations.history", Rejected("missing_scope", needed="channels:history"))
    ]
    await world.tell("run.started", run)
    await world.pass_time(10)
    assert world.slack.texts("C05DEPLOYS") == [f"{run} v2"]
    assert world.slack.texts("DU01ALICE") == ["notice message.blocked missing_scope"]
    world.outbox.nudge()
    await world.pass_time(60)
    assert world.slack.texts("C05DEPLOYS") == [f"{run} v2"]
    assert not await world.outbox.waiting()


async def test_owners_hear_of_a_missing_channel_once_and_a_nudge_finds_it_again(world: World) -> None:
    run = world.run()
    world.ask(run, "q1", channel="#leads")
    other = world.run("deploy-bbbb")
    world.ask(other, "q2", channel="#leads")
    await world.tell("request.opened", run, "q1")
    await world.tell("request.opened", other, "q2")
    await world.pass_time(100)
    assert world.slack.texts("DU01ALICE") == ["notice message.blocked channel_not_found"]
    assert world.slack.texts("DU02BOB") == ["notice message.blocked channel_not_found"]
    assert world.slack.texts("C05DEPLOYS").count("line message.blocked channel_not_found") == 2
    assert {row.key for row in await world.outbox.waiting()} == {"request:q1", "request:q2"}

    world.slack.channel("leads", "C09LEADS")
    world.outbox.nudge("C09LEADS")
    await world.pass_time(3)
    assert world.slack.texts("C09LEADS") == ["q1 open", "q2 open"]
    assert not await world.outbox.waiting()


async def test_without_a_nudge_a_repaired_channel_is_found_later(world: World) -> None:
    run = world.run(home="#leads")
    await world.tell("run.started", run)
    await world.settled()
    assert not world.slack.texts("C09LEADS")
    world.slack.channel("leads", "C09LEADS")
    await world.pass_time(60)
    assert world.slack.texts("C09LEADS") == [f"{run} v2"]


@pytest.mark.parametrize(
    ("change", "code"), [({"is_member": False}, "not_in_channel"), ({"is_archived": True}, "is_archived")]
)
async def test_a_channel_that_refuses_the_bot_keeps_no_other_one_waiting(
    world: World, change: dict[str, bool], code: str
) -> None:
    world.slack.channels["C05DEPLOYS"].update(change)
    broken = world.run()
    world.ask(broken, "q1", channel="#incidents")
    fine = world.run("deploy-bbbb", channel="C02INCIDENTS")
    await world.tell("request.opened", broken, "q1")
    await world.tell("run.started", fine)
    await world.pass_time(3)
    assert sorted(world.slack.texts("C02INCIDENTS")) == [f"{fine} v2", "q1 open"]
    assert world.slack.texts("DU01ALICE") == [f"notice message.blocked {code}"]


async def test_five_hundred_stuck_messages_do_not_hide_the_next(world: World) -> None:
    for number in range(501):
        stuck = world.run(f"stuck-{number:04d}", home="#nowhere")
        await world.tell("run.started", stuck)
    await world.settled()
    fine = world.run("deploy-zzzz")
    await world.tell("run.started", fine)
    await world.pass_time(1)
    assert world.slack.texts("C05DEPLOYS") == [f"{fine} v2"]


async def test_a_workflow_that_has_no_channel_waits_until_its_file_gives_one(world: World) -> None:
    run = world.run(home=None)
    await world.tell("run.started", run)
    await world.pass_time(3)
    assert world.slack.texts() == ["notice message.blocked no_channel"] * 2
    world.loaded["deploy"] = "#deploys"
    world.outbox.nudge()
    await world.settled()
    assert world.slack.texts("C05DEPLOYS") == [f"{run} v2"]


async def test_an_owner_that_nobody_knows_leaves_it_to_the_operator(world: World) -> None:
    world.operator = "U09OPERATOR"
    await world.restart()
    run = world.run(home="#nowhere")
    world.details[run] = replace(world.details[run], owner="@gone")
    await world.tell("run.started", run)
    await world.pass_time(3)
    assert world.slack.texts("DU09OPERATOR") == ["notice message.blocked channel_not_found"]


async def test_too_many_calls_wait_as_long_as_slack_says_and_come_once(world: World) -> None:
    run = world.run()
    world.slack.faults["chat.postMessage"] = [Limited(30)]
    await world.tell("run.started", run)
    await world.pass_time(29)
    assert world.slack.count("chat.postMessage") == 1
    await world.pass_time(2)
    assert world.slack.texts() == [f"{run} v2"]


async def test_updates_in_doubt_are_made_again(world: World) -> None:
    run = world.run()
    await world.tell("run.started", run)
    await world.settled()
    world.slack.faults["chat.update"] = ["lost", Ambiguous("http 500"), Unreached("refused"), Limited(3)]
    await world.tell("run.succeeded", run)
    await world.pass_time(20)
    assert world.slack.texts() == [f"{run} v3"]


async def test_without_a_network_nothing_is_lost(world: World) -> None:
    run = world.run()
    world.slack.faults["chat.postMessage"] = [Unreached("refused")] * 4
    await world.tell("run.started", run)
    await world.pass_time(60)
    assert world.slack.texts() == [f"{run} v2"]
    assert world.slack.count("conversations.history") == 0


async def test_a_deleted_message_is_posted_again_and_followed_there(world: World) -> None:
    run = world.run()
    await world.tell("run.started", run)
    await world.settled()
    first = world.slack.messages.pop()
    await world.tell("step.started", run)
    await world.pass_time(3)
    await world.tell("run.succeeded", run)
    await world.pass_time(3)
    assert world.slack.texts() == [f"{run} v4"]
    assert world.slack.messages[0]["ts"] != first["ts"]


async def test_a_message_that_can_no_longer_be_edited_goes_on_in_its_thread(world: World) -> None:
    run = world.run()
    await world.tell("run.started", run)
    await world.settled()
    world.slack.faults["chat.update"] = [Rejected("edit_window_closed")]
    world.slack.faults["chat.postMessage"] = ["lost"]
    await world.tell("step.started", run)
    await world.pass_time(10)
    await world.tell("run.succeeded", run)
    await world.tell("step.retrying", run)
    await world.pass_time(10)
    root, *replies = world.slack.messages
    assert root["text"] == f"{run} v2"
    assert [reply["text"] for reply in replies] == [f"{run} v5", "line step.retrying"]
    assert {reply["thread_ts"] for reply in replies} == {root["ts"]}


async def test_a_workspace_that_refuses_plan_blocks_gets_text_from_then_on(world: World) -> None:
    world.slack.takes_plan = False
    run = world.run()
    await world.tell("run.started", run)
    await world.settled()
    await world.tell("run.succeeded", run)
    await world.pass_time(3)
    assert world.slack.texts() == [f"{run} v3"]
    assert [block["type"] for block in world.slack.messages[0]["blocks"]] == ["section"]
    assert world.slack.count("chat.postMessage") == 2
    assert world.slack.count("chat.update") == 1


async def test_a_question_whose_image_slack_can_not_fetch_is_posted_without_it(world: World) -> None:
    world.shows_images, world.slack.reaches_images = True, False
    run = world.run()
    world.ask(run)
    await world.tell("request.opened", run, "q1")
    await world.settled()
    world.decide(run)
    await world.tell("request.decided", run, "q1")
    await world.pass_time(3)
    question = next(one for one in world.slack.messages if one["text"].startswith("q1"))
    assert question["text"] == "q1 decided"
    assert [block["type"] for block in question["blocks"]] == ["section"]
    # Runs keep their plan: it was not that which was refused.
    run_message = next(one for one in world.slack.messages if one["text"].startswith(run))
    assert [block["type"] for block in run_message["blocks"]] == ["plan"]


async def test_a_refused_token_stops_everything_and_is_reported_until_it_is_fixed(world: World) -> None:
    run = world.run()
    world.slack.faults["chat.postMessage"] = [Rejected("token_revoked")]
    await world.tell("run.started", run)
    await world.settled()
    assert "token_revoked" in world.outbox.health()["slack"]
    await world.pass_time(120)
    assert world.slack.texts() == [f"{run} v2"]
    assert world.outbox.health() == {}


async def test_an_event_that_is_passed_over_is_a_warning_for_a_day(world: World) -> None:
    run = world.run()
    await world.tell("resource.opened", run, opened_at=1)  # it does not name its resource
    await world.settled()
    told = (await world.outbox.warnings())["events"]
    assert (
        f"could not be turned into messages, so people may lack some: 1 (resource.opened of {run})." in told
    )
    assert world.outbox.passed_over == told
    await world.tell("run.succeeded", run)
    await world.settled()
    assert world.slack.texts(), "later events are told"
    await world.pass_time(24 * 3600)
    assert await world.outbox.warnings() == {}


@pytest.mark.parametrize("deliveries", ["store"], indirect=True)
async def test_a_hand_out_that_fails_for_half_a_minute_is_a_problem_until_it_works(
    world: World, tmp_path: Path
) -> None:
    run = world.run()
    await world.tell("run.started", run)
    await world.settled()
    execute(tmp_path / "signoff.db", "ALTER TABLE delivery RENAME TO elsewhere")
    world.outbox.nudge()
    await world.fail_for(25)
    assert world.outbox.health() == {}
    await world.fail_for(10)
    assert world.outbox.health() == {
        "outbox": "messages cannot be handed out (StoreBroken). The log of Signoff says why"
    }
    execute(tmp_path / "signoff.db", "ALTER TABLE elsewhere RENAME TO delivery")
    await world.tell("run.succeeded", run)
    await world.settled()
    assert world.outbox.health() == {}
    assert world.slack.messages[0]["versions"] == [f"{run} v2", f"{run} v3"]


async def test_a_message_that_cannot_be_rendered_is_a_warning_until_it_is_shown(world: World) -> None:
    run = world.run()
    world.renders = False
    await world.tell("run.started", run)
    await world.settled()
    told = f"These messages could not be shown: run:{run}. The log of Signoff says why"
    assert (await world.outbox.warnings()) == {"messages": told}
    world.renders = True
    await world.pass_time(70)
    assert await world.outbox.warnings() == {}
    assert len(world.slack.texts()) == 1


async def test_a_channel_takes_one_message_a_second_after_a_small_burst(world: World) -> None:
    for number in range(10):
        await world.tell("run.started", world.run(f"deploy-{number:04d}"))
    await world.settled()
    assert len(world.slack.messages) == 3
    await world.pass_time(5)
    assert len(world.slack.messages) == 7
    await world.pass_time(10)
    assert len(world.slack.messages) == 10


async def test_no_minute_has_more_calls_than_slack_takes(world: World) -> None:
    runs = [world.run(f"deploy-{number:04d}") for number in range(70)]
    for run in runs:
        await world.tell("run.started", run)
    await world.pass_time(60)
    assert 55 <= len(world.slack.messages) <= 60
    await world.pass_time(120)
    for run in runs:
        await world.tell("step.started", run)
    before = world.slack.count("chat.update")
    await world.pass_time(60)
    assert 40 <= world.slack.count("chat.update") - before <= 50


async def test_buttons_are_updated_before_progress_however_much_of_that_there_is(world: World) -> None:
    runs = [world.run(f"deploy-{number:04d}", channel=f"C1{number:06d}") for number in range(30)]
    for number, run in enumerate(runs):
        world.slack.channel(f"c{number}", f"C1{number:06d}")
        await world.tell("run.started", run)
    world.ask(runs[0])
    await world.tell("request.opened", runs[0], "q1")
    await world.pass_time(60)
    for run in runs:
        await world.tell("step.started", run)
    await world.settled()
    world.decide(runs[0])
    await world.tell("request.decided", runs[0], "q1")
    await world.settled()
    assert "q1 decided" in world.slack.texts()
    assert sum(len(message["versions"]) > 1 for message in world.slack.messages) < 25


async def test_metadata_says_nothing_about_the_run(world: World) -> None:
    run = world.run()
    await world.tell("run.started", run)
    await world.settled()
    (message,) = world.slack.messages
    assert "deploy" not in str(message["metadata"])
    assert message["unfurl_links"] is message["unfurl_media"] is False


async def test_a_message_that_cannot_be_shown_keeps_no_other_one_waiting(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    run = world.run()
    await world.tell("run.started", run)
    await world.tell("step.retrying", run)
    await world.settled()
    del world.details[run]
    await world.deliveries.advance("slack", 2, [])
    other = world.run("deploy-bbbb")
    await world.deliveries.forget_ref(f"run:{run}")
    await world.tell("run.started", other)
    await world.pass_time(3)
    assert f"{other} v2" in world.slack.texts()
    assert [row.key for row in await world.outbox.waiting()] == [f"run:{run}"]
    caplog.clear()


async def test_slack_out_of_reach_while_a_channel_is_looked_up(world: World) -> None:
    run = world.run()
    world.slack.faults["conversations.list"] = [SlackUnreachable("no answer")] * 3
    await world.tell("run.started", run)
    await world.pass_time(10)
    assert world.slack.texts() == [f"{run} v2"]


async def test_the_requester_who_decided_needs_no_word(world: World) -> None:
    run = world.run()
    world.ask(run)
    await world.tell("request.opened", run, "q1")
    world.decide(run, by=world.details[run].run.actor)
    await world.tell("request.decided", run, "q1")
    await world.pass_time(5)
    assert not world.slack.texts("DU01ALICE")


async def test_a_reminder_stands_in_the_thread_of_its_question(world: World) -> None:
    run = world.run()
    world.ask(run, channel="#incidents")
    await world.tell("request.opened", run, "q1")
    await world.settled()
    await world.tell("request.reminded", run, "q1", reminder=1)
    await world.pass_time(5)
    asked, reminder = (found for found in world.slack.messages if found["channel"] == "C02INCIDENTS")
    assert reminder["thread_ts"] == asked["ts"]


async def test_a_reminder_is_dropped_if_its_question_could_not_be_posted_yet(world: World) -> None:
    world.slack.channels["C05DEPLOYS"]["is_archived"] = True
    run = world.run()
    world.ask(run)
    await world.tell("request.opened", run, "q1")
    await world.pass_time(3600)
    await world.tell("request.reminded", run, "q1", reminder=1)
    await world.pass_time(5)
    world.slack.channels["C05DEPLOYS"]["is_archived"] = False
    world.outbox.nudge()
    await world.pass_time(60)
    assert "q1 open" in world.slack.texts("C05DEPLOYS")
    assert "line request.reminded" not in world.slack.texts("C05DEPLOYS")
    await world.tell("request.reminded", run, "q1", reminder=2)
    await world.pass_time(60)
    assert world.slack.texts("C05DEPLOYS").count("line request.reminded") == 1


async def test_a_reminder_is_told_if_its_question_may_have_been_posted(world: World) -> None:
    run = world.run()
    world.ask(run)
    await world.tell("run.started", run)
    await world.settled()
    world.slack.faults["chat.postMessage"] = ["lost"]
    await world.tell("request.opened", run, "q1")
    await world.settled()
    await world.tell("request.reminded", run, "q1", reminder=1)
    await world.pass_time(60)
    assert world.slack.texts("C05DEPLOYS")[1:] == ["q1 open", "line request.reminded"]


LOCKED = Rejected("restricted_action_thread_locked")


async def test_a_refused_line_holds_no_later_line_of_its_thread(world: World) -> None:
    run = world.run()
    await world.tell("run.started", run)
    await world.settled()
    world.slack.faults["chat.postMessage"] = [LOCKED]
    await world.tell("step.retrying", run)
    await world.pass_time(5)
    await world.tell("request.reminded", run, reminder=1)
    await world.tell("request.escalated", run)
    await world.tell("run.cancelled", run)
    await world.pass_time(5)
    assert world.slack.texts()[-1] == "line run.cancelled"
    assert [row.error for row in await world.outbox.waiting()] == [
        "restricted_action_thread_locked in C05DEPLOYS"
    ]
    assert "notice message.blocked restricted_action_thread_locked" in world.slack.texts("DU01ALICE")
    await world.pass_time(60)
    assert "line step.retrying" in world.slack.texts()


async def test_a_refused_update_of_a_message_holds_no_line_of_its_thread(world: World) -> None:
    run = world.run()
    await world.tell("run.started", run)
    await world.settled()
    world.slack.faults["chat.update"] = [Rejected("a_new_refusal")] * 9
    await world.tell("step.retrying", run)
    await world.tell("run.cancelled", run)
    await world.pass_time(5)
    assert world.slack.texts("C05DEPLOYS")[-2:] == ["line step.retrying", "line run.cancelled"]


async def test_a_line_that_slack_refuses_for_its_shape_goes_out_as_text(world: World) -> None:
    world.lines_have_blocks = True
    run = world.run()
    await world.tell("run.started", run)
    await world.settled()
    world.slack.faults["chat.postMessage"] = [Rejected("msg_blocks_too_long")]
    await world.tell("step.retrying", run)
    await world.pass_time(5)
    line = next(found for found in world.slack.messages if found["text"] == "line step.retrying")
    assert line["blocks"] == []


async def test_a_question_that_slack_refuses_for_its_shape_waits_and_its_owner_is_told(world: World) -> None:
    run = world.run()
    world.ask(run)
    world.slack.faults["chat.postMessage"] = [None, Rejected("msg_blocks_too_long")]
    await world.tell("request.opened", run, "q1")
    await world.pass_time(5)
    assert "q1 open" not in world.slack.texts("C05DEPLOYS")
    assert "notice message.blocked msg_blocks_too_long" in world.slack.texts("DU01ALICE")


async def test_a_line_in_doubt_that_cannot_be_looked_for_holds_no_later_line(world: World) -> None:
    run = world.run()
    await world.tell("run.started", run)
    await world.settled()
    world.slack.faults["chat.postMessage"] = ["lost"]
    lacking = SlackRefused("conversations.replies", Rejected("missing_scope", needed="channels:history"))
    world.slack.faults["conversations.replies"] = [lacking] * 9
    await world.tell("step.retrying", run)
    await world.pass_time(5)
    await world.tell("run.cancelled", run)
    await world.pass_time(5)
    assert world.slack.texts()[-1] == "line run.cancelled"


async def test_a_question_that_can_no_longer_be_edited_is_shown_in_the_channel_again(world: World) -> None:
    run = world.run()
    world.ask(run)
    await world.tell("request.opened", run, "q1")
    await world.settled()
    world.slack.faults["chat.update"] = [Rejected("edit_window_closed")]
    world.decide(run)
    await world.tell("request.decided", run, "q1")
    await world.pass_time(5)
    (again,) = [found for found in world.slack.messages if found["text"] == "q1 decided"]
    assert (again["thread_ts"], again["reply_broadcast"]) == (world.slack.messages[1]["ts"], True)


async def test_a_post_in_doubt_is_not_held_up_by_a_channel_that_the_bot_cannot_see(world: World) -> None:
    run = world.run(channel="C0PRIVATE")
    world.slack.faults["chat.postMessage"] = [None, "lost"]
    unseen = SlackRefused("conversations.history", Rejected("channel_not_found"))
    world.slack.faults["conversations.history"] = [unseen]
    await world.tell("run.started", run)
    await world.pass_time(10)
    assert world.slack.texts() == [f"{run} v2"]
    assert not await world.outbox.waiting()


class SlowReads:
    """Rows that are read while a delivery is under way arrive when that has ended: they are old by then."""

    def __init__(self, deliveries: Any, wait_in: str) -> None:
        self._deliveries, self._wait_in = deliveries, wait_in
        self.under_way, self._reading, self._ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._deliveries, name)
        return self._held(found) if name == self._wait_in and not self._ended.is_set() else found

    def _held(self, write: Any) -> Any:
        async def held(*arguments: Any, **more: Any) -> None:
            self.under_way.set()
            await self._reading.wait()
            await write(*arguments, **more)
            self._ended.set()

        return held

    async def due(self, consumer: str, now: datetime, limit: int = 500) -> Any:
        rows = await self._deliveries.due(consumer, now, limit)
        if self.under_way.is_set() and not self._ended.is_set():
            self._reading.set()
            await self._ended.wait()
            for _ in range(20):  # until the task that delivered has ended as well
                await asyncio.sleep(0)
        return rows


async def test_rows_that_were_read_before_a_post_ended_do_not_repeat_it(world: World) -> None:
    slow = world.deliveries = SlowReads(world.deliveries, "sent")
    await world.restart()
    run = world.run()
    await world.tell("run.started", run)
    await asyncio.wait_for(slow.under_way.wait(), 10)
    world.outbox.nudge()
    await world.pass_time(3)
    assert world.slack.texts() == [f"{run} v2"]


async def test_a_question_does_not_overtake_its_run_whose_doubt_ends_while_rows_are_read(
    world: World,
) -> None:
    run = world.run()
    world.ask(run)
    world.slack.faults["chat.postMessage"] = [Ambiguous("cut")]
    await world.tell("run.started", run)
    await world.settled()
    slow = world.deliveries = SlowReads(world.deliveries, "later")
    await world.restart()
    await world.tell("request.opened", run, "q1")
    world.clock.advance(timedelta(seconds=5))
    await asyncio.wait_for(slow.under_way.wait(), 10)
    world.outbox.nudge()
    await world.pass_time(3)
    assert world.slack.texts() == [f"{run} v3", "q1 open"]


@pytest.mark.parametrize(
    ("refused", "operator", "told"),
    [
        (set(), None, "owner"),
        (set(), "U09OPERATOR", "owner"),
        ({"U01ALICE"}, None, "owner"),
        ({"U01ALICE", "U02BOB"}, "U09OPERATOR", "operator"),
        ({"U01ALICE", "U02BOB"}, None, "no operator"),
        ({"U01ALICE", "U02BOB", "U09OPERATOR"}, "U09OPERATOR", "nobody"),
    ],
)
@pytest.mark.parametrize("code", ["user_disabled", "missing_scope"])
async def test_the_thread_says_who_was_really_told_of_a_blocked_question(
    world: World, refused: set[str], operator: str | None, told: str, code: str
) -> None:
    world.operator = operator
    world.slack.no_direct = dict.fromkeys(refused, code)
    await world.restart()
    run = world.run()
    world.ask(run, "q1", channel="#leads")
    await world.tell("request.opened", run, "q1")
    await world.settled()
    key = f"thread:{run}:blocked:q1"
    await world.pass_time(100)
    row = await world.deliveries.get(key)
    assert row is not None
    assert row.data["told"] == told
    assert row.sent == 1
    if operator and operator not in refused:
        assert world.slack.texts("DU09OPERATOR") == ["notice message.blocked channel_not_found"]


async def test_the_owner_hears_that_nobody_is_asked_although_they_heard_of_the_run(world: World) -> None:
    run = world.run(home="#nowhere")
    world.ask(run, "q1")
    await world.tell("run.started", run)
    await world.pass_time(3)
    key = f"dm:U01ALICE:#nowhere:channel_not_found:{world.clock.now():%Y-%m-%d}"
    assert (await world.deliveries.get(key)).data["kind"] == "run"
    await world.tell("request.opened", run, "q1")
    await world.pass_time(100)
    assert (await world.deliveries.get(key)).data["kind"] == "request"
    assert len(world.slack.texts("DU01ALICE")) == 1


@pytest.mark.parametrize("hours", [-3, 3])
async def test_a_jump_of_the_clock_changes_no_pace(world: World, hours: int) -> None:
    for number in range(5):
        await world.tell("run.started", world.run(f"deploy-{number}"))
    await world.settled()
    posted = len(world.slack.texts("C05DEPLOYS"))
    assert posted < 5
    world.clock.jump(timedelta(hours=hours))
    await world.settled()
    assert len(world.slack.texts("C05DEPLOYS")) == posted
    await world.pass_time(6 - posted)
    assert len(world.slack.texts("C05DEPLOYS")) == 5


async def test_a_question_is_posted_only_when_it_is_known_whether_a_grant_approves_it(world: World) -> None:
    run = world.run()
    world.ask(run)
    world.grants = asyncio.Event()
    await world.tell("request.opened", run, "q1")
    while not world.settling:
        await asyncio.sleep(0)
    assert "q1 open" not in world.slack.texts()
    world.decide(run)
    world.grants.set()
    await world.tell("request.decided", run, "q1")
    await world.pass_time(5)
    (question,) = [each for each in world.slack.messages if each["versions"][0].startswith("q1")]
    assert set(question["versions"]) == {"q1 decided"}
    assert world.settling == ["q1"]
