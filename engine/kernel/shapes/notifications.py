"""Pure: messages of steps. What they may say, where they may go, and the transition that records one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.errors import ContractError, PlaceNotAllowed
from engine.kernel.transition import Transition
from engine.model.definition.spec import Definition
from engine.model.notices.notification import (
    MAX_BLOCK_TEXT,
    MAX_BLOCKS,
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_TEXT,
    Notification,
)
from engine.model.notices.outside import covers, is_mail, is_outside, outside_problem, subject_problem
from engine.model.people import REFERENCE
from engine.model.records.change import Change
from engine.model.states import IllegalTransition
from engine.model.text.wording import count, in_words

_TEXTS = ("mrkdwn", "plain_text")
_BLOCKS: Mapping[str, frozenset[str]] = {
    "header": frozenset({"type", "text"}),
    "section": frozenset({"type", "text", "fields"}),
    "context": frozenset({"type", "elements"}),
    "divider": frozenset({"type"}),
}


def places(definition: Definition, channel: str | None = None) -> tuple[str, ...]:
    """Return the places that a run may post to. `channel`: where it was asked for."""
    own = (definition.channel, channel)
    return tuple(dict.fromkeys([*filter(None, own), *definition.may_notify]))


def place_problem(to: Any, definition: Definition, channel: str | None = None) -> str:
    """Return why a step may not post there, with the remedy; empty where it may."""
    if is_outside(to):
        return _outside_place_problem(to, definition)
    if not isinstance(to, str) or not (REFERENCE.fullmatch(to) or to in places(definition, channel)):
        return (
            "the place is not a channel (#name), a group (@handle) or a member id (U…). Outside Slack, it is "
            "mailto:ADDRESS or https://…"
        )
    if to in places(definition, channel):
        return ""
    return f"{definition.name} may not post to this place. Add it to may_notify= of the workflow."


def _outside_place_problem(to: str, definition: Definition) -> str:
    if why := outside_problem(to):
        return f"the place {why}."
    if any(is_outside(each) and covers(each, to) for each in definition.may_notify):
        return ""
    return f"{definition.name} may not send to this address. Add it to may_notify= of the workflow."


def check_place(step: str, to: Any, definition: Definition, channel: str | None) -> None:
    """Raise `PlaceNotAllowed` where a step may not post."""
    if problem := place_problem(to, definition, channel):
        raise PlaceNotAllowed(f"ctx.notify in {step}: {problem}", str(to))


def notification(
    step: str, to: str, number: int, content: Any, table: Any, subject: Any = None
) -> Notification:
    """Return a message with its parts checked and bounded. Raises `ContractError`."""
    title = _subject(step, to, subject)
    if is_outside(to) and not isinstance(content, str):
        raise _error(step, "the message has blocks, which only Slack shows", "Give a text, and table=.")
    if isinstance(content, str):
        if len(content) > MAX_TEXT:
            raise _error(step, f"the text has {len(content):,} characters", f"Give at most {MAX_TEXT:,}.")
        if not content.strip() and not table:
            raise _error(step, "the text is empty", "Give a text, or blocks.")
        return Notification(to, number, content, table=_rows(step, table), subject=title)
    if not isinstance(content, Sequence) or not all(isinstance(each, Mapping) for each in content):
        raise _error(step, f"the message is {content!r:.80}", "Give a text, or a list of blocks.")
    if not 0 < len(content) <= MAX_BLOCKS:
        raise _error(step, f"there are {len(content)} blocks", f"Give 1 to {MAX_BLOCKS} blocks.")
    blocks = tuple(_block(step, dict(each)) for each in content)
    return Notification(to, number, blocks=blocks, table=_rows(step, table))


def notify(
    transition: Transition, step: str, attempt: int, message: Notification, unreachable: str = ""
) -> Change:
    """Record a message, which is posted from this record. Raises `IllegalTransition` for a late attempt.

    `unreachable`: why this installation cannot send to the place; the message is then refused.

    The same number to the same place in a later attempt of the round is the same message.
    """
    record, state = transition.record(step), transition.state
    if record.state != "running" or record.attempt != attempt:
        raise IllegalTransition(f"attempt {attempt} of {step} no longer counts")
    check_place(step, message.to, state.definition, state.run.channel)
    if unreachable:
        raise ContractError(f"ctx.notify in {step}: {unreachable}")
    transition.event(
        "step.notified",
        step,
        attempt=attempt,
        round=record.round,
        to=message.to,
        number=message.number,
        text=message.text,
        blocks=list(message.blocks),
        table=[list(row) for row in message.table],
        **({"subject": message.subject} if message.subject else {}),
    )
    return transition.finish()


def rewritten(message: Notification, change: Callable[[str], str]) -> Notification:
    """Return the message with every text changed, such as without credentials."""

    def deep(value: Any) -> Any:
        match value:
            case Mapping():
                return {key: each if key == "type" else deep(each) for key, each in value.items()}
            case list() | tuple():
                return [deep(each) for each in value]
        return change(value) if isinstance(value, str) else value

    return replace(
        message,
        text=change(message.text),
        subject=change(message.subject),
        blocks=tuple(deep(block) for block in message.blocks),
        table=tuple(tuple(change(cell) for cell in row) for row in message.table),
    )


def _subject(step: str, to: str, subject: Any) -> str:
    if subject is None:
        return ""
    if not is_mail(to):
        raise _error(step, "the message has a subject, and only an e-mail has one", "Leave out subject=.")
    if why := subject_problem(subject):
        raise _error(step, f"the subject {why}", "Give one line of text.")
    return str(subject).strip()


def _block(step: str, block: dict[str, Any]) -> dict[str, Any]:
    kind = str(block.get("type"))
    if kind not in _BLOCKS:
        raise _error(
            step,
            f"a block has the type {kind!r:.40}",
            f"Use {', '.join(_BLOCKS)}. Buttons belong to approvals; rows go in table=.",
        )
    if unknown := sorted(block.keys() - _BLOCKS[kind]):
        raise _error(
            step, f"a {kind} block has {unknown[0]!r:.40}", f"It takes {', '.join(sorted(_BLOCKS[kind]))}."
        )
    shown: dict[str, Any] = {"type": kind}
    if kind == "header":
        shown["text"] = _text(step, block.get("text"), ("plain_text",), 150)
    elif kind == "section":
        if "text" not in block and not block.get("fields"):
            raise _error(step, "a section block has no text", "Give text or fields.")
        if "text" in block:
            shown["text"] = _text(step, block["text"], _TEXTS)
        if block.get("fields"):
            shown["fields"] = _texts(step, block["fields"], 2_000)
    elif kind == "context":
        shown["elements"] = _texts(step, block.get("elements"), MAX_BLOCK_TEXT)
    return shown


def _texts(step: str, texts: Any, limit: int) -> list[dict[str, Any]]:
    if not isinstance(texts, Sequence) or isinstance(texts, str) or not 0 < len(texts) <= 10:
        raise _error(step, f"a list of texts is {texts!r:.60}", "Give 1 to 10 texts.")
    return [_text(step, text, _TEXTS, limit) for text in texts]


def _text(step: str, text: Any, kinds: Iterable[str], limit: int = MAX_BLOCK_TEXT) -> dict[str, Any]:
    """Return a text object; a plain string counts as one of the first kind."""
    kinds = tuple(kinds)
    given = {"type": kinds[0], "text": text} if isinstance(text, str) else text
    if not isinstance(given, Mapping) or given.get("type") not in kinds:
        raise _error(step, f"a text is {text!r:.60}", f"Give a text, or a dict of the type {kinds[0]}.")
    words = given.get("text")
    if not isinstance(words, str) or not words.strip() or len(words) > limit:
        raise _error(step, f"a text of a block is {words!r:.60}", f"Give 1 to {limit:,} characters.")
    return {"type": given["type"], "text": words}


def _rows(step: str, table: Any) -> tuple[tuple[str, ...], ...]:
    """Return the rows as texts, the head first, of dicts, or of lists of which the first is the head."""
    if table is None:
        return ()
    if not isinstance(table, Sequence) or isinstance(table, str) or not table:
        raise _error(step, f"the table is {table!r:.60}", "Give a list of dicts, or leave it out.")
    if all(isinstance(row, Mapping) for row in table):
        head = list(dict.fromkeys(str(key) for row in table for key in row))
        rows = [head, *([row.get(name, "") for name in head] for row in table)]
    elif all(isinstance(row, Sequence) and not isinstance(row, str) for row in table):
        rows = [list(row) for row in table]
    else:
        raise _error(step, "the rows of the table differ", "Give only dicts, or only lists.")
    widths = {len(row) for row in rows}
    if len(rows) > MAX_ROWS + 1 or len(widths) != 1 or not 0 < max(widths) <= MAX_COLUMNS:
        columns = f"{' or '.join(map(str, sorted(widths)))} column{'' if widths == {1} else 's'}"
        raise _error(
            step,
            f"the table has {count(len(rows) - 1, 'row')} of {columns}",
            f"Give at most {MAX_ROWS} rows of the same 1 to {MAX_COLUMNS} columns.",
        )
    return tuple(tuple(_cell(value) for value in row) for row in rows)


def _cell(value: Any) -> str:
    text = value if isinstance(value, str) else in_words(value, MAX_CELL)
    return text if len(text) <= MAX_CELL else f"{text[: MAX_CELL - 1]}…"


def _error(step: str, problem: str, remedy: str) -> ContractError:
    return ContractError(f"ctx.notify in {step}: {problem}. {remedy}")
