"""Every door in Slack answers an outsider about a private workflow as about a name that does not exist.

The tables are held against the code: a new subcommand, button, window or shortcut without an entry is red.
"""

import asyncio
import re
from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.listeners import button_clicks, modals
from bot.listeners.shortcuts import SHORTCUTS
from bot.slash.arguments import COMMANDS
from bot.views import button_values as buttons
from bot.views.forms import break_glass_form, canary_form, grant_form, proposal_form, repeating
from bot.views.forms import modals as windows
from engine import Actor
from tests.conftest import spoken

DEPLOYS, GENERAL, GRANTS = "C05DEPLOYS", "C01GENERAL", "C04GRANTS"
BOB, CAROL, DAVE, FRANK = "U02BOB", "U03CAROL", "U04DAVE", "U06FRANK"
Team = Any
FLOWS = """
from pydantic import BaseModel

from signoff import Cron, Fatal, Grants, Objectives, Outcome, Resource, Workflow


class Sum(BaseModel):
    note: str


bakery = Workflow("bakery", owner="@platform", channel="#general")


@bakery.step
async def only() -> str:
    return "done"


treasury = Workflow(
    "treasury", title="Planted title", input=Sum, owner="U02BOB", channel="#deploys", may_see=["U03CAROL"],
    may_operate=["U04DAVE"], description="Planted description",
    triggers=[Cron("0 2 * * *", input={"note": "x"})],
    resources=[Resource("planted-vault", at_once=1)], objectives=Objectives(success="99%"),
)


@treasury.step
async def count(input: Sum) -> str:
    return f"planted output {input.note}"


pay = treasury.approval(
    "pay", ask="Planted question {count}?", approvers=["U03CAROL"], expires="4h",
    grants=Grants(uses=3, within="1h"),
)


@treasury.step(when=pay.approved)
async def act(pay: Outcome) -> str:
    return "done"


leak = Workflow("leak", title="Planted leak", owner="U02BOB", channel="#deploys", may_see=["U03CAROL"])


@leak.step
async def fall() -> str:
    raise Fatal("planted failure")
"""
PLANTED = ("treasury", "planted", "leak")
"""Words of which an outsider reads none, in any case of the letters."""
NAME, UNKNOWN = "treasury", "treasurq"
TARGETS = {
    "run": ["run {name}", "run {name} note=x"],
    "show": ["show {name}", "show {run}"],
    "runs": ["runs {name}", "runs {name} failed", "runs {name} since=2d", "runs text={name}", "runs"],
    "history": ["history {name}"],
    "schedules": ["schedules {name}", "schedules"],
    "triggers": ["triggers {name}", "triggers"],
    "health": ["health {name}", "health"],
    "insight": ["insight {name}", "insight {name} propose"],
    "graph": ["graph {name}", "graph {run}"],
    "report": ["report {run}"],
    "logs": ["logs {run} count"],
    "cancel": ["cancel {run} because"],
    "pause": ["pause {run} because", "pause {name} because"],
    "resume": ["resume {run}", "resume {name}"],
    "mute": ["mute {name} for=2h", "mute {run} for=2h"],
    "unmute": ["unmute {name}", "unmute {run}"],
    "skip": ["skip {run} act"],
    "retry": ["retry {run} fall"],
    "reroute": ["reroute {run} fall"],
    "rerun": ["rerun {run}", "rerun {run} note=x"],
    "fork": ["fork {run} act"],
    "priority": ["priority {run} 3"],
    "subscribe": ["subscribe {name}"],
    "unsubscribe": ["unsubscribe {name}"],
    "reassign": ["reassign {run} <@U06FRANK|frank>"],
    "canary": ["canary {name}", "canary {name} promote"],
    "list": ["list"],
    "help": ["help"],
    "approvals": ["approvals"],
    "grants": ["grants"],
    "away": ["away", "away until fri to <@U03CAROL|carol>"],
    "resources": ["resources"],
    "workers": ["workers"],
    "subscriptions": ["subscriptions"],
}
"""By subcommand: what an outsider types. `{name}` is a workflow, and `{run}` a run."""


@pytest.fixture
def workflows() -> str:
    return FLOWS


@pytest.fixture
def more_settings() -> dict[str, str]:
    """A limit beyond what one person asks for here in a minute."""
    return {"SIGNOFF_CALLS_PER_MINUTE": "1000"}


