"""The App Home: what waits for this person, their runs, and how to begin."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.views import signs
from bot.views.answers import NOT_ALL_SEEN, more_waiting, request_blocks, together_actions, workflow_block
from bot.views.message import Block
from bot.views.parts import grey, header, section
from bot.views.run import details_button, subject_of
from bot.views.text import safe
from bot.views.times import at
from engine import RequestRecord, RunRecord, WorkflowRecord

_MOST_REQUESTS, _MOST_RUNS, _MOST_WORKFLOWS = 15, 10, 20


def home_view(
    waiting: Sequence[RequestRecord] | None,
    runs: Sequence[RunRecord],
    workflows: Sequence[WorkflowRecord],
    now: datetime,
    command: str,
    *,
    all_seen: bool = True,
) -> dict[str, Any]:
    """`waiting`: None when nobody could be asked who may decide what; `all_seen`: see `approvals_answer`."""
    typed = safe(command, 40)
    blocks: list[Block | None] = [
        header("Waiting for you"),
        *_waiting(waiting, now),
        None if all_seen else grey(NOT_ALL_SEEN),
        header("Your runs"),
        *_runs(runs, now),
        header("Start a run"),
        *(
            workflow_block(one, command, now, number)
            for number, one in enumerate(workflows[:_MOST_WORKFLOWS])
        ),
        section(f"Type `{typed} help` in any channel to see all commands."),
    ]
    return {"type": "home", "blocks": [block for block in blocks if block is not None][:100]}


def closed_view(why: str) -> dict[str, Any]:
    """For somebody who may see nothing here; `why` is a plain sentence."""
    return {"type": "home", "blocks": [section(f"{signs.AT_RISK} {safe(why, 1000)}")]}


def _waiting(waiting: Sequence[RequestRecord] | None, now: datetime) -> list[Block | None]:
    if waiting is None:
        return [
            section(
                f"{signs.AT_RISK} Signoff could not look up your requests. Open this page again in a minute."
            )
        ]
    if not waiting:
        return [section(f"{signs.DONE} No request waits for you.")]
    blocks: list[Block | None] = [together_actions(waiting)]
    for number, request in enumerate(waiting[:_MOST_REQUESTS]):
        blocks += request_blocks(request, now, number)
    if len(waiting) > _MOST_REQUESTS:
        blocks.append(grey(more_waiting(len(waiting), _MOST_REQUESTS)))
    return blocks


def _runs(runs: Sequence[RunRecord], now: datetime) -> list[Block | None]:
    if not runs:
        return [section("You have not started a run yet.")]
    return [_run(run, now, number) for number, run in enumerate(runs[:_MOST_RUNS])]


def _run(run: RunRecord, now: datetime, number: int) -> Block:
    subject = subject_of(run.input)
    sign, words = signs.run_state(run.state, run.reason)
    name = f"{sign} *{safe(run.short, 150)}*" + (f" {safe(subject, 80)}" if subject else "")
    state = run.reason if run.state == "waiting" and run.reason else words
    if run.state == "succeeded" and run.reason:
        state = f"{words}: {run.reason}"
    text = f"{name}\n{safe(state, 200)} · started {at(run.created_at, now)}"
    return section(text, f"run:{number}:{run.version}", details_button(run))
