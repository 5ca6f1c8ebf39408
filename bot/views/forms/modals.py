"""Modals that ask for something, and notices on surfaces that take no message."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from bot.views import button_values
from bot.views.blocks import asked, divider, fits_as_asked, grey, plain, section
from bot.views.button_values import ButtonValue
from bot.views.message import MENTIONED, Block, Message
from bot.views.requests import request_summary
from bot.views.requests.approval import form_values
from bot.views.requests.failure_acts import EFFECT_OF_NEW_RUN, act_on_one
from bot.views.requests.full_content import Part, block_units, blocks_of, value_blocks, value_part
from bot.views.requests.warnings import again_fits, warnings_of
from bot.views.runs.outline import outline
from bot.views.runs.undoing import effect_of_skip, fate_of_done_steps
from bot.views.wording import icons
from bot.views.wording.display import quoted_line
from bot.views.wording.text import label, question_line, safe
from bot.views.wording.weight import LIGHT_LIMIT, light
from engine import RequestRecord, RunDetail, clarification_pauses_deadline, seen_digest, unknown_requester
from engine.text import as_seen

SKIP = "signoff:skip"
DECIDE, CANCEL, START, FILL_IN = "signoff:decide", "signoff:cancel", "signoff:start", "signoff:fill-in"
TOGETHER, ASK, AGAIN, FORK = "signoff:together", "signoff:ask", "signoff:again", "signoff:fork"
"""callback_ids of the modals that ask."""
CONFIRM, CODE, COMMENT = "confirm", "code", "comment"
"""block_id and action_id of what is typed to confirm, of a one-time code, of the reason."""
_MAX_BLOCKS = 100
_MAX_REASON_CHARACTERS, _MAX_COMMENT_CHARACTERS = 1000, 3000
"""Limits of the reason of an act, and of a decision's comment that a person typed with a command."""
_MAX_SEEN_CHARACTERS = 1800
"""Limit of the ids and digests that a modal carries."""
_MAX_QUESTION_BLOCKS = 4
"""Limit of a long question in a modal: about 11,000 characters."""
_MAX_TOGETHER_UNITS, _MAX_TOGETHER_BLOCKS = 25_000, 80
_MAX_ENTRY_UNITS, _MAX_ENTRY_BLOCKS = 4_000, 12
"""Limits of one of several questions: a longer question is read by itself."""


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
        "blocks": shown[:_MAX_BLOCKS],
    }
    if metadata:
        view["private_metadata"] = metadata[:3000]
    if submit:
        view |= {"submit": plain(submit, 24), "callback_id": callback_id}
    return view


def question(ask: str) -> list[Block]:
    """Return the full question. If it is too long even for a modal, say where the full text is."""
    if fits_as_asked(ask):
        return [asked(ask)]
    parts = list(islice(blocks_of([Part("Question", outline(ask))]), _MAX_QUESTION_BLOCKS + 1))
    if len(parts) <= _MAX_QUESTION_BLOCKS:
        return parts
    return [*parts[:-1], grey("The question continues. The thread and Details show the full text.")]


_ASKED = (
    "Your question appears in the thread. The deadline is paused until the answer. All questions about a "
    "request together pause it for at most one day."
)
_ASKED_IN_TIME = (
    "Your question appears in the thread. Questions have paused the deadline of this request for a day "
    "already, so the deadline continues."
)


_ASKED_FOR = {"answer": "Your answer", "request_changes": "What should change?", "respond": "Your response"}
_RESPONSE = (
    "Signoff hands this text back instead of a decision. Nothing is approved or rejected. Everybody in the "
    "channel can read it in the message."
)


def reason_modal(request: RequestRecord, clicked: ButtonValue) -> dict[str, Any]:
    """Return a modal that asks for the reason of a choice."""
    word = icons.CHOICES.get(clicked.choice, label(clicked.choice))
    field = reason_field(_ASKED_FOR.get(clicked.choice, "Why?"), optional=False)
    if clicked.choice == "respond":
        field |= {"hint": plain(_RESPONSE, 2000)}
    return modal(
        word,
        [*question(request.ask), field],
        callback_id=DECIDE,
        submit=word,
        close="Go back",
        metadata=button_values.encode(request.id, clicked.word),
    )


def ask_modal(request: RequestRecord, who: str) -> dict[str, Any]:
    """Return a modal for a question to the requester; `who`: the requester's name, plain text."""
    hint = _ASKED if clarification_pauses_deadline(request) else _ASKED_IN_TIME
    field = reason_field(f"Question to {who}", optional=False) | {"hint": plain(hint, 2000)}
    return modal(
        "Ask",
        [*question(request.ask), field],
        callback_id=ASK,
        submit="Ask",
        close="Go back",
        metadata=button_values.encode(request.id, "ask"),
    )


