"""The App Home of one person, published again when they open it or act in it."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from bot.listeners.context import Context, slack_actor
from bot.listeners.health_reading import health_reader
from bot.listeners.home_parts import HomePart
from bot.listeners.home_policies import policy_part
from bot.listeners.message_links import message_links
from bot.listeners.read_commands import visible_workflows
from bot.off_the_loop import rendered
from bot.slack.call_results import CallResult, Sent
from bot.slash import dates
from bot.views.answers.week_chart import Week, week_began
from bot.views.home import MAX_ASKED, MAX_FAILED, TEAM_PAGE, TeamPart, closed_view, home_view
from engine import (
    Grant,
    NotAllowed,
    PeopleUnavailable,
    RequestRecord,
    RunFilter,
    RunRecord,
    VisibleRuns,
    WorkflowRecord,
)

log = logging.getLogger(__name__)

_MAX_RUNS = 6
_MAX_WAITING_RUNS = 20
"""Waiting runs of a person whose requests are read."""
_MAX_SEARCHED = 200
"""Runs of a workflow that are read for those that a person may see."""
_MAX_OWNED = 25
"""Workflows whose failed runs are read."""
_MAX_JUDGED = 100
"""Workflows whose objectives are measured before they are sorted."""
_ORDER = ("red", "amber", "")
_ENDED = ("succeeded", "failed", "cancelled")
_MAX_WEEK_RUNS, _MAX_WEEK_SEARCHED = 500, 1_000
"""Runs of a week that are counted, and that are read for those that a person may see."""
_FAILED_SINCE = timedelta(days=7)


async def publish(context: Context, user: str) -> CallResult | None:
    """Show what waits for this person, their runs, and what they can start. None: it is shown already."""
    homes = context.open_homes
    async with homes.turn(user):
        try:
            await context.member(user)
            view = await _view(context, user)
        except (NotAllowed, PeopleUnavailable) as error:
            view = closed_view(str(error))
        if homes.shows(user, view):
            return None
        outcome = await context.api.write("views.publish", {"user_id": user, "view": view})
        if isinstance(outcome, Sent):
            homes.published(user, view)
        else:
            homes.unknown(user)
            log.warning("a Home could not be published: %s", outcome)
    return outcome


async def _view(context: Context, user: str) -> dict[str, Any]:
    engine = context.engine
    try:
        waiting = await engine.find_waiting(user)
    except PeopleUnavailable:
        waiting = None
    runs, total = await engine.runs(limit=_MAX_RUNS, actor=slack_actor(user))
    seen = context.seen_by(user)
    workflows, now = await visible_workflows(context.engine, seen), context.clock.now()
    asked = await _asked(context, user)
    given = await _given(context, user)
    owned = [workflow for workflow in workflows if await seen.owns(workflow)]
    team = await _team(context, seen, workflows, owned, context.home_parts.get(user))
    policies = await policy_part(context, seen, owned)
    week = await _week(context, seen, user)
    requests = waiting.requests if waiting else ()
    urls = await message_links(context, waiting) if waiting else {}
    return await rendered(
        (*requests, *asked, *runs), home_view, waiting, runs, workflows, now, context.command,
        total_runs=total, asked=asked, grants=given, team=team, week=week, urls=urls,
        unreadable=len(await engine.unreadable_runs()), policies=policies,
    )  # fmt: skip


async def _week(context: Context, seen: VisibleRuns, user: str) -> Week:
    """Return the ended runs of the last days that this person may see; of many, the newest."""
    zone = dates.zone_of((await context.people.person(user)).tz)
    wanted = RunFilter(states=_ENDED, since=week_began(context.clock.now(), zone))
    found = await seen.find(wanted, _MAX_WEEK_RUNS, searched=_MAX_WEEK_SEARCHED)
    return Week(found.runs, zone, found.next is not None)


async def _asked(context: Context, user: str) -> list[RequestRecord]:
    """Return the open approvals of this person's newest waiting runs."""
    engine, asked = context.engine, list[RequestRecord]()
    waiting, _ = await engine.runs(states=["waiting"], limit=_MAX_WAITING_RUNS, actor=slack_actor(user))
    for run in waiting:
        opened = await engine.requests(run_id=run.id, limit=MAX_ASKED)
        asked += [request for request in opened if request.kind == "approval"]
        if len(asked) >= MAX_ASKED:
            break
    return await engine.marked(asked[:MAX_ASKED])


async def _given(context: Context, user: str) -> list[Grant]:
    """Return the grants that this person gave and that hold."""
    actor = slack_actor(user)
    grants = await context.engine.grants.all(actor=actor)
    return [grant for grant in grants if not actor.names.isdisjoint(grant.giver.names)]


async def _team(
    context: Context,
    seen: VisibleRuns,
    workflows: Sequence[WorkflowRecord],
    owned: Sequence[WorkflowRecord],
    part: HomePart | None,
) -> TeamPart:
    """Return the page that the person turned to; at first, of the workflows that they own if any."""
    mine = bool(owned) and (part is None or part.mine)
    health = await health_reader(context.engine, seen, owned)
    chosen = owned if mine else workflows
    colors = {each.name: await health.color(each) for each in chosen[:_MAX_JUDGED]}
    listed = sorted(
        chosen,
        key=lambda each: (
            _ORDER.index(colors.get(each.name, "")),
            not health.failures(each.name),
            not context.engine.pause_text(each.name),
            each.name,
        ),
    )
    pages = max(1, -(-len(listed) // TEAM_PAGE))
    page = min(part.page if part else 1, pages)
    here = listed[(page - 1) * TEAM_PAGE :][:TEAM_PAGE]
    shown = [(workflow, await health.facts(workflow)) for workflow in here]
    failed = await _failed(context, seen, owned)
    return TeamPart(mine, page, pages, len(listed), shown, bool(owned), failed)


async def _failed(
    context: Context, seen: VisibleRuns, owned: Sequence[WorkflowRecord]
) -> Sequence[RunRecord]:
    """Return the newest failed runs of the workflows that this person owns."""
    failed: list[RunRecord] = []
    earliest = context.clock.now() - _FAILED_SINCE
    for workflow in owned[:_MAX_OWNED]:
        wanted = RunFilter(workflow.name, ["failed"], since=earliest)
        failed += (await seen.find(wanted, MAX_FAILED, searched=_MAX_SEARCHED)).runs
    return sorted(failed, key=lambda run: run.created_at, reverse=True)[:MAX_FAILED]
