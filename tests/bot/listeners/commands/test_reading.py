"""Answers that people read in Slack: a workflow, a run, lists of runs, triggers, graphs, and the chooser."""

import re
from datetime import timedelta
from typing import Any

import pytest

from bot.slash.arguments import COMMANDS

DEPLOYS, GENERAL = "C05DEPLOYS", "C01GENERAL"
ALICE, BOB, CAROL = "U01ALICE", "U02BOB", "U03CAROL"
Team = Any
FLOWS = """
from typing import Literal
from pydantic import BaseModel
from signoff import Alternative, Cron, Fatal, Outcome, StepContext, Workflow


class Release(BaseModel):
    service: Literal["billing", "shop"]
    copies: int = 2
    note: str = ""


ship = Workflow(
    "ship", title="Ship it", input=Release, owner="@platform", channel="#deploys",
    triggers=[Cron("0 2 * * *", tz="Europe/Berlin", input={"service": "shop"})],
    result="Shipped {input.service}", description="Ships a *release* to production.",
)


@ship.step
async def build(input: Release) -> str:
    return f"https://ci.example.com/{input.service}"


go = ship.approval("go", ask="Ship {input.service}?", approvers=["@release-managers"], expires="4h")


@ship.step(when=go.approved)
async def release(go: Outcome) -> str:
    return "out"


quick = Workflow("quick", owner="@platform", channel="#deploys", may_run=["@platform"])


@quick.step
async def only() -> str:
    return "done"


own = {"owner": "@platform", "channel": "#deploys"}
hidden = Workflow("hidden", may_see=["@platform"], may_run=["@platform"], **own)


@hidden.step
async def act() -> str:
    return "done"


shaky = Workflow("shaky", owner="@platform", channel="#deploys")


def around() -> str:
    return "by the other way"


@shaky.step(alternative=Alternative(around, ask=True))
async def fall(ctx: StepContext) -> str:
    if not (ctx.data_dir / "repaired").exists():
        raise Fatal("the gateway is gone")
    return "fine"


picky = Workflow("picky", input=Release, owner="@platform", channel="#deploys")


@picky.step
async def weigh(input: Release) -> str:
    if input.copies > 3:
        raise Fatal("too many copies")
    return "light"


@shaky.step
async def after(fall: str) -> str:
    return fall
"""


@pytest.fixture
def workflows() -> str:
    return FLOWS


async def answer(team: Team, person: str, text: str, channel: str = DEPLOYS) -> dict[str, Any]:
    """Return the message with which a command is answered."""
    await team.office.say(person, channel, f"/workflow {text}")
    return dict(await team.office.heard(person, channel))


async def read(team: Team, person: str, text: str, channel: str = DEPLOYS) -> str:
    """Return all that the person reads in the answer."""
    heard = await answer(team, person, text, channel)
    return f"{heard['text']}\n{heard['blocks']}"


def menu_option(view: dict[str, Any], text: str) -> dict[str, Any]:
    (menu,) = [block["accessory"] for block in view["blocks"] if block.get("block_id") == "choose"]
    return next(option for option in menu["options"] if text in option["text"]["text"])


async def choose(team: Team, person: str, window: dict[str, Any], text: str) -> None:
    await team.office.act(
        "action",
        container={"type": "view", "view_id": window["id"]},
        block_id="choose",
        action_id="signoff:choose",
        selected_option=menu_option(window, text),
        **{"as": person},
    )


