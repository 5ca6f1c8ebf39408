"""Shortcuts through the whole bot: the chooser, what waits, and a form that begins with a message."""

from typing import Any

import pytest

from bot.views.forms.message_input import SourceMessage, carried, filled_fields, source_in, text_field
from bot.views.wording.text import units
from engine.forms import Schema

Team = Any
Json = dict[str, Any]
ALICE, BOB, CAROL, GUEST = "U01ALICE", "U02BOB", "U03CAROL", "U07GUEST"
DEPLOYS, GENERAL = "C05DEPLOYS", "C01GENERAL"
RUN, WAITING, WITH_MESSAGE = "signoff:run", "signoff:waiting", "signoff:run-with-message"
FLOWS = """
from pydantic import BaseModel, Field
from signoff import MessageLink, MessageText, Workflow


class Report(BaseModel):
    title: str = "Report"
    text: MessageText = Field(description="What happened.", max_length=600)
    source: MessageLink | None = None
    urgent: bool = False


report = Workflow("report", input=Report, owner="@platform", channel="#deploys")


@report.step
async def file(input: Report) -> str:
    return input.text


sure = report.approval("sure", ask="File {input.title}?", approvers=["@release-managers"], expires="4h",
                       advisory=True)


class Note(BaseModel):
    words: str
    copies: int = 1


note = Workflow("note", input=Note, owner="@platform", channel="#deploys")


@note.step
async def keep(input: Note) -> str:
    return input.words


class Pair(BaseModel):
    one: str
    other: str


pair = Workflow("pair", input=Pair, owner="@platform", channel="#deploys")


@pair.step
async def join(input: Pair) -> str:
    return input.one + input.other


closed = Workflow("closed", input=Note, owner="@platform", channel="#deploys", may_run=["@platform"])


@closed.step
async def shut(input: Note) -> str:
    return input.words


hidden = Workflow("hidden", input=Note, owner="@platform", channel="#deploys", may_see=["@platform"],
                  may_run=["@platform"])


@hidden.step
async def hide(input: Note) -> str:
    return input.words
"""


@pytest.fixture
def workflows() -> str:
    return FLOWS


@pytest.fixture
def private_channels() -> tuple[str, ...]:
    return ("grants",)


async def written(team: Team, person: str, text: str, channel: str = DEPLOYS) -> Json:
    """Write a message as a person, and return it."""
    answer = await team.office.do("message", text=text, channel=channel, **{"as": person})
    return {"channel": channel, "ts": answer["ts"]}


async def choose(team: Team, person: str, window: Json, words: str) -> None:
    (block,) = [block for block in window["blocks"] if block["block_id"] == "choose"]
    option = next(each for each in block["accessory"]["options"] if words in each["text"]["text"])
    place = {"type": "view", "view_id": window["id"]}
    what = {"block_id": "choose", "action_id": block["accessory"]["action_id"], "selected_option": option}
    await team.office.do("action", container=place, **what, **{"as": person})


async def form_of(team: Team, person: str, message: Json, workflow: str) -> Json:
    """Choose a workflow for a message, and return its form."""
    await team.office.shortcut(person, WITH_MESSAGE, message)
    await choose(team, person, await team.office.modal(person, "Run a workflow"), workflow)
    form: Json = await team.office.modal(person, f"Run {workflow}")
    return form


def initial(form: Json) -> Json:
    """Return the initial values of a form by block_id."""
    inputs = {each["block_id"]: each["element"] for each in form["blocks"] if each["type"] == "input"}
    return {name: each.get("initial_value") for name, each in inputs.items()}


