"""A channel that was renamed is followed by its id; a name that another channel took is used for neither."""

import json
from pathlib import Path
from typing import Any

from bot.outbox.notices import Notices
from bot.outbox.ports import Delivery, Wanted
from engine import Group, PeopleUnavailable, Person, Queue, StaticPeople, Workflow
from tests.bot.outbox.alert_office import AlertOffice, office
from tests.bot.outbox.conftest import World
from tests.engine.tampering import execute

Local = Any
DEPLOYS, GENERAL = "C05DEPLOYS", "C01GENERAL"
OWNER, BOT = "U01ALICE", "U0SIGNOFF"


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


async def create(team: AlertOffice, name: str, **more: Any) -> str:
    made = await team.local.control("channel/create", name=name, **{"as": OWNER, **more})
    return str(made["channel"]["id"])


async def test_a_name_of_a_private_channel_that_the_bot_left_stays_its_name(
    local: Local, tmp_path: Path
) -> None:
    await local.control("channel/rename", channel=DEPLOYS, name="earlier")
    async with office(local, tmp_path, shipping()) as team:
        private = await create(team, "deploys", private=True)
        await local.control("channel/invite", channel=private, user=BOT)
        await team.harness.start("kiln")
        await team.advance()
        assert await questions(team, private) == 1
        await rename(team, private, "releases")
        await local.control("channel/kick", channel=private, user=BOT)
        public = await create(team, "deploys")
        await team.restart_outbox()
        await team.harness.start("kiln")
        await team.advance()
        assert (await questions(team, private), await questions(team, public)) == (1, 0)
        words = "\n".join(await local.direct(OWNER))
        assert f"the name of <#{private}> when Signoff last posted there" in words
        assert "or the id of the right channel" in words
        assert await team.engine.places.read() == {"deploys": private}


async def test_no_message_goes_by_a_name_while_what_is_stored_of_channels_is_altered(
    local: Local, tmp_path: Path
) -> None:
    database = tmp_path / "signoff.db"
    async with office(local, tmp_path, shipping()) as team:
        await team.harness.start("kiln")
        await team.advance()
        await rename(team, DEPLOYS, "releases")
        new = await create(team, "deploys")
        places = json.dumps({"deploys": new})
        assert execute(database, "UPDATE installation SET value = ? WHERE name = 'places'", places) == 1
        await team.restart_outbox()
        await team.harness.start("kiln")
        await team.advance()
        assert (await questions(team), await questions(team, new)) == (1, 0)
        altered = "What is stored of the channels of workflows was changed by another program."
        assert altered in await team.engine.altered_records()
        assert {row.error.partition(" Ask")[0] for row in await team.outbox.waiting()} == {altered}
        places = json.dumps({"deploys": DEPLOYS}, separators=(",", ":"))
        execute(database, "UPDATE installation SET value = ? WHERE name = 'places'", places)
        await local.control("channel/rename", channel=new, name="other")
        await team.advance("1m")
        assert (await questions(team), await questions(team, new)) == (2, 0)


async def test_a_channel_where_nothing_was_posted_leaves_its_name_to_the_next_one(
    local: Local, tmp_path: Path
) -> None:
    async with office(local, tmp_path, shipping()) as team:
        await local.control(
            "fault", method="chat.postMessage", kind="error", error="restricted_action", times=50
        )
        await team.harness.start("kiln")
        await team.advance()
        assert await team.engine.places.read() == {}
        await local.control("faults/clear")
        await rename(team, DEPLOYS, "releases")
        new = await create(team, "deploys")
        await team.advance("20m")
        assert (await questions(team), await questions(team, new)) == (0, 1)
        assert await team.engine.places.read() == {"deploys": new}


async def test_a_post_in_doubt_keeps_the_channel_of_its_name(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, shipping()) as team:
        await local.control(
            "fault", method="chat.postMessage", kind="error", error="internal_error", times=50
        )
        await team.harness.start("kiln")
        await team.advance()
        assert await questions(team) == 0
        assert await team.engine.places.read() == {"deploys": DEPLOYS}


class Owners(StaticPeople):
    """A directory that does not answer at first. It counts how often it was asked."""

    asked = 0

    async def resolve(self, ref: str) -> Person | Group:
        self.asked += 1
        if self.asked == 1:
            raise PeopleUnavailable("Slack did not answer in time.")
        return Person(OWNER, "alice")


async def test_a_rename_is_told_once_slack_says_who_the_owner_is_and_not_looked_up_again(
    world: World,
) -> None:
    wanted: list[Wanted] = []

    async def want(new: list[Wanted]) -> None:
        wanted.extend(new)

    owners = Owners()
    notices = Notices(world.deliveries, world, owners, world.clock, want, operator="U09OPERATOR")
    target = {"channels": ["#deploys"], "workflow": "deploy", "run": world.run(), "since": 0}
    post = Delivery(
        "request:1", "slack", "request", "1", target, None, 1, 0, "idle", None, None, 0, "", 0, Queue("", 0)
    )
    await notices.of_renamed(post, "#deploys", DEPLOYS)
    assert wanted == []
    for _ in range(3):
        await notices.of_renamed(post, "#deploys", DEPLOYS)
    assert [want.target["user"] for want in wanted] == [OWNER]
    assert owners.asked == 2


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