def initial(form: dict[str, Any]) -> dict[str, Any]:
    """Return the state of an untouched form."""
    state = {}
    for block in form["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            if "initial_option" in element:
                state[block["block_id"]] = {"selected_option": element["initial_option"]}
            else:
                state[block["block_id"]] = {"value": element.get("initial_value")}
    return state


async def test_show_tells_what_a_workflow_does_and_how_it_went(team: Team) -> None:
    await answer(team, ALICE, "run ship service=billing")
    await team.office.message(CAROL, DEPLOYS, "Ship billing?")
    told = await read(team, ALICE, "show ship")
    for words in (
        "*Ship it* · ship", "`Ships a *release* to production.`",
        "1. build", "2. go · asks people", "3. release",
        "service, copies (optional), note (optional)", "Europe/Berlin", "next <!date^", "1 waiting",
    ):  # fmt: skip
        assert words in told, words
    assert "@platform" in told
    assert "'Run…'" in told
    assert "'Run" not in (await read(team, CAROL, "show quick")).replace("'Runs", "")
    assert "There is no workflow of that name either" in await read(team, CAROL, "show hidden")


async def test_show_offers_to_cancel_a_run_to_people_who_may(team: Team) -> None:
    await answer(team, ALICE, "run ship service=billing")
    await team.office.message(CAROL, DEPLOYS, "Ship billing?")
    (run,) = (await team.bot.engine.runs(states=["waiting"]))[0]
    offered = {
        person: "'Cancel" in await read(team, person, f"show {run.short}") for person in (ALICE, CAROL)
    }
    assert offered == {ALICE: True, CAROL: False}


async def test_show_tells_the_result_of_a_run(team: Team) -> None:
    office = team.office
    await answer(team, ALICE, "run ship service=billing")
    asked = await office.message(CAROL, DEPLOYS, "Ship billing?", "can decide")
    await office.click(CAROL, asked, "Approve")
    await office.message(ALICE, DEPLOYS, "done after", "Shipped billing")
    run = (await team.bot.engine.runs())[0][0]
    for name in ("show", "status"):
        told = await read(team, ALICE, f"{name} {run.short}")
        assert "Shipped billing" in told
        assert "<https://ci.example.com/billing|ci.example.com/billing> · build" in told
        assert "approved by carol" in told


async def test_runs_are_filtered_and_paged_without_a_silent_end(team: Team) -> None:
    office = team.office
    for _ in range(23):
        await answer(team, BOB, "run quick")
    await answer(team, ALICE, "run shaky")
    await office.message(ALICE, DEPLOYS, "*shaky* failed at *fall*")
    first = await answer(team, BOB, "runs quick")
    assert "*Newest runs* (quick) · 20 runs on this page" in str(first["blocks"])
    (shown,) = [block for block in first["blocks"] if block["type"] == "table"]
    assert len(shown["rows"]) == 21
    await office.click(BOB, first, "Older")

    async def older() -> dict[str, Any] | None:
        heard = await office.heard(BOB, DEPLOYS)
        return heard if "Older runs" in str(heard["blocks"]) else None

    second = await office.until(BOB, older)
    assert "*Older runs* (quick) · 3 runs" in str(second["blocks"])
    assert "Older'" not in str([block for block in second["blocks"] if block["type"] == "actions"])
    assert "shaky" in await read(team, BOB, "runs waiting")
    assert "No run that is visible here matches" in await read(team, BOB, "runs cancelled since=2d")
    assert "· 1 run:" in await read(team, ALICE, "runs mine")
    assert "matches the filters: quick, yours." in await read(team, CAROL, "runs quick mine")
    assert "no workflow called qick" in await read(team, BOB, "runs qick")
    assert "is not a date" in await read(team, BOB, "runs since=someday")
    assert "matches (with `" not in await read(team, BOB, "runs text=SHAKY-")
    assert "No run that is visible here matches" in await read(team, BOB, "runs text=nowhere")
    assert "20 of the last 20 done" in await read(team, BOB, "history quick")


async def test_lists_tell_that_an_approval_was_rejected(team: Team) -> None:
    office = team.office
    await answer(team, ALICE, "run ship service=billing")
    asked = await office.message(CAROL, DEPLOYS, "Ship billing?", "can decide")
    await office.click(CAROL, asked, "Reject")
    window = await office.modal(CAROL, "Reject")
    await office.submit(CAROL, window, comment={"value": "not today"})
    await office.message(ALICE, DEPLOYS, "go was rejected")
    for command in ("runs", "history ship", "show ship"):
        told = await read(team, ALICE, command)
        assert "⏭️" in told
        assert "rejected" in told
        assert "✅" not in told


async def test_schedules_and_triggers_tell_the_next_fire_and_its_zone(team: Team) -> None:
    told = await read(team, ALICE, "schedules")
    assert "1 schedule" in told
    assert "*ship*" in told
    assert "Europe/Berlin" in told
    assert "next <!date^" in told
    assert "quick has no trigger." in await read(team, ALICE, "triggers quick")


async def test_a_failed_step_is_retried_or_rerouted(team: Team) -> None:
    office = team.office
    await answer(team, ALICE, "run shaky")
    await office.message(BOB, DEPLOYS, "*shaky* failed at *fall*")
    run = (await team.bot.engine.runs())[0][0]
    assert "Only @platform" in await read(team, CAROL, f"retry {run.short}")
    assert "These steps do: fall." in await read(team, BOB, f"retry {run.short} after")
    assert "Your comment has 3,001 characters" in await read(
        team, BOB, f"retry {run.short} --reason '{'x' * 3001}'"
    )
    assert await office.view(CAROL) is None
    window = await _asked(team, f"retry {run.short} fall --reason 'the cable is back'", "Retry this step?")
    assert f"*fall* of *{run.short}*\nThe step executes again." in str(window["blocks"][0]["text"]["text"])
    (reason,) = [block for block in window["blocks"] if block["type"] == "input"]
    assert reason["element"]["initial_value"] == "the cable is back"
    assert not await _asked_again(team, run.id)
    assert (await office.submit(BOB, window))["result"] == "closed"
    await office.until(BOB, lambda: _asked_again(team, run.id))
    decided = (await team.bot.engine.detail(run.id)).requests[0].decisions
    assert [(each.choice, each.comment) for each in decided] == [("retry", "the cable is back")]
    window = await _asked(team, f"reroute {run.short}", "Reroute this step?")
    assert "The alternative executes instead." in str(window["blocks"][0]["text"]["text"])
    assert (await office.submit(BOB, window))["result"] == "closed"
    await office.message(BOB, DEPLOYS, "*shaky*", "done after")
    assert "No failed step" in await read(team, BOB, f"reroute {run.short}")


async def test_a_failed_step_of_a_run_that_has_ended_is_retried_as_a_new_run_after_a_window(
    team: Team,
) -> None:
    office, engine = team.office, team.bot.engine
    await answer(team, ALICE, "run shaky")
    asked = await office.message(BOB, DEPLOYS, "*shaky* failed at *fall*")
    run = (await engine.runs())[0][0]
    late = await _asked(team, f"retry {run.short} --reason '{'x' * 3000}'", "Retry this step?")
    assert (await office.click(BOB, asked, "Abort"))["ok"]
    await office.message(BOB, DEPLOYS, "*Aborted*")
    assert "already" in str(await office.submit(BOB, late))
    assert "The reason has 1,001 characters" in await read(
        team, BOB, f"retry {run.short} --reason '{'x' * 1001}'"
    )
    window = await _asked(team, f"retry {run.short} --reason again", "Retry this step?")
    text = str(window["blocks"][0]["text"]["text"])
    assert f"*fall* of *{run.short}*\nThis run has ended, so a new run starts at this step" in text
    assert (await engine.runs())[1] == 1
    assert "Its message" in str(await office.submit(BOB, window))
    runs = (await engine.runs())[0]
    assert [each.trigger for each in runs] == [f"fork:{run.id}", "manual"]


async def _asked(team: Team, command: str, title: str) -> dict[str, Any]:
    """Type a command as Bob, and return the window that it opens."""
    await team.office.say(BOB, DEPLOYS, f"/workflow {command}")
    return dict(await team.office.modal(BOB, title))


async def _asked_again(team: Team, run_id: str) -> bool | None:
    requests = await team.bot.engine.requests(run_id=run_id)
    return any(request.id.endswith(".2") for request in requests) or None


async def test_a_graph_comes_as_a_picture(team: Team) -> None:
    told = await read(team, ALICE, "graph ship")
    assert "The graph of ship appears in your direct messages" in told

    async def picture() -> dict[str, Any] | None:
        for message in await team.office.direct(ALICE):
            if message.get("files"):
                return dict(message["files"][0])
        return None

    assert (await team.office.until(ALICE, picture))["name"] == "ship.png"
    assert "There is no workflow of that name either" in await read(team, CAROL, "graph hidden")


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        (
            {"method": "files.completeUploadExternal", "error": "not_in_channel"},
            "is not in this conversation",
        ),
        ({"method": "files.getUploadURLExternal", "error": "missing_scope"}, "The app lacks the scope"),
        ({"method": "conversations.open", "error": "invalid_auth"}, "Slack does not know the bot token"),
        ({"method": "files.completeUploadExternal", "kind": "ratelimited", "retry_after": 7}, "again in 7 s"),
    ],
)
async def test_a_graph_that_cannot_be_shared_says_why_in_a_sentence(
    team: Team, fault: dict[str, Any], problem: str
) -> None:
    await team.office.do("fault", **{"kind": "error", **fault})
    await answer(team, ALICE, "graph ship")

    async def told() -> str | None:
        said = str(await team.office.direct(ALICE))
        return said if "The graph of ship could not be shared" in said else None

    said = await team.office.until(ALICE, told)
    assert problem in said
    assert "Graph of ship" in said
    assert not any(word in said for word in ("Rejected(", "Limited(", "Unreached(", "Ambiguous("))


