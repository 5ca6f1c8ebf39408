"""One meaning has one sign, in the message of a run, in lists, and in graphs."""

from datetime import timedelta
from typing import Any

import pytest

from bot.graphs.looks import STATES
from bot.views.message import MENTIONED
from bot.views.runs import steps
from bot.views.runs.run import run_message
from bot.views.runs.shown_state import plain_state, shown_state
from bot.views.wording import icons
from engine import Workflow
from engine.testing import Harness


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


@pytest.mark.parametrize("state", icons.STEP)
def test_a_plan_has_the_sign_of_each_state_that_its_own_signs_do_not_tell(state: Any) -> None:
    line = steps.StepLine("s", state, "s · words")
    (task,) = steps.as_plan([line], 0, "title", lambda name: name)["tasks"]  # type: ignore[arg-type]
    own = state in ("pending", "running", "succeeded", "failed")
    assert task["title"] == ("s · words" if own else f"{icons.STEP[state]} s · words")


def test_every_state_of_a_step_has_a_sign_and_a_word_in_a_graph() -> None:
    assert set(icons.STEP) <= set(STATES)
