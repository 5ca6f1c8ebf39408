"""The slash command, typed by people in a local Slack."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.slash.arguments import parse
from engine import Actor

DEPLOYS, INCIDENTS, GENERAL = "C05DEPLOYS", "C02INCIDENTS", "C01GENERAL"
ALICE, BOB, CAROL, GUEST = "U01ALICE", "U02BOB", "U03CAROL", "U07GUEST"
Team = Any


async def typed(team: Team, person: str, text: str, channel: str = DEPLOYS) -> str:
    """Return the full answer that the person gets."""
    await team.office.say(person, channel, f"/workflow {text}")
    heard = await team.office.heard(person, channel)
    return str(heard["text"])


@pytest.mark.parametrize("mode", ["socket", "http"], indirect=True)
async def test_a_run_is_started_asked_and_approved(team: Team) -> None:
    office = team.office
    assert "Its message is in this conversation" in await typed(
        team, ALICE, "run ship service=billing copies=3"
    )
    asked = await office.message(CAROL, DEPLOYS, 'Ship "billing x3"?', "can decide")
    assert (await office.click(CAROL, asked, "Approve"))["ok"]
    await office.message(CAROL, DEPLOYS, "Approved", "by carol")
    done = await office.message(CAROL, DEPLOYS, "*ship*", "done after")
    await office.line(CAROL, done, "✅ carol approved *go*")
    (line,) = await office.thread(CAROL, done)
    assert re.fullmatch(r"✅ carol approved \*go\* \(ship-\w{4}\)", line)
    told = [message["text"] for message in await office.direct(ALICE)]
    assert len(told) == 1
    assert "Approved" in told[0]


async def test_help_is_there_for_everybody(team: Team) -> None:
    assert "is for full, active members" in await typed(team, GUEST, "", GENERAL)
    assert "is for full, active members" in await typed(team, GUEST, "help", GENERAL)
    assert "approvals" in await typed(team, ALICE, "", GENERAL)
    assert "retry RUN STEP" not in await typed(team, CAROL, "help")
    assert "retry RUN STEP" in await typed(team, BOB, "help")


async def test_a_guest_is_told_no_more(team: Team) -> None:
    for text in ("list", "status", "approvals", "run quick", "cancel x"):
        assert "Only full, active members" in await typed(team, GUEST, text, GENERAL)
    runs, total = await team.bot.engine.runs()
    assert (runs, total) == ([], 0)


async def test_the_workflows_are_listed_with_their_fields(team: Team) -> None:
    await team.office.say(ALICE, DEPLOYS, "/workflow list")
    heard = await team.office.heard(ALICE, DEPLOYS)
    texts = [block["text"]["text"] for block in heard["blocks"] if block["type"] == "section"]
    assert texts[0] == "*5 workflows*"
    assert "`/workflow run ship service=… copies=…`" in texts[4]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "run shp service=billing",
            ["no workflow called shp. Did you mean ship?", "run ship service=billing`"],
        ),
        (
            "run ship service=billing copies=10",
            ['copies: "10" is too large. Give at most 9.', "run ship service=billing copies=…`"],
        ),
        (
            "run ship servis=billing",
            ["servis: ship has no such field; did you mean service?", "service=billing`"],
        ),
        (
            "run ship service=billng copies=many",
            ["Choose billing or shop.\ncopies: ", "Write one such as 3, with digits alone.\nTry"],
        ),
        ("run ship service=“billing", ["The quote at character 18 is not closed", "service=“billing”`"]),
        ("run ship service = billing", ["has a space beside its ="]),
        ("rum ship", ["There is no command “rum”", "/workflow run ship`"]),
        ("status ship-zzzz", ["There is no run ship-zzzz", "/workflow runs`"]),
        ("cancel", ["Which run?"]),
        (
            "show shpi",
            ["no run or workflow called shpi. Did you mean ship?", "/workflow show ship`"],
        ),
        ("graph shpi", ["Did you mean ship?", "/workflow graph ship`"]),
        ("mute shpi for=2h", ["Did you mean ship?", "/workflow mute ship for=2h`"]),
        ("pause shpi", ["Did you mean ship?", "/workflow pause ship`"]),
        ("unsubscribe shpi", ["Did you mean ship?", "/workflow unsubscribe ship`"]),
        ("runs wating", ["no workflow or state called wating. Did you mean waiting?", "runs waiting`"]),
        ("runs workflow=shpi failed", ["Did you mean ship?", "/workflow runs workflow=ship failed`"]),
        ("subscribe ship fialed", ["no kind of news called “fialed”", "subscribe ship failed`"]),
    ],
)
async def test_a_mistake_is_named_with_its_correction(team: Team, text: str, words: list[str]) -> None:
    told = await typed(team, ALICE, text)
    for word in words:
        assert word in told
    assert (await team.bot.engine.runs())[1] == 0


@pytest.mark.parametrize(
    "text",
    ["show {}", "run {}", "cancel {}", "runs {}", "mute {}", "run ship service={}", "run '{}"],
)
async def test_a_refusal_repeats_no_long_text_and_offers_no_command_that_is_cut(
    team: Team, text: str
) -> None:
    told = await typed(team, ALICE, text.format("y" * 3000))
    assert "y" * 100 not in told
    assert "yy…`" not in told


async def test_a_corrected_command_marks_every_value_that_is_wrong(team: Team) -> None:
    told = await typed(team, ALICE, "run ship copies=many")
    assert "/workflow run ship copies=… service=…`" in told
    await typed(team, ALICE, "run ship service=shop")
    run = (await team.bot.engine.runs())[0][0]
    assert f"/workflow rerun {run.short} copies=…`" in await typed(
        team, ALICE, f"rerun {run.short} copies=many"
    )


async def test_phones_write_curly_quotes_and_dashes(team: Team) -> None:
    told = await typed(team, ALICE, "run ship —service=“billing” copies=’4’")
    assert "Started" in told
    run = (await team.bot.engine.runs())[0][0]
    assert run.input == {"service": "billing", "copies": 4}


async def test_a_missing_required_argument_is_asked_for_in_a_form(team: Team) -> None:
    office = team.office
    await office.say(ALICE, DEPLOYS, "/workflow run ship")
    form = await office.modal(ALICE, "Run ship")
    wrong = await office.submit(
        ALICE,
        form,
        **{"field:service": selected(form, "field:service", "shop"), "field:copies": {"value": "many"}},
    )
    assert wrong["result"] == "errors"
    assert "many" in wrong["errors"]["field:copies"]
    assert (await team.bot.engine.runs())[1] == 0
    right = await office.submit(
        ALICE,
        form,
        **{"field:service": selected(form, "field:service", "shop"), "field:copies": {"value": "5"}},
    )
    assert right["result"] == "closed"
    await office.message(ALICE, DEPLOYS, 'Ship "shop x5"?')


async def test_a_run_starts_with_the_priority_that_its_owner_gives_it(team: Team) -> None:
    office = team.office
    assert "Started" in await typed(team, BOB, "run ship --priority=5 service=billing")
    assert (await team.bot.engine.runs())[0][0].priority == 5
    refused = await typed(team, CAROL, "run ship service=billing --priority 5")
    assert "Only the owner, @platform, can set the priority of ship" in refused
    assert "from -10 to 10" in await typed(team, BOB, "run ship service=billing --priority 50")
    await office.say(BOB, DEPLOYS, "/workflow run ship --priority=-3")
    form = await office.modal(BOB, "Run ship")
    assert "Its priority is -3." in form["blocks"][0]["text"]["text"]
    chosen = {"field:service": selected(form, "field:service", "shop")}
    assert (await office.submit(BOB, form, **chosen))["result"] == "closed"
    await office.message(BOB, DEPLOYS, 'Ship "shop')
    runs, total = await team.bot.engine.runs()
    assert (runs[0].priority, total) == (-3, 2)


async def test_the_owner_changes_the_priority_of_a_run(team: Team) -> None:
    await typed(team, CAROL, "run ship service=billing")
    (run,), _ = await team.bot.engine.runs()
    assert "Only the owner" in await typed(team, CAROL, f"priority {run.short} 5")
    told = await typed(team, BOB, f"priority {run.short} 5 the customer calls")
    assert told == f"*{run.short}* has the priority 5 now."
    assert (await team.bot.engine.detail(run.id)).run.priority == 5
    assert "already" in await typed(team, BOB, f"priority {run.short} 5")


def selected(form: dict[str, Any], block_id: str, label: str) -> dict[str, Any]:
    block = next(block for block in form["blocks"] if block.get("block_id") == block_id)
    options = block["element"]["options"]
    return {"selected_option": next(one for one in options if one["text"]["text"] == label)}


async def test_only_those_who_may_start_it_do(team: Team) -> None:
    assert "Only @platform can start quick" in await typed(team, CAROL, "run quick")
    assert "Started" in await typed(team, BOB, "run quick")


async def test_a_run_asked_for_where_the_bot_cannot_write_is_reported_in_the_workflows_channel(
    team: Team,
) -> None:
    made = await team.office.do("channel/create", name="secret", private=True, **{"as": ALICE})
    secret = made["channel"]["id"]
    told = await typed(team, ALICE, "run ship service=billing", secret)
    assert "Its message appears here, or in <#C05DEPLOYS> if Signoff cannot post here." in told
    await team.office.message(ALICE, DEPLOYS, "*ship*", "waiting for")


async def test_the_same_command_delivered_twice_starts_one_run(team: Team) -> None:
    await typed(team, ALICE, "run ship service=shop")
    await team.office.do("redeliver", last="command")
    assert (await team.bot.engine.runs())[1] == 1


async def test_status_and_approvals_and_cancel(team: Team) -> None:
    office = team.office
    await typed(team, ALICE, "run ship service=billing")
    await office.message(CAROL, DEPLOYS, 'Ship "billing x2"?')
    run = (await team.bot.engine.runs())[0][0]
    assert "1 run" in await typed(team, BOB, "status")
    assert "waiting for @release-managers" in await typed(team, BOB, f"status {run.id[-4:]}")
    assert "No request waits for you" in await typed(team, BOB, "approvals")
    assert "1 request waits for you" in await typed(team, CAROL, "approvals")
    assert "can cancel" in await typed(team, CAROL, f"cancel {run.id[-4:]}")
    refused = await typed(team, ALICE, f"cancel {run.id[-4:]} {'x' * 1001}")
    assert "The reason has 1,001 characters. Write at most 1,000" in refused
    assert await office.view(ALICE) is None
    await office.say(ALICE, DEPLOYS, f"/workflow cancel {run.id[-4:]} not today")
    window = await office.modal(ALICE, "Cancel this run?")
    (reason,) = [block for block in window["blocks"] if block["type"] == "input"]
    assert reason["element"]["initial_value"] == "not today"
    assert (await office.submit(ALICE, window))["result"] == "closed"
    await office.message(ALICE, DEPLOYS, "Withdrawn")
    assert "not today" in (await team.bot.engine.detail(run.id)).run.reason
    assert "has already ended" in await typed(team, ALICE, f"cancel {run.id}")
    assert f"did not fail. To start a new run from it, type /workflow fork {run.short} build" in await typed(
        team, BOB, f"retry {run.id} build"
    )


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("<@U02BOB>", "@bob"), ("U02BOB", "@bob"), ("@U02BOB", "@bob"),
        ("'two, says <@U02BOB>'", "two, says @bob"), ("'<@U02BOB> and <#C05DEPLOYS>'", "@bob and #deploys"),
    ],
)  # fmt: skip
async def test_a_person_in_an_invalid_value_is_named(team: Team, value: str, quoted: str) -> None:
    answer = await typed(team, ALICE, f"run ship service=billing copies={value}")
    assert f'copies: "{quoted}"' in answer
    assert "Try `/workflow run ship service=billing copies=…`" in answer
    assert "U02BOB" not in answer


async def test_a_typed_skip_asks_for_confirmation(team: Team) -> None:
    office = team.office
    await typed(team, ALICE, "run ship service=billing")
    await office.message(CAROL, DEPLOYS, 'Ship "billing x2"?')
    run = (await team.bot.engine.runs())[0][0]
    assert "Only the owner, " in await typed(team, CAROL, f"skip {run.id[-4:]} release not needed")
    assert await office.view(CAROL) is None
    assert "The reason has 1,001 characters" in await typed(
        team, BOB, f"skip {run.id[-4:]} release {'x' * 1001}"
    )
    await office.say(BOB, DEPLOYS, f"/workflow skip {run.id[-4:]} release not needed")
    window = await office.modal(BOB, "Skip this step?")
    assert "Steps that need its result are skipped too" in str(window["blocks"])
    (reason,) = [block for block in window["blocks"] if block["type"] == "input"]
    assert reason["element"]["initial_value"] == "not needed"

    async def state() -> Any:
        detail = await team.bot.engine.detail(run.id)
        return next(step.state for step in detail.steps if step.step == "release")

    assert await state() == "pending"
    assert (await office.submit(BOB, window))["result"] == "closed"
    assert await state() == "skipped"


async def test_logs_shows_what_a_step_logged_to_those_who_see_the_run(team: Team) -> None:
    office = team.office
    await typed(team, ALICE, "run ship service=billing")
    await office.message(CAROL, DEPLOYS, 'Ship "billing x2"?')
    run = (await team.bot.engine.runs())[0][0]
    for text in (f"logs {run.id[-4:]}", f"logs {run.id[-4:]} build"):
        await office.say(BOB, DEPLOYS, f"/workflow {text}")
        blocks = str((await office.heard(BOB, DEPLOYS))["blocks"])
        assert "building billing" in blocks
        assert "<@U01ALICE>" not in blocks
    assert "has logged nothing" in await typed(team, BOB, f"logs {run.id[-4:]} release")
    assert "has no step bild. Did you mean build?" in await typed(team, BOB, f"logs {run.id} bild")
    assert "has no step xyz. Its steps are build, " in await typed(team, BOB, f"logs {run.id} xyz")
    assert "Which run?" in await typed(team, BOB, "logs")
    assert "Only full, active members" in await typed(team, GUEST, f"logs {run.id}", GENERAL)


async def test_when_slack_can_not_say_who_it_is_nothing_is_done(team: Team) -> None:
    await team.office.do("fault", method="users.info", kind="http_500", times=9)
    assert "Try again in a minute" in await typed(team, ALICE, "run ship service=billing")
    assert (await team.bot.engine.runs())[1] == 0


async def test_a_corrected_command_names_people_as_they_are_called(team: Team) -> None:
    told = await typed(team, ALICE, f"away until yesterday to <@{BOB}>")
    assert "“yesterday” is in the past." in told
    assert "Try `/workflow away until fri to @bob`." in told
    assert "Try `/workflow away until fri to @bob`." in await typed(team, ALICE, f"away to <@{BOB}>")
    told = await typed(team, ALICE, f"away until fri to <@{BOB}> <@{CAROL}>")
    assert "away takes one delegate, but “carol” follows “bob”." in told


async def test_a_suggestion_shows_people_by_their_handles(team: Team) -> None:
    told = await typed(team, ALICE, f"reasign ship-8f3k <@{BOB}>")
    assert "Try `/workflow reassign ship-8f3k @bob`." in told
    assert BOB not in told


async def test_a_group_is_named_as_one_where_a_person_is_expected(team: Team) -> None:
    told = await typed(team, ALICE, "away until fri to @release-managers")
    assert "@release-managers is a group. A delegate is one person" in told


async def test_an_unknown_delegate_is_not_called_a_group(team: Team) -> None:
    told = await typed(team, ALICE, "away until fri to @nobody")
    assert "There is no person or group called @nobody. Mention a colleague: @name." in told


async def test_people_pause_a_run_and_let_it_go_on(team: Team) -> None:
    office = team.office
    await typed(team, ALICE, "run ship service=billing copies=3")
    asked = await office.message(CAROL, DEPLOYS, 'Ship "billing x3"?', "can decide")
    run = (await team.bot.engine.runs())[0][0]
    assert "nothing new starts" in await typed(team, ALICE, f"pause {run.short} freeze *until* noon")
    shown = await office.message(ALICE, DEPLOYS, "*ship*", "paused: `freeze *until* noon`")
    assert (await office.click(CAROL, asked, "Approve"))["ok"]

    await office.line(CAROL, shown, "💤 Paused by alice")
    assert "continues" in await typed(team, ALICE, f"resume {run.short} the *freeze* is over")
    await office.line(CAROL, shown, "Resumed by alice")
    await office.message(CAROL, DEPLOYS, "*ship*", "done after")
    await office.say(ALICE, DEPLOYS, f"/workflow show {run.short}")
    told = str(await office.heard(ALICE, DEPLOYS))
    assert "freeze" not in told.partition("Resumed by")[0], "a pause that ended is gone"
    assert re.search(r"Resumed by \S+ .*: `?the \*freeze\* is over", told)


async def test_a_run_is_started_again_and_names_where_it_comes_from(team: Team) -> None:
    await typed(team, ALICE, "run quick")
    run = (await team.bot.engine.runs())[0][0]
    await team.office.message(ALICE, DEPLOYS, "*quick*", "done after")
    await team.office.say(ALICE, DEPLOYS, f"/workflow rerun {run.short}")
    window = await team.office.modal(ALICE, "Run again?")
    assert "Started" in str(await team.office.submit(ALICE, window))
    again = (await team.bot.engine.runs())[0][0]
    assert again.origin == run.id


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pause", ["Which run or workflow?"]),
        ("pause nowhere", ["There is no run nowhere", "no workflow of that name either"]),
        ("resume ship", ["ship is not paused"]),
        ("skip", ["Which run and which step?"]),
        ("skip ship-1234", ["There is no run ship-1234"]),
        ("pause all", ["Only the operator can pause all workflows"]),
        ("retry", ["Which run?", "/workflow runs failed`"]),
    ],
)
async def test_a_mistake_in_steering_is_named_and_nothing_is_paused(
    team: Team, text: str, words: list[str]
) -> None:
    told = await typed(team, ALICE, text)
    for word in words:
        assert word in told
    assert team.bot.engine.control.paused_workflows() == []


async def test_the_list_offers_run_only_to_people_who_may_start_the_workflow(team: Team) -> None:
    office = team.office
    offers = {}
    for person in (ALICE, CAROL):
        await office.say(person, DEPLOYS, "/workflow list")
        heard = await office.heard(person, DEPLOYS)
        (quick,) = [block for block in heard["blocks"] if "*quick*" in str(block.get("text"))]
        offers[person] = ("accessory" in quick, "can start it" in quick["text"]["text"])
    assert offers == {ALICE: (True, False), CAROL: (False, True)}


async def start_canary(team: Team, tmp_path: Path) -> Path:
    candidate = tmp_path / "next.py"
    candidate.write_text(
        "from signoff import Workflow\n\n"
        "quick = Workflow('quick', owner='@platform', channel='#deploys', may_run=['@platform'])\n\n"
        "@quick.step\nasync def work() -> str:\n    return 'done'\n",
        encoding="utf-8",
    )
    await team.bot.engine.canaries.start("quick", candidate, 25, actor=Actor("cli", "ops"))
    return candidate


def labels(message: dict[str, Any]) -> list[str]:
    rows = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    return [element["text"]["text"] for row in rows for element in row]


async def test_the_owner_promotes_a_candidate_and_rolls_it_back_in_slack(team: Team, tmp_path: Path) -> None:
    office, canaries = team.office, team.bot.engine.canaries
    await start_canary(team, tmp_path)
    await typed(team, CAROL, "canary quick")
    assert labels(await office.heard(CAROL, DEPLOYS)) == []
    assert "Only the owner" in await typed(team, CAROL, "canary quick promote")
    assert "is not a command for a canary" in await typed(team, ALICE, "canary quick advance")
    assert "earlier canary" in await typed(team, ALICE, "canary quick promote since=17")
    await typed(team, ALICE, "canary quick")
    shown = await office.heard(ALICE, DEPLOYS)
    assert labels(shown) == ["Promote", "Roll back"]
    await office.click(ALICE, shown, "Promote")

    async def promoted() -> bool:
        state: str = (await canaries.report("quick")).canary.state
        return state == "promoted"

    await office.until(ALICE, promoted)
    (event,) = [one for one in await team.bot.engine.events.read(0, 500) if one.type == "canary.promoted"]
    assert event.actor.id == ALICE
    await office.say(ALICE, DEPLOYS, "/workflow canary quick rollback it is too slow")
    window = await office.modal(ALICE, "Roll back?")
    assert "The candidate `next.py` of *quick*" in str(window)
    assert (await canaries.report("quick")).canary.state == "promoted", "nothing is done before the answer"
    told = str(await office.submit(ALICE, window))
    assert "was rolled back: no new run executes it" in told
    assert "Why: it is too slow." in told
    assert "rolled back already" in await typed(team, ALICE, "canary quick promote")


async def test_a_canary_is_compared_with_the_current_file(team: Team, tmp_path: Path) -> None:
    assert "quick has no canary" in await typed(team, ALICE, "canary quick")
    assert "canary NAME" in await typed(team, ALICE, "help")
    candidate = await start_canary(team, tmp_path)
    shown = await typed(team, ALICE, "canary quick")
    assert (
        "The candidate `next.py` of *quick* gets 25% of the new runs that people and triggers start." in shown
    )
    assert "candidate: 0 ended, 0 under way" in shown
    candidate.write_text("quick = (", encoding="utf-8")
    await team.bot.engine.canaries.load()
    assert "cannot be loaded, so it gets no new runs" in await typed(team, ALICE, "canary quick")
    shown = await typed(team, CAROL, "canary quick")
    assert "It gets no new runs. The owner of the workflow and the operator can see why." in shown
    assert "next.py:" not in shown
    assert str(tmp_path) not in shown


@pytest.mark.parametrize("flag", ["--reason", "—reason", "--reason="])
def test_the_reason_of_a_rerun_is_the_rest_of_the_line(flag: str) -> None:
    rerun = parse(f"rerun ship-8f3k version=2 {flag} it is back")
    fork = parse(f"fork ship-8f3k deploy {flag} it is back")
    assert (rerun.reason, fork.reason) == ("it is back", "it is back")  # type: ignore[attr-defined]


@pytest.mark.parametrize("shared", [False, True])
async def test_a_graph_that_cannot_be_drawn_comes_in_text_with_the_command_to_install_the_renderer(
    team: Team, monkeypatch: pytest.MonkeyPatch, shared: bool
) -> None:
    monkeypatch.setitem(sys.modules, "mmdr", None)
    command = "pip install mmdr"
    if shared:
        await team.office.say(ALICE, DEPLOYS, "/workflow graph ship --public")
        await team.office.message(CAROL, DEPLOYS, command)
    else:
        assert command in await typed(team, ALICE, "graph ship")
