"""Modals that ask for something, and one that tells something where no message can."""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.views import signs, values
from bot.views.message import Block, Message
from bot.views.parts import asked, plain, section
from bot.views.text import label, safe
from bot.views.values import Value
from engine import RequestRecord, RunRecord
from engine.confirming import as_seen

DECIDE, CANCEL, START, FILL_IN = "signoff:decide", "signoff:cancel", "signoff:start", "signoff:fill-in"
TOGETHER, ASK = "signoff:together", "signoff:ask"
"""callback_ids of the modals that ask."""
CONFIRM, CODE, COMMENT = "confirm", "code", "comment"
"""block_id and action_id of what is typed to confirm, of a one-time code, of the reason."""
_MOST_BLOCKS = 100
_MOST_IDS = 1800
"""Characters: what a modal can carry along."""


def modal(
    title: str,
    blocks: Iterable[Block | None],
    *,
    callback_id: str | None = None,
    submit: str | None = None,
    close: str = "Close",
    metadata: str = "",
) -> dict[str, Any]:
    shown = [block for block in blocks if block is not None]
    view: dict[str, Any] = {
        "type": "modal",
        "title": plain(title, 24),
        "close": plain(close, 24),
        "blocks": shown[:_MOST_BLOCKS],
    }
    if submit:
        view |= {"submit": plain(submit, 24), "callback_id": callback_id, "private_metadata": metadata[:3000]}
    return view


def reason_modal(request: RequestRecord, clicked: Value) -> dict[str, Any]:
    """Asks why, where a choice needs a reason."""
    word = signs.CHOICES.get(clicked.choice, label(clicked.choice))
    why = "Your answer" if clicked.choice == "answer" else "Why?"
    return modal(
        word,
        [asked(request.ask), reason_field(why, optional=False)],
        callback_id=DECIDE,
        submit=word,
        close="Go back",
        metadata=values.encode(request.id, clicked.word),
    )


def ask_modal(request: RequestRecord, who: str) -> dict[str, Any]:
    """What somebody wants to know of `who` asked for it; `who` is plain text."""
    hint = "It stands in the thread. Until it is answered, for a day at most, the clock stands still."
    field = reason_field(f"What do you want to know of {who}?", optional=False) | {"hint": plain(hint, 2000)}
    return modal(
        "Ask",
        [asked(request.ask), field],
        callback_id=ASK,
        submit="Ask",
        close="Go back",
        metadata=values.encode(request.id, "ask"),
    )


def together_modal(requests: Sequence[RequestRecord]) -> dict[str, Any]:
    """Lists what would be approved at once."""
    shown: list[RequestRecord] = []
    for request in requests:
        if len(",".join([*(one.id for one in shown), request.id])) > _MOST_IDS:
            break
        shown.append(request)
    listed = [asked(request.ask, 600) for request in shown]
    return modal(
        f"Approve {len(shown)} at once?",
        [*listed, section("Each is recorded as your own answer, as if you had clicked them one by one.")],
        callback_id=TOGETHER,
        submit=f"Approve {len(shown)}",
        close="Go back",
        metadata=values.encode(",".join(one.id for one in shown), "approve"),
    )


def confirm_modal(request: RequestRecord, clicked: Value) -> dict[str, Any]:
    """Asks for what has to be typed, so that no thumb that slips approves it."""
    needs_reason = request.comment.get("approve") == "required"
    return modal(
        "Approve",
        [
            asked(request.ask),
            confirm_field(request),
            code_field(request),
            reason_field("Why?", optional=False) if needs_reason else None,
        ],
        callback_id=DECIDE,
        submit="Approve",
        close="Go back",
        metadata=values.encode(request.id, clicked.word),
    )


def confirm_field(request: RequestRecord) -> Block | None:
    """None where nothing has to be typed."""
    if not request.confirm:
        return None
    return {
        "type": "input",
        "block_id": CONFIRM,
        "label": plain(f"Type {as_seen(request.confirm)} to confirm", 2000),
        "element": {"type": "plain_text_input", "action_id": CONFIRM},
    }


def code_field(request: RequestRecord) -> Block | None:
    """None where no one-time code is needed."""
    if not request.one_time_code:
        return None
    return {
        "type": "input",
        "block_id": CODE,
        "label": plain("One-time code", 2000),
        "element": {"type": "plain_text_input", "action_id": CODE, "max_length": 20},
        "hint": plain("The six digits that your authenticator app shows for Signoff now.", 2000),
    }


def cancel_modal(run: RunRecord) -> dict[str, Any]:
    """Asks before a run is cancelled."""
    told = "Steps under way are stopped and open questions withdrawn. Steps that are done stay done."
    return modal(
        "Cancel this run?",
        [section(f"*{safe(run.short, 150)}*\n{told}"), reason_field("Why?", optional=True)],
        callback_id=CANCEL,
        submit="Cancel the run",
        close="Keep it",
        metadata=values.encode(run.id, "cancel"),
    )


def notice_modal(content: Message) -> dict[str, Any]:
    """Word to one person on a surface that takes no message, such as the Home."""
    blocks = [block for block in content.blocks if block["type"] != "actions"]
    return modal("Signoff", blocks or [section(content.text)])


def reason_field(text: str, *, optional: bool) -> Block:
    """The field in which somebody says why."""
    element = {
        "type": "plain_text_input",
        "action_id": COMMENT,
        "multiline": True,
        "max_length": 1000,
        "focus_on_load": True,
    }
    hint = "It stands in the message, for everybody in the channel to read."
    return {
        "type": "input",
        "block_id": COMMENT,
        "label": plain(text, 2000),
        "element": element,
        "hint": plain(hint, 2000),
        "optional": optional,
    }
