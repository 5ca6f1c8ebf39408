"""E-mails, two at a time, while the process is killed: each arrives, a repeated one under one id."""

from pathlib import Path

import pytest

from bot.demo.mail_sink import listening
from tests import preloaded
from tests.bot.notify_out.smtp_server import SmtpServer


@pytest.mark.parametrize(
    ("dies_at", "repeated"),
    [
        ("notify.kept", 0),
        ("notify.kept:2", 0),
        ("outbox.advanced:2", 0),
        ("delivery.begun", 0),
        ("delivery.posted", 2),
        ("delivery.noted", 1),
    ],
)
async def test_each_mail_arrives_though_the_process_was_killed(
    tmp_path: Path, dies_at: str, repeated: int
) -> None:
    (tmp_path / "data").mkdir()
    async with listening(SmtpServer(tmp_path / "mail")) as server:
        assert isinstance(server, SmtpServer)
        for fault in ({"SIGNOFF_FAULT": dies_at}, {}):
            process = await preloaded.start(
                "tests.crash.mail_life", str(tmp_path), str(server.port), env=fault, cwd=tmp_path
            )
            said = await process.communicate()
            assert process.returncode == (-9 if fault else 0), said
        ids = {message["Message-ID"] for message in server.mails}
    assert {message["To"] for message in server.mails} == {"ops@example.com", "sales@example.com"}
    assert len(ids) == 2
    assert len(server.mails) - 2 <= repeated