async def test_a_graph_comes_as_text_with_the_remedy_where_the_bot_is_not_a_member(team: Team) -> None:
    heard = await answer(team, ALICE, "graph ship --public", GENERAL)
    said = f"{heard['text']}\n{heard['blocks']}"
    assert heard["ephemeral_to"] == ALICE
    assert "Signoff is not in this conversation" in said
    assert "Type /invite @signoff there" in said
    assert "Graph of ship" in said
    assert "1. " in said
    assert "in a few seconds" not in said


async def test_a_report_comes_as_a_file_for_the_person_alone(team: Team) -> None:
    run = await _run_of(team, BOB, "shaky")
    assert f"The report of {run} appears in your direct messages" in await read(team, BOB, f"report {run}")
    file = await _file_of(team, BOB, lambda: team.office.direct(BOB))
    assert file["name"] == f"{run}.pdf"
    assert "report takes one run" in await read(team, BOB, "report a b")
    assert "Which run?" in await read(team, BOB, "report")
    assert "There is no run" in await read(team, CAROL, f"report {await _run_of(team, BOB, 'hidden')}")


async def test_a_shared_report_comes_in_the_thread_of_the_run(team: Team) -> None:
    run = await _run_of(team, BOB, "shaky")

    async def message() -> dict[str, Any] | None:
        told = await team.bot.engine.deliveries.find(
            subject=(await team.bot.engine.find_run(run)).id, kind="run"
        )
        return dict(told[0].ref) if told and told[0].ref else None

    place = await team.office.until(BOB, message)
    await team.office.say(BOB, DEPLOYS, f"/workflow report {run} --public")
    file = await _file_of(team, BOB, lambda: team.office.replies(BOB, place))
    assert file["name"] == f"{run}.pdf"