def together_modal(requests: Sequence[RequestRecord], now: datetime) -> dict[str, Any]:
    """Shows all that would be approved at once. What has no room here is left out, and that is said."""
    shown: dict[str, str] = {}
    further: list[RequestRecord] = []
    alone: list[RequestRecord] = []
    blocks: list[Block] = []
    for request in requests:
        own = _covered(request, now)
        if not own:
            alone.append(request)
            continue
        seen = {**shown, request.id: seen_digest(request)}
        fits = (
            len(blocks) + len(own) <= _MAX_TOGETHER_BLOCKS
            and block_units([*blocks, *own]) <= _MAX_TOGETHER_UNITS
        )
        if fits and sum(len(id_) + len(digest) + 2 for id_, digest in seen.items()) <= _MAX_SEEN_CHARACTERS:
            shown = seen
            blocks += [*([divider()] if blocks else []), *own]
        else:
            further.append(request)
    left_out = _left_out(further, alone)
    if not shown:
        return modal("Approve several at once", left_out)
    note = section("Signoff records each approval as if you had clicked them one by one.")
    return modal(
        f"Approve {len(shown)} at once?",
        [*blocks, divider(), *left_out, note],
        callback_id=TOGETHER,
        submit=f"Approve {len(shown)}",
        close="Go back",
        metadata=button_values.encode_seen(shown),
    )