@pytest.fixture
def private_channels() -> Collection[str]:
    return ["deploys"]


@pytest.fixture
async def run(team: Team) -> str:
    """The id of a private run at an open approval; another one waits at a failure. A grant holds."""
    await team.office.say(BOB, DEPLOYS, "/workflow run treasury note=granted")

    async def asked() -> Any:
        return await team.bot.engine.requests()

    (first,) = await team.office.until(BOB, asked)
    await team.bot.engine.grant(first.id, 2, timedelta(hours=1), actor=Actor("slack", CAROL))
    await team.office.say(BOB, DEPLOYS, "/workflow run leak")
    await team.office.say(BOB, DEPLOYS, "/workflow run treasury note=planted")

    async def both() -> Any:
        requests = await team.bot.engine.requests()
        return requests if len(requests) == 2 else None

    requests = await team.office.until(BOB, both)
    # It was subscribed while everybody in the channel could see the workflow.
    await team.bot.engine.subscriptions.add(GENERAL, NAME, actor=Actor("cli", "root"))
    return next(str(each.run_id) for each in requests if each.workflow == "treasury")


def unlike(run: str) -> str:
    return run[:-4] + "zzzz"


def without(text: str, *words: str) -> str:
    """Return an answer without the ids that Slack gives, and with one word for what was typed."""
    text = re.sub(r"'block_id': '[^']*'", "", text)
    for word in words:
        text = text.replace(word, "TARGET")
    return text


def tells_nothing(said: str) -> None:
    """Hold that none of the planted words is in what an outsider reads."""
    assert not [word for word in PLANTED if word in said.casefold()], said


async def heard(team: Team, person: str, command: str) -> str:
    await team.office.say(person, GENERAL, f"/workflow {command}")
    message = await team.office.heard(person, GENERAL)
    return f"{spoken(message)} {message['blocks']}"


def test_every_subcommand_is_a_door_of_the_table() -> None:
    assert set(TARGETS) == set(COMMANDS)


async def test_every_subcommand_answers_about_a_private_workflow_as_about_no_workflow(
    team: Team, run: str
) -> None:
    short = (await team.bot.engine.detail(run)).run.short
    for typed in [each for commands in TARGETS.values() for each in commands]:
        said = []
        for name, ids in ((NAME, [run, short]), (UNKNOWN, [unlike(run), unlike(short)])):
            for id_ in ids if "{run}" in typed else ids[:1]:
                answer = await heard(team, FRANK, typed.format(name=name, run=id_))
                said.append(without(answer, id_, name))
        assert len(set(said)) == 1, (typed, said)
        tells_nothing(said[0])
        assert await team.office.view(FRANK) is None, typed
    assert (await team.bot.engine.detail(run)).run.state == "waiting"


async def test_a_run_that_is_started_elsewhere_is_told_in_the_channel_of_its_workflow(
    team: Team, run: str
) -> None:
    before = (await team.bot.engine.runs())[0][0]
    await team.office.say(CAROL, GENERAL, "/workflow run treasury note=planted")

    async def started() -> Any:
        newest = (await team.bot.engine.runs())[0][0]
        return newest if newest.id != before.id else None

    newest = await team.office.until(CAROL, started)
    assert (newest.workflow, newest.channel) == (NAME, None)

    async def posted() -> bool:
        told = [spoken(message) for message in await team.office.messages(CAROL, DEPLOYS)]
        return any(newest.short in text and "started by carol" in text for text in told)

    await team.office.until(CAROL, posted)
    for message in await team.office.messages(FRANK, GENERAL):
        tells_nothing(spoken(message))


@pytest.mark.parametrize("typed", ["treasur", "Treasury", "leek", "lea"])
async def test_no_suggestion_names_a_private_workflow(team: Team, typed: str) -> None:
    for command in ("run", "show", "runs", "history", "pause", "graph", "subscribe", "canary"):
        said = without(await heard(team, FRANK, f"{command} {typed}"), typed)
        tells_nothing(said)


@pytest.mark.parametrize("person", [BOB, CAROL, DAVE, "U05ERIN"])
async def test_people_with_a_role_see_it(team: Team, run: str, person: str) -> None:
    assert "treasury" in await heard(team, person, "list")
    assert "waiting for carol at pay" in await heard(team, person, f"show {run}")
    assert run[-4:] in await heard(team, person, "runs treasury")