async def _file_of(team: Team, person: str, messages: Any) -> dict[str, Any]:
    async def file() -> dict[str, Any] | None:
        files = [file for message in await messages() for file in message.get("files") or ()]
        return dict(files[0]) if files else None

    return dict(await team.office.until(person, file))


async def test_a_page_begins_at_a_place_that_names_no_run(team: Team) -> None:
    run = await _run_of(team, BOB, "shaky")
    first = (await team.bot.engine.runs())[0][0]
    later = (first.created_at + timedelta(microseconds=1)).isoformat()
    assert run in await read(team, BOB, f"runs before={later}/")
    assert "No older runs" in await read(team, BOB, f"runs before={first.created_at.isoformat()}/{first.id}")
    assert "There is no run nothing" in await read(team, BOB, "runs before=nothing")


async def test_an_answer_is_shared_with_public_and_a_refusal_is_not(team: Team) -> None:
    await team.office.say(ALICE, DEPLOYS, "/workflow show ship --public")
    await team.office.message(CAROL, DEPLOYS, "Ship it")
    assert "There is no run nothing" in await read(team, ALICE, "show nothing --public")
    assert not any("no run nothing" in str(said) for said in await team.office.messages(CAROL, DEPLOYS))


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        ("logs {} nostep", "has no step nostep"),
        ("show hidden", "hidden cannot be shared"),
        ("runs workflow=hidden", "hidden cannot be shared"),
        ("run ship copies=abc", "--public works only with"),
        ("run ship service=shop", "--public works only with"),
        ("approvals", "--public works only with"),
        ("help", "--public works only with"),
        ("resources", "--public works only with"),
        ("away", "--public works only with"),
    ],
)
async def test_a_refusal_goes_to_the_caller_alone(team: Team, command: str, refusal: str) -> None:
    run = await _run_of(team, BOB, "shaky")
    heard = await answer(team, BOB, f"{command.format(run)} --public")
    assert refusal in heard["text"]
    assert heard["ephemeral_to"] == BOB
    assert (await team.bot.engine.runs())[1] == 1


