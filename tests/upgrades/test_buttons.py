"""Buttons, menus and windows that the last release posted, used after the upgrade on its database."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.background import BackgroundTasks
from bot.listeners import Context
from bot.listeners.button_clicks import act
from bot.listeners.modals import submit
from bot.listeners.surface import Surface
from bot.slack.call_results import CallResult, Sent
from bot.slack.people import SlackPeople
from bot.slack.web_api import SlackApi
from engine import Workflow
from engine.testing import Harness
from tests.upgrades.pending import WORKFLOWS
from tests.upgrades.test_upgrades import HERE, PEOPLE, restore

RUN = "ship-1ke6p4ym02f4yc"
APPROVAL = f"{RUN}.go_live"
WINDOWS = {
    ("signoff:change", f"1|{APPROVAL}|change"): "Change and approve",
    ("signoff:details:request", f"1|{APPROVAL}|details"): "Details",
    ("signoff:details:run", f"1|{RUN}|details"): "Details",
    ("signoff:more", f"1|{RUN}|details"): "Details",
    ("signoff:more", f"1|{RUN}|cancel"): "Cancel this run?",
    ("signoff:decide:reject", f"1|{APPROVAL}|reject"): "Reject",
}
ANSWERS = {
    ("signoff:show:list", "1|-|list"): "workflows",
    ("signoff:show:status", "1|-|status"): "runs",
    ("signoff:show:approvals", "1|-|approvals"): "1 request waits for you",
    ("signoff:together", "1|-|approve"): "No low-risk request waits for you now.",
    ("signoff:cancel", f"1|{RUN}|cancel"): "Only its requester or @ops can cancel",
}


class Slack(SlackApi):
    """Knows everybody, and keeps what is answered and opened."""

    def __init__(self) -> None:
        super().__init__("xoxb-test", base_url="http://127.0.0.1:1/api/")
        self.told: list[str] = []
        self.opened: list[str] = []

    async def read(
        self, method: str, arguments: Mapping[str, Any] | None = None, *, tries: int = 3
    ) -> Mapping[str, Any]:
        if method == "users.info":
            return {"user": {"id": (arguments or {})["user"], "name": "ann", "team_id": "T1"}}
        return {"members": [], "usergroups": []}

    async def write(self, method: str, arguments: Mapping[str, Any]) -> CallResult:
        self.opened.append(arguments["view"]["title"]["text"] if "view" in arguments else method)
        return Sent({})

    async def respond(self, url: str, body: object) -> CallResult:
        assert isinstance(body, dict)
        self.told.append(body["text"])
        return Sent({})


@asynccontextmanager
async def upgraded(
    folder: Path, release: Path = HERE / "0.1.0-people.sql", workflows: Iterable[Workflow] = WORKFLOWS
) -> AsyncIterator[tuple[Context, Slack, Harness]]:
    restore(release, folder)
    background = BackgroundTasks()
    async with (
        Harness(*workflows, people=PEOPLE, folder=folder, schedules=False) as harness,
        Slack() as slack,
    ):
        people = SlackPeople(slack, harness.clock, team_id="T1", groups={"release": ["U1", "U2", "U3"]})
        yield (
            Context(
                harness.engine,
                slack,
                people,
                harness.clock,
                background,
                "/workflow",
                lambda _: None,
                _complete,
            ),
            slack,
            harness,
        )
        await background.close()


async def _complete(request_id: str) -> str:
    return ""


async def clicked(context: Context, action: tuple[str, str], user: str = "U1") -> None:
    surface = Surface(context.api, user, "C1", "trigger", "http://127.0.0.1:1/response", False, None)
    await act(context, surface, {"action_id": action[0], "value": action[1]})
    await context.background.close()


@pytest.mark.parametrize(("action", "title"), WINDOWS.items(), ids=str)
async def test_a_button_of_the_last_release_opens_its_window(
    tmp_path: Path, action: tuple[str, str], title: str
) -> None:
    async with upgraded(tmp_path) as (context, slack, _):
        await clicked(context, action)
        assert (slack.opened, slack.told) == ([title], [])


@pytest.mark.parametrize(("action", "words"), ANSWERS.items(), ids=str)
async def test_a_button_of_the_last_release_is_answered(
    tmp_path: Path, action: tuple[str, str], words: str
) -> None:
    async with upgraded(tmp_path) as (context, slack, _):
        await clicked(context, action)
        assert words in slack.told[0]


async def test_the_question_button_of_the_last_release_opens_its_window_or_says_whom_to_ask(
    tmp_path: Path,
) -> None:
    async with upgraded(tmp_path) as (context, slack, _):
        await clicked(context, ("signoff:ask", f"1|{APPROVAL}|ask"))
        assert slack.opened == ["Ask"]


@pytest.mark.parametrize(
    ("callback", "metadata", "words"),
    [
        ("signoff:decide", f"2|{APPROVAL}|approve", "newer release"),
        ("signoff:decide", f"{APPROVAL}|approve", "older release"),
        ("signoff:approve-2020", f"1|{APPROVAL}|approve", "another release"),
        ("signoff:fill-in", "1|gone.request|approve@aab", "This request is not yours to see or decide"),
        ("signoff:together", f"1|{APPROVAL},{RUN}.other|approve", "older release of Signoff. Open it again."),
        ("signoff:start", "1|C1|ship@aabbccddeeff", "changed after this form was opened"),
    ],
)
async def test_a_window_that_this_release_cannot_take_says_so_and_records_nothing(
    tmp_path: Path, callback: str, metadata: str, words: str
) -> None:
    async with upgraded(tmp_path) as (context, _, _):
        view = {"id": "V1", "callback_id": callback, "private_metadata": metadata, "state": {"values": {}}}
        view["blocks"] = []
        reply = await submit(context, "U1", view)
        assert words in str(reply["view"])
        request = await context.engine.request(APPROVAL)
        assert request is not None
        assert (request.state, request.decisions) == ("open", ())
