"""A channel that was renamed is followed by its id; a name that another channel took is used for neither."""

from pathlib import Path
from typing import Any

from engine import Workflow
from tests.bot.outbox.alert_office import AlertOffice, office

Local = Any
DEPLOYS, GENERAL = "C05DEPLOYS", "C01GENERAL"
OWNER = "U01ALICE"


def shipping() -> Workflow:
    wf = Workflow("kiln", owner="@platform", channel="#deploys")
    wf.approval("go", ask="Heat the kiln?", approvers=["U02BOB"], expires="4h", advisory=True)
    return wf


async def rename(team: AlertOffice, channel: str, name: str) -> None:
    await team.local.control("channel/rename", channel=channel, name=name)
    team.channels.renamed(channel, name)


async def questions(team: AlertOffice, channel: str = DEPLOYS) -> int:
    return sum("Heat the kiln?" in message["text"] for message in await team.local.messages(channel))


async def test_a_question_goes_to_the_renamed_channel_and_the_owner_is_told_once(
    local: Local, tmp_path: Path
) -> None:
    async with office(local, tmp_path, shipping()) as team:
        await team.harness.start("kiln")
        await team.advance()
        await rename(team, DEPLOYS, "releases")
        for number in (2, 3):
            await team.harness.start("kiln")
            await team.advance()
            assert await questions(team) == number
        (word,) = await local.direct(OWNER)
        assert f"names the channel #deploys, which was renamed to <#{DEPLOYS}>" in word


async def test_a_renamed_channel_is_followed_after_a_restart(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, shipping()) as team:
        await team.harness.start("kiln")
        await team.advance()
        await team.local.control("channel/rename", channel=DEPLOYS, name="releases")
        await team.restart_outbox()
        await team.harness.start("kiln")
        await team.advance()
        await team.restart_outbox()
        await team.harness.start("kiln")
        await team.advance()
        assert await questions(team) == 3
        assert len(await local.direct(OWNER)) == 1


async def test_a_name_that_another_channel_took_gets_no_message_until_the_file_is_right(
    local: Local, tmp_path: Path
) -> None:
    async with office(local, tmp_path, shipping()) as team:
        await team.harness.start("kiln")
        await team.advance()
        await rename(team, DEPLOYS, "releases")
        made = await local.control("channel/create", name="deploys", **{"as": OWNER})
        new = made["channel"]["id"]
        await team.restart_outbox()
        await team.harness.start("kiln")
        await team.advance()
        assert (await questions(team), await questions(team, new)) == (1, 0)
        words = await local.direct(OWNER)
        assert f"the name of <#{DEPLOYS}> when Signoff last posted there" in "\n".join(words)
        await local.control("channel/rename", channel=new, name="other")
        await team.advance("20m")
        assert await questions(team) == 2


async def test_a_channel_that_got_its_name_back_is_found_as_before(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, shipping()) as team:
        await team.harness.start("kiln")
        await team.advance()
        await rename(team, DEPLOYS, "releases")
        await rename(team, DEPLOYS, "deploys")
        await team.harness.start("kiln")
        await team.advance()
        assert await questions(team) == 2
        assert await local.direct(OWNER) == []


async def test_the_remedy_for_an_unknown_channel_names_a_rename(local: Local, tmp_path: Path) -> None:
    await local.control("channel/rename", channel=DEPLOYS, name="releases")
    async with office(local, tmp_path, shipping()) as team:
        await team.harness.start("kiln")
        await team.advance()
        words = "\n".join(await local.direct(OWNER))
        assert "If it was renamed, write its new name in the workflow file" in words
