"""Messages of steps: posted once, to the places of the workflow, and without live markup."""

import re
from pathlib import Path
from typing import Any

import pytest

from engine import Retry, StepContext, Workflow
from tests.bot.outbox.alert_office import office
from tests.spoken import without_runs

Local = Any
DEPLOYS, INCIDENTS, PLANT = "C05DEPLOYS", "C02INCIDENTS", "C03PLANT"
PLACES = ["#incidents", "@on-call", "U03CAROL"]


def telling(*calls: tuple[Any, ...], may_notify: Any = PLACES, rows: Any = None, fails: int = 0) -> Workflow:
    wf = Workflow("nightly", owner="@platform", channel="#deploys", may_notify=may_notify, on_failure="fail")

    @wf.step(retry=Retry(attempts=fails + 1, delay="1s", jitter=0))
    async def tell(ctx: StepContext) -> str:
        for to, message in calls:
            await ctx.notify(to, message, table=rows)
        if ctx.attempt <= fails:
            raise ConnectionError("no answer")
        return "told"

    return wf


async def run(team: Any, seconds: str = "1s") -> Any:
    started = await team.harness.start("nightly")
    await team.advance(seconds)
    return (await team.harness.state(started)).run


async def posted(local: Local, channel: str) -> list[Any]:
    """Messages of steps in a channel."""
    return [each for each in await local.messages(channel) if "nightly · tell" in str(each["blocks"])]


async def texts_of(local: Local, channel: str) -> list[str]:
    return without_runs([each["text"] for each in await posted(local, channel)])


async def test_a_text_goes_to_a_channel_and_to_people(local: Local, tmp_path: Path) -> None:
    calls = [("#incidents", "Rows are in: 12"), ("@on-call", "See the rows"), ("U03CAROL", "Hello")]
    async with office(local, tmp_path, telling(*calls)) as team:
        assert (await run(team)).state == "succeeded"
        (message,) = await posted(local, INCIDENTS)
        assert re.fullmatch(r"Rows are in: 12 \(nightly-\w{4}\)", message["text"])
        for person in ("U01ALICE", "U02BOB"):
            assert without_runs(await local.direct(person)) == ["See the rows"]
        assert without_runs(await local.direct("U03CAROL")) == ["Hello"]


async def test_a_text_is_shown_as_it_is(local: Local, tmp_path: Path) -> None:
    text = "*bold* <!channel> <@U02BOB> & <https://evil.example|safe>"
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": f"*12 rows* {text}"}}]
    async with office(local, tmp_path, telling(("#deploys", text), ("#deploys", blocks))) as team:
        await run(team)
        first, second = await posted(local, DEPLOYS)
        for shown in (first["text"], second["text"], str(second["blocks"])):
            assert "<!channel>" not in shown
            assert "<@U02BOB>" not in shown
            assert "<https" not in shown
        assert first["blocks"][0]["elements"][0]["elements"] == [{"type": "text", "text": text}]
        assert "*12 rows*" in str(second["blocks"])


async def test_code_and_line_breaks_of_a_text_are_shown_and_what_is_hidden_is_marked(
    local: Local, tmp_path: Path
) -> None:
    text = "run `make demo` :tada:\n_now_ ~or~ not\u200b"
    async with office(local, tmp_path, telling(("#deploys", text))) as team:
        await run(team)
        (message,) = await posted(local, DEPLOYS)
        (shown,) = message["blocks"][0]["elements"][0]["elements"]
        assert shown == {"type": "text", "text": "run `make demo` :tada:\n_now_ ~or~ not⟦U+200B⟧"}
        assert message["text"].startswith("run `make demo` :tada:")


async def test_a_message_of_a_step_that_is_tried_again_is_posted_once(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, telling(("#deploys", "one"), ("#deploys", "two"), fails=2)) as team:
        assert (await run(team, "10s")).state == "succeeded"
        assert await texts_of(local, DEPLOYS) == ["one", "two"]


async def test_a_later_attempt_that_says_something_else_edits_the_message(
    local: Local, tmp_path: Path
) -> None:
    wf = Workflow("nightly", owner="@platform", channel="#deploys")

    @wf.step(retry=Retry(attempts=2, delay="30s", jitter=0))
    async def tell(ctx: StepContext) -> None:
        await ctx.notify("#deploys", f"attempt {ctx.attempt}")
        if ctx.attempt == 1:
            raise ConnectionError("no answer")

    async with office(local, tmp_path, wf) as team:
        await team.harness.start("nightly")
        await team.advance()
        assert await texts_of(local, DEPLOYS) == ["attempt 1"]
        await team.advance("1m")
        assert await texts_of(local, DEPLOYS) == ["attempt 2"]


