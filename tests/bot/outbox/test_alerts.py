"""News of failures goes where the workflow says, and waits for the end of quiet hours."""

from pathlib import Path
from typing import Any

from engine import Actor, Alerts, AskOwner, Decision, Every, QuietHours, Workflow
from tests.bot.outbox.alert_office import office

Local = Any
DAY, NIGHT = "2026-01-05T09:00:00+00:00", "2026-01-05T22:30:00+00:00"
DEPLOYS, INCIDENTS, PLANT = "C05DEPLOYS", "C02INCIDENTS", "C03PLANT"
QUIET = QuietHours("22:00", "07:00", tz="Europe/Berlin")


def failing(alerts: Alerts, step: Alerts | None = None, **options: Any) -> Workflow:
    wf = Workflow("nightly", owner="@platform", channel="#deploys", alerts=alerts, **options)

    @wf.step(alerts=step)
    async def load() -> str:
        raise ConnectionError("no answer from the warehouse")

    return wf


async def test_the_card_goes_to_the_first_channel_and_copies_to_the_others(
    local: Local, tmp_path: Path
) -> None:
    alerts = Alerts(to=["#incidents", "#plant", "@on-call", "U03CAROL"])
    async with office(local, tmp_path, failing(alerts)) as team:
        await team.harness.start("nightly")
        await team.advance()
        assert await team.cards(DEPLOYS) == []
        for channel in (INCIDENTS, PLANT):
            (card,) = await team.cards(channel)
            assert "Retry" in str(card["blocks"])
        for person in ("U01ALICE", "U02BOB", "U03CAROL"):
            (word,) = await local.direct(person)
            assert "nightly failed at load: no answer from the warehouse." in word
        await team.harness.decide("load", "abort", as_user="U01ALICE")
        await team.advance()
        for channel in (INCIDENTS, PLANT):
            (card,) = await team.cards(channel)
            assert "Aborted" in card["text"]


async def test_several_runs_share_one_card_in_every_channel(local: Local, tmp_path: Path) -> None:
    alerts = Alerts(to=["#incidents", "#plant", "U03CAROL"])
    async with office(local, tmp_path, failing(alerts)) as team:
        for _ in range(4):
            await team.harness.start("nightly")
            await team.advance()
        for channel in (INCIDENTS, PLANT):
            (card,) = await team.cards(channel)
            assert "failed at load in 4 runs" in card["text"]
        assert len(await local.direct("U03CAROL")) == 1


async def dm(local: Local, person: str) -> str:
    """Return the text and the blocks of the one direct message of a person."""
    channels = (await local.read("bootstrap", **{"as": person}))["channels"]
    (id_,) = [each["id"] for each in channels if each.get("dm_with") == "U0SIGNOFF"]
    query = {"as": person, "channel": id_}
    (message,) = [each for each in (await local.read("messages", **query))["messages"] if each["is_bot"]]
    return f"{message['text']} {message['blocks']}"


async def test_the_word_to_a_person_says_who_decided_and_what(local: Local, tmp_path: Path) -> None:
    alerts = Alerts(to=["#incidents", "@on-call", "U03CAROL"])
    async with office(local, tmp_path, failing(alerts)) as team:
        await team.harness.start("nightly")
        await team.advance()
        assert "@platform can decide" in await dm(local, "U03CAROL")
        await team.restart_outbox()
        await team.harness.decide("load", "abort", as_user="U01ALICE")
        await team.advance()
        for person in ("U02BOB", "U03CAROL"):
            word = await dm(local, person)
            assert "*Aborted* by alice" in word
            assert "Waited" in word
            assert "decide" not in word
            assert "Open the message" in word


async def test_the_word_to_a_person_follows_a_failure_that_is_withdrawn(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, failing(Alerts(to="U03CAROL"))) as team:
        run = await team.harness.start("nightly")
        await team.advance()
        await team.engine.cancel(run.id, actor=Actor("slack", "U01ALICE"), reason="")
        await team.advance()
        word = await dm(local, "U03CAROL")
        assert "the run was cancelled" in word
        assert "can decide" not in word


async def test_the_word_to_a_person_counts_the_runs_that_share_the_card(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, failing(Alerts(to=["#incidents", "U03CAROL"]))) as team:
        runs = []
        for _ in range(3):
            runs.append(await team.harness.start("nightly"))
            await team.advance()
        word = await dm(local, "U03CAROL")
        assert "failed at load in 3 runs" in word
        assert "@platform can decide 3 runs" in word
        asked = {request.run_id: request.id for request in await team.harness.requests()}
        for run in runs[:2]:
            await team.engine.decide(asked[run.id], Decision("abort"), actor=Actor("slack", "U01ALICE"))
        await team.advance()
        word = await dm(local, "U03CAROL")
        assert "*Aborted* in 2 runs by alice" in word
        assert "@platform can decide 1 run" in word
        await team.engine.decide(asked[runs[2].id], Decision("skip"), actor=Actor("slack", "U01ALICE"))
        await team.advance()
        word = await dm(local, "U03CAROL")
        assert "Every run is answered" in word
        assert "can decide" not in word


