"""App Home: what waits for this person, what they asked for, how workflows do, and what they can start."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.views import button_values
from bot.views.answers.grants_answer import grant_block
from bot.views.answers.week_chart import Week, week_blocks
from bot.views.blocks import Element, actions, button, divider, grey, header, section
from bot.views.command_replies import (
    counted_runs,
    none_waits,
    request_page,
    together_actions,
    turn_actions,
    workflow_blocks,
)
from bot.views.home_policies import PolicyPart, policy_blocks
from bot.views.message import MENTIONED, Block
from bot.views.requests import quorum, request_summary
from bot.views.requests.rounds import number_of
from bot.views.runs.run import details_button, subject_of
from bot.views.runs.shown_state import has_failed_step, shown_state
from bot.views.wording import icons
from bot.views.wording.text import count, question_line, safe, unreadable_line
from bot.views.wording.times import at, localized, moment
from bot.views.workflow_health import HealthFacts, health_block
from engine import FoundRequests, Grant, RequestRecord, RunRecord, WorkflowRecord

_MAX_REQUESTS, _MAX_RUNS, _MAX_WORKFLOWS = 15, 6, 20
_MAX_BLOCKS, _MAX_REQUEST_BLOCKS = 100, 45
MAX_ASKED = MAX_FAILED = MAX_GRANTS = 5
TEAM_PAGE = 8
"""Workflows on a page of the Home."""
_LAST_BLOCKS = 2
"""The line that names the other workflows, and the one about the command."""


@dataclass(frozen=True, slots=True)
class TeamPart:
    """A page of the workflows that a person owns or may see, and the failed runs of those that they own."""

    mine: bool
    page: int
    pages: int
    total: int
    workflows: Sequence[tuple[WorkflowRecord, HealthFacts]]
    owns_any: bool = False
    failed: Sequence[RunRecord] = ()


def home_view(
    waiting: FoundRequests | None,
    runs: Sequence[RunRecord],
    workflows: Sequence[WorkflowRecord],
    now: datetime,
    command: str,
    *,
    total_runs: int = 0,
    asked: Sequence[RequestRecord] = (),
    grants: Sequence[Grant] = (),
    team: TeamPart | None = None,
    week: Week | None = None,
    urls: Mapping[str, str] | None = None,
    unreadable: int = 0,
    policies: PolicyPart | None = None,
) -> dict[str, Any]:
    """`waiting`: None when nobody could be asked who may decide what.

    `runs`: the newest of this person's `total_runs`. `urls`: see `approvals_answer`.
    `asked`: requests of this person's runs that others decide. `grants`: that they gave.
    `unreadable`: runs that no list can show.
    `policies`: what rules denied; None for people who may not read that.
    """
    ruled = policy_blocks(policies, now) if policies else []
    typed = safe(command, 40)
    above: list[Block | None] = [
        header("Waiting for you"),
        *_waiting(waiting, now, urls or {}, _MAX_REQUEST_BLOCKS - len(ruled)),
        grey(unreadable_line(unreadable)) if unreadable else None,
        *_asked(asked, now, typed),
        *_grants(grants, now, typed),
        *(_team(team, now) if team else []),
        *ruled,
        *(week_blocks(week, now) if week else []),
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


def _waiting(
    waiting: FoundRequests | None, now: datetime, urls: Mapping[str, str], most: int
) -> list[Block | None]:
    if waiting is None:
        return [
            section(
                f"{icons.AT_RISK} Signoff could not look up your requests. Open this page again in a minute."
            )
        ]
    page = request_page(waiting, now, _MAX_REQUESTS, most, urls)
    first = together_actions(waiting.requests) if waiting.requests else section(none_waits(not waiting.next))
    return [first, *page.blocks, turn_actions(page.next)]


def _runs(runs: Sequence[RunRecord], now: datetime, total: int) -> list[Block | None]:
    if not runs:
        return [section("You have not started a run yet.")]
    shown: list[Block | None] = [_run(run, now, number) for number, run in enumerate(runs[:_MAX_RUNS])]
    if total > len(shown):
        shown.append(grey(f"The newest {len(shown)} of {counted_runs(total)} that you started"))
    return shown


def _run(run: RunRecord, now: datetime, number: int, part: str = "run") -> Block:
    subject = subject_of(run.input)
    sign, words = shown_state(run)
    name = f"{sign} *{safe(run.short, 150)}*" + (f" {safe(subject, 80)}" if subject else "")
    state = words
    if run.state == "waiting" and run.reason and not has_failed_step(run):
        state = localized(run.reason, 200, now)
    elif run.state == "succeeded" and run.reason:
        state = f"{words}: {safe(run.reason, 200)}"
    text = f"{name}\n{state} · started {at(run.created_at, now)}"
    return section(text, f"{part}:{number}:{run.version}", details_button(run))


def _asked(asked: Sequence[RequestRecord], now: datetime, command: str) -> list[Block | None]:
    """Return the newest open requests of this person's runs: what they asked, who decides, and since when."""
    if not asked:
        return []
    shown: list[Block | None] = [
        section(
            f"{icons.PEOPLE} {question_line(request.ask, 300)}\n"
            f"waits for {quorum.short(request, MENTIONED)} since {moment(request.opened_at, now)}"
            f" · {_facts(request, now)}{_claim_line(request, now)}",
            f"asked:{number}:{request.version}",
            _details_of(request),
        )
        for number, request in enumerate(asked[:MAX_ASKED])
    ]
    more = grey(f"Your newest {len(shown)}. For all: `{command} runs waiting mine`")
    return [header("What you asked for"), *shown, more if len(shown) == MAX_ASKED else None]