def entered(form: Json, **changed: str) -> Json:
    """Return the state of a form that a person submits with some values changed."""
    values = {}
    for block in form["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        if element["type"] == "plain_text_input":
            name = block["block_id"].removeprefix("field:")
            values[block["block_id"]] = {"value": changed.get(name, element.get("initial_value"))}
        else:
            values[block["block_id"]] = {"selected_option": element.get("initial_option")}
    return values


async def first_run(team: Team) -> Any:
    async def find() -> Any:
        return next(iter((await team.bot.engine.runs())[0]), None)

    return await team.office.until(ALICE, find)


def link(team: Team, message: Json) -> str:
    return f"{team.slack.url}/archives/{message['channel']}/p{message['ts'].replace('.', '')}"


@pytest.mark.parametrize("mode", ["socket", "http"], indirect=True)
async def test_the_global_shortcut_opens_the_chooser_and_its_form_starts_a_run(team: Team) -> None:
    await team.office.shortcut(CAROL, RUN)
    window = await team.office.modal(CAROL, "Run a workflow")
    offered = str(window["blocks"])
    assert "pair" in offered
    assert "closed" not in offered
    await choose(team, CAROL, window, "note")
    form = await team.office.modal(CAROL, "Run note")
    submitted = await team.office.submit(CAROL, form, **entered(form, words="hello"))
    assert submitted["result"] == "updated"
    assert "Its message is in <#C05DEPLOYS>." in str(await team.office.modal(CAROL, "Signoff"))
    assert (await first_run(team)).input == {"words": "hello", "copies": 1}


async def test_what_waits_is_answered_in_its_window_which_then_shows_what_is_left(team: Team) -> None:
    for title in ("first", "second"):
        await team.office.say(ALICE, DEPLOYS, f"/workflow run report title={title} text=x")
        await team.office.message(CAROL, DEPLOYS, f"File {title}?", "can decide")
    await team.office.shortcut(CAROL, WAITING)
    window = await team.office.modal(CAROL, "Waiting for you")
    assert "2 requests wait for you" in str(window["blocks"])
    assert (await team.office.click_in_view(CAROL, window, "Approve"))["ok"]

    async def one_left() -> Json | None:
        view = await team.office.view(CAROL)
        return view if view and "1 request waits for you" in str(view["blocks"]) else None

    left = await team.office.until(CAROL, one_left)
    assert left["id"] == window["id"]
    assert len(await team.bot.engine.requests()) == 1


async def test_nothing_that_waits_is_said_in_the_window(team: Team) -> None:
    await team.office.shortcut(CAROL, WAITING)
    window = await team.office.modal(CAROL, "Waiting for you")
    assert "No request waits for you" in str(window["blocks"])


async def test_a_reason_in_front_of_the_window_refreshes_the_list_behind_it(team: Team) -> None:
    await team.office.say(ALICE, DEPLOYS, "/workflow run report text=x")
    await team.office.message(CAROL, DEPLOYS, "File Report?", "can decide")
    await team.office.shortcut(CAROL, WAITING)
    window = await team.office.modal(CAROL, "Waiting for you")
    assert (await team.office.click_in_view(CAROL, window, "Reject"))["ok"]
    reason = await team.office.modal(CAROL, "Reject")
    assert (await team.office.submit(CAROL, reason, comment={"value": "no"}))["result"] == "closed"

    async def none_left() -> Json | None:
        view = await team.office.view(CAROL)
        return view if view and "No request waits for you" in str(view["blocks"]) else None

    assert (await team.office.until(CAROL, none_left))["id"] == window["id"]


@pytest.mark.parametrize("mode", ["socket", "http"], indirect=True)
async def test_the_text_and_the_link_of_a_message_start_a_run(team: Team) -> None:
    message = await written(team, BOB, "Disk <full> & *hot*, @carol! See #deploys")
    form = await form_of(team, ALICE, message, "report")
    told = str(form["blocks"])
    assert "by bob" in told
    assert "everybody who sees the run can read it" in told
    filled = initial(form)
    assert filled["field:text"] == "Disk <full> & *hot*, @carol! See #deploys"
    assert filled["field:source"] == link(team, message)
    assert (await team.office.submit(ALICE, form, **entered(form)))["result"] == "closed"
    run = await first_run(team)
    assert run.input == {
        "title": "Report", "text": filled["field:text"], "source": link(team, message), "urgent": False,
    }  # fmt: skip
    assert run.channel == DEPLOYS


async def test_references_of_a_message_are_names_and_a_private_channel_keeps_its_name(team: Team) -> None:
    text = "<#C05DEPLOYS> <#C04GRANTS> <!subteam^S01ONCALL> <!here> <!date^1^{date}|today> <@U02BOB>"
    text += " <mailto:a@example.test|a@example.test> <https://example.test/a|docs> &lt;b&gt; &amp; c"
    posted = await team.bot.api.write("chat.postMessage", {"channel": DEPLOYS, "text": text})
    form = await form_of(team, ALICE, {"channel": DEPLOYS, "ts": posted.data["ts"]}, "report")
    assert initial(form)["field:text"] == (
        "#deploys #C04GRANTS @on-call @here today @bob a@example.test docs (https://example.test/a) <b> & c"
    )


async def test_the_person_edits_the_text_before_the_run_starts(team: Team) -> None:
    form = await form_of(team, ALICE, await written(team, BOB, "secret: 1234"), "report")
    changed = entered(form, text="redacted", source="")
    assert (await team.office.submit(ALICE, form, **changed))["result"] == "closed"
    run = await first_run(team)
    assert (run.input["text"], run.input["source"]) == ("redacted", None)


async def test_the_only_text_of_an_input_takes_the_message_and_its_link(team: Team) -> None:
    message = await written(team, BOB, "a\nb")
    form = await form_of(team, ALICE, message, "note")
    assert initial(form)["field:words"] == f"a\nb\n\n{link(team, message)}"
    assert (await team.office.submit(ALICE, form, **entered(form)))["result"] == "closed"
    assert (await first_run(team)).input["words"] == f"a\nb\n\n{link(team, message)}"


async def test_the_last_values_stay_in_the_other_fields(team: Team) -> None:
    await team.office.say(ALICE, DEPLOYS, "/workflow run note words=before copies=7")
    message = await written(team, BOB, "now")
    form = await form_of(team, ALICE, message, "note")
    assert initial(form)["field:copies"] == "7"
    assert (await team.office.submit(ALICE, form, **entered(form)))["result"] == "closed"

    async def newest() -> Any:
        runs, total = await team.bot.engine.runs()
        return runs[0] if total == 2 else None

    run = await team.office.until(ALICE, newest)
    assert run.input == {"words": f"now\n\n{link(team, message)}", "copies": 7}


async def test_the_chooser_for_a_message_offers_what_the_person_may_run_and_takes_a_text(team: Team) -> None:
    await team.office.shortcut(CAROL, WITH_MESSAGE, await written(team, BOB, "hello <@U03CAROL>"))
    window = await team.office.modal(CAROL, "Run a workflow")
    (menu,) = [block["accessory"] for block in window["blocks"] if block["block_id"] == "choose"]
    assert [option["text"]["text"] for option in menu["options"]] == ["note", "report"]
    assert "The message by bob" in str(window["blocks"])


async def test_a_text_that_is_too_long_is_cut_and_the_form_says_so(team: Team) -> None:
    form = await form_of(team, ALICE, await written(team, BOB, "x" * 4500), "report")
    assert initial(form)["field:text"] == "x" * 599 + "…"
    assert "The message has 4,500 characters. Only the first 599 fit into Text." in str(form["blocks"])
    assert (await team.office.submit(ALICE, form, **entered(form)))["result"] == "closed"
    assert (await first_run(team)).input["text"] == "x" * 599 + "…"


async def test_invisible_characters_of_a_message_are_shown_and_kept(team: Team) -> None:
    form = await form_of(team, ALICE, await written(team, BOB, "pay‮01"), "report")
    assert initial(form)["field:text"] == r"pay\u202e01"
    assert (await team.office.submit(ALICE, form, **entered(form)))["result"] == "closed"
    assert (await first_run(team)).input["text"] == "pay‮01"


async def test_a_message_without_text_is_refused_with_the_way_on(team: Team) -> None:
    posted = await team.bot.api.write(
        "chat.postMessage", {"channel": DEPLOYS, "attachments": [{"fallback": "down", "text": "down"}]}
    )
    message = {"channel": DEPLOYS, "ts": posted.data["ts"]}
    await team.office.shortcut(ALICE, WITH_MESSAGE, message)
    told = str((await team.office.modal(ALICE, "Signoff"))["blocks"])
    assert "This message has no text, only an attachment." in told
    assert "/workflow run" in told


async def test_a_guest_is_refused_in_the_window(team: Team) -> None:
    await team.office.shortcut(GUEST, WITH_MESSAGE, await written(team, GUEST, "hello", GENERAL))
    told = str((await team.office.modal(GUEST, "Signoff"))["blocks"])
    assert "guest" in told.lower()


async def test_a_conversation_between_people_reports_to_the_channel_of_the_workflow(team: Team) -> None:
    direct = (await team.office.do("dm/open", user=BOB, **{"as": ALICE}))["channel"]["id"]
    form = await form_of(team, ALICE, await written(team, BOB, "psst", direct), "note")
    assert (await team.office.submit(ALICE, form, **entered(form)))["result"] == "updated"
    assert "Its message is in <#C05DEPLOYS>." in str(await team.office.modal(ALICE, "Signoff"))


async def test_the_link_to_a_reply_names_its_thread(team: Team) -> None:
    message = await written(team, BOB, "parent")
    answer = await team.office.do(
        "message", text="reply", channel=DEPLOYS, thread_ts=message["ts"], **{"as": BOB}
    )
    form = await form_of(team, ALICE, {"channel": DEPLOYS, "ts": answer["ts"]}, "report")
    assert f"?thread_ts={message['ts']}&cid={DEPLOYS}" in initial(form)["field:source"]


def test_a_window_carries_as_much_of_a_text_as_it_can() -> None:
    source = SourceMessage('"\n😀' * 5000, 15_000, "https://acme.slack.com/archives/C1/p1", "Bob")
    packed = carried(source)
    assert 2990 <= units(packed) <= 3000
    kept = source_in(packed)
    assert kept is not None
    assert source.text.startswith(kept.text)
    assert (kept.length, kept.link, kept.author) == (15_000, source.link, "Bob")
    assert source_in("1|deploy|x") is None


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"a": {"type": "string"}}, "a"),
        ({"a": {"type": "string"}, "b": {"type": "string"}}, None),
        ({"a": {"type": "string"}, "b": {"type": "string", "format": "message-text"}}, "b"),
        ({"a": {"type": "string", "format": "date"}, "b": {"type": "integer"}}, None),
        ({"a": {"enum": ["x", "y"], "type": "string"}}, None),
        ({"a": {"type": "string", "pattern": "^v"}}, None),
        ({"a": {"anyOf": [{"type": "string"}, {"type": "null"}]}}, "a"),
    ],
)
def test_the_field_for_a_text_is_the_one_that_is_named_or_the_only_one(
    fields: dict[str, Schema], named: str | None
) -> None:
    assert text_field({"properties": fields}) == named


def test_a_short_field_takes_the_text_without_the_link() -> None:
    schema = {"properties": {"a": {"type": "string", "maxLength": 80}}}
    filled = filled_fields(schema, SourceMessage("hi", 2, "https://acme.slack.com/x", "Bob", 2))
    assert filled.values == {"a": "hi"}
    assert filled.notes == ("The message also has 2 files or attachments, which are left out.",)