async def test_rows_are_a_table_with_their_names(local: Local, tmp_path: Path) -> None:
    rows = [{"site": "Bonn", "kWh": 12.5}, {"site": "Köln", "kWh": None}]
    async with office(local, tmp_path, telling(("#deploys", "Energy"), rows=rows)) as team:
        await run(team)
        (message,) = await posted(local, DEPLOYS)
        (table,) = [block for block in message["blocks"] if block["type"] == "table"]
        assert message["text"].startswith("Energy · site: Bonn, kWh: 12.5 and 1 more row (")
        cells = [[cell["text"] for cell in row] for row in table["rows"]]
        assert cells == [["site", "kWh"], ["Bonn", "12.5"], ["Köln", "none"]]


@pytest.mark.parametrize(
    ("to", "message", "rows", "problem"),
    [
        (
            "#plant",
            "hello",
            None,
            "nightly may not post to this place. Add it to may_notify= of the workflow.",
        ),
        ("plant", "hello", None, "the place is not a channel (#name), a group (@handle) or a member id"),
        ("#deploys", "", None, "the text is empty"),
        ("#deploys", "x" * 10_001, None, "the text has 10,001 characters"),
        ("#deploys", [{"type": "actions"}], None, "a block has the type 'actions'. Use header, section"),
        ("#deploys", [{"type": "section", "accessory": {}}], None, "a section block has 'accessory'"),
        ("#deploys", [{"type": "section"}], None, "a section block has no text"),
        ("#deploys", [{"type": "divider"}] * 21, None, "there are 21 blocks"),
        ("#deploys", 12, None, "the message is 12"),
        ("#deploys", "rows", [{"a": 1}] * 100, "the table has 100 rows of 1 column"),
        ("#deploys", "rows", [[1, 2], [3]], "the table has 1 row of 1 or 2 columns"),
        ("#deploys", "rows", [{"a": 1}, [1]], "the rows of the table differ"),
    ],
)
async def test_what_cannot_be_posted_fails_the_step_with_the_reason(
    local: Local, tmp_path: Path, to: Any, message: Any, rows: Any, problem: str
) -> None:
    async with office(local, tmp_path, telling((to, message), rows=rows)) as team:
        ended = await run(team)
        assert ended.state == "failed"
        assert f"ctx.notify in tell: {problem}" in ended.reason
        assert await posted(local, PLANT) == []


async def test_more_than_twenty_messages_of_an_attempt_are_refused(local: Local, tmp_path: Path) -> None:
    async with office(local, tmp_path, telling(*[("#deploys", "again")] * 21)) as team:
        assert "one attempt can post 20 messages" in (await run(team)).reason


async def test_a_credential_is_hidden_in_a_message(local: Local, tmp_path: Path) -> None:
    secret = "password=hunter2hunter2"
    async with office(local, tmp_path, telling(("#deploys", f"connect with {secret}"))) as team:
        await run(team)
        (message,) = await posted(local, DEPLOYS)
        assert "hunter2" not in str(message)
        assert "[hidden]" in message["text"]


async def test_a_sync_step_posts_from_its_thread(local: Local, tmp_path: Path) -> None:
    wf = Workflow("nightly", owner="@platform", channel="#deploys")

    @wf.step
    def tell(ctx: StepContext) -> None:
        ctx.notify("#deploys", "from a thread")

    async with office(local, tmp_path, wf) as team:
        await run(team)
        assert await texts_of(local, DEPLOYS) == ["from a thread"]


async def test_a_node_posts_the_outputs_of_steps(local: Local, tmp_path: Path) -> None:
    wf = Workflow("nightly", owner="@platform", channel="#deploys", may_notify="#incidents")

    @wf.step
    async def load() -> dict[str, Any]:
        return {"rows": [{"site": "Bonn", "kWh": 12}], "count": 1}

    wf.notify("tell", "#incidents", "Loaded {load.count} of <1>: {load.rows.0.site}", table="load.rows")
    async with office(local, tmp_path, wf) as team:
        assert (await run(team)).state == "succeeded"
        (message,) = await posted(local, INCIDENTS)
        assert "Loaded 1 of &lt;1&gt;: Bonn" in message["text"]
        assert any(block["type"] == "table" for block in message["blocks"])
