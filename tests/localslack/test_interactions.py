"""Clicks, response_url, triggers: a Bolt app answering people."""

import asyncio

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from localslack import ManualClock, Server
from tests.localslack.conftest import AppSocket, Button, ClientOf, Connect, Json, People, PeopleOf, error_of

INCIDENTS = "C02INCIDENTS"


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


MODAL = {"type": "modal", "callback_id": "m", "title": plain("M"), "blocks": []}


class Bot:
    """Keeps every interaction it acknowledges."""

    def __init__(self) -> None:
        self.bodies: asyncio.Queue[Json] = asyncio.Queue()

    def __call__(self, app: AsyncApp) -> None:
        @app.action("go")
        async def go(ack: AsyncAck, body: Json) -> None:
            await ack()
            self.bodies.put_nowait(body)

        @app.command("/workflow")
        async def workflow(ack: AsyncAck, body: Json) -> None:
            await ack()
            self.bodies.put_nowait(body)


@pytest.fixture
def bot() -> Bot:
    return Bot()


async def test_the_payload_of_a_click(
    server: Server, connect: Connect, client: AsyncWebClient, people: People, bot: Bot, button: Button
) -> None:
    await connect(server, bot)
    metadata = {"event_type": "run", "event_payload": {"id": "1"}}
    posted = await client.chat_postMessage(channel=INCIDENTS, text="q", blocks=[button()], metadata=metadata)
    assert (await people.click("U02BOB", INCIDENTS, posted["ts"], "b1", "go"))["ok"]
    body = await bot.bodies.get()
    assert body["type"] == "block_actions"
    assert body["user"] == {"id": "U02BOB", "username": "bob", "name": "bob", "team_id": "T0LOCAL"}
    assert body["container"] == {
        "type": "message", "message_ts": posted["ts"], "channel_id": INCIDENTS, "is_ephemeral": False,
    }  # fmt: skip
    assert body["channel"] == {"id": INCIDENTS, "name": "incidents"}
    assert body["message"]["metadata"] == metadata
    assert body["state"] == {"values": {}}
    (action,) = body["actions"]
    assert (action["type"], action["value"], action["block_id"]) == ("button", "1", "b1")
    assert action["action_ts"] > posted["ts"]
    assert body["team"] == {"id": "T0LOCAL", "domain": "local"}
    assert {"trigger_id", "response_url", "api_app_id", "token"} <= set(body)


async def test_clicks_on_missing_buttons_are_refused(
    server: Server, connect: Connect, client: AsyncWebClient, people: People, bot: Bot, button: Button
) -> None:
    await connect(server, bot)
    posted = await client.chat_postMessage(channel=INCIDENTS, text="q", blocks=[button()])
    ts = posted["ts"]
    assert (await people.click("U02BOB", INCIDENTS, ts, "b1", "other"))["error"] == "no_such_element"
    assert (await people.click("U02BOB", INCIDENTS, "1.000001", "b1", "go"))["error"] == "message_not_found"
    assert (await people.click("U404", INCIDENTS, ts, "b1", "go"))["error"] == "user_not_found"
    assert (await people.click("U07GUEST", INCIDENTS, ts, "b1", "go"))["error"] == "channel_not_found"
    await people.post("user", id="U02BOB", deleted=True)
    assert (await people.click("U02BOB", INCIDENTS, ts, "b1", "go"))["error"] == "account_inactive"
    await client.chat_update(channel=INCIDENTS, ts=ts, text="done")
    assert (await people.click("U01ALICE", INCIDENTS, ts, "b1", "go"))["error"] == "no_such_element"


async def test_nothing_is_clicked_in_an_archived_channel(
    client: AsyncWebClient, people: People, button: Button
) -> None:
    ts = (await client.chat_postMessage(channel=INCIDENTS, text="q", blocks=[button()]))["ts"]
    assert (await people.click("U02BOB", INCIDENTS, ts, "b1", "go"))["error"] == "not_connected"
    await people.post("channel/archive", channel=INCIDENTS)
    assert (await people.click("U02BOB", INCIDENTS, ts, "b1", "go"))["error"] == "is_archived"


