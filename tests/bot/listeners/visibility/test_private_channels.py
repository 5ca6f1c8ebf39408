"""The names of private channels in answers, messages and forms: Slack shows them to their members alone."""

import re
from typing import Any

import pytest

from bot.cli.handlers import handlers
from engine import Actor
from tests.conftest import spoken

INCIDENTS, GRANTS = "C02INCIDENTS", "C04GRANTS"
DAVE = "U04DAVE"
Team = Any
FLOW = """
from pydantic import BaseModel

from signoff import StepContext, Workflow

award = Workflow("award", owner="@platform", channel="#grants", may_see=["#incidents"], may_run=["#grants"])
award.approval("pay", ask="Pay it?", approvers=["#grants"], expires="1h", advisory=True)

board = Workflow("board", owner="@platform", channel="#incidents")
board.approval("go", ask="Merge it?", approvers=["#takeover"], expires="1h", advisory=True)

post = Workflow("post", owner="@platform", channel="#incidents", may_notify=["#grants"])


@post.step
async def tell(ctx: StepContext) -> None:
    await ctx.notify("#takeover", "It is about to happen.")


posts = Workflow("posts", owner="@platform", channel="#incidents", on_failure="fail")


@posts.step
async def tell_all(ctx: StepContext) -> None:
    await ctx.notify("#takeover", "It is about to happen.")


hidden = Workflow("hidden", owner="@platform", channel="#takeover", may_see=["#incidents"])


@hidden.step
async def only() -> str:
    return "done"


class Note(BaseModel):
    words: str


note = Workflow("note", owner="@platform", channel="#incidents", input=Note)
note.approval("keep", ask="Note {input.words}?", approvers=["@platform"], expires="1h", advisory=True)

ship = Workflow("ship", owner="@platform", channel="#incidents")
ship.approval("go", ask="Ship it?", approvers=["#grants"], expires="1h", advisory=True)

swap = Workflow("swap", owner="@platform", channel="#incidents")
swap.approval("go", ask="Swap it?", approvers=["#grants", "@platform"], expires="1h", advisory=True)
"""


@pytest.fixture
def workflows() -> str:
    return FLOW


@pytest.fixture
def private_channels() -> tuple[str, ...]:
    return ("grants",)


async def typed(team: Team, person: str, text: str) -> str:
    await team.office.say(person, INCIDENTS, f"/workflow {text}")
    return str(await team.office.heard(person, INCIDENTS))


@pytest.mark.parametrize("text", ["show award", "list", "run award"])
async def test_an_answer_names_a_private_channel_by_its_id(team: Team, text: str) -> None:
    answer = await typed(team, DAVE, text)
    assert "#grants" not in answer
    assert f"<#{GRANTS}>" in answer


async def test_a_public_channel_is_referred_to_by_its_id_too(team: Team) -> None:
    assert f"<#{INCIDENTS}>" in await typed(team, DAVE, "show ship")


async def test_messages_refusals_and_the_home_name_no_private_channel(team: Team) -> None:
    assert "Its message is in this conversation" in await typed(team, DAVE, "run ship")
    question = await team.office.message(DAVE, INCIDENTS, "Ship it?", f"Members of <#{GRANTS}>")
    assert "#grants" not in str(question)
    assert "#grants" not in str(await team.office.message(DAVE, INCIDENTS, "*ship*", "waiting for"))
    await team.office.click(DAVE, question, "Approve")
    refused = await team.office.message(DAVE, INCIDENTS, "can decide this request")
    assert refused["ephemeral_to"] == DAVE
    assert f"Only members of <#{GRANTS}> can decide" in refused["text"]
    assert "#grants" not in str(await team.office.home(DAVE))
    (run,), _ = await team.bot.engine.runs()
    for text in ("runs", "list --public", f"show {run.short}"):
        await typed(team, DAVE, text)
        assert "#grants" not in str(await team.office.messages(DAVE, INCIDENTS))


async def test_a_channel_that_signoff_cannot_see_is_not_named(team: Team) -> None:
    answer = await typed(team, DAVE, "show hidden")
    assert "a private channel" in answer
    assert "takeover" not in answer


