"""The record of an error that a step raised, and whether another try may help. Pure, and never raises.

Exception groups are looked into: people read the errors inside, and one `Fatal` inside makes the group fatal.
"""

import operator
import traceback
from collections.abc import Collection, Iterator
from dataclasses import replace
from types import TracebackType

from pydantic import ValidationError

from engine.errors import ContractError, Fatal, PlaceNotAllowed
from engine.model.input.input_problems import validation_text
from engine.model.records.request_parts import Failure
from engine.model.text.redaction import redacted
from engine.model.values.json_safe import storable_text

_MAX_DETAIL = 8000
_MAX_MESSAGE = 2000
_MAX_PLACE = 100
_MAX_LISTED_ERRORS = 5
"""Number of a group's errors that the message lists. The detail lists more."""
_MAX_EXAMINED_ERRORS = 100_000
_MAX_RAW_TEXT = 20_000
"""Characters of an error's text that are looked at; the rest is cut before anything else is done."""
_HEAVY_ERROR_COUNT = 20
_MAX_DETAILED_ERRORS = 40
"""Number of a group's errors with a full traceback."""
_MAX_DEPTH = 100
_HEAVY_TEXT_LENGTH = 8000
_MAX_FRAMES = 50


class StepLeft(Exception):
    """A step tried to end the process, cancelled itself, or raised something other than an `Exception`."""


def failure_of(error: BaseException, secrets: Collection[str] = ()) -> Failure:
    """Return what people read of an error, without credentials. `secrets`: hidden wherever they stand."""
    leaves = list(_leaves(error))
    detail = _detail(_trim_group(error), secrets)
    if len(leaves) == 1:
        message = _error_text(leaves[0]) or _name(leaves[0])
        place = leaves[0].place if isinstance(leaves[0], PlaceNotAllowed) else ""
        return Failure(
            _name(leaves[0]),
            shortened_and_redacted(message, _MAX_MESSAGE, secrets),
            detail,
            shortened_and_redacted(place, _MAX_PLACE, secrets),
        )
    lines = [_line(leaf) for leaf in leaves[:_MAX_LISTED_ERRORS]]
    if len(leaves) > _MAX_LISTED_ERRORS:
        lines.append(f"and {len(leaves) - _MAX_LISTED_ERRORS} more")
    message = f"{len(leaves)} errors: {'; '.join(lines)}"
    return Failure(_name(error), shortened_and_redacted(message, _MAX_MESSAGE, secrets), detail)


def with_note(failure: Failure, note: str, secrets: Collection[str] = ()) -> Failure:
    """Return a failure that also says why the author's rule could not be followed."""
    end = "" if failure.message.endswith((".", "!", "?", "…")) else "."
    room = _MAX_MESSAGE - len(note)
    message = f"{shortened_and_redacted(failure.message, room)}{end} {note}"
    return replace(failure, message=shortened_and_redacted(message, _MAX_MESSAGE, secrets))


def is_heavy(error: BaseException) -> bool:
    """Return whether reading the error takes so long that clicks would have to wait."""
    count, left = 0, [error]
    while left and count <= _HEAVY_ERROR_COUNT:
        current = left.pop()
        count += 1
        if any(
            isinstance(argument, str | bytes) and len(argument) > _HEAVY_TEXT_LENGTH
            for argument in current.args
        ):
            return True
        inside = current.exceptions if isinstance(current, BaseExceptionGroup) else ()
        left += [
            linked
            for linked in (current.__cause__, current.__context__, *inside[:_HEAVY_ERROR_COUNT])
            if linked
        ]
    return count > _HEAVY_ERROR_COUNT


def worth_retrying(error: BaseException, on: tuple[type[Exception], ...] | None) -> bool:
    """Return whether a retry may help: no error inside is fatal, and `on` names all of them (None: any)."""
    leaves = list(_leaves(error))
    if any(isinstance(leaf, Fatal | ContractError | StepLeft) for leaf in (error, *leaves)):
        return False
    if any(not isinstance(leaf, Exception) for leaf in leaves):
        return False
    return on is None or isinstance(error, on) or all(isinstance(leaf, on) for leaf in leaves)