async def test_an_operator_of_a_workflow_steers_it_and_decides_nothing(team: Team, run: str) -> None:
    assert "Paused" in await heard(team, DAVE, f"pause {run} checking")
    assert "onti" in await heard(team, DAVE, f"resume {run}")
    assert "has the priority 3 now" in await heard(team, DAVE, f"priority {run} 3")
    assert "are muted until" in await heard(team, DAVE, "mute treasury for=2h")
    assert "Only" in await heard(team, CAROL, "pause treasury checking")
    assert (await team.bot.engine.detail(run)).run.state == "waiting"


BUTTONS = {
    buttons.DECIDE: [("{request}", "approve"), ("{request}", "reject"), ("{failure}", "retry")],
    buttons.DECIDE_ALL: [("{failure}", "retry@9"), ("{failure}", "abort@0")],
    buttons.CHANGE: [("{request}", "change")],
    buttons.TOGETHER: [("-", "approve")],
    buttons.ASK: [("{request}", "ask")],
    buttons.CLAIM: [("{request}", "claim"), ("{request}", "give-back")],
    buttons.GRANT: [("{request}", "give"), ("{grant}", "revoke"), ("{grant}", "revoke-listed")],
    buttons.BREAK_GLASS: [("{request}", "open"), ("{failure}", "open")],
    buttons.DETAILS_OF_REQUEST: [("{request}", "details"), ("{failure}", "details")],
    buttons.DETAILS_OF_RUN: [("{run}", "details"), ("{run}", "page-2")],
    buttons.MORE: [("{run}", "cancel"), ("{run}", "log"), ("{run}", "details")],
    buttons.CANCEL_RUN: [("{run}", "cancel")],
    buttons.PERSONAL: [("{run}", "after-0"), ("{run}", "after-40")],
    buttons.SHOW: [("-", "show {name}"), ("-", "show {run}"), ("-", "runs {name}"), ("-", "list")],
    buttons.START: [("{name}", "start")],
    buttons.CHOOSE: [("{name}", "-")],
    buttons.FAILURE_MENU: [
        ("{failure}", word)
        for word in ("details", "edit", "retry", "assign", "assign-all@9", "mute", "mute-8h")
    ],
    buttons.MUTE: [("{failure}", "mute"), ("{failure}", "unmute")],
    buttons.HOME: [],
}
"""By button: values that no message offers an outsider. HOME shows the Home again, which has its own test."""
WINDOWS = {
    windows.DECIDE: [("{request}", "approve"), ("{failure}", "retry")],
    windows.CANCEL: [("{run}", "cancel")],
    windows.SKIP: [("{run}", "act")],
    windows.FORK: [("{run}", "-@act")],
    canary_form.CANARY: [("{name}", "promote@5")],
    proposal_form.PROPOSAL: [("{name}.check", "90d@5f")],
    repeating.RERUN: [("{run}", "-@e30=")],
    windows.START: [("-", "{name}"), ("-", "bakery@+{run}")],
    windows.FILL_IN: [("{request}", "approve")],
    windows.TOGETHER: [("{request}@5f", "approve")],
    windows.ASK: [("{request}", "ask")],
    grant_form.CALLBACK: [("{request}", "give@5f")],
    break_glass_form.CALLBACK: [("{request}", "use@5f"), ("{failure}", "use@5f")],
    windows.AGAIN: [("-", "{name}@5f+{run}"), ("-", "bakery@5f+{run}")],
}
"""By window: what it carries."""


def test_every_button_window_and_shortcut_is_a_door_of_the_tables() -> None:
    assert set(BUTTONS) == set(button_clicks._HANDLERS)
    assert set(WINDOWS) == set(modals._SUBMITS)
    assert set(SHORTCUTS) == {"signoff:run", "signoff:waiting", "signoff:run-with-message"}


async def targets(team: Team, run: str) -> list[dict[str, str]]:
    """Return the parts of a private run, and those of one that does not exist."""
    requests = await team.bot.engine.requests()
    failure = next(each.id for each in requests if each.kind == "failure")
    request = next(each.id for each in requests if each.kind == "approval")
    (grant,) = await team.bot.engine.grants.all(actor=Actor("slack", CAROL))
    private = {"run": run, "name": NAME, "request": request, "failure": failure, "grant": grant.id}
    other = {"run": unlike(run), "name": UNKNOWN, "request": request.replace(run, unlike(run))}
    other["grant"] = "0" * 8
    leak, step = failure.rsplit(".", 1) if "." in failure else (failure, "")
    return [private, {**other, "failure": f"{unlike(leak)}.{step}"}]


