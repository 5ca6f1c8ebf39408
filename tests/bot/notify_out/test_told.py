"""Words about messages outside Slack: how they stand, and which were given up."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.cli import run_view, serializers
from bot.console.parts import ConsoleSettings
from bot.demo.mail_sink import listening
from bot.notify_out.messages import of_run
from bot.notify_out.service import NotifyOut
from bot.notify_out.specs import Mail, MailServer, Outside, WebHost
from bot.views.command_replies import run_answer
from engine import Actor, EventRecord, Retry, StepContext, Workflow
from tests.bot.console.site import site
from tests.bot.notify_out.smtp_server import SmtpServer
from tests.bot.outbox.alert_office import AlertOffice, office
from tests.spoken import without_runs

Local = Any
OPS, OTHER = "mailto:ops@example.com", "mailto:sales@example.com"
HOOK = "https://127.0.0.1:1/secret-path"
ALICE, DEPLOYS = "U01ALICE", "C05DEPLOYS"
REFUSED = "the mail server answered 550: No such person"
LINE = f"🟠 The e-mail to ops@example.com from tell was given up after 1 try: {REFUSED}."


class Refusing(SmtpServer):
    """Knows no ops@example.com."""

    says = "No such person"

    async def answer(self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        if line.upper().startswith("RCPT") and "ops@" in line:
            return f"550 {self.says}"
        return await super().answer(line, reader, writer)


Words = asyncio.Queue[EventRecord]


def telling(*places: str) -> Workflow:
    wf = Workflow("nightly", owner="@platform", channel="#deploys", may_notify=places, on_failure="fail")

    @wf.step(retry=Retry(attempts=1))
    async def tell(ctx: StepContext) -> None:
        for to in places:
            await ctx.notify(to, "hello")

    return wf


def to_server(server: Refusing) -> Outside:
    mail = Mail(MailServer("127.0.0.1", server.port, "none"), "signoff@example.com", str)
    return Outside(mail, {"127.0.0.1:1": WebHost("HOOK", private=True)})


@asynccontextmanager
async def sending(
    team: AlertOffice, server: Refusing, *, reached: Callable[[], bool] = lambda: True
) -> AsyncIterator[Words]:
    """Send messages; yield those about which people were to be told."""
    words = Words()

    async def tell(event: EventRecord) -> bool:
        if is_reached := reached():
            await team.outbox.tell_given_up(event)
        words.put_nowait(event)
        return is_reached

    out = NotifyOut(team.engine, team.harness.clock, to_server(server), str, tell=tell)
    await out.start()
    try:
        yield words
    finally:
        await out.close()


async def ended(team: AlertOffice, run_id: str, words: Words | None = None) -> None:
    """Wait until each mail of a run was sent or given up, and until `words` were asked for one of them."""
    async with asyncio.timeout(20):
        while True:
            rows = await team.engine.deliveries.find(subject=run_id, kind="outside")
            if rows and all(row.state == "dead" or row.sent >= row.wanted for row in rows):
                break
            await asyncio.sleep(0.01)
        if words is not None:
            await words.get()
    await team.advance()


async def notified(team: AlertOffice, run_id: str) -> EventRecord:
    events = await team.engine.events.of_run(run_id)
    return next(each for each in events if each.type == "step.notified")


async def lines(local: Local) -> list[str]:
    (message,) = await local.messages(DEPLOYS)
    return without_runs([text for text in await local.thread(DEPLOYS, message["ts"]) if "given up" in text])


async def told(local: Local) -> list[str]:
    return [text for text in without_runs(await local.direct(ALICE)) if "given up" in text]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Refusing]:
    async with listening(Refusing(tmp_path / "mail")) as sink:
        assert isinstance(sink, Refusing)
        yield sink


async def test_a_mail_that_was_given_up_is_told_once_in_the_thread_and_to_the_owner(
    local: Local, tmp_path: Path, server: Refusing
) -> None:
    async with office(local, tmp_path, telling(OPS, OTHER)) as team:
        async with sending(team, server) as words:
            run = (await team.harness.start("nightly")).id
            await ended(team, run, words)
        assert await lines(local) == [LINE]
        assert await told(local) == [LINE]
        assert [message["To"] for message in server.mails] == ["sales@example.com"]
        async with sending(team, server):
            await team.advance()
        assert (len(await lines(local)), len(await told(local))) == (1, 1)
        assert [row for row in await local.calls("chat.update") if "given up" in str(row)] == []


async def test_word_of_a_mail_waits_for_slack_and_comes_after_a_restart(
    local: Local, tmp_path: Path, server: Refusing
) -> None:
    async with office(local, tmp_path, telling(OPS)) as team:
        async with sending(team, server, reached=lambda: False) as words:
            run = (await team.harness.start("nightly")).id
            await ended(team, run, words)
            assert await told(local) == []
        async with sending(team, server) as words:
            await ended(team, run, words)
        assert (await lines(local), await told(local)) == ([LINE], [LINE])


async def test_a_second_mail_of_a_day_to_the_same_place_is_told_in_its_thread_alone(
    local: Local, tmp_path: Path, server: Refusing
) -> None:
    async with office(local, tmp_path, telling(OPS)) as team, sending(team, server) as words:
        first, second = [await team.harness.start("nightly") for _ in range(2)]
        for run in (first, second):
            await ended(team, run.id, words)
        threads = [await local.thread(DEPLOYS, message["ts"]) for message in await local.messages(DEPLOYS)]
        assert [sum("given up" in text for text in thread) for thread in threads] == [1, 1]
        (direct,) = await local.direct(ALICE)
        assert (first.short in direct) != (second.short in direct)
        other = second if first.short in direct else first
        await team.outbox.tell_given_up(await notified(team, other.id))
        await team.advance()
        assert await local.direct(ALICE) == [direct]
        found = [await team.engine.deliveries.find(subject=run.id, kind="notice") for run in (first, second)]
        assert {(row.state, row.wanted) for rows in found for row in rows} == {("idle", 1)}


async def test_word_of_a_mail_that_was_not_given_up_is_not_shown(
    local: Local, tmp_path: Path, server: Refusing
) -> None:
    async with office(local, tmp_path, telling(OTHER)) as team, sending(team, server):
        run = (await team.harness.start("nightly")).id
        await ended(team, run)
        await team.outbox.tell_given_up(await notified(team, run))
        await team.advance()
        (message,) = await local.messages(DEPLOYS)
        assert await local.thread(DEPLOYS, message["ts"]) == []
        assert await local.direct(ALICE) == []


async def test_show_says_how_each_message_stands(local: Local, tmp_path: Path, server: Refusing) -> None:
    async with office(local, tmp_path, telling(OPS, OTHER, HOOK)) as team, sending(team, server):
        run = (await team.harness.start("nightly")).id

        async def tried() -> bool:
            rows = await team.engine.deliveries.find(subject=run, kind="outside")
            return len(rows) == 3 and sum(bool(row.error) or row.sent > 0 for row in rows) == 3

        async with asyncio.timeout(20):
            while not await tried():
                await asyncio.sleep(0.01)
        standing = await of_run(team.engine.deliveries, team.engine, run)
        detail, now = await team.engine.detail(run), team.harness.clock.now()
        shown = str(run_answer(detail, now, outside=standing).blocks)
        assert f"🟠 e-mail to ops@example.com from tell · given up after 1 try: {REFUSED}" in shown
        assert "○ message to 127.0.0.1:1 from tell · not taken after 1 try, again" in shown
        assert "✅ e-mail to sales@example.com from tell · sent" in shown
        assert "secret-path" not in shown
        printed = [
            line.plain.strip()
            for line in run_view.lines(
                {**serializers.detail(detail), "outside": serializers.outside_messages(standing)}
            )
        ]
        assert f"e-mail to ops@example.com from tell: given up after 1 try · {REFUSED}" in printed
        assert "e-mail to sales@example.com from tell: sent" in printed
        assert any(line.startswith("message to 127.0.0.1:1 from tell: not taken") for line in printed)


async def test_the_console_shows_how_messages_stand(tmp_path: Path, server: Refusing) -> None:
    server.says = "<b>No</b> such person"
    async with site(tmp_path, ConsoleSettings("open")) as here:
        here.engine.register(telling(OPS))
        out = NotifyOut(here.engine, here.clock, to_server(server), str)
        await out.start()
        run = await here.engine.start("nightly", None, actor=Actor("cli", "root"))
        async with asyncio.timeout(20):
            while not (await of_run(here.engine.deliveries, here.engine, run.id)).shown or not out.problem:
                await asyncio.sleep(0.01)
        _, page = await here.get(f"/runs/{run.id}")
        await out.close()
    assert "Messages outside Slack" in page
    assert "e-mail to ops@example.com from tell · given up after 1 try" in page
    assert "&lt;b&gt;No&lt;/b&gt; such person" in page