def _grants(grants: Sequence[Grant], now: datetime, command: str) -> list[Block | None]:
    """Return the grants of this person that hold, each with the button that ends it."""
    if not grants:
        return []
    shown = [grant_block(grant, MENTIONED, now, True) for grant in grants[:MAX_GRANTS]]
    left = len(grants) - len(shown)
    more = grey(f"{left:,} more: `{command} grants`") if left > 0 else None
    return [header("What you approved in advance"), *shown, more]


def _facts(request: RequestRecord, now: datetime) -> str:
    run = safe(request_summary.short_run(request), 120)
    return " · ".join(filter(None, [number_of(request), request_summary.until(request, now), run]))


def _claim_line(request: RequestRecord, now: datetime) -> str:
    line = request_summary.claimed(request, MENTIONED, now)
    return f"\n{line}" if line else ""


def _details_of(request: RequestRecord) -> Element:
    short = request_summary.short_run(request)
    value = button_values.encode(request.id, "details")
    return button("Details", button_values.DETAILS_OF_REQUEST, value, label=f"Details of {short}")


def _team(team: TeamPart, now: datetime) -> list[Block | None]:
    blocks: list[Block | None] = [header("Workflows"), actions(_filters(team), "team")]
    blocks += [
        health_block(workflow, facts, now, number) for number, (workflow, facts) in enumerate(team.workflows)
    ]
    if any(facts.objectives is None for _, facts in team.workflows):
        blocks.append(grey("A workflow without objectives is judged by its last runs."))
    if not team.workflows:
        blocks.append(section("You can see no workflow yet."))
    if team.pages > 1:
        blocks.append(grey(f"page {team.page} of {team.pages}", count(team.total, "workflow")))
    if team.failed:
        blocks += [divider(), section("*Failed in your workflows in the last 7 days*")]
        blocks += [_run(run, now, number, "failed") for number, run in enumerate(team.failed[:MAX_FAILED])]
    return blocks


def _filters(team: TeamPart) -> list[Element]:
    """Return the buttons of the filter and of the pages. The filter in use is the green one."""

    def turn(text: str, mine: bool, page: int, used: bool = False) -> Element:
        word = f"{'mine' if mine else 'all'}-{page}"
        action_id = f"{button_values.HOME}:{text.casefold()}"
        value = button_values.encode("-", word)
        return button(text, action_id, value, style="primary" if used else None)

    choices = (
        [turn("Mine", True, 1, team.mine), turn("All", False, 1, not team.mine)] if team.owns_any else []
    )
    if team.page > 1:
        choices.append(turn("Previous", team.mine, team.page - 1))
    if team.page < team.pages:
        choices.append(turn("Next", team.mine, team.page + 1))
    return choices
