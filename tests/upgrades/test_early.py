"""Databases of every landed release, each taken to its end by this one through the buttons that it posted."""

from pathlib import Path
from typing import Any

import pytest

from bot.listeners import Context
from bot.listeners.modals import submit
from engine import RunRecord
from engine.model.states import RunState
from engine.testing import Harness
from tests.upgrades.early_workflows import EARLY
from tests.upgrades.test_buttons import clicked, upgraded
from tests.upgrades.test_upgrades import HERE, button

RELEASES = sorted((HERE / "early").glob("*.sql"))
SUCCESS = {
    "replace": "bill", "lapses": "keep", "breaks": "report", "repeats": "transfer", "interrupted": "copy",
    "lined_up": "enter",
}  # fmt: skip
OUTPUTS = {
    "replace": {"item": "valve", "fitted": "succeeded", "answer": "approved"},
    "lapses": "kept: rejected",
    "breaks": "reported: measured",
    "repeats": "valve",
    "interrupted": 2,
    "lined_up": "south",
}


async def only(harness: Harness, workflow: str, *states: RunState) -> RunRecord:
    runs, _ = await harness.engine.runs(workflow, list(states))
    assert len(runs) == 1, (workflow, states, runs)
    return runs[0]


async def press(context: Context, harness: Harness, at: tuple[str, str], user: str) -> None:
    await clicked(context, at, user)
    await harness.run_until_idle()


def reason_window(metadata: str) -> dict[str, Any]:
    """As Slack sends it when the reason is typed."""
    values = {"comment": {"comment": {"type": "plain_text_input", "value": "it is needed"}}}
    return {
        "id": "V1",
        "callback_id": "signoff:decide",
        "private_metadata": metadata,
        "state": {"values": values},
        "blocks": [],
    }


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
async def test_every_run_of_a_landed_release_reaches_its_end_by_its_own_buttons(
    release: Path, tmp_path: Path
) -> None:
    async with upgraded(tmp_path, release, EARLY) as (context, slack, harness):
        assert (await harness.engine.audit()).findings == []
        open_runs = {
            name: await only(harness, name, "waiting", "running") for name in SUCCESS if name != "interrupted"
        }
        failed = await only(harness, "ends", "failed")
        second = await only(harness, "lined_up", "pending")
        await press(context, harness, button(release, "may_replace", "approve"), "U1")
        await press(context, harness, button(release, "may_enter", "approve"), "U2")
        await press(context, harness, button(release, "measure", "retry"), "U7")
        await press(context, harness, button(release, "may_lapse", "reject"), "U7")
        assert slack.opened == ["Reject"]
        await submit(context, "U7", reason_window(button(release, "may_lapse", "reject")[1]))
        await harness.advance("10m")
        await harness.decide("may_enter", "approve", as_user="U3", run=second)
        for name, run in open_runs.items():
            state = (await harness.state(run)).run
            assert (name, state.state, state.reason) == (name, "succeeded", "")
            assert await harness.output(run, SUCCESS[name]) == OUTPUTS[name]
        interrupted = await only(harness, "interrupted", "succeeded")
        assert await harness.output(interrupted, "copy") == 2
        assert (await harness.state(second)).run.state == "succeeded"
        assert (await harness.state(failed)).run.state == "failed"
        assert await harness.engine.requests() == []
        assert (await harness.engine.audit()).findings == []
