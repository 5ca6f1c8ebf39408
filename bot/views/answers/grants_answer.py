"""Answer to `grants`, and the grants of a person in their Home."""

from collections.abc import Sequence
from datetime import datetime

from bot.views.blocks import grey, section
from bot.views.message import Block, Message, Names, message
from bot.views.requests.grant import revoke_button
from bot.views.wording.text import count, exact, question_line, safe
from bot.views.wording.times import moment
from engine import Grant

_MAX_LISTED = 20


def grants_answer(grants: Sequence[tuple[Grant, bool]], names: Names, now: datetime) -> Message:
    """Return a block for each grant; with the button that ends it where this person may use it."""
    if not grants:
        text = "No grant that you can see is in force."
        return message(text, section(f"{text} An approver gives one with *Approve more…* at a question."))
    head = f"{count(len(grants), 'grant')} in force"
    left = len(grants) - _MAX_LISTED
    return message(
        head,
        section(f"*{head}*"),
        *[grant_block(grant, names, now, may_revoke) for grant, may_revoke in grants[:_MAX_LISTED]],
        grey(f"{left:,} more are not listed. The command line lists all: signoff grants.")
        if left > 0
        else None,
    )


def grant_block(grant: Grant, names: Names, now: datetime, may_revoke: bool) -> Block:
    """Return what a grant approves, for whom, how often it was used, and when it ends."""
    given = f"{names.actor(grant.giver)} for {names.actor(grant.requester)}"
    used = f"used {len(grant.used)} of {grant.uses}, ends {moment(grant.until, now)}"
    rules = [f"• {exact(rule, 300)}" for rule in grant.rules]
    lines = [
        f"*{question_line(grant.ask, 300)}*",
        f"{safe(grant.workflow, 80)} · {safe(grant.step, 80)} · given by {given}",
        *(["The same arguments, except:", *rules] if rules else ["Exactly the same arguments"]),
        f"Grant {safe(grant.id, 20)}, {used}",
    ]
    revoke = revoke_button(grant.id, "revoke-listed") if may_revoke else None
    return section("\n".join(lines), f"grant:{grant.id}:{len(grant.used)}", revoke)