def _leaves(error: BaseException) -> Iterator[BaseException]:
    """Yield the errors of a group at any depth; the error itself unless it is a group."""
    left, count = [error], 0
    while left and count < _MAX_EXAMINED_ERRORS:
        current = left.pop()
        if isinstance(current, BaseExceptionGroup):
            left.extend(reversed(current.exceptions))
        else:
            count += 1
            yield current


def _trim_group(error: BaseException) -> BaseException:
    """A group of few of its errors: the traceback of each one is made, however few are shown."""
    if not isinstance(error, BaseExceptionGroup):
        return error
    left = _MAX_DETAILED_ERRORS

    def trim(group: BaseException, depth: int) -> BaseException:
        nonlocal left
        if not isinstance(group, BaseExceptionGroup) or depth > _MAX_DEPTH:
            left -= 1
            return next(_leaves(group))
        kept: list[BaseException] = []
        for inner in group.exceptions:
            if left <= 0 and kept:
                break
            kept.append(trim(inner, depth + 1))
        if len(kept) == len(group.exceptions) and all(map(operator.is_, kept, group.exceptions)):
            return group
        return BaseExceptionGroup(group.message, kept).with_traceback(group.__traceback__)

    return trim(error, 0)


def _line(error: BaseException) -> str:
    text = _error_text(error)
    return f"{_name(error)}: {text[:300]}" if text else _name(error)


def _error_text(error: BaseException) -> str:
    """Return the text of an error and its notes."""
    try:
        text = (validation_text(error) if isinstance(error, ValidationError) else str(error))[:_MAX_RAW_TEXT]
        notes = [str(note)[:_MAX_RAW_TEXT] for note in list(getattr(error, "__notes__", ()))[:5]]
    except BaseException:  # an author's __str__
        return ""
    return "\n".join(part for part in (text.strip(), *notes) if part)


def _name(error: BaseException) -> str:
    return storable_text(str(type(error).__name__))[:100] or "Exception"


def shortened_and_redacted(text: str, limit: int, secrets: Collection[str] = ()) -> str:
    """A step's words as people may read them. Credentials are hidden first: half of one is not found."""
    shown = redacted(storable_text(text[:_MAX_RAW_TEXT]), secrets)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def _detail(error: BaseException, secrets: Collection[str]) -> str:
    whole = [(each, each.__traceback__) for each in _linked(error)]
    try:
        for each, trace in whole:
            each.__traceback__ = _last_frames(trace)
        lines = traceback.format_exception(error, limit=-_MAX_FRAMES)
    except BaseException:  # an author's __str__, or groups nested beyond the limit of recursion
        return ""
    finally:
        for each, trace in whole:
            each.__traceback__ = trace
    text = "".join(line[-_MAX_RAW_TEXT:] for line in lines)[-_MAX_RAW_TEXT:]
    for each, _ in whole:
        if isinstance(each, ValidationError):
            text = text.replace(str(each), validation_text(each))
    return redacted(storable_text(text), secrets)[-_MAX_DETAIL:]


def _linked(error: BaseException) -> list[BaseException]:
    """Return the error and all that is inside it: causes, contexts, and the errors of groups."""
    found: dict[int, BaseException] = {}
    left: list[BaseException | None] = [error]
    while left:
        current = left.pop()
        if current is None or id(current) in found:
            continue
        found[id(current)] = current
        left += [current.__cause__, current.__context__]
        left += current.exceptions if isinstance(current, BaseExceptionGroup) else ()
    return list(found.values())


def _last_frames(trace: TracebackType | None) -> TracebackType | None:
    """Return the end of a traceback. `traceback` itself examines every frame, even of those that it drops."""
    last, end, count = trace, trace, 0
    while end is not None:
        end, count = end.tb_next, count + 1
        if count > _MAX_FRAMES and last is not None:
            last = last.tb_next
    return last
