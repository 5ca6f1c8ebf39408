"""`/workflow away`: who decides for me while I am away."""

from bot.listeners.context import Caller, Context, slack_actor
from bot.slack.display_names import names_in
from bot.slash import dates
from bot.slash.argument_error import ArgumentError
from bot.slash.commands import AwayCommand, BackCommand
from bot.views import command_replies
from bot.views.message import Message


async def answer(context: Context, asker: Caller, command: AwayCommand | BackCommand) -> Message:
    """Handle `away`. Raises `ArgumentError` and the engine's errors."""
    user = asker.user
    return (
        await back(context, user) if isinstance(command, BackCommand) else await away(context, user, command)
    )


async def away(context: Context, user: str, command: AwayCommand) -> Message:
    """Handle `away`. Raises `ArgumentError` and the engine's errors."""
    if command.until is None or command.to is None:
        return await _standing(context, user)
    person, now = await context.people.person(user), context.clock.now()
    try:
        until = dates.until(command.until, now, person.tz)
    except dates.InvalidMoment as error:
        corrected = f"{context.command} away until fri to @colleague"
        raise ArgumentError(str(error), corrected=corrected, colleague=command.to) from None
    to = await context.people.reference(command.to)
    await context.engine.delegations.away(slack_actor(user), to, until)
    names = await names_in(context.people, to)
    return command_replies.away_answer(to, until, now, names, context.command)


async def back(context: Context, user: str) -> Message:
    if await context.engine.delegations.back(slack_actor(user)):
        return command_replies.recorded_answer("You are back. Your delegate no longer decides for you.")
    return command_replies.refused_answer("You have no delegate, so there is nothing to end.")


async def _standing(context: Context, user: str) -> Message:
    """Return the person's delegate, and the people whose delegate the person is."""
    absences = await context.engine.delegations.absences()
    names = await names_in(
        context.people, *(ref for absence in absences for ref in (absence.user_id, absence.to))
    )
    return command_replies.absences_answer(user, absences, context.clock.now(), names, context.command)