async def test_a_click_sends_the_choice_and_the_state_of_all_fields(
    server: Server, connect: Connect, client: AsyncWebClient, people: People, bot: Bot
) -> None:
    await connect(server, bot)
    options = [{"text": plain("A"), "value": "a"}, {"text": plain("B"), "value": "b"}]
    block = {
        "type": "actions",
        "block_id": "b1",
        "elements": [
            {"type": "static_select", "action_id": "go", "options": options},
            {"type": "datepicker", "action_id": "day", "initial_date": "2026-01-05"},
            {"type": "checkboxes", "action_id": "many", "options": options},
        ],
    }
    ts = (await client.chat_postMessage(channel=INCIDENTS, text="q", blocks=[block]))["ts"]
    await people.click("U02BOB", INCIDENTS, ts, "b1", "go", selected_option=options[1])
    body = await bot.bodies.get()
    assert body["actions"][0]["selected_option"]["value"] == "b"
    values = body["state"]["values"]["b1"]
    assert values["go"] == {"type": "static_select", "selected_option": options[1]}
    assert values["day"] == {"type": "datepicker", "selected_date": "2026-01-05"}
    assert values["many"] == {"type": "checkboxes", "selected_options": []}
    wrong = {"text": plain("C"), "value": "c"}
    answer = await people.click("U02BOB", INCIDENTS, ts, "b1", "go", selected_option=wrong)
    assert answer["error"] == "no_such_option"
    assert (await people.click("U02BOB", INCIDENTS, ts, "b1", "go"))["error"] == "no_value"


async def test_a_menu_asks_the_app_for_its_external_options(
    server: Server, connect: Connect, client: AsyncWebClient, people: People
) -> None:
    def register(app: AsyncApp) -> None:
        @app.options("pick")
        async def pick(ack: AsyncAck, payload: Json) -> None:
            await ack(options=[{"text": plain(payload["value"]), "value": "v"}])

    await connect(server, register)
    element = {"type": "external_select", "action_id": "pick"}
    block = {"type": "actions", "block_id": "b1", "elements": [element]}
    ts = (await client.chat_postMessage(channel=INCIDENTS, text="q", blocks=[block]))["ts"]
    place = {"type": "message", "channel": INCIDENTS, "ts": ts}
    answer = await people.post(
        "options", as_="U02BOB", container=place, block_id="b1", action_id="pick", value="bil"
    )
    assert answer["options"][0]["text"]["text"] == "bil"


async def test_a_response_url_answers_replaces_and_deletes(
    server: Server,
    connect: Connect,
    client: AsyncWebClient,
    people: People,
    bot: Bot,
    button: Button,
    http: aiohttp.ClientSession,
) -> None:
    await connect(server, bot)
    ts = (await client.chat_postMessage(channel=INCIDENTS, text="q", blocks=[button()]))["ts"]
    await people.click("U02BOB", INCIDENTS, ts, "b1", "go")
    hook = AsyncWebhookClient((await bot.bodies.get())["response_url"], session=http)
    await hook.send(text="for you")
    assert (await people.texts("U02BOB", INCIDENTS))[-1] == "for you"
    assert "for you" not in await people.texts("U01ALICE", INCIDENTS)
    await hook.send(text="for all", response_type="in_channel")
    assert (await people.texts("U01ALICE", INCIDENTS))[-1] == "for all"
    await hook.send(text="replaced", replace_original=True)
    first = (await people.read("U01ALICE", INCIDENTS))[0]
    assert (first["text"], first["blocks"]) == ("replaced", None)
    await hook.send(delete_original=True)
    assert await people.texts("U01ALICE", INCIDENTS) == ["for all"]
    assert (await hook.send(text="five")).status_code == 200
    sixth = await hook.send(text="six")
    assert (sixth.status_code, "used_url" in sixth.body) == (404, True)


async def test_an_answer_to_a_click_in_a_thread_goes_to_the_channel_unless_it_names_the_thread(
    server: Server,
    connect: Connect,
    client: AsyncWebClient,
    people: People,
    bot: Bot,
    button: Button,
    http: aiohttp.ClientSession,
) -> None:
    await connect(server, bot)
    root = (await client.chat_postMessage(channel=INCIDENTS, text="root"))["ts"]
    reply = await client.chat_postMessage(channel=INCIDENTS, text="q", blocks=[button()], thread_ts=root)
    await people.click("U02BOB", INCIDENTS, reply["ts"], "b1", "go")
    body = await bot.bodies.get()
    assert body["container"]["thread_ts"] == root
    hook = AsyncWebhookClient(body["response_url"], session=http)
    await hook.send(text="to the channel")
    await hook.send_dict({"text": "to the thread", "thread_ts": root})
    assert [(one["text"], one["thread_ts"]) for one in (await people.read("U02BOB", INCIDENTS))[1:]] == [
        ("to the channel", None)
    ]
    thread = (await people.get("thread", as_="U02BOB", channel=INCIDENTS, ts=root))["messages"]
    assert [one["text"] for one in thread[1:]] == ["q", "to the thread"]


