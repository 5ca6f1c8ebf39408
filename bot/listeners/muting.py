"""Muting failures: `mute` and `unmute`, typed or by button."""

from datetime import datetime, time, timedelta

from bot.listeners.context import Caller, Context, slack_actor
from bot.listeners.targets import run_named, workflow_named
from bot.slash import commands, dates
from bot.views.answers.mute_answers import muted_answer, unmuted_answer
from bot.views.button_values import UNKNOWN_REQUEST, ButtonValue, UnknownButton
from bot.views.message import Message
from engine import Mute

BUTTON_SPAN = timedelta(hours=1)
_SPANS = {"mute-8h": timedelta(hours=8), "mute-week": timedelta(days=7)}
WORDS = frozenset({"mute", "unmute", "mute-morning", *_SPANS})
"""Words of the buttons and of the menus of a failure."""
_MORNING = time(8)


async def answer(
    context: Context, asker: Caller, command: commands.MuteCommand | commands.UnmuteCommand
) -> Message:
    """Raises the engine's errors."""
    seen, actor, mutes = context.seen_by(asker.user), slack_actor(asker.user), context.engine.mutes
    record = await workflow_named(seen, command.target)
    workflow, run = record.name if record else "", None
    if record is None:
        run = await run_named(seen, command.target)
    name = run.short if run else workflow
    if isinstance(command, commands.UnmuteCommand):
        if run is None:
            await mutes.unmute_workflow(workflow, actor=actor)
        else:
            await mutes.unmute_run(run.id, actor=actor)
        return unmuted_answer(name)
    span = timedelta(seconds=command.seconds)
    muted: list[Mute] = (
        [await mutes.workflow(workflow, span, actor=actor)]
        if run is None
        else await mutes.run(run.id, span, actor=actor)
    )
    return muted_answer(name, muted[0], context.clock.now(), context.command)


async def click(context: Context, user: str, value: ButtonValue) -> None:
    """Mute the failure of a card for the chosen time, or end that: the card shows it.

    Raises the engine's errors.
    """
    if await context.seen_by(user).request(value.id) is None:
        raise UnknownButton(UNKNOWN_REQUEST)
    actor, mutes = slack_actor(user), context.engine.mutes
    if value.word == "unmute":
        await mutes.unmute_failure(value.id, actor=actor)
    else:
        span = _SPANS.get(value.word, BUTTON_SPAN)
        if value.word == "mute-morning":
            person, now = await context.people.person(user), context.clock.now()
            span = next_morning(now.astimezone(dates.zone_of(person.tz))) - now
        await mutes.failure(value.id, span, actor=actor)


def next_morning(now: datetime) -> datetime:
    """Return eight o'clock of the next day, in the zone of `now`."""
    return datetime.combine(now.date() + timedelta(days=1), _MORNING, now.tzinfo)
