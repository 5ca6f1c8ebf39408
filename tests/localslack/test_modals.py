"""Modals and Home: opening, updating, pushing, submitting, closing."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from localslack import Server
from tests.localslack.conftest import AppSocket, Button, Connect, Json, People, error_of

INCIDENTS = "C02INCIDENTS"
OpenModal = Callable[[], Awaitable[Json]]
Submit = Callable[..., Awaitable[Json]]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def question(block: str = "why", **more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "text", **more}
    return {"type": "input", "block_id": block, "label": plain("Why"), "element": element}


def modal(name: str = "m", blocks: Iterable[Json] = (), **more: Any) -> Json:
    view = {"type": "modal", "callback_id": name, "title": plain(name), "blocks": list(blocks)}
    return {**view, "submit": plain("Send"), "close": plain("Cancel"), **more}


def entered(text: str, block: str = "why") -> Json:
    return {"values": {block: {"text": {"type": "plain_text_input", "value": text}}}}


class Bot:
    """Opens a modal on the command, and answers its submission as `response` says."""

    def __init__(self) -> None:
        self.view = modal(blocks=[question()])
        self.response: Json = {}
        self.opened: asyncio.Queue[Json] = asyncio.Queue()
        self.submitted: asyncio.Queue[Json] = asyncio.Queue()
        self.closed: asyncio.Queue[Json] = asyncio.Queue()

    def __call__(self, app: AsyncApp) -> None:
        @app.command("/workflow")
        async def command(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
            await ack()
            answer = await client.views_open(trigger_id=body["trigger_id"], view=self.view)
            self.opened.put_nowait(answer["view"])

        @app.view("m")
        async def submit(ack: AsyncAck, body: Json) -> None:
            self.submitted.put_nowait(body)
            await ack(**self.response)

        @app.view_closed("m")
        async def closed(ack: AsyncAck, body: Json) -> None:
            await ack()
            self.closed.put_nowait(body)

        @app.action("go")
        async def go(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
            await ack()
            try:
                answer = await client.views_push(
                    trigger_id=body["trigger_id"], view=modal("p", [question("x")])
                )
                self.opened.put_nowait(answer["view"])
            except SlackApiError as error:
                self.opened.put_nowait({"error": error.response["error"]})


@pytest.fixture
async def bot(server: Server, connect: Connect) -> Bot:
    made = Bot()
    await connect(server, made)
    return made


@pytest.fixture
def open_modal(people: People, bot: Bot) -> OpenModal:
    async def run() -> Json:
        await people.say("U01ALICE", INCIDENTS, "/workflow x")
        return await bot.opened.get()

    return run


@pytest.fixture
def submit(people: People) -> Submit:
    async def run(view_id: str, state: Json | None = None, person: str = "U01ALICE") -> Json:
        return await people.post("view/submit", as_=person, view_id=view_id, state=state or {"values": {}})

    return run


async def test_an_opened_modal_is_submitted_with_its_values(
    bot: Bot, people: People, open_modal: OpenModal, submit: Submit
) -> None:
    bot.view = modal(blocks=[question()], private_metadata="secret")
    live = await people.live("U01ALICE")
    view = await open_modal()
    assert (await live.receive_json())["view"]["id"] == view["id"]
    (shown,) = (await people.get("views", as_="U01ALICE"))["views"]
    assert (shown["title"], shown["submit"], shown["close"]) == ("m", "Send", "Cancel")
    assert (await people.get("views", as_="U02BOB"))["views"] == []
    assert (await submit(view["id"], entered("because")))["result"] == "closed"
    body = await bot.submitted.get()
    assert body["view"]["state"]["values"]["why"]["text"] == {"type": "plain_text_input", "value": "because"}
    assert body["view"]["private_metadata"] == "secret"
    assert body["user"]["id"] == "U01ALICE"
    told = await live.receive_json()
    assert (told["type"], told["view_id"], told["cleared"]) == ("view_closed", view["id"], False)
    assert (await submit(view["id"]))["error"] == "view_not_found"
    await live.close()


async def test_slacks_own_checks_come_first(bot: Bot, open_modal: OpenModal, submit: Submit) -> None:
    blocks = [question(min_length=3), question("n")]
    blocks[1]["element"] = {"type": "number_input", "action_id": "text", "is_decimal_allowed": False}
    bot.view = modal(blocks=blocks)
    view = await open_modal()
    answer = await submit(view["id"], entered("ab"))
    assert answer["result"] == "errors"
    assert answer["errors"] == {
        "why": "This needs at least 3 characters.",
        "n": "Please complete this required field.",
    }
    assert bot.submitted.empty()


@pytest.mark.parametrize("person", ["U02BOB", "U404"])
async def test_a_modal_is_its_owners(open_modal: OpenModal, submit: Submit, person: str) -> None:
    view = await open_modal()
    assert (await submit(view["id"], entered("x"), person))["ok"] is False


async def test_a_second_submission_meanwhile(server: Server, people: People, app_socket: AppSocket) -> None:
    socket = await app_socket(server)
    command = asyncio.create_task(people.say("U01ALICE", INCIDENTS, "/workflow x"))
    envelope = await socket.receive_json()
    await socket.send_json({"envelope_id": envelope["envelope_id"]})
    await command
    client = AsyncWebClient(token=server.bot_token, base_url=server.api_url, session=people.http)
    view = (await client.views_open(trigger_id=envelope["payload"]["trigger_id"], view=modal("m")))["view"]
    body = {"as_": "U01ALICE", "view_id": view["id"], "state": {"values": {}}}
    sent = [asyncio.create_task(people.post("view/submit", **body)) for _ in range(2)]
    keys = [(await socket.receive_json())["envelope_id"] for _ in range(2)]
    await socket.send_json({"envelope_id": keys[0]})
    update = {"response_action": "update", "view": modal("again")}
    await socket.send_json({"envelope_id": keys[1], "payload": update})
    assert [(await task)["result"] for task in sent] == ["closed", "closed"]
    assert (await people.get("views", as_="U01ALICE"))["views"] == []


async def test_errors_of_the_app(bot: Bot, people: People, open_modal: OpenModal, submit: Submit) -> None:
    bot.response = {"response_action": "errors", "errors": {"why": "Too vague"}}
    view = await open_modal()
    answer = await submit(view["id"], entered("because"))
    assert (answer["result"], answer["errors"]) == ("errors", {"why": "Too vague"})
    (shown,) = (await people.get("views", as_="U01ALICE"))["views"]
    assert shown["errors"] == {"why": "Too vague"}
    assert shown["state"]["values"]["why"]["text"]["value"] == "because"
    bot.response = {"response_action": "errors", "errors": {"other": "?"}}
    assert (await submit(view["id"], entered("because")))["error"] == "invalid_errors"


async def test_a_submission_can_update_push_or_clear_the_view(
    bot: Bot, people: People, open_modal: OpenModal, submit: Submit
) -> None:
    view = await open_modal()
    bot.response = {"response_action": "update", "view": modal(blocks=[question()], submit=plain("Again"))}
    answer = await submit(view["id"], entered("a"))
    assert (answer["result"], answer["view"]["id"], answer["view"]["submit"]) == (
        "updated",
        view["id"],
        "Again",
    )
    bot.response = {"response_action": "push", "view": modal()}
    pushed = (await submit(view["id"], entered("a")))["view"]
    assert pushed["stack_depth"] == 2
    third = (await submit(pushed["id"]))["view"]
    assert third["stack_depth"] == 3
    assert (await submit(third["id"]))["error"] == "push_limit_reached"
    bot.response = {"response_action": "push", "view": {"type": "modal"}}
    assert (await submit(third["id"]))["error"] == "invalid_view"
    bot.response = {"response_action": "clear"}
    assert (await submit(third["id"]))["result"] == "cleared"
    assert (await people.get("views", as_="U01ALICE"))["views"] == []


async def test_views_update_and_its_hash(
    bot: Bot, client: AsyncWebClient, open_modal: OpenModal, people: People
) -> None:
    view = await open_modal()
    other = modal(blocks=[question()], external_id="mine")
    changed = (await client.views_update(view_id=view["id"], hash=view["hash"], view=other))["view"]
    assert changed["hash"] != view["hash"]
    stale = client.views_update(view_id=view["id"], hash=view["hash"], view=other)
    assert await error_of(stale) == "hash_conflict"
    assert (await client.views_update(external_id="mine", view=other))["view"]["id"] == view["id"]
    assert await error_of(client.views_update(view_id="V404", view=other)) == "not_found"
    no_submit = {key: value for key, value in other.items() if key != "submit"}
    assert await error_of(client.views_update(view_id=view["id"], view=no_submit)) == "invalid_arguments"


async def test_push_from_a_click_in_the_modal(
    bot: Bot, people: People, open_modal: OpenModal, button: Button
) -> None:
    bot.view = modal(blocks=[button(), question()])
    view = await open_modal()
    place = {"type": "view", "view_id": view["id"]}
    click = {
        "as_": "U01ALICE",
        "container": place,
        "block_id": "b1",
        "action_id": "go",
        "state": entered("kept"),
    }
    assert (await people.post("action", **click | {"as_": "U02BOB"}))["error"] == "view_not_found"
    await people.post("action", **click)
    assert (await bot.opened.get())["previous_view_id"] == view["id"]
    shown = (await people.get("views", as_="U01ALICE"))["views"]
    assert shown[0]["state"]["values"]["why"]["text"]["value"] == "kept"


async def test_a_click_in_a_channel_cannot_push(
    bot: Bot, people: People, client: AsyncWebClient, open_modal: OpenModal, button: Button
) -> None:
    await open_modal()
    ts = (await client.chat_postMessage(channel=INCIDENTS, text="q", blocks=[button()]))["ts"]
    await people.click("U01ALICE", INCIDENTS, ts, "b1", "go")
    assert await bot.opened.get() == {"error": "invalid_trigger_id"}


async def test_closing_is_reported_only_where_the_view_asks_for_it(
    bot: Bot, people: People, open_modal: OpenModal
) -> None:
    quiet = await open_modal()
    await people.post("view/close", as_="U01ALICE", view_id=quiet["id"])
    assert bot.closed.empty()
    bot.view = modal(notify_on_close=True)
    view = await open_modal()
    await people.post("view/close", as_="U01ALICE", view_id=view["id"], clear=True)
    body = await bot.closed.get()
    assert (body["is_cleared"], body["view"]["id"]) == (True, view["id"])


async def test_a_new_modal_takes_the_place_of_the_old(
    bot: Bot, people: People, open_modal: OpenModal
) -> None:
    old = await open_modal()
    live = await people.live("U01ALICE")
    new = await open_modal()
    told = [await live.receive_json() for _ in range(2)]
    assert [item["type"] for item in told] == ["view_closed", "view_opened"]
    assert (told[0]["view_id"], told[0]["cleared"]) == (old["id"], True)
    assert [view["id"] for view in (await people.get("views", as_="U01ALICE"))["views"]] == [new["id"]]
    await live.close()


async def test_the_home_view_is_published_and_its_buttons_click(
    bot: Bot, client: AsyncWebClient, people: People, button: Button
) -> None:
    home = {"type": "home", "blocks": [button()]}
    live = await people.live("U01ALICE")
    first = (await client.views_publish(user_id="U01ALICE", view=home))["view"]
    assert (await live.receive_json())["type"] == "home"
    stale = client.views_publish(user_id="U01ALICE", view=home, hash="old")
    assert await error_of(stale) == "hash_conflict"
    await client.views_publish(user_id="U01ALICE", view=home, hash=first["hash"])
    shown = (await people.get("home", as_="U01ALICE"))["view"]
    assert (shown["id"], shown["type"]) == (first["id"], "home")
    assert (await people.get("home", as_="U02BOB"))["view"] is None
    place = {"type": "view", "view_id": first["id"]}
    clicked = await people.post("action", as_="U01ALICE", container=place, block_id="b1", action_id="go")
    assert clicked["ok"]
    alien = await people.post("action", as_="U02BOB", container=place, block_id="b1", action_id="go")
    assert alien["error"] == "view_not_found"
    assert await error_of(client.views_publish(user_id="U404", view=home)) == "invalid_arguments"
    await live.close()