async def test_response_url_edits_an_ephemeral(
    server: Server,
    connect: Connect,
    client: AsyncWebClient,
    people: People,
    bot: Bot,
    button: Button,
    http: aiohttp.ClientSession,
) -> None:
    await connect(server, bot)
    await client.chat_postEphemeral(channel=INCIDENTS, user="U02BOB", text="q", blocks=[button()])
    live = await people.live("U02BOB")
    ts = (await people.read("U02BOB", INCIDENTS))[0]["ts"]
    assert (await people.click("U01ALICE", INCIDENTS, ts, "b1", "go"))["error"] == "message_not_found"
    await people.click("U02BOB", INCIDENTS, ts, "b1", "go")
    body = await bot.bodies.get()
    assert body["container"]["is_ephemeral"] is True
    assert "message" not in body
    hook = AsyncWebhookClient(body["response_url"], session=http)
    await hook.send(text="changed", replace_original=True)
    assert await people.texts("U02BOB", INCIDENTS) == ["changed"]
    told = await live.receive_json()
    assert (told["type"], told["ts"], told["message"]["text"]) == ("ephemeral_replaced", ts, "changed")
    await hook.send(delete_original=True)
    assert (await live.receive_json())["type"] == "ephemeral_deleted"
    assert await people.texts("U02BOB", INCIDENTS) == []
    await live.close()


async def test_response_url_ends_after_half_an_hour(
    still: Server,
    connect: Connect,
    client_of: ClientOf,
    people_of: PeopleOf,
    bot: Bot,
    button: Button,
    http: aiohttp.ClientSession,
    clock: ManualClock,
) -> None:
    client, people = client_of(still), people_of(still)
    await connect(still, bot)
    ts = (await client.chat_postMessage(channel=INCIDENTS, text="q", blocks=[button()]))["ts"]
    await people.click("U02BOB", INCIDENTS, ts, "b1", "go")
    hook = AsyncWebhookClient((await bot.bodies.get())["response_url"], session=http)
    clock.advance(30 * 60)
    assert (await hook.send(text="in time")).status_code == 200
    clock.advance(1)
    late = await hook.send(text="late")
    assert (late.status_code, "expired_url" in late.body) == (404, True)
    refused = await hook.send(blocks=[{"type": "banner"}])
    assert refused.status_code == 404


async def test_a_trigger_counts_once_and_for_three_seconds(
    still: Server, connect: Connect, client_of: ClientOf, people_of: PeopleOf, bot: Bot, clock: ManualClock
) -> None:
    client, people = client_of(still), people_of(still)
    await connect(still, bot)

    async def trigger() -> str:
        await people.say("U01ALICE", INCIDENTS, "/workflow x")
        return str((await bot.bodies.get())["trigger_id"])

    async def error(key: str) -> str:
        return await error_of(client.views_open(trigger_id=key, view=MODAL))

    first = await trigger()
    clock.advance(3)
    assert (await client.views_open(trigger_id=first, view=MODAL))["view"]["callback_id"] == "m"
    assert await error(first) == "exchanged_trigger_id"
    second = await trigger()
    clock.advance(3.1)
    assert await error(second) == "expired_trigger_id"
    assert await error("made.up") == "invalid_trigger_id"


async def test_unknown_commands_are_refused(people: People) -> None:
    await people.say("U01ALICE", INCIDENTS, "/foo bar")
    assert (await people.texts("U01ALICE", INCIDENTS))[0].startswith("/foo is not a valid command")
    ts = (await people.say("U01ALICE", INCIDENTS, "root"))["ts"]
    await people.say("U01ALICE", INCIDENTS, "/workflow help", thread_ts=ts)
    thread = (await people.get("thread", as_="U01ALICE", channel=INCIDENTS, ts=ts))["messages"]
    assert len(thread) == 1
    assert (await people.texts("U01ALICE", INCIDENTS))[-1] == "/workflow is not supported in threads. Sorry!"


async def test_a_command_without_should_escape_is_left_alone(
    server: Server, app_socket: AppSocket, people: People
) -> None:
    socket = await app_socket(server)
    writing = asyncio.create_task(people.say("U01ALICE", INCIDENTS, "/plain a & @bob"))
    envelope = await socket.receive_json()
    assert envelope["payload"]["text"] == "a & @bob"
    answer = {"response_type": "in_channel", "text": "all", "blocks": [{"type": "divider"}]}
    await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": answer})
    await writing
    (message,) = await people.read("U02BOB", INCIDENTS)
    assert (message["text"], message["blocks"][0]["type"], message["ephemeral_to"]) == (
        "all",
        "divider",
        None,
    )


async def test_a_refused_answer_to_a_command_is_told(
    server: Server, app_socket: AppSocket, people: People
) -> None:
    socket = await app_socket(server)
    writing = asyncio.create_task(people.say("U01ALICE", INCIDENTS, "/workflow x"))
    envelope = await socket.receive_json()
    await socket.send_json(
        {"envelope_id": envelope["envelope_id"], "payload": {"blocks": [{"type": "banner"}]}}
    )
    await writing
    assert await people.texts("U01ALICE", INCIDENTS) == ['/workflow failed with the error "invalid_blocks"']