async def test_the_word_to_a_person_says_that_the_step_works_again(local: Local, tmp_path: Path) -> None:
    broken = [True]
    wf = Workflow("nightly", owner="@platform", channel="#deploys", alerts=Alerts(to="U03CAROL"))

    @wf.step
    async def load() -> str:
        if broken[0]:
            raise ConnectionError("no answer from the warehouse")
        return "done"

    async with office(local, tmp_path, wf) as team:
        await team.harness.start("nightly")
        await team.advance()
        broken[0] = False
        await team.harness.start("nightly")
        await team.advance()
        word = await dm(local, "U03CAROL")
        assert "It works again" in word
        assert "@platform can decide" in word
        await team.harness.decide("load", "retry", as_user="U01ALICE")
        await team.advance()
        assert "*Retried* by alice" in await dm(local, "U03CAROL")


async def test_a_step_has_its_own_severity_and_the_routes_of_the_workflow(
    local: Local, tmp_path: Path
) -> None:
    alerts = Alerts(to={"high": ["#incidents"], "normal": ["#plant"]}, quiet_hours=QUIET)
    high = failing(alerts, Alerts(severity="high"))
    async with office(local, tmp_path, high, at=NIGHT) as team:
        await team.harness.start("nightly")
        await team.advance()
        assert await team.cards(PLANT) == []
        assert len(await team.cards(INCIDENTS)) == 1


async def test_quiet_hours_hold_a_failure_that_is_not_of_high_severity(local: Local, tmp_path: Path) -> None:
    alerts = Alerts(to=["#incidents", "U03CAROL"], quiet_hours=QUIET)
    async with office(local, tmp_path, failing(alerts), at=NIGHT) as team:
        await team.harness.start("nightly")
        await team.advance("7h")
        assert await team.cards(INCIDENTS) == []
        assert await local.direct("U03CAROL") == []
        await team.restart_outbox()
        await team.advance("20m")
        assert await team.cards(INCIDENTS) == []
        await team.advance("10m")  # 07:00 in Berlin is 06:00 UTC
        assert len(await team.cards(INCIDENTS)) == 1
        assert len(await local.direct("U03CAROL")) == 1


async def test_a_question_that_ends_within_the_quiet_hours_is_asked_at_once(
    local: Local, tmp_path: Path
) -> None:
    alerts = Alerts(quiet_hours=QUIET)
    soon = failing(alerts, on_failure=AskOwner(remind_every=None, expires="2h"))
    async with office(local, tmp_path, soon, at=NIGHT) as team:
        await team.harness.start("nightly")
        await team.advance()
        assert len(await team.cards(DEPLOYS)) == 1


async def test_a_failure_that_was_answered_in_the_quiet_hours_is_not_told(
    local: Local, tmp_path: Path
) -> None:
    alerts = Alerts(to=["#incidents", "U03CAROL"], quiet_hours=QUIET)
    async with office(local, tmp_path, failing(alerts), at=NIGHT) as team:
        await team.harness.start("nightly")
        await team.advance()
        await team.harness.decide("load", "abort", as_user="U01ALICE")
        await team.advance("9h")
        assert await team.cards(INCIDENTS) == []
        assert await local.direct("U03CAROL") == []


async def test_a_quiet_schedule_says_nothing_in_the_quiet_hours(local: Local, tmp_path: Path) -> None:
    alerts = Alerts(quiet_hours=QUIET)
    often = failing(alerts, triggers=[Every("30m", quiet=True)])
    async with office(local, tmp_path, often, at=NIGHT) as team:
        await team.advance("3h")
        assert await local.messages(DEPLOYS) == []
        await team.advance("6h")
        (card,) = await team.cards(DEPLOYS)
        assert "failed at load in" in card["text"]


async def test_a_run_that_fails_at_once_tells_the_channels_and_people(local: Local, tmp_path: Path) -> None:
    alerts = Alerts(to=["#incidents", "U03CAROL"])
    async with office(local, tmp_path, failing(alerts, on_failure="fail")) as team:
        await team.harness.start("nightly")
        await team.advance()
        (word,) = await team.cards(INCIDENTS)
        assert "The run failed with it" in str(word["blocks"])
        assert "Open the message" in str(word["blocks"])
        assert len(await local.direct("U03CAROL")) == 1


async def test_a_card_whose_channel_is_gone_goes_to_the_channel_of_the_workflow(
    local: Local, tmp_path: Path
) -> None:
    async with office(local, tmp_path, failing(Alerts(to="#nowhere"))) as team:
        await team.harness.start("nightly")
        await team.advance()
        assert len(await team.cards(DEPLOYS)) == 1