@pytest.mark.parametrize("command", COMMANDS)
async def test_no_subcommand_shares_a_refusal(team: Team, command: str) -> None:
    for arguments in ("nothing", "nothing nowhere", "hidden", "hidden since=someday", "=", ""):
        heard = await answer(team, CAROL, f"{command} {arguments} --public")
        if "🟠" in heard["text"]:
            assert heard["ephemeral_to"] == CAROL, heard["text"]
    for said in await team.office.messages(BOB, DEPLOYS):
        assert "🟠" not in said["text"]


@pytest.mark.parametrize("command", ["show", "logs", "graph"])
async def test_a_run_is_shared_only_in_its_own_channel(team: Team, command: str) -> None:
    run = await _run_of(team, BOB, "shaky")
    refused = await answer(team, BOB, f"{command} {run} --public", GENERAL)
    assert f"{run} cannot be shared here" in refused["text"]
    assert refused["ephemeral_to"] == BOB
    await team.office.say(BOB, DEPLOYS, f"/workflow {command} {run} --public")
    shared = {"show": "fall", "logs": f"{run} has logged nothing", "graph": f"The graph of {run}"}[command]
    assert not (await team.office.message(CAROL, DEPLOYS, shared)).get("ephemeral_to")


async def test_a_shared_list_has_only_what_its_channel_may_see(team: Team) -> None:
    run = await _run_of(team, BOB, "shaky")
    secret = await _run_of(team, BOB, "hidden")
    assert "*hidden*" in await read(team, BOB, "list", GENERAL)
    shown = await _shared(team, BOB, "list", "workflows*")
    assert "*shaky*" in shown
    assert "hidden" not in shown
    assert run in await read(team, BOB, "show shaky", GENERAL)
    assert run not in await _shared(team, BOB, "show shaky", "*shaky*", "Last runs")
    assert run not in await _shared(team, BOB, "runs", "No runs are visible here yet")
    assert run not in await _shared(team, BOB, "history shaky", "has no runs yet that are visible")
    assert secret in await read(team, BOB, "runs")
    shown = await _shared(team, BOB, "runs", "*Runs*", channel=DEPLOYS)
    assert run in shown
    assert secret not in shown


async def _shared(team: Team, person: str, command: str, *words: str, channel: str = GENERAL) -> str:
    """Return all that a shared answer says."""
    await team.office.say(person, channel, f"/workflow {command} --public")
    said = [each for each in await team.office.messages(CAROL, channel) if not each["ephemeral_to"]]
    return str(next(each for each in reversed(said) if all(word in str(each) for word in words)))


async def _run_of(team: Team, person: str, workflow: str) -> str:
    """Start a run of a workflow in #deploys and return its short id."""
    await answer(team, person, f"run {workflow}")
    return str((await team.bot.engine.runs())[0][0].short)


async def test_run_without_a_name_opens_a_chooser_with_the_last_values(team: Team) -> None:
    office = team.office
    await answer(team, ALICE, "run ship service=shop copies=7 note='two words'")
    await office.message(CAROL, DEPLOYS, "Ship shop?")
    await office.say(ALICE, DEPLOYS, "/workflow run")
    window = await office.modal(ALICE, "Run a workflow")
    offered = str(window["blocks"])
    assert "Ship it (ship)" in offered
    await choose(team, ALICE, window, "Ship it")
    form = await office.modal(ALICE, "Run Ship it")
    assert "those of your last run" in str(form["blocks"])
    filled = initial(form)
    assert filled["field:copies"] == {"value": "7"}
    filled["field:copies"] = {"value": "8"}
    assert (await office.submit(ALICE, form, **filled))["result"] == "closed"
    await office.until(ALICE, lambda: _runs_of(team, 2))
    newest = (await team.bot.engine.runs())[0][0]
    assert newest.input == {"service": "shop", "copies": 8, "note": "two words"}


