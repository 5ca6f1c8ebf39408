"""App Home: the requests that wait for this person, their runs, and buttons to start one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.views.blocks import grey, header, section
from bot.views.command_replies import (
    NOT_ALL_SEEN,
    counted_runs,
    none_waits,
    requests_blocks,
    together_actions,
    workflow_blocks,
)
from bot.views.message import Block
from bot.views.runs.run import details_button, subject_of
from bot.views.wording import icons
from bot.views.wording.text import safe
from bot.views.wording.times import at
from engine import RequestRecord, RunRecord, WorkflowRecord

_MAX_REQUESTS, _MAX_RUNS, _MAX_WORKFLOWS = 15, 10, 20
_MAX_BLOCKS, _MAX_REQUEST_BLOCKS = 100, 60
_LAST_BLOCKS = 2
"""The line that names the other workflows, and the one about the command."""


def home_view(
    waiting: Sequence[RequestRecord] | None,
    runs: Sequence[RunRecord],
    workflows: Sequence[WorkflowRecord],
    now: datetime,
    command: str,
    *,
    total_runs: int = 0,
    all_seen: bool = True,
) -> dict[str, Any]:
    """`waiting`: None when nobody could be asked who may decide what.

    `runs`: the newest of this person's `total_runs`. `all_seen`: see `approvals_answer`.
    """
    typed = safe(command, 40)
    above: list[Block | None] = [
        header("Waiting for you"),
        *_waiting(waiting, now, all_seen),
        None if all_seen else grey(NOT_ALL_SEEN),
        header("Your runs"),
        *_runs(runs, now, total_runs),
        header("Start a run"),
    ]
    blocks = [block for block in above if block is not None]
    most = min(_MAX_WORKFLOWS, _MAX_BLOCKS - len(blocks) - _LAST_BLOCKS)
    blocks += workflow_blocks(workflows, command, now, most)
    blocks.append(section(f"Type `{typed} help` in any channel to see all commands."))
    return {"type": "home", "blocks": blocks}


def closed_view(why: str) -> dict[str, Any]:
    """The Home of a person who may see nothing; `why` is a plain sentence."""
    return {"type": "home", "blocks": [section(f"{icons.AT_RISK} {safe(why, 1000)}")]}


def _waiting(waiting: Sequence[RequestRecord] | None, now: datetime, all_seen: bool) -> list[Block | None]:
    if waiting is None:
        return [
            section(
                f"{icons.AT_RISK} Signoff could not look up your requests. Open this page again in a minute."
            )
        ]
    if not waiting:
        return [section(none_waits(all_seen))]
    return [together_actions(waiting), *requests_blocks(waiting, now, _MAX_REQUESTS, _MAX_REQUEST_BLOCKS)]


def _runs(runs: Sequence[RunRecord], now: datetime, total: int) -> list[Block | None]:
    if not runs:
        return [section("You have not started a run yet.")]
    shown: list[Block | None] = [_run(run, now, number) for number, run in enumerate(runs[:_MAX_RUNS])]
    if total > len(shown):
        shown.append(grey(f"The newest {len(shown)} of {counted_runs(total)} that you started"))
    return shown


def _run(run: RunRecord, now: datetime, number: int) -> Block:
    subject = subject_of(run.input)
    sign, state_label = icons.run_state(run.state, run.reason, run.refusal)
    name = f"{sign} *{safe(run.short, 150)}*" + (f" {safe(subject, 80)}" if subject else "")
    state = run.reason if run.state == "waiting" and run.reason else state_label
    if run.state == "succeeded" and run.reason:
        state = f"{state_label}: {run.reason}"
    text = f"{name}\n{safe(state, 200)} · started {at(run.created_at, now)}"
    return section(text, f"run:{number}:{run.version}", details_button(run))