async def test_a_refusal_names_no_channel_that_signoff_cannot_see(team: Team) -> None:
    run = await team.bot.engine.start("board", {}, actor=Actor("slack", DAVE))
    await team.office.message(DAVE, INCIDENTS, "Merge it?")
    refused = await typed(team, DAVE, f"reassign {run.short} @bob")
    assert "another person must reassign it" in refused
    assert "a private channel" in refused
    assert "takeover" not in refused
    assert "No channel of that name" in await typed(team, "U01ALICE", f"reassign {run.short} #takeover")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("reassign RUN {}", "No channel of that name is public or has you as a member."),
        ("away until fri to {}", "A delegate is one person, not a channel."),
        ("cancel {}", "and not a channel such as {}."),
        ("cancel RUN {}", "can cancel swap-"),
        ("run {}", "and not a channel such as {}."),
        ("show 'a {}'", "no run a {}"),
        ("run 'a {}'", ""),
        ("runs {}", ""),
        ("mute {}", ""),
        ("list {}", ""),
    ],
)
async def test_an_answer_confirms_no_guess_of_the_name_of_a_private_channel(
    team: Team, command: str, said: str
) -> None:
    run = await team.bot.engine.start("swap", {}, actor=Actor("slack", DAVE))
    await team.office.message(DAVE, INCIDENTS, "*swap*", "go · waiting for @platform or others")
    person = "U03CAROL" if command == "cancel RUN {}" else "U02BOB"
    answers = []
    for name in ("#grants", "#nowhere", "#takeover"):
        await team.office.say(
            person, INCIDENTS, f"/workflow {command.replace('RUN', run.short).format(name)}"
        )
        heard = await team.office.heard(person, INCIDENTS)
        assert said.format(name) in heard["text"]
        answers.append(re.sub(name.removeprefix("#"), "NAME", spoken(heard)))
    assert len(set(answers)) == 1


async def test_the_failure_of_a_message_to_another_place_names_no_channel(team: Team) -> None:
    run = await team.bot.engine.start("post", {}, actor=Actor("slack", DAVE))
    failed = await team.office.message(DAVE, INCIDENTS, "post may not post to this place. Add it to")
    await team.office.click(DAVE, failed, "Details")
    await typed(team, DAVE, f"show {run.short}")
    shown = str([await team.office.messages(DAVE, INCIDENTS), await team.office.view(DAVE)])
    assert "takeover" not in shown
    assert "#grants" not in shown
    (request,) = (await team.bot.engine.detail(run.id)).requests
    assert request.failure.place == "#takeover"
    shown = await handlers(team.bot.engine)["show"]({"run": run.id}, "root")
    assert str(shown).count("may_notify= of the workflow. The place is #takeover.") == 2


async def test_a_run_that_fails_by_a_message_to_another_place_names_no_channel(team: Team) -> None:
    await team.bot.engine.start("posts", {}, actor=Actor("slack", DAVE))
    failed = await team.office.message(DAVE, INCIDENTS, "*posts*", "may not post to this place")
    assert "takeover" not in str(failed)


async def test_a_member_reads_the_channel_to_which_they_reassign(team: Team) -> None:
    run = await team.bot.engine.start("swap", {}, actor=Actor("slack", DAVE))
    await team.office.message(DAVE, INCIDENTS, "*swap*", "go · waiting for @platform or others")
    answer = await typed(team, "U01ALICE", f"reassign {run.short} #grants")
    assert f"Reassigned. {run.short} now waits for members of <#{GRANTS}>." in answer
    await team.office.message(DAVE, INCIDENTS, "*swap*", "waiting for members of <#")
    again = await typed(team, "U01ALICE", f"reassign {run.short} #grants")
    assert f"This request already waits for members of <#{GRANTS}> alone, so nothing was changed." in again
    assert "a private channel" not in str(await team.office.messages(DAVE, INCIDENTS))


async def test_a_refusal_to_start_asks_for_members_of_a_channel(team: Team) -> None:
    assert f"Only members of <#{GRANTS}> can start award. Ask one of them." in await typed(
        team, DAVE, "run award"
    )


async def test_a_value_cannot_imitate_a_reference(team: Team) -> None:
    await team.bot.engine.start("note", {"words": "<#grants>"}, actor=Actor("slack", DAVE))
    asked = await team.office.message(DAVE, INCIDENTS, "Note")
    assert "&lt;#grants&gt;" in str(asked)