async def test_the_chooser_offers_only_what_the_person_may_start(team: Team) -> None:
    await team.office.say(CAROL, DEPLOYS, "/workflow run")
    window = await team.office.modal(CAROL, "Run a workflow")
    offered = str(window["blocks"])
    assert "Ship it" in offered
    assert "quick" not in offered
    assert "hidden" not in offered


async def test_a_workflow_without_input_is_confirmed_in_the_chooser(team: Team) -> None:
    await team.office.say(BOB, DEPLOYS, "/workflow run")
    await choose(team, BOB, await team.office.modal(BOB, "Run a workflow"), "quick")
    form = await team.office.modal(BOB, "Run quick")
    assert "takes no input" in str(form["blocks"])
    assert (await team.office.submit(BOB, form))["result"] == "closed"
    await team.office.until(BOB, lambda: _runs_of(team, 1))


async def _runs_of(team: Team, count: int) -> bool | None:
    return (await team.bot.engine.runs())[1] == count or None


async def test_the_input_of_a_failed_run_is_edited_and_run_again(team: Team) -> None:
    office = team.office
    await answer(team, ALICE, "run picky service=shop copies=7")
    card = await office.message(ALICE, DEPLOYS, "*picky* failed at *weigh*")
    run = (await team.bot.engine.runs())[0][0]
    await menu(team, ALICE, card, "Edit input and run again")
    form = await office.modal(ALICE, "Edit and run again")
    values = initial(form)
    assert values["field:copies"] == {"value": "7"}
    values["field:copies"] = {"value": "2"}
    assert (await office.submit(ALICE, form, **values))["result"] == "updated"
    notice = await office.modal(ALICE, "Signoff")
    assert "still waits for a decision" in str(notice["blocks"])
    assert f"Its message is in the conversation of {run.short}." in str(notice["blocks"])
    await office.message(ALICE, DEPLOYS, "*picky*", "done after", f"started again from {run.short} by")
    newest = (await team.bot.engine.runs())[0][0]
    assert newest.input == {"service": "shop", "copies": 2, "note": ""}


async def test_a_failure_is_assigned_to_the_person_who_takes_it(team: Team) -> None:
    office = team.office
    await answer(team, ALICE, "run picky service=shop copies=7")
    card = await office.message(ALICE, DEPLOYS, "*picky* failed at *weigh*")
    await menu(team, CAROL, card, "Assign to me")
    assert "Only @platform can reassign" in str(await office.heard(CAROL, DEPLOYS))
    await menu(team, BOB, card, "Assign to me")
    await office.message(ALICE, DEPLOYS, "weigh failed, waiting for bob")
    assert "assigned to you" in str(await office.heard(BOB, DEPLOYS))


async def test_a_shared_failure_is_assigned_and_edited_from_its_card(team: Team) -> None:
    office = team.office
    for _ in range(3):
        await answer(team, ALICE, "run picky service=shop copies=7")
    card = await office.message(ALICE, DEPLOYS, "failed at *weigh* in 3 runs")
    newest = (await team.bot.engine.runs())[0][0]
    await office.click(ALICE, card, "This run…")
    details = await office.modal(ALICE, "Details")
    assert re.search(r"These buttons decide for picky-\w{4} alone\.", str(details["blocks"]))
    await office.click_in_view(ALICE, details, "Edit input and run again")
    assert initial(await office.modal(ALICE, "Edit and run again"))["field:copies"] == {"value": "7"}
    await office.click(ALICE, card, "Details")
    details = await office.modal(ALICE, "Details")
    assert "Runs with this failure: 3" in str(details["blocks"])
    assert newest.short in str(details["blocks"])
    await menu(team, CAROL, card, "Assign all to me")
    await answer_of(team, CAROL, "Only @platform can reassign")
    await menu(team, BOB, card, "Assign all to me")
    await answer_of(team, BOB, "3 runs are assigned to you")
    assert {each.approvers for each in await team.bot.engine.requests()} == {(BOB,)}
    card = await office.message(ALICE, DEPLOYS, "failed at *weigh*", "<@U02BOB> can decide")
    await office.click(BOB, card, "This run…")
    await office.click_in_view(BOB, await office.modal(BOB, "Details"), "Skip step")
    await office.message(ALICE, DEPLOYS, "*Step skipped* in 1 run")

    async def decided() -> dict[str, Any] | None:
        window = await office.view(BOB)
        return window if window and "Step skipped" in str(window["blocks"]) else None

    assert "These buttons decide" not in str(await office.until(BOB, decided))


