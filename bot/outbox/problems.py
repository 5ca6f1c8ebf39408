"""Why a message can't be delivered, and the exact remedy for the person who has to apply it."""

from dataclasses import dataclass

from bot.slack.errors import TOKEN, token_problem
from bot.slack.scopes import scope_problem

__all__ = ["GONE", "NOBODY", "SHAPE", "TOKEN", "Problem", "remedy"]

_CLOSED = "restricted_action"


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` is Slack's own, or `no_channel`, `unreadable`. `channel` as the workflow has it, or an id."""

    code: str
    channel: str = ""
    needed: str = ""
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.code} in {self.channel}" if self.channel else self.code


SHAPE = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"})
"""Slack would not take what the message looks like."""
GONE = frozenset({"message_not_found", "cant_update_message"})
"""The message that should be updated was deleted, or no longer belongs to the bot."""
NOBODY = frozenset(
    {"user_not_found", "user_disabled", "users_not_found", "cannot_dm_bot", "user_not_visible", "is_bot"}
)
"""A direct message to a person who can't have one."""


def remedy(problem: Problem, channel: str, bot: str) -> str:
    """One or two sentences. `channel`: as it is to be shown; `bot`: its name without the `@`."""
    at_start = f"{channel[:1].upper()}{channel[1:]}"
    known = {
        "no_channel": 'The workflow has no channel. Set channel="#name" in its file, then restart Signoff.',
        "not_in_channel": f"Invite the bot: /invite @{bot} in {channel}.",
        "channel_not_found": (
            f"Signoff cannot see {channel}: no channel has this name, or it is private and the bot is not in "
            "it. If it was renamed, write its new name in the workflow file. If it is private, invite the "
            f"bot: /invite @{bot} in {channel}. Otherwise create it, or give the workflow another channel."
        ),
        "name_taken": (
            f"Signoff does not know which channel is meant: the workflow file names {channel}, which was the "
            f"name of {problem.detail} when Signoff last posted there, and is another channel's name now. "
            "Write the new name or the id of the right channel in the workflow file."
        ),
        "is_inactive": (
            f"{at_start} is archived, so messages can't be updated and nobody can click there. Unarchive it."
        ),
        "is_archived": f"{at_start} is archived. Unarchive it, or give the workflow another channel.",
        "missing_scope": scope_problem(problem.needed),
        "edit_window_closed": f"Messages in {channel} can no longer be updated, and Slack refused a new one.",
    }
    if problem.code in known:
        return known[problem.code]
    if problem.code.startswith(_CLOSED) or problem.code == "no_permission":
        return (
            f"The bot is not allowed to post in {channel}. Allow it in the channel settings, "
            "under Posting permissions."
        )
    if problem.code in TOKEN:
        return token_problem(problem.code)
    if problem.code in SHAPE:
        why = f"{problem.code}: {problem.detail or 'no details'}"
        return f"Slack refused the message ({why}). Report this to the maintainers of Signoff."
    where = f" in {channel}" if channel else ""
    return f"Slack refused the message{where} ({problem.code}). The log has the details for the operator."