def _covered(request: RequestRecord, now: datetime) -> list[Block]:
    """All that a decision on it covers, and whose it is; empty where it has to be read by itself."""
    if unknown_requester(request) or not again_fits(request) or not light(request, most=LIGHT_LIMIT // 4):
        return []
    blocks = [
        *question(request.ask),
        grey(
            safe(request.workflow.replace("_", "-"), 80),
            request_summary.asked(request, MENTIONED, now),
            safe(request_summary.short_run(request), 120),
        ),
        *(section(line) for line in warnings_of(request, MENTIONED, now).values()),
        *([grey(quoted)] if (quoted := quoted_line(request)) else []),
        *value_blocks([value_part(item) for item in (*request.shown, *form_values(request))]),
    ]
    fits = len(blocks) <= _MAX_ENTRY_BLOCKS and block_units(blocks) <= _MAX_ENTRY_UNITS
    return blocks if fits and fits_as_asked(request.ask) else []


def _left_out(further: Sequence[RequestRecord], alone: Sequence[RequestRecord]) -> list[Block]:
    """Name the requests that are left out. `further`: they fit into the next window; `alone`: into none."""
    unknown = [request for request in alone if unknown_requester(request)]
    long = [request for request in alone if not unknown_requester(request)]
    each = "Approve each from its own message"
    return [
        *_named(further, "because this window is full. Approve these first, then open it again"),
        *_named(long, f"because of more text than fits here. {each}"),
        *_named(unknown, f"because the requester is mapped to no person. {each}"),
    ]


def _named(requests: Sequence[RequestRecord], why: str) -> list[Block]:
    """Name requests that are left out, with their runs. `why`: the reason, and what to do."""
    if not requests:
        return []
    more = f"\nand {len(requests) - 5} more" if len(requests) > 5 else ""
    asks = "\n".join(
        f"• {question_line(request.ask, 150)} · {safe(request_summary.short_run(request), 120)}"
        for request in requests[:5]
    )
    return [section(f"{icons.AT_RISK} Left out, {why}:\n{asks}{more}")]


def confirm_modal(request: RequestRecord, clicked: ButtonValue) -> dict[str, Any]:
    """Return a modal for the text to type, so that an accidental tap approves nothing."""
    needs_reason = request.policy.comment.get("approve") == "required"
    return modal(
        "Approve",
        [
            *question(request.ask),
            confirm_field(request),
            code_field(request),
            reason_field("Why?", optional=False, focus=not asks_to_type(request)) if needs_reason else None,
        ],
        callback_id=DECIDE,
        submit="Approve",
        close="Go back",
        metadata=button_values.encode(request.id, clicked.word),
    )


def asks_to_type(request: RequestRecord) -> bool:
    """Return whether an approver types a confirmation or a one-time code, which then has the focus."""
    return bool(request.policy.confirm) or request.policy.one_time_code


def confirm_field(request: RequestRecord) -> Block | None:
    """Return the field for the text to type; None if the approval asks for none."""
    if not request.policy.confirm:
        return None
    return {
        "type": "input",
        "block_id": CONFIRM,
        "label": plain(f"Type “{as_seen(request.policy.confirm)}” to confirm", 2000),
        "element": {"type": "plain_text_input", "action_id": CONFIRM, "focus_on_load": True},
    }


def code_field(request: RequestRecord) -> Block | None:
    """Return the field for a one-time code; None if the approval needs none."""
    if not request.policy.one_time_code:
        return None
    return {
        "type": "input",
        "block_id": CODE,
        "label": plain("One-time code", 2000),
        "element": {
            "type": "plain_text_input",
            "action_id": CODE,
            "max_length": 20,
            "focus_on_load": not request.policy.confirm,
        },
        "hint": plain("Enter the six digits that your authenticator app shows for Signoff now.", 2000),
    }


def cancel_modal(detail: RunDetail, reason: str = "") -> dict[str, Any]:
    """Return a modal that asks for confirmation before a run is cancelled. `reason`: typed already."""
    run = detail.run
    note = f"Running steps stop, and open requests are withdrawn. {fate_of_done_steps(detail)}"
    return modal(
        "Cancel this run?",
        [section(f"*{safe(run.short, 150)}*\n{note}"), reason_field("Why?", optional=True, text=reason)],
        callback_id=CANCEL,
        submit="Cancel the run",
        close="Keep it",
        metadata=button_values.encode(run.id, "cancel"),
    )


def skip_modal(detail: RunDetail, step: str, reason: str = "") -> dict[str, Any]:
    """Return a modal that asks for confirmation before a step is skipped. `reason`: typed already."""
    executed = any(each.step == step and (each.attempt or each.failures) for each in detail.steps)
    word = "does not execute again" if executed else "never executes"
    note = f"{safe(detail.titles[step], 80)} {word} in this run. {effect_of_skip(step)}"
    metadata = button_values.encode(detail.run.id, step)
    return _act_modal(
        "Skip", detail, step, note, reason, callback_id=SKIP, close="Keep it", metadata=metadata
    )


def failure_modal(request: RequestRecord, choice: str, detail: RunDetail, reason: str = "") -> dict[str, Any]:
    """Return a modal that asks for confirmation before a failed step executes again, or its alternative."""
    act = act_on_one(request, choice, detail)
    metadata = button_values.encode(request.id, choice)
    return _act_modal(
        act.word,
        detail,
        request.step,
        act.effect,
        reason,
        callback_id=DECIDE,
        metadata=metadata,
        most=_MAX_COMMENT_CHARACTERS,
    )


def fork_modal(detail: RunDetail, step: str, channel: str | None, reason: str = "") -> dict[str, Any]:
    """Return a modal that asks for confirmation before a step of an ended run executes in a new run."""
    metadata = button_values.encode(detail.run.id, f"{channel or '-'}@{step}")
    return _act_modal("Retry", detail, step, EFFECT_OF_NEW_RUN, reason, callback_id=FORK, metadata=metadata)


def _act_modal(
    word: str,
    detail: RunDetail,
    step: str,
    effect: str,
    reason: str,
    *,
    callback_id: str,
    metadata: str,
    close: str = "Go back",
    most: int = _MAX_REASON_CHARACTERS,
) -> dict[str, Any]:
    """Return a modal that says what an act on a step does. `word`: its verb; `reason`: typed already."""
    run, title = safe(detail.run.short, 150), safe(detail.titles.get(step, step), 80)
    return modal(
        f"{word} this step?",
        [
            section(f"*{title}* of *{run}*\n{effect}"),
            reason_field("Why?", optional=True, text=reason, most=most),
        ],
        callback_id=callback_id,
        submit=f"{word} the step",
        close=close,
        metadata=metadata,
    )


def waiting_modal() -> dict[str, Any]:
    """Return a modal that is shown until a large one is ready."""
    return modal("One moment", [section("This is a long text. It appears in a few seconds.")])


def notice_modal(content: Message) -> dict[str, Any]:
    """Return a notice to one person on a surface that takes no message, such as the Home."""
    blocks = [block for block in content.blocks if block["type"] != "actions"]
    return modal("Signoff", blocks or [section(content.text)])


def list_modal(content: Message) -> dict[str, Any]:
    """Return the requests that wait for a person, with their buttons."""
    return modal("Waiting for you", content.blocks)


def reason_field(
    text_of_label: str,
    *,
    optional: bool,
    focus: bool = True,
    text: str = "",
    most: int = _MAX_REASON_CHARACTERS,
) -> Block:
    """Return the field for a reason or an answer. `focus`: a modal opens with the cursor in it.

    `text`: what stands in it at first. `most`: its limit of characters.
    """
    element = {
        **({"initial_value": text} if text else {}),
        "type": "plain_text_input",
        "action_id": COMMENT,
        "multiline": True,
        "max_length": most,
        "focus_on_load": focus,
    }
    hint = "Everybody in the channel can read this in the message."
    return {
        "type": "input",
        "block_id": COMMENT,
        "label": plain(text_of_label, 2000),
        "element": element,
        "hint": plain(hint, 2000),
        "optional": optional,
    }
