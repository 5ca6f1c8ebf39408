"""Answer to `Show log` while steps execute: a line in the run's thread that follows each."""

from bot.listeners.context import Context
from bot.outbox.log_tails import tail_wanted
from bot.outbox.projector import run_key
from bot.views.message import Message
from bot.views.runs.logs import following_answer, steps_to_follow
from engine import Delivery, PeopleUnavailable, RunDetail

_MAX_STEPS = 3
"""Steps that execute at once and get a line each; with more, the thread would be full of lines."""


async def follow(context: Context, detail: RunDetail, asker: str) -> Message | None:
    """Want the lines and tell where they are; None where they can't be posted, or nothing executes.

    `detail`: the run as the person who asks may see it. `asker`: their id.
    """
    steps = steps_to_follow(detail)
    deliveries = context.engine.deliveries
    if context.follow_logs is None:
        return None
    parent = await deliveries.get(run_key(detail.run.id))
    if not 0 < len(steps) <= _MAX_STEPS or parent is None or parent.ref is None or not _takes_posts(parent):
        return None
    wanted = [want for step in steps if (want := tail_wanted(detail, step, asker)) is not None]
    rows = await deliveries.by_keys([want.key for want in wanted])
    if not wanted or not all(map(_takes_posts, rows.values())):
        return None
    if not await _may_be_read(context, parent, detail.run.id, asker):
        return None
    names = {step.step for step in steps}
    if any(not log.ended and log.step not in names for log in await context.engine.step_logs(detail.run.id)):
        return None  # elements of a mapped step execute: one line cannot show the logs of all
    new = [want for want in wanted if want.key not in rows or rows[want.key].data.get("withheld")]
    if new:
        await context.follow_logs(new)
    first = rows.get(wanted[0].key)
    shown = parent if first is None or first.ref is None else first
    channel, ts = shown.ref["channel"], shown.ref["ts"]
    thread = "" if shown is parent else f"?thread_ts={parent.ref.get('thread_ts') or parent.ref['ts']}"
    link = f"{context.workspace_url}archives/{channel}/p{ts.replace('.', '')}{thread}"
    return following_answer(detail, steps, link if context.workspace_url else "", new=bool(new))


def _takes_posts(row: Delivery) -> bool:
    return row.state in ("idle", "posting") and not row.error


async def _may_be_read(context: Context, parent: Delivery, run_id: str, asker: str) -> bool:
    """Return whether everybody who reads the thread may see the run, as the person who asks does."""
    try:
        return await context.log_readers().may_be_read(parent.ref["channel"], run_id, asker)
    except PeopleUnavailable:
        return False
