"""Groups whose members cannot decide: what people who click, the owner and the operator read."""

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest

DEPLOYS = "C05DEPLOYS"
ALICE, BOB, CAROL, ERIN = "U01ALICE", "U02BOB", "U03CAROL", "U05ERIN"
Team = Any
ROOT = Path(__file__).resolve().parents[3]
FLOW = """
from signoff import Workflow

{name} = Workflow("{name}", owner="{owner}", channel="#deploys")
{name}.approval(
    "sure", ask="Sure of {name}?", approvers=["{approvers}"], quorum={quorum}, expires="4h", advisory=True
)
"""
KINDS = {
    "empty": ("@empty", 1, "@empty"),
    "typo": ("@releese", 1, "@releese"),
    "closed": ("@closed", 1, "@empty"),
    "unable": ("@unable", 1, "@unable"),
    "owned": ("@empty", 1, "@platform"),
    "mixed": ("@mixed", '"all"', "@platform"),
    "hidden": ("#backroom", 1, "@platform"),
    "sighted": ("#plant", 1, "@release-managers"),
}


@pytest.fixture
def workflows() -> str:
    return "\n".join(
        FLOW.format(name=name, approvers=approvers, quorum=quorum, owner=owner)
        for name, (approvers, quorum, owner) in KINDS.items()
    )


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("empty", "@empty has no members."),
        ("typo", "There is no group called @releese, or it is disabled."),
        ("closed", "There is no group called @closed, or it is disabled."),
        ("unable", "@unable has no member who is a full, active member of this workspace."),
    ],
)
async def test_a_click_on_what_nobody_can_decide_says_so_and_names_who_can_help(
    team: Team, name: str, why: str
) -> None:
    await team.office.say(ALICE, DEPLOYS, f"/workflow run {name}")
    question = await team.office.message(BOB, DEPLOYS, f"Sure of {name}?", "can decide")
    await team.office.click(CAROL, question, "Approve")
    told = await team.office.message(CAROL, DEPLOYS, "Nobody can decide this request.", why)
    assert "Ask the operator of Signoff" in told["text"]

    async def said() -> list[str]:
        lines = [str(line["blocks"]) for line in await team.office.replies(CAROL, question)]
        return [line for line in lines if f"Nobody can answer this: Sure of {name}?" in line]

    (line,) = await team.office.until(CAROL, said)
    owner = f"The owner {KINDS[name][2]} names no person"
    both = "Neither @closed nor the owner @empty names a person"
    assert f"{both if name == 'closed' else owner} who can decide, so the run waits" in line


async def test_a_channel_that_signoff_cannot_see_any_more_is_told_to_those_who_click(team: Team) -> None:
    await team.office.say(ALICE, DEPLOYS, "/workflow run sighted")
    question = await team.office.message(BOB, DEPLOYS, "Sure of sighted?", "can decide")
    await team.office.do("channel/rename", channel="C03PLANT", name="plant-two")
    question = await team.office.message(BOB, DEPLOYS, "Sure of sighted?", "S02RELEASE")
    await team.office.click(BOB, question, "Approve")
    told = await team.office.message(BOB, DEPLOYS, "you are not one of them")
    assert "Signoff cannot see a private channel: it may be renamed" in told["text"]


async def test_a_private_channel_that_the_bot_left_is_brought_to_the_owner_at_once(team: Team) -> None:
    made = await team.office.do("channel/create", name="backroom", private=True, **{"as": ALICE})
    room = made["channel"]["id"]
    for who in ("U0SIGNOFF", CAROL):
        await team.office.do("channel/invite", channel=room, user=who)
    await team.office.say(ALICE, DEPLOYS, "/workflow run hidden")
    question = await team.office.message(BOB, DEPLOYS, "Sure of hidden?", "can decide")
    await team.office.click(BOB, question, "Approve")  # now it is known who is in the channel
    await team.office.message(BOB, DEPLOYS, f"Only members of <#{room}> can decide this request")
    await team.office.do("channel/kick", channel=room, user="U0SIGNOFF")
    question = await team.office.message(BOB, DEPLOYS, "Sure of hidden?", "S05PLATFORM")
    await team.office.click(BOB, question, "Approve")
    await team.office.message(BOB, DEPLOYS, "Sure of hidden?", "*Approved* by bob")


async def test_an_empty_group_is_told_to_the_operator_and_brought_to_the_owner(team: Team) -> None:
    await team.office.say(ALICE, DEPLOYS, "/workflow run owned")
    question = await team.office.message(BOB, DEPLOYS, "Sure of owned?", "S05PLATFORM")

    async def told() -> bool:
        said = [message["text"] for message in await team.office.direct(ERIN)]
        return any("The owner @platform was asked as well." in text for text in said)

    await team.office.until(ERIN, told)
    await team.office.click(BOB, question, "Approve")
    await team.office.message(BOB, DEPLOYS, "Sure of owned?", "*Approved* by bob")


async def test_the_check_of_people_names_every_problem_with_its_file_and_line(team: Team) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "check", "--people", str(team.folder / "flows.py")),
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": f"sqlite:///{team.folder / 'other.db'}",
            "SLACK_API_URL": team.slack.api_url,
            "SLACK_BOT_TOKEN": team.slack.bot_token,
            "SLACK_APP_TOKEN": team.slack.app_token,
            "COLUMNS": "400",
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said = (await process.communicate())[0].decode()
    assert process.returncode == 1, said
    file = team.folder / "flows.py"
    for name, why in (
        ("empty", "@empty: 1 person must approve, and nobody can decide."),
        ("typo", "There is no group called @releese, or it is disabled."),
        ("closed", "There is no group called @closed, or it is disabled."),
        ("unable", "@unable: 1 person must approve, and nobody can decide."),
        ("mixed", "U31HIDDEN of @mixed cannot be found in this workspace and cannot decide."),
    ):
        assert "Correct the name, or create the group." in said
        lines = [line for line in said.splitlines() if f"workflow {name}, step sure:" in line]
        assert len(lines) == 1, said
        assert re.match(rf"{re.escape(str(file))}:\d+: ", lines[0])
        assert why in lines[0]
    assert "workflow typo: Its owner @releese names no person who can decide. There is no group" in said
    assert "workflow unable: Its owner @unable names no person who can decide. Name an owner who" in said
    assert "workflow mixed: Its owner" not in said
    (mixed,) = [line for line in said.splitlines() if "workflow mixed, step sure:" in line]
    assert mixed.endswith("Correct the group, or SIGNOFF_GROUPS.")


async def test_the_requester_is_told_at_once_that_they_cannot_ask_themselves(team: Team) -> None:
    await team.office.say(ALICE, DEPLOYS, "/workflow run owned")
    question = await team.office.message(ALICE, DEPLOYS, "Sure of owned?", "S05PLATFORM")
    await team.office.click(ALICE, question, "Ask")
    await team.office.message(ALICE, DEPLOYS, "You requested this yourself")
    assert await team.office.view(ALICE) is None