def failing_after_approval(alerts: Alerts) -> Workflow:
    wf = Workflow("guarded", owner="@on-call", channel="#deploys", alerts=alerts)
    go = wf.approval("go", ask="Load it?", approvers=["@platform"], expires="4h")

    @wf.step(when=go.approved)
    async def load() -> str:
        raise ConnectionError("no answer from the warehouse")

    return wf


async def test_the_run_says_when_people_are_told_of_a_failure_that_quiet_hours_hold_back(
    local: Local, tmp_path: Path
) -> None:
    workflow = failing_after_approval(Alerts(quiet_hours=QUIET))
    async with office(local, tmp_path, workflow, at=NIGHT) as team:
        handle = await team.harness.start("guarded")
        await team.advance()
        await team.harness.decide("go", "approve", as_user="U01ALICE")
        await team.advance()
        run, _ = await local.messages(DEPLOYS)
        assert "load failed, @on-call is told <!date^1767679200^" in run["text"]  # 07:00 in Berlin
        assert "@on-call is told <!date^1767679200^" in str(run["blocks"])
        assert "waiting for" not in str(run)
        detail = await team.engine.detail(handle.id)
        assert [until.isoformat() for until in detail.untold.values()] == ["2026-01-06T06:00:00+00:00"]
        await team.advance("4h")  # the reminder at 02:30 UTC shows the run again in any case
        await team.advance("3h30m")
        run, *_ = await local.messages(DEPLOYS)
        assert "load failed, waiting for @on-call" in run["text"]
        assert (await team.engine.detail(handle.id)).untold == {}


async def test_a_failure_that_joins_a_card_that_people_saw_is_not_held_back(
    local: Local, tmp_path: Path
) -> None:
    alerts = Alerts(quiet_hours=QUIET)
    async with office(local, tmp_path, failing(alerts), at="2026-01-05T20:30:00+00:00") as team:
        await team.harness.start("nightly")
        await team.advance()
        assert len(await team.cards(DEPLOYS)) == 1
        await team.advance("1h")  # 22:30 in Berlin
        handle = await team.harness.start("nightly")
        await team.advance()
        assert (await team.engine.detail(handle.id)).untold == {}


async def test_a_failure_without_a_question_mentions_its_owner_once_and_counts_on(
    local: Local, tmp_path: Path
) -> None:
    flow = Workflow("flow", owner="@platform", channel="#deploys", on_failure="fail")

    @flow.step
    async def load() -> None:
        raise ConnectionError("the database is away")

    async with office(local, tmp_path, flow) as team:
        for _ in range(4):
            await team.harness.start("flow")
            await team.advance()
        lines = [
            line
            for message in await local.messages(DEPLOYS)
            for line in await local.thread(DEPLOYS, message["ts"])
            if "the run failed with it" in line
        ]
        assert ["<!subteam^" in line for line in lines] == [True, False, False, False]
        assert "the 4th run within an hour. @platform was told of the first" in lines[-1]
        await team.advance("2h")
        run = await team.harness.start("flow")
        await team.advance()
        (message,) = [each for each in await local.messages(DEPLOYS) if run.short in each["text"]]
        assert "<!subteam^" in str(await local.thread(DEPLOYS, message["ts"]))


async def test_a_failure_every_forty_minutes_mentions_its_owner_again_after_each_hour(
    local: Local, tmp_path: Path
) -> None:
    flow = Workflow("flow", owner="@platform", channel="#deploys", on_failure="fail")

    @flow.step
    async def load() -> None:
        raise ConnectionError("the database is away")

    mentions = []
    async with office(local, tmp_path, flow) as team:
        for _ in range(5):
            run = await team.harness.start("flow")
            await team.advance()
            (message,) = [each for each in await local.messages(DEPLOYS) if run.short in each["text"]]
            thread = str(await local.thread(DEPLOYS, message["ts"]))
            mentions.append("<!subteam^" in thread)
            assert mentions[-1] or "the 2nd run within an hour" in thread
            await team.advance("40m")
    assert mentions == [True, False, True, False, True]


async def test_an_alert_of_the_night_comes_though_the_first_of_its_runs_was_answered(
    local: Local, tmp_path: Path
) -> None:
    alerts = Alerts(to=["#incidents", "U03CAROL"], quiet_hours=QUIET)
    async with office(local, tmp_path, failing(alerts), at=NIGHT) as team:
        runs = []
        for _ in range(3):
            runs.append(await team.harness.start("nightly"))
            await team.advance()
        (first,) = [each.id for each in await team.harness.requests() if each.run_id == runs[0].id]
        await team.engine.decide(first, Decision("abort"), actor=Actor("slack", "U01ALICE"))
        await team.advance("8h")
        assert len(await local.direct("U03CAROL")) == 1
