"""Rounds of an approval: the changes that were requested, and the difference to the round before."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.views.message import Names
from bot.views.wording import icons
from bot.views.wording.text import quote, safe
from bot.views.wording.times import at
from engine import RequestRecord, Revision, Shown
from engine.forms import with_numerals
from engine.text import count, same_json

MAX_COMMENT_UNITS = 900
"""Limit of the last comment in the message. Details and the thread have all of it."""


def number_of(request: RequestRecord) -> str:
    """`round 2 of 3`, plain text; empty in the first round, and where there are no rounds."""
    revision = request.revision
    return f"round {revision.round} of {revision.rounds}" if revision and revision.round > 1 else ""


def round_of_step(requests: Iterable[RequestRecord], step: str) -> tuple[int, int]:
    """Return in which round a step runs because of requested changes, and its attempts in earlier rounds."""
    revisions = [request.revision for request in requests if request.revision is not None]
    sent_back = [revision.sent_back[step] for revision in revisions if step in revision.sent_back]
    return len(sent_back) + 1, max(sent_back, default=0)


def round_line(request: RequestRecord, names: Names, now: datetime) -> str:
    """Return who asked for what in the round before, mrkdwn; empty in the first round."""
    revision = request.revision
    if revision is None or not revision.feedback:
        return ""
    last, earlier = revision.feedback[-1], len(revision.feedback) - 1
    more = f" {count(earlier, 'earlier comment').capitalize()} in Details." if earlier else ""
    head = (
        f"{icons.PEOPLE} *Round {revision.round} of {revision.rounds}.* "
        f"{names.person(last.by)} requested changes {at(last.at, now)}:"
    )
    lines = [head, quote(last.comment, MAX_COMMENT_UNITS), f"{_bound(revision)}{more}".strip()]
    return "\n".join(filter(None, lines))


def _bound(revision: Revision) -> str:
    """Return why changes cannot be requested again; empty where they can."""
    if revision.acted:
        return f"{safe(revision.acted, 60)} has already executed, so changes cannot be requested."
    if revision.round >= revision.rounds:
        return "This is the last round, so changes cannot be requested again."
    return ""


def no_changes_line(request: RequestRecord) -> str:
    """Return why the first round has no button that requests changes, mrkdwn; empty where it has one."""
    revision = request.revision
    is_first = revision is not None and not revision.feedback and request.state == "open"
    return _bound(revision) if revision is not None and is_first else ""


def differences(request: RequestRecord, values: Sequence[Shown]) -> list[Shown]:
    """Return each value that differs from the round before, with both sides.

    `values`: those of the form as this round shows them, before anybody changes them.
    """
    revision = request.revision
    if revision is None or not revision.previous:
        return []
    asked = {"before": _unquoted(revision.ask), "after": _unquoted(request.ask)}
    question = [Shown("Question", asked, "diff")]
    before = [*_numbered(revision.shown), *_numbered(_values(request, revision.value))]
    after = [*_numbered(request.shown), *_numbered(values)]
    return [
        *(question if revision.ask != request.ask else []),
        *_different(dict(before), dict(after)),
    ]


def _unquoted(ask: str) -> str:
    """Return a question without the marks around it, which a question of one value has."""
    return ask[1:-1] if len(ask) > 2 and ask[0] == ask[-1] == '"' else ask


def _values(request: RequestRecord, value: Any) -> list[Shown]:
    schema = request.form.spec.fields if request.form else {}
    if not isinstance(value, Mapping):
        return []
    return [Shown(name, each) for name, each in with_numerals(value, schema).items()]


def proposed_values(request: RequestRecord) -> list[Shown]:
    """Return the form's values as this round proposed them."""
    return _values(request, request.proposed)


def _numbered(shown: Sequence[Shown]) -> Iterator[tuple[tuple[str, int], Shown]]:
    """Yield each value with its label, and a number that tells equal labels apart."""
    seen: dict[str, int] = {}
    for item in shown:
        seen[item.label] = seen.get(item.label, 0) + 1
        yield (item.label, seen[item.label]), item


def _different(
    before: Mapping[tuple[str, int], Shown], after: Mapping[tuple[str, int], Shown]
) -> Iterator[Shown]:
    for key in dict.fromkeys([*after, *before]):
        old, new = before.get(key), after.get(key)
        if old is not None and new is not None:
            if not same_json(_side(old), _side(new)):
                yield Shown(new.label, {"before": _side(old), "after": _side(new)}, "diff")
        elif new is not None:
            yield Shown(new.label, {"after": _side(new)}, "diff")
        elif old is not None:
            yield Shown(old.label, {"before": _side(old)}, "diff")


def _side(item: Shown) -> Any:
    """Return a value to compare; of a difference, what it changes to."""
    if item.kind == "diff" and isinstance(item.value, Mapping) and "after" in item.value:
        return item.value["after"]
    return item.value
