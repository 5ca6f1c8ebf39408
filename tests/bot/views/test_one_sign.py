"""One meaning has one sign, in the message of a run, in lists, and in graphs."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from bot.console import timeline
from bot.graphs.looks import STATES
from bot.reports import content
from bot.views.message import MENTIONED
from bot.views.runs import steps
from bot.views.runs.logs import followed_log
from bot.views.runs.run import run_message
from bot.views.runs.shown_state import plain_state, shown_state
from bot.views.wording import icons
from engine import Actor, Workflow
from engine.model.states import StepState
from engine.testing import Harness
from signoff import Undo

ROOT = Path(__file__).resolve().parents[3]


def waits_for_time(flow: Workflow) -> Any:
    return flow.sleep("pause", "2h")


def waits_for_signal(flow: Workflow) -> Any:
    return flow.wait_for("payment", signal="paid", expires="2h", on_expiry="skip")


@pytest.mark.parametrize("add", [waits_for_time, waits_for_signal])
async def test_a_run_that_waits_has_the_sign_and_the_word_everywhere(add: Any) -> None:
    flow = Workflow("flow", owner="@ops")
    last = add(flow)

    @flow.step(after=[last])
    async def done() -> None: ...

    async with Harness(flow) as harness:
        run = await harness.start("flow")
        await harness.advance(timedelta(minutes=1))
        detail = await harness.engine.detail(run.id)
        drawn = await harness.engine.run_drawing(run.id)
        now = harness.clock.now()
        assert shown_state(detail.run) == plain_state(detail.run) == ("⏸️", "waiting")
        message = run_message(detail, MENTIONED, now)
        assert message.text.startswith("⏸️ *flow* · waiting")
        assert message.blocks[1]["tasks"][0]["title"].startswith(f"⏸️ {last.name} · waiting")
        assert f"⏸️ {last.name} · waiting" in str(run_message(detail, MENTIONED, now, plan=False).blocks[1])
        assert drawn.nodes[0].state == "waiting"


def test_a_graph_shows_what_waits_with_the_bars_of_the_sign() -> None:
    assert (STATES["waiting"].sign, STATES["waiting"].word) == ("‖", "waiting")
    assert len({state.sign for state in STATES.values()}) == len(STATES)


def test_every_state_of_a_step_has_one_word_and_one_look() -> None:
    states = {*get_args(StepState)}
    assert set(icons.STEP) == states
    assert set(icons.STEP_WORDS) == states | set(icons.REFUSALS)
    assert {name: STATES[name].word for name in icons.STEP_WORDS} == icons.STEP_WORDS
    assert set(STATES) - set(icons.STEP_WORDS) == {"paused"}
    assert {state: icons.RUN_WORDS[state] for state in ("succeeded", "failed", "cancelled", "running")} == {
        state: icons.STEP_WORDS[state] for state in ("succeeded", "failed", "cancelled", "running")
    }


def test_the_bars_of_the_console_have_the_colors_of_the_graph_and_a_style_for_each_state() -> None:
    css = (ROOT / "bot/console/static/console.css").read_text("utf-8")
    light = dict(re.findall(r"--(\w+): (#\w+);", css.partition("@media")[0]))
    drawn = {"done": "succeeded", "running": "running", "failed": "failed", "waiting": "waiting"}
    assert {name: light[name] for name in (*drawn, "other")} == {
        **{name: STATES[state].line for name, state in drawn.items()},
        "other": STATES["cancelled"].line,
    }
    assert set(re.findall(r"\.bar\.(\w+)", css)) == {*timeline._ENDS.values(), "running", "waiting"}


async def test_an_undone_step_has_the_same_word_in_every_place() -> None:
    flow = Workflow("flow", owner="@ops")

    async def give_back() -> None: ...

    @flow.step(undo=Undo(give_back))
    async def book() -> None: ...

    flow.sleep("pause", "2h", after=[book])

    async with Harness(flow) as harness:
        run = await harness.start("flow")
        await harness.run_until_idle()
        await harness.engine.cancel(run.id, actor=Actor("cli", "ada"), reason="wrong")
        await harness.run_until_idle()
        detail = await harness.engine.detail(run.id)
        (step,) = [each for each in detail.steps if each.state == "compensated"]
        (node,) = [each for each in (await harness.engine.run_drawing(run.id)).nodes if each.name == "book"]
    log = followed_log(detail, [], {"step": step.step, "round": step.round})
    assert log is not None
    assert log.text == "↩️ Log of *book* · undone"
    assert content._step(step, detail)[1] == "↩️ undone"
    assert STATES[str(node.state)].word == "undone"
    assert "book · undone" in str(run_message(detail, MENTIONED, harness.clock.now()).blocks)


@pytest.mark.parametrize("state", icons.STEP)
def test_a_plan_has_the_sign_of_each_state_that_its_own_signs_do_not_tell(state: Any) -> None:
    line = steps.StepLine("s", state, "s · words")
    (task,) = steps.as_plan([line], 0, "title", lambda name: name)["tasks"]  # type: ignore[arg-type]
    own = state in ("pending", "running", "succeeded", "failed")
    assert task["title"] == ("s · words" if own else f"{icons.STEP[state]} s · words")


def test_every_state_of_a_step_has_a_sign_and_a_word_in_a_graph() -> None:
    assert set(icons.STEP) <= set(STATES)
