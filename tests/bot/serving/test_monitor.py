"""The bot's own health: a token that ends, an operator who is told, one who cannot be."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from bot.serving.monitor import PROBLEM_LIMIT, TOKEN_INTERVAL, Monitor
from bot.slack.operator_messages import Operator
from bot.slack.web_api import CallTimeouts, SlackApi, SlackRefused
from engine.clock import FakeClock
from localslack import Config, Server, start

ERIN = "U05ERIN"


@dataclass
class Watch:
    """A monitor on the local Slack, looked through by hand."""

    slack: Server
    office: Any
    api: SlackApi
    clock: FakeClock
    operator: Operator
    problems: dict[str, str] = field(default_factory=dict)
    recovered: int = 0

    def __post_init__(self) -> None:
        self.monitor = Monitor(self.api, self._problems, self.operator, self.clock, self._recovered)

    async def _problems(self) -> dict[str, str]:
        refused = {"slack": self.api.token_refused} if self.api.token_refused else {}
        return self.problems | refused

    def _recovered(self) -> None:
        self.recovered += 1

    async def later(self, after: timedelta) -> None:
        self.clock.move_to(self.clock.now() + after)
        await self.monitor.look()

    async def told(self) -> list[str]:
        return [message["text"] for message in await self.office.direct(ERIN)]


@pytest.fixture
async def watch(office_at: Any) -> AsyncIterator[Watch]:
    slack = await start(Config())
    timeouts = CallTimeouts(connect=2, answer=2, first_retry=0.01)
    async with SlackApi(slack.bot_token, base_url=slack.api_url, timeouts=timeouts) as api:
        yield Watch(slack, office_at(slack.url), api, FakeClock(), Operator(api, ERIN))
    await slack.close()


async def test_a_revoked_token_is_noticed_without_an_event_and_without_a_message(watch: Watch) -> None:
    await watch.office.do("token/revoke", event="")
    await watch.later(timedelta(seconds=30))
    assert watch.api.token_refused == ""
    await watch.later(TOKEN_INTERVAL)
    assert watch.api.token_refused == "token_revoked"


async def test_a_token_that_works_again_is_noticed_and_the_operator_hears_how_long(watch: Watch) -> None:
    await watch.office.do("token/revoke", event="")
    await watch.later(TOKEN_INTERVAL)
    await watch.later(PROBLEM_LIMIT)
    assert await watch.told() == []
    await watch.office.do("token/restore")
    await watch.later(timedelta(seconds=30))
    assert (watch.api.token_refused, watch.recovered) == ("", 1)
    (told,) = await watch.told()
    assert told == "✅ A problem of Signoff is over after 2 min 30 s. It was: token_revoked"


@pytest.mark.parametrize("method", ["read", "write"])
async def test_any_refused_call_marks_the_token_and_any_that_works_clears_it(
    watch: Watch, method: str
) -> None:
    async def call() -> None:
        if method == "write":
            await watch.api.write("chat.postMessage", {"channel": "C404", "text": "x"})
        else:
            await watch.api.read("users.info", {"user": "U404"})

    await watch.office.do("token/revoke", event="")
    await watch.api.write("chat.postMessage", {"channel": "C404", "text": "x"})
    assert watch.api.token_refused == "token_revoked"
    await watch.office.do("token/restore")
    if method == "read":
        with pytest.raises(SlackRefused):
            await call()  # refused for another reason: the token was taken
    else:
        await call()
    assert watch.api.token_refused == ""


async def test_the_operator_is_told_of_a_problem_that_lasts_and_of_its_end(watch: Watch) -> None:
    watch.problems["outbox"] = "messages can't be read from or written to the database"
    await watch.later(timedelta(seconds=30))
    assert await watch.told() == []
    await watch.later(PROBLEM_LIMIT)
    (told,) = await watch.told()
    assert "Signoff has a problem since" in told
    assert "messages can't be read from or written to the database" in told
    await watch.later(PROBLEM_LIMIT)
    assert len(await watch.told()) == 1
    watch.problems.clear()
    await watch.later(timedelta(seconds=30))
    assert (await watch.told())[-1] == "✅ A problem of Signoff is over after 4 min 30 s."


async def test_a_short_problem_is_logged_and_not_told(watch: Watch, caplog: pytest.LogCaptureFixture) -> None:
    watch.problems["slack"] = "no connection to Slack"
    with caplog.at_level(logging.WARNING):
        await watch.later(timedelta(seconds=30))
        watch.problems.clear()
        await watch.later(timedelta(seconds=30))
    assert "slack: no connection to Slack" in caplog.text
    assert "slack works again after 30 s" in caplog.text
    assert await watch.told() == []


async def test_an_operator_who_cannot_be_told_is_named_at_the_start(
    watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    operator = Operator(watch.api, "U0NOBODY")
    with caplog.at_level(logging.ERROR):
        await operator.check()
    assert "SIGNOFF_OPERATOR is U0NOBODY, who cannot be told anything" in caplog.text
    assert "(user_not_found). Set it to the member id of a person in this workspace" in caplog.text


async def test_a_notice_that_the_operator_missed_is_sent_later(watch: Watch) -> None:
    await watch.office.do("fault", method="chat.postMessage", kind="ratelimited", times=1)
    await watch.operator.tell("disk", "the disk is full")
    assert await watch.told() == []
    await watch.later(timedelta(seconds=30))
    assert await watch.told() == ["the disk is full"]
