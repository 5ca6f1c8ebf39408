"""Assigning the open runs of a shared failure to the person who clicked."""

from collections import Counter

from bot.listeners import data_answers, subcommands
from bot.listeners.context import Context, slack_actor
from bot.listeners.surface import Surface
from bot.slack.display_names import with_names
from bot.views import command_replies
from bot.views.message import Message
from engine import AlteredRun, NotAllowed, NotPossible, SignoffError
from engine.text import without_folders

_OF_ONE_RUN = (AlteredRun, NotAllowed, NotPossible)
"""Refusals of one run. After any other one, such as a limit, the next run would be refused as well."""
_MAX_REASONS = 3
_HIDDEN = "You may not see every run on this card. Ask the owner of the workflow to assign the others."
_AGAIN = "Then click “Assign all to me” again."


async def assign_all(context: Context, surface: Surface, request_id: str, last_place: int) -> None:
    """Assign the open runs that the card counted, and answer how many are assigned.

    Each look-up may ask Slack, so a click is acknowledged before this begins.
    """
    try:
        content = await _assigned(context, surface.user, request_id, last_place)
    except SignoffError as error:
        content = await subcommands.refused(context, error)
    await data_answers.say(context, surface, content)


async def _assigned(context: Context, user: str, request_id: str, last_place: int) -> Message:
    actor, seen = slack_actor(user), context.seen_by(user)
    ids = await context.engine.failure_cards.open_ids(request_id, last_place)
    assigned, own, refused = 0, 0, Counter[str]()
    for position, id_ in enumerate(ids):
        try:
            request = await seen.request(id_)
            if request is None:
                refused[_HIDDEN] += 1
            elif request.approvers == (user,):
                own += 1
            else:
                await context.engine.reassign(id_, user, actor=actor)
                assigned += 1
        except _OF_ONE_RUN as error:
            refused[str(error)] += 1
        except SignoffError as error:
            refused[f"{error} {_AGAIN}"] += len(ids) - position
            break
    if not ids:
        later = await context.engine.failure_cards.open_count(request_id)
        return command_replies.refused_answer(nothing_open(later))
    if own == len(ids):
        return command_replies.recorded_answer("Every open run on this card is already assigned to you.")
    said = [_now_assigned(assigned), _already(own), *_not_assigned(refused)]
    text = await with_names(context.people, without_folders(" ".join(filter(None, said))))
    return command_replies.refused_answer(text) if refused else command_replies.recorded_answer(text)


def nothing_open(later: int) -> str:
    """Return the answer where no run that the card counted is open. `later`: failures since then."""
    if later:
        return f"Every run that this card counted is answered. Nothing changed. {later_failures(later)}"
    return "Every run on this card is answered. Nothing changed."


def later_failures(count: int) -> str:
    """Return that failures joined the card after it was shown; empty without any."""
    if not count:
        return ""
    return f"{count:,} later {'failure waits' if count == 1 else 'failures wait'} for a decision."


def _now_assigned(runs: int) -> str:
    if not runs:
        return "No run was assigned to you."
    who, them = ("1 run is", "it") if runs == 1 else (f"{runs:,} runs are", "them")
    later = "Later failures join the card quietly, and the owner can decide those."
    return f"{who} assigned to you. Only you can decide {them} now. {later}"


def _already(runs: int) -> str:
    return f"{runs:,} {'was' if runs == 1 else 'were'} assigned to you before." if runs else ""


def _not_assigned(refused: Counter[str]) -> list[str]:
    """Return how many runs are not assigned and why, the most frequent reasons first."""
    said = [f"{_are(runs)} not assigned: {why}" for why, runs in refused.most_common(_MAX_REASONS)]
    others = refused.total() - sum(runs for _, runs in refused.most_common(_MAX_REASONS))
    return [*said, f"{_are(others)} not assigned for other reasons."] if others else said


def _are(runs: int) -> str:
    return "1 run is" if runs == 1 else f"{runs:,} runs are"