async def test_a_failure_stays_with_the_person_who_took_it_when_the_retry_fails(team: Team) -> None:
    office, engine = team.office, team.bot.engine
    await answer(team, ALICE, "run picky service=shop copies=7")
    card = await office.message(ALICE, DEPLOYS, "*picky* failed at *weigh*")
    await menu(team, BOB, card, "Assign to me")
    assert "assigned to you" in str(await office.heard(BOB, DEPLOYS))
    await office.click(BOB, card, "Retry")
    run = (await engine.runs())[0][0]

    async def asked_again() -> bool:
        return len((await engine.detail(run.id)).requests) == 2

    await office.until(BOB, asked_again)
    first, second = (await engine.detail(run.id, marked=True)).requests
    assert (first.approvers, first.outcome) == ((BOB,), "retry")
    assert (second.approvers, second.state, second.altered) == ((BOB,), "open", "")


@pytest.mark.parametrize(
    "typed",
    ["show", "history", "run", "runs", "graph", "logs", "cancel", "pause", "retry", "subscribe", "mute"],
)
async def test_a_channel_in_place_of_a_target_is_called_a_channel(team: Team, typed: str) -> None:
    said = await read(team, CAROL, f"{typed} <#C05DEPLOYS|deploys>")
    assert "a workflow or a run, and not a channel such as <#C05DEPLOYS>" in said
    for further in ("/workflow list", "/workflow runs", "/workflow subscribe NAME"):
        assert further in said


async def test_a_word_with_the_sign_of_a_channel_is_quoted_and_not_looked_up(team: Team) -> None:
    assert "not a channel such as #nosuch" in await read(team, CAROL, "show #nosuch")


@pytest.mark.parametrize("typed", ["show", "history", "run", "graph"])
async def test_a_channel_in_another_place_does_not_hide_what_is_wrong(team: Team, typed: str) -> None:
    said = await read(team, CAROL, f"{typed} nosuch")
    assert "a channel such as" not in said


async def menu(team: Team, person: str, message: dict[str, Any], text: str) -> None:
    block = menu_block(message)
    await team.office.do(
        "action",
        container={"type": "message", "channel": message["channel"], "ts": message["ts"]},
        block_id=block["block_id"],
        action_id=block["accessory"]["action_id"],
        selected_option=option(message, text),
        **{"as": person},
    )


def menu_block(message: dict[str, Any]) -> dict[str, Any]:
    return next(
        dict(block) for block in message["blocks"] if block.get("accessory", {}).get("type") == "overflow"
    )


def option(message: dict[str, Any], text: str) -> dict[str, Any]:
    """Return the entry of a message's menu with this text."""
    options = menu_block(message)["accessory"]["options"]
    return next(dict(each) for each in options if each["text"]["text"] == text)


async def answer_of(team: Team, person: str, *words: str) -> str:
    """Return the answer with these words that only this person sees, as soon as there is one."""

    async def find() -> str | None:
        said = [each for each in await team.office.messages(person, DEPLOYS) if each["ephemeral_to"]]
        return next((str(each["text"]) for each in said if all(word in each["text"] for word in words)), None)

    return str(await team.office.until(person, find))


async def test_without_workers_the_answer_says_who_executes_the_steps(team: Team) -> None:
    heard = await answer(team, BOB, "workers")
    assert heard["text"] == "There are no workers: the bot executes the steps itself."
