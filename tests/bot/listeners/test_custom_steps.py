"""Custom steps of Workflow Builder: the person who runs them is the requester, and they complete once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.app_manifest import COMMAND, manifest_text
from engine import Actor, Decision
from tests.bot.listeners.conftest import FLOWS, Team

ALICE, BOB, CAROL, GUEST = "U01ALICE", "U02BOB", "U03CAROL", "U07GUEST"
DEPLOYS = "C05DEPLOYS"


@pytest.fixture
def workflows() -> str:
    return (
        FLOWS
        + """
from signoff import Gate

release_gate = Gate(
    "release-gate", owner="@platform", channel="#deploys", approvers=["@release-managers"], expires="4h",
    respond=True,
)
hidden = Workflow("hidden", owner="U05ERIN", channel="#deploys", may_see=["U05ERIN"])


@hidden.step
async def secret() -> str:
    return "done"
"""
    )


@pytest.fixture
def app_manifest(tmp_path: Path) -> Path:
    file = tmp_path / "manifest.yaml"
    file.write_text(manifest_text(COMMAND, steps=True), encoding="utf-8")
    return file


@pytest.fixture
def more_settings() -> Mapping[str, str]:
    return {"SIGNOFF_WORKFLOW_STEPS": "on"}


async def run_step(team: Team, person: str, step: str = "signoff_run", **inputs: str) -> str:
    found = await team.office.do("function", callback_id=step, inputs=inputs, **{"as": person})
    return str(found["id"])


async def execution(team: Team, id_: str) -> dict[str, Any]:
    found = (await team.office.read("functions"))["executions"]
    return next(each for each in found if each["id"] == id_)


async def completed(team: Team, id_: str) -> dict[str, Any]:
    async def ended() -> dict[str, Any] | None:
        found = await execution(team, id_)
        return found if found["state"] != "running" else None

    found: dict[str, Any] = await team.office.until((await execution(team, id_))["as"], ended)
    return found


async def completions(team: Team) -> int:
    calls = [
        await team.office.read("calls", method=f"functions.complete{end}") for end in ("Success", "Error")
    ]
    return sum(len(found["calls"]) for found in calls)


async def test_a_run_completes_its_step_when_people_have_decided(team: Team) -> None:
    id_ = await run_step(team, ALICE, workflow="ship", input="service=billing\ncopies=3")
    question = await team.office.message(BOB, DEPLOYS, 'Ship "billing x3"?', "can decide")
    await team.bot.outbox.settled()
    assert (await execution(team, id_))["state"] == "running"
    run = (await team.bot.engine.runs("ship"))[0][0]
    assert (run.actor.source, run.actor.id) == ("slack", ALICE)
    for person in (ALICE, CAROL):  # the requester decides nothing
        await team.office.click(person, question, "Approve")
    found = await completed(team, id_)
    decided = [
        event.actor.id
        for event in await team.bot.engine.events.of_run(run.id)
        if event.type == "request.decided"
    ]
    assert decided == [CAROL]
    assert (found["state"], found["outputs"]) == ("succeeded", {"run": run.id, "state": "succeeded"})
    await team.bot.outbox.settled()
    assert await completions(team) == 1


async def test_a_gate_completes_only_an_approved_step_with_success(team: Team) -> None:
    ends = {}
    for label in ("Approve", "Reject", "Respond"):
        asked = {"gate": "release-gate", "question": f"{label} it?", "details": "12 commits"}
        id_ = await run_step(team, ALICE, "signoff_ask", **asked)
        question = await team.office.message(BOB, DEPLOYS, f"{label} it?", "can decide")
        await team.bot.outbox.settled()
        await decide(team, question, label)
        ends[label] = await completed(team, id_)
    assert (ends["Approve"]["state"], ends["Approve"]["outputs"]["state"]) == ("succeeded", "approved")
    assert ends["Respond"]["state"] == "failed"
    assert ends["Reject"]["state"] == "failed"
    assert "was rejected" in ends["Reject"]["error"]


async def decide(team: Team, question: Any, label: str) -> None:
    if label == "Approve":
        await team.office.click(CAROL, question, label)
        return
    (open_request,) = await team.bot.engine.requests()
    answer = Decision(label.lower(), comment="Yes, do it, approved.")
    await team.bot.engine.decide(open_request.id, answer, actor=Actor("slack", CAROL))


async def test_a_step_that_may_not_begin_fails_and_says_why(team: Team) -> None:
    """Private workflows are as if they did not exist, and each check of a command holds here too."""
    refused: list[tuple[str, str, str, dict[str, str]]] = [
        ("There is no workflow", ALICE, "signoff_run", {"workflow": "hidden"}),
        ("There is no workflow called", ALICE, "signoff_run", {"workflow": "nothing"}),
        ("There is no workflow", ALICE, "signoff_ask", {"gate": "hidden", "question": "Ship?"}),
        ("can start quick", CAROL, "signoff_run", {"workflow": "quick"}),
        ("guest", GUEST, "signoff_run", {"workflow": "ship", "input": "service=billing"}),
        ("guest", GUEST, "signoff_run", {"workflow": "nothing"}),
        ("guest", GUEST, "signoff_ask", {"gate": "hidden", "question": "Ship?"}),
        ("service", ALICE, "signoff_run", {"workflow": "ship", "input": "service=<@U02BOB>"}),
        ("not field=value", ALICE, "signoff_run", {"workflow": "ship", "input": "billing"}),
        ("is given twice", ALICE, "signoff_run", {"workflow": "ship", "input": "copies=1\ncopies=2"}),
        ("is not a gate", ALICE, "signoff_ask", {"gate": "ship", "question": "Ship?"}),
        ("is a gate", ALICE, "signoff_run", {"workflow": "release-gate", "input": "question=a"}),
    ]
    for words, person, step, inputs in refused:
        found = await completed(team, await run_step(team, person, step, **inputs))
        assert (found["state"], words in found["error"]) == ("failed", True), (words, found)
        assert "<@" not in found["error"]
    assert (await team.bot.engine.runs())[0] == []


async def test_a_step_that_no_person_runs_starts_nothing(team: Team) -> None:
    body = {"callback_id": "signoff_run", "inputs": {"workflow": "ship"}, "as": ALICE, "interactive": False}
    found = await completed(team, (await team.office.do("function", **body))["id"])
    assert "does not say who runs" in found["error"]


async def test_a_repeated_event_starts_and_completes_nothing_twice(team: Team) -> None:
    id_ = await run_step(team, BOB, workflow="quick")
    assert (await completed(team, id_))["state"] == "succeeded"
    await team.office.do("redeliver", last="event")
    refused = await run_step(team, ALICE, workflow="nothing")
    await completed(team, refused)
    assert len((await team.bot.engine.runs("quick"))[0]) == 1
    assert await completions(team) == 2


@pytest.mark.parametrize("kind", ["disconnect_after", "internal_error"])
async def test_a_lost_answer_is_asked_for_again_and_completes_once(team: Team, kind: str) -> None:
    await team.office.do("fault", method="functions.completeSuccess", kind=kind)
    id_ = await run_step(team, BOB, workflow="quick")
    assert (await completed(team, id_))["state"] == "succeeded"


async def test_local_slack_refuses_what_slack_refuses(team: Team) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"callback_id": "nothing"}, "no_such_function"),
        ({"callback_id": "signoff_run"}, "missing_inputs"),
        ({"callback_id": "signoff_run", "inputs": {"workflow": 1}}, "invalid_inputs"),
        (
            {"callback_id": "signoff_run", "inputs": {"workflow": "a", "interactivity": "U1"}},
            "invalid_inputs",
        ),
    ]
    for body, code in wrong:
        assert (await team.office.act("function", **body, **{"as": ALICE}))["error"] == code
    id_ = (await completed(team, await run_step(team, BOB, workflow="quick")))["id"]
    api = AsyncWebClient(team.slack.bot_token, team.slack.api_url)
    for execution_id, code in (
        (id_, "execution_not_in_running_state"),
        ("Fx0", "function_execution_not_found"),
    ):
        with pytest.raises(SlackApiError) as refused:
            await api.functions_completeSuccess(function_execution_id=execution_id, outputs={})
        assert refused.value.response["error"] == code