def values_of(part: dict[str, str]) -> list[str]:
    return sorted(part.values(), key=len, reverse=True)


async def test_every_forged_click_is_answered_as_one_about_nothing(team: Team, run: str, forge: Any) -> None:
    both = await targets(team, run)
    for action, values in BUTTONS.items():
        for id_, word in values:
            said = []
            for part in both:
                value = buttons.encode(id_.format(**part), word.format(**part))
                told = await asyncio.wait_for(forge(FRANK, f"{action}:1", value), 20)
                said.append(without(told, *values_of(part)))
            assert said[0] == said[1], (action, id_, word)
            tells_nothing(said[0])
    assert await team.office.view(FRANK) is None
    assert (await team.bot.engine.detail(run)).run.state == "waiting"


async def test_every_forged_window_is_answered_as_one_about_nothing(team: Team, run: str) -> None:
    both, comment = await targets(team, run), {windows.COMMENT: {windows.COMMENT: {"value": "Why?"}}}
    chosen = {field: {field: {"selected_option": {"value": "60"}}} for field in ("uses", "lasts")}
    chosen["gate"] = {"gate": {"selected_option": {"value": "bakery"}}}
    chosen["uses"]["uses"]["selected_option"]["value"] = "1"
    for callback_id, values in WINDOWS.items():
        for id_, word in values:
            said = []
            for part in both:
                view = {
                    "id": "V1",
                    "type": "modal",
                    "callback_id": callback_id,
                    "private_metadata": buttons.encode(id_.format(**part), word.format(**part)),
                    "state": {"values": comment | chosen},
                    "blocks": [],
                }
                body = {
                    "type": "view_submission",
                    "user": {"id": FRANK},
                    "team": {"id": "T0LOCAL"},
                    "trigger_id": "forged",
                    "view": view,
                }
                answer = await team.bot.workspace.dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
                said.append(without(str(answer.body), *values_of(part)))
            assert said[0] == said[1], (callback_id, id_, word)
            assert "response_action" in said[0], (callback_id, said)
            tells_nothing(said[0])
    assert (await team.bot.engine.detail(run)).run.state == "waiting"


async def test_shortcuts_offer_no_private_workflow(team: Team, run: str) -> None:
    sent = await team.office.do("message", text="Look at this", channel=GENERAL, **{"as": FRANK})
    message = {"channel": GENERAL, "ts": sent["ts"]}
    for callback_id in SHORTCUTS:
        before = await team.office.view(FRANK)
        of_message = message if callback_id == "signoff:run-with-message" else None
        await team.office.shortcut(FRANK, callback_id, of_message)

        async def opened(last: Any = before) -> Any:
            view = await team.office.view(FRANK)
            return view if view and view["id"] != (last or {}).get("id") else None

        view = str(await team.office.until(FRANK, opened))
        assert "bakery" in view or callback_id != "signoff:run"
        tells_nothing(view)


async def test_home_mentions_and_direct_messages_name_no_private_workflow(team: Team, run: str) -> None:
    await team.office.do("home/open", **{"as": FRANK})

    async def home() -> str:
        shown = str(await team.office.home(FRANK) or "")
        return shown if "bakery" in shown else ""

    tells_nothing(await team.office.until(FRANK, home))
    direct = (await team.office.do("dm/open", user="U0SIGNOFF", **{"as": FRANK}))["channel"]["id"]
    for place, text in (
        (GRANTS, "<@U0SIGNOFF> what is {name}?"),
        (direct, "{name}"),
        (direct, "show {name}"),
    ):
        said = []
        for name in (NAME, UNKNOWN):
            before = len(await team.office.messages(FRANK, place))
            await team.office.say(FRANK, place, text.format(name=name))

            async def answered(where: str = place, least: int = before) -> str:
                messages = await team.office.messages(FRANK, where)
                return spoken(messages[-1]) if len(messages) > least else ""

            said.append(without(await team.office.until(FRANK, answered), name))
        assert said[0] == said[1], text
        tells_nothing(said[0])
