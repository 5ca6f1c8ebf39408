"""Messages of steps outside Slack: sent once, tried again, given up, and without a way to inject anything."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.demo.mail_sink import MailSink, listening
from bot.errors import ConfigError
from bot.http.callbacks import signature
from bot.notify_out.service import MAX_TRIES, NotifyOut
from bot.notify_out.smtp import MailSender
from bot.notify_out.specs import Mail, MailServer, Outside, WebHost
from bot.settings.config import read_settings
from bot.settings.engine_settings import secrets
from engine import Actor, Engine, EngineSettings, FakeClock, Retry, StaticPeople, StepContext, Workflow
from tests.bot.notify_out.smtp_server import SmtpServer, certificate

PEOPLE = StaticPeople(groups={"ops": ["U1"]})
OPS = "mailto:ops@example.com"
PASSWORD = "kraken-plum-4471"
SECRET = "a-secret-of-the-hook-7d21"


def telling(
    *calls: tuple[Any, ...],
    may_notify: Any = (OPS,),
    fails: int = 0,
    until: Callable[[], bool] = lambda: True,
    **options: Any,
) -> Workflow:
    """`until`: the step goes on once it is true, after its messages."""
    wf = Workflow("nightly", owner="@ops", channel="#deploys", may_notify=may_notify, on_failure="fail")

    @wf.step(retry=Retry(attempts=fails + 1, delay="1s", jitter=0))
    async def tell(ctx: StepContext) -> None:
        for to, text in calls:
            await ctx.notify(to, text, **options)
        while not until():
            await asyncio.sleep(0.005)
        if ctx.attempt <= fails:
            raise ConnectionError("no answer")

    return wf


def mail_to(server: MailSink, **more: Any) -> Mail:
    return Mail(MailServer("127.0.0.1", server.port, "none", **more), "signoff@example.com", lambda: PASSWORD)


class Site:
    def __init__(self, folder: Path, outside: Outside, sender: MailSender | None = None) -> None:
        self.folder, self.outside, self.sender, self.clock = folder, outside, sender, FakeClock()
        self.engine: Engine
        self.out: NotifyOut

    async def start(self, workflow: Workflow, *, sends: bool = True) -> None:
        settings = EngineSettings(self.folder / "data", outside=self.outside.problem)
        self.engine = await Engine.open(
            self.folder / "signoff.db", clock=self.clock, people=PEOPLE, settings=settings
        )
        self.engine.register(workflow)
        await self.engine.serve()
        self.out = NotifyOut(self.engine, self.clock, self.outside, lambda name: SECRET, self.sender)
        if sends:
            await self.out.start()

    async def stop(self) -> None:
        await self.out.close()
        await self.engine.close(grace=0)

    async def run(self) -> Any:
        run = await self.engine.start("nightly", None, actor=Actor("slack", "U1"))
        return await self.ended(run.id)

    async def ended(self, run_id: str) -> Any:
        async def has_ended() -> bool:
            return (await self.engine.find_run(run_id)).state in ("succeeded", "failed")

        await self.until(has_ended)
        return await self.engine.find_run(run_id)

    async def until(self, true: Callable[[], Any]) -> None:
        """Let what is due happen until it is true; the clock moves when everything waits for it."""
        async with asyncio.timeout(20):
            while True:
                found = true()
                if await found if asyncio.iscoroutine(found) else found:
                    return
                await asyncio.sleep(0.002)
                wake = self.clock.next_wake()
                if wake is not None and wake - self.clock.now() < timedelta(days=1):
                    self.clock.advance(wake - self.clock.now())

    async def rows(self, run_id: str) -> list[Any]:
        return await self.engine.deliveries.find(subject=run_id, kind="outside")


@asynccontextmanager
async def at_work(
    folder: Path, workflow: Workflow, outside: Outside, sender: MailSender | None = None
) -> AsyncIterator[Site]:
    site = Site(folder, outside, sender)
    await site.start(workflow)
    try:
        yield site
    finally:
        await site.stop()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[SmtpServer]:
    async with listening(SmtpServer(tmp_path / "mail")) as sink:
        assert isinstance(sink, SmtpServer)
        yield sink


async def delivered(site: Site, run_id: str) -> list[Any]:
    async def is_done() -> bool:
        rows = await site.rows(run_id)
        return bool(rows) and all(row.state == "dead" or row.sent >= row.wanted for row in rows)

    await site.until(is_done)
    return await site.rows(run_id)


async def test_a_mail_has_the_text_the_table_and_the_names_of_its_run(
    server: SmtpServer, tmp_path: Path
) -> None:
    rows = [{"site": "Köln <1>", "kWh": 9}]
    wf = telling((OPS, "Meters of\n.last night <b>"), table=rows, subject="Zähler & more")
    async with at_work(tmp_path, wf, Outside(mail_to(server), {})) as site:
        run = await site.run()
        await delivered(site, run.id)
        (message,) = server.mails
        assert (message["From"], message["To"]) == ("signoff@example.com", "ops@example.com")
        assert message["Subject"] == "Zähler & more"
        text, html = (part.get_content() for part in message.iter_parts())
        assert text.splitlines()[:4] == ["Meters of", ".last night <b>", "site | kWh", "Köln <1> | 9"]
        assert f"nightly · tell · {run.id}" in text
        assert "Meters of\n.last night &lt;b&gt;" in html.replace("\r\n", "\n")
        assert ">Köln &lt;1&gt;</td>" in html
        assert server.lines.count("data") == 1


async def test_a_step_that_is_tried_again_sends_its_mail_once(server: SmtpServer, tmp_path: Path) -> None:
    wf = telling((OPS, "one"), (OPS, "two"), fails=2, until=lambda: len(server.mails) >= 2)
    async with at_work(tmp_path, wf, Outside(mail_to(server), {})) as site:
        run = await site.run()
        newest = await site.engine.events.newest()

        async def has_read() -> bool:
            return await site.engine.deliveries.cursor("outside") >= newest

        await site.until(has_read)
        await delivered(site, run.id)
        assert sorted(message["Subject"] for message in server.mails) == ["one", "two"]
        assert len({message["Message-ID"] for message in server.mails}) == 2


async def test_a_mail_that_is_refused_for_now_is_sent_again_under_the_same_id(
    server: SmtpServer, tmp_path: Path
) -> None:
    server.refusals = {"RCPT": ["451 Later"], ".": ["421 Busy"]}
    async with at_work(tmp_path, telling((OPS, "hello")), Outside(mail_to(server), {})) as site:
        run = await site.run()
        (row,) = await delivered(site, run.id)
        assert (row.state, row.sent, len(server.mails)) == ("idle", 1, 1)
        assert sum(line.upper().startswith("RCPT") for line in server.lines) == 3


@pytest.mark.parametrize("command", ["RCPT", ".", "MAIL"])
async def test_a_mail_that_is_refused_for_good_is_given_up_and_told(
    server: SmtpServer, tmp_path: Path, command: str
) -> None:
    server.refusals = {command: ["550 No such\u2028person"] * 20}
    async with at_work(tmp_path, telling((OPS, "hello")), Outside(mail_to(server), {})) as site:
        run = await site.run()
        (row,) = await delivered(site, run.id)
        assert (row.state, row.tries) == ("dead", 1)
        assert row.error.startswith("the mail server answered 550: No such")
        await site.until(lambda: site.out.problem)
        assert site.out.problem.startswith(f"A message to {OPS} of {run.id} was given up: the mail server")


async def test_a_mail_that_is_never_taken_is_given_up_after_twelve_tries(
    server: SmtpServer, tmp_path: Path
) -> None:
    server.refusals = {"MAIL": ["451 Later"] * 50}
    async with at_work(tmp_path, telling((OPS, "hello")), Outside(mail_to(server), {})) as site:
        run = await site.run()
        (row,) = await delivered(site, run.id)
        assert (row.state, row.tries) == ("dead", MAX_TRIES)
        assert server.mails == []


async def test_a_mail_is_sent_after_a_restart_between_its_record_and_its_sending(
    server: SmtpServer, tmp_path: Path
) -> None:
    site, wf = Site(tmp_path, Outside(mail_to(server), {})), telling((OPS, "hello"))
    await site.start(wf)
    server.refusals = {"MAIL": ["451 Later"]}
    run = await site.engine.start("nightly", None, actor=Actor("slack", "U1"))
    async with asyncio.timeout(10):
        while not [row for row in await site.rows(run.id) if row.error]:
            await asyncio.sleep(0.01)
    await site.stop()
    assert server.mails == []
    await site.start(wf)
    await delivered(site, run.id)
    await site.stop()
    assert [message["Subject"] for message in server.mails] == ["hello"]


async def test_a_restart_keeps_the_warning_of_a_mail_that_was_given_up_for_three_days(
    server: SmtpServer, tmp_path: Path
) -> None:
    site, wf = Site(tmp_path, Outside(mail_to(server), {})), telling((OPS, "hello"))
    await site.start(wf)
    server.refusals = {"RCPT": ["550 No such person"]}
    run = await site.run()
    await delivered(site, run.id)
    await site.stop()
    await site.start(wf)
    warning = f"A message to {OPS} of {run.id} was given up: the mail server answered 550: No such person."
    assert site.out.problem == warning
    site.clock.advance(timedelta(days=4))
    assert site.out.problem == ""
    await site.stop()
    await site.start(wf)
    assert site.out.problem == ""
    await site.stop()


async def test_a_row_that_another_program_wrote_is_not_sent(server: SmtpServer, tmp_path: Path) -> None:
    async with at_work(tmp_path, telling((OPS, "hello")), Outside(mail_to(server), {})) as site:
        run = await site.run()
        (row,) = await delivered(site, run.id)
        forged = replace(row, key=f"{row.key}0")
        await site.out._send(forged)
        assert len(server.mails) == 1


@pytest.mark.parametrize(
    ("to", "subject", "problem"),
    [
        ("mailto:ops@example.com\r\nBcc: x@evil.example", None, "is not one e-mail address in ASCII"),
        ("mailto:ops@example.com,x@evil.example", None, "is not one e-mail address in ASCII"),
        ("mailto:ops@example.com?bcc=x@evil.example", None, "is not one e-mail address in ASCII"),
        ("mailto:ops%0a@example.com", None, "is not one e-mail address in ASCII"),
        ("mailto:öps@example.com", None, "is not one e-mail address in ASCII"),
        ("mailto:<ops@example.com>", None, "is not one e-mail address in ASCII"),
        ("mailto:*@example.com", None, "is not one e-mail address in ASCII"),
        ("mailto:ops@evil.example", None, "nightly may not send to this address. Add it to may_notify="),
        ("mailto:OPS@example.com", "a\r\nBcc: x@evil.example", "the subject has a line break"),
        (OPS, "x" * 201, "the subject has 201 characters, and 200 fit"),
        ("#deploys", "x", "the message has a subject, and only an e-mail has one"),
        ("https://hooks.example.com/x", None, "the host hooks.example.com is not in SIGNOFF_NOTIFY_HOSTS"),
        ("https://user@hooks.example.com/x", None, "has no host, or names a user"),
        ("https://hooks.example.com/x\\@evil", None, "is not an address such as"),
        ("https://hooks.example.com/other", None, "nightly may not send to this address"),
    ],
)
async def test_what_may_not_be_sent_fails_the_step_with_the_reason(
    server: SmtpServer, tmp_path: Path, to: str, subject: str | None, problem: str
) -> None:
    places = [OPS, "mailto:OPS@example.com", "https://hooks.example.com/x"]
    wf = telling((to, "hello"), may_notify=places, subject=subject)
    async with at_work(tmp_path, wf, Outside(mail_to(server), {})) as site:
        run = await site.run()
        assert run.state == "failed"
        assert problem in run.reason
        assert await site.rows(run.id) == []
        assert server.mails == []


async def test_a_whole_domain_can_be_allowed(server: SmtpServer, tmp_path: Path) -> None:
    wf = telling(("mailto:any.body@EXAMPLE.com", "hello"), may_notify=["mailto:*@example.com"])
    async with at_work(tmp_path, wf, Outside(mail_to(server), {})) as site:
        run = await site.run()
        await delivered(site, run.id)
        assert server.mails[0]["To"] == "any.body@EXAMPLE.com"


async def test_without_a_mail_server_the_step_fails_and_the_operator_is_told(tmp_path: Path) -> None:
    async with at_work(tmp_path, telling((OPS, "hello")), Outside(None, {})) as site:
        run = await site.run()
        assert run.state == "failed"
        assert "SIGNOFF_SMTP_URL and SIGNOFF_SMTP_FROM are not set" in run.reason
        assert site.out.problem.startswith(f"nightly may not reach {OPS} of its may_notify: no e-mail can")


async def test_values_of_a_mail_are_text_and_never_a_header(server: SmtpServer, tmp_path: Path) -> None:
    text = "first\r\nBcc: x@evil.example\r\n.\r\nMAIL FROM:<x@evil.example>\rBcc: y\x00\u202e"
    async with at_work(tmp_path, telling((OPS, text)), Outside(mail_to(server), {})) as site:
        run = await site.run()
        await delivered(site, run.id)
        (message,) = server.mails
        assert (message["Subject"], message["Bcc"], len(server.mails)) == ("first", None, 1)
        assert b"\r" not in server.raw[0].replace(b"\r\n", b"")
        assert b"\n" not in server.raw[0].replace(b"\r\n", b"")


async def test_a_server_elsewhere_gets_nothing_before_tls_and_the_right_certificate(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    context, trusting = certificate(tmp_path)
    async with listening(SmtpServer(tmp_path / "mail", context, PASSWORD)) as sink:
        assert isinstance(sink, SmtpServer)
        wanted = MailServer("127.0.0.1", sink.port, "starttls", "signoff")
        through = Mail(wanted, "signoff@example.com", lambda: PASSWORD)
        assert (await MailSender(through, trusting).reach()).error == ""
        refused = await MailSender(through).reach()
        assert "the certificate of the mail server is not valid" in refused.error
        wrong = await MailSender(replace(through, password=lambda: "wrong-pass-1"), trusting).reach()
        assert "refused the user of SIGNOFF_SMTP_URL or SIGNOFF_SMTP_PASSWORD (535)" in wrong.error
        assert "wrong-pass-1" not in wrong.error
        sink.context, sink.lines = None, []
        clear = await MailSender(through, trusting).reach()
        assert "the mail server offers no encryption" in clear.error
        assert not [line for line in sink.lines if line.startswith("AUTH")]
    assert PASSWORD not in caplog.text


async def test_a_server_that_is_away_is_named_without_a_traceback(tmp_path: Path) -> None:
    away = Mail(MailServer("127.0.0.1", 1, "none"), "signoff@example.com", str)
    assert (await MailSender(away).reach()).error == (
        "the mail server could not be reached (Connection refused)"
    )


class Hook:
    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []

    async def take(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.read()))
        status = self.answers.pop(0) if self.answers else 204
        return web.Response(status=status, headers={"Location": "/elsewhere"} if status == 302 else {})


async def test_an_address_gets_a_signed_body_and_again_until_it_takes_it(tmp_path: Path) -> None:
    hook, app = Hook(), web.Application()
    app.router.add_post("/{path}", hook.take)
    async with TestServer(app) as receiver:
        url = str(receiver.make_url("/alerts"))
        hosts = {f"127.0.0.1:{receiver.port}": WebHost("HOOK", private=True)}
        hook.answers = [503, 302]
        wf = telling((url, "hello"), may_notify=[url], table=[{"a": 1}])
        async with at_work(tmp_path, wf, Outside(None, hosts)) as site:
            run = await site.run()
            (row,) = await delivered(site, run.id)
            assert (row.sent, len(hook.got)) == (1, 3)
            for headers, body in hook.got:
                timestamp = int(headers["X-Signoff-Timestamp"])
                assert headers["X-Signoff-Signature"] == signature(SECRET, timestamp, body)
                assert headers["X-Signoff-Delivery"] == json.loads(body)["id"]
            told = json.loads(hook.got[0][1])
            assert (told["text"], told["table"]) == ("hello", [["a"], ["1"]])
            assert (told["workflow"], told["step"], told["run"]) == ("nightly", "tell", run.id)
            assert hook.got[0][1] == hook.got[2][1]
            assert "/alerts" not in row.key  # errors and logs name keys


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"SIGNOFF_SMTP_URL": "smtp://u:hunter22@mail.example.com"}, "holds a password. Put that into"),
        ({"SIGNOFF_SMTP_URL": "mail.example.com:587"}, "is not the address of a mail server"),
        ({"SIGNOFF_SMTP_URL": "smtp://mail.example.com/x"}, "has more than a user, a host and a port"),
        ({"SIGNOFF_SMTP_URL": "smtp://mail.example.com"}, "SIGNOFF_SMTP_FROM is not"),
        ({"SIGNOFF_SMTP_FROM": "a@b.example, c@d.example"}, "is not one e-mail address"),
        (
            {"SIGNOFF_SMTP_URL": "smtp://u@mail.example.com", "SIGNOFF_SMTP_FROM": "a@b.example"},
            "is missing. Set both, or none",
        ),
        ({"SIGNOFF_SMTP_PASSWORD": "hunter22"}, "SIGNOFF_SMTP_PASSWORD is set, but SIGNOFF_SMTP_URL is not"),
        ({"SIGNOFF_NOTIFY_HOSTS": "hooks.example.com"}, "is not JSON"),
        ({"SIGNOFF_NOTIFY_HOSTS": '{"hooks.example.com": 1}'}, "other keys than secret and private"),
        ({"SIGNOFF_NOTIFY_HOSTS": '{"https://x": "A"}'}, "which is not a host"),
        ({"SIGNOFF_NOTIFY_HOSTS": '{"10.0.0.1": "HOOK"}'}, "is inside this machine's networks"),
        ({"SIGNOFF_NOTIFY_HOSTS": '{"localhost": "HOOK"}'}, "is inside this machine's networks"),
    ],
)
def test_each_invalid_setting_is_named_and_no_error_shows_a_password(
    settings: dict[str, str], says: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        read_settings(settings)
    assert says in str(raised.value)
    assert "hunter22" not in str(raised.value)


def test_the_password_is_hidden_and_credentials_go_encrypted_beyond_this_machine() -> None:
    given = {"SIGNOFF_SMTP_FROM": "a@b.example", "SIGNOFF_SMTP_PASSWORD": PASSWORD}
    settings = read_settings({**given, "SIGNOFF_SMTP_URL": "smtp://ops%40b.example@mail.example.com"})
    assert settings.smtp_url == MailServer("mail.example.com", 587, "starttls", "ops@b.example")
    assert PASSWORD in secrets(settings)
    assert PASSWORD not in repr(settings)
    local = read_settings({"SIGNOFF_SMTP_FROM": "a@b.example", "SIGNOFF_SMTP_URL": "smtp://localhost:2525"})
    assert local.smtp_url == MailServer("localhost", 2525, "none")
    tls = read_settings({**given, "SIGNOFF_SMTP_URL": "smtps://u@mail.example.com"})
    assert tls.smtp_url == MailServer("mail.example.com", 465, "tls", "u")


async def test_the_demo_keeps_mail_as_files(tmp_path: Path) -> None:
    async with (
        listening(MailSink(tmp_path / "mail")) as sink,
        at_work(tmp_path, telling((OPS, "hello")), Outside(mail_to(sink), {})) as site,
    ):
        run = await site.run()
        await delivered(site, run.id)
    (file,) = (tmp_path / "mail").iterdir()
    assert b"Subject: hello" in file.read_bytes()


async def test_a_first_line_that_encodes_line_breaks_adds_no_header(
    server: SmtpServer, tmp_path: Path
) -> None:
    text = "=?utf-8?q?Hi=0D=0ABcc:_victim@evil.example=0D=0AFrom:_ceo@corp.example=0D=0A=0D=0Abody?=\nrest"
    async with at_work(tmp_path, telling((OPS, text)), Outside(mail_to(server), {})) as site:
        await site.run()
        await site.until(lambda: len(server.mails) == 1)
        (mail,) = server.mails
        names = [name for name in mail if name in ("Bcc", "From", "Subject")]
        assert sorted(names) == ["From", "Subject"]
        assert mail["Subject"].startswith("= ?utf-8?q?Hi=0D")
