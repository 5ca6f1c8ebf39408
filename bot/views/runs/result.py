"""Result of a run as its message shows it, and the links that its steps produced."""

from itertools import islice
from typing import Any

from bot.views.blocks import Ids, bold, line, preformatted, rich, section
from bot.views.message import Block
from bot.views.runs.outline import rows, whole_lines
from bot.views.wording.display import address_of, place_of
from bot.views.wording.text import code_line, count, cut, escape, exact, one_line, safe, units, words
from bot.views.wording.visible import Visible
from engine import ProducedLink, RunDetail, StepRecord
from engine.text import redacted

MAX_LINKS = 5
_MAX_TEXT_UNITS = 600
_MAX_SHORT_UNITS = 80
_MAX_LINES, _MAX_LINE_UNITS, _MAX_VALUE_CHARACTERS = 8, 100, 4_000
_MAX_STEPS, _MAX_STEP_UNITS = 15, 100
_REST = "… all of it in Details"


def result_block(detail: RunDetail, ids: Ids) -> Block | None:
    """Return the author's text or the last output, shortened; None where the run has no result."""
    result = detail.result
    if result is None or (result.text or result.value) in _linked(detail):
        return None  # its link says it
    if result.text:
        return section(exact(Visible(cut(result.text, _MAX_TEXT_UNITS)), _MAX_TEXT_UNITS), ids("result"))
    if result.missing:
        return section(f"*No result*: {safe(result.missing, 300)}", ids("result"))
    title = one_line(detail.titles.get(result.step, result.step))
    text, is_short = _shortened(result.value)
    if is_short:
        return section(f"*Result of {safe(title, 60)}*: {exact(Visible(text))}", ids("result"))
    return rich(line(bold(cut(f"Result of {title}", 80))), preformatted(text), block_id=ids("result"))


def _linked(detail: RunDetail) -> list[str]:
    """Return the addresses that the message links."""
    return [link.url for link in detail.links[:MAX_LINKS] if not link.withheld and address_of(link.url)]


def results_block(detail: RunDetail) -> Block | None:
    """Return what each step gave, one line each and shortened; None where no step gave anything.

    The result of the run itself stands in its message.
    """
    shown = detail.result.step if detail.result is not None else ""
    gave = [
        step
        for step in detail.steps
        if step.state == "succeeded" and step.output is not None and step.step not in ("", shown)
        if step.step not in {request.step for request in detail.requests if request.is_of_approval}
    ]
    if not gave:
        return None
    rows = [_step_result(detail, step) for step in gave[-_MAX_STEPS:]]
    if left := len(gave) - len(rows):
        rows.insert(0, f"… and {count(left, 'earlier step')}")
    return section("\n".join(["*Results of its steps*", *rows]))


def _step_result(detail: RunDetail, step: StepRecord) -> str:
    title = safe(detail.titles.get(step.step, step.step), 60)
    text = redacted(words(step.output, _MAX_VALUE_CHARACTERS))
    return f"{title}: {exact(Visible(cut(Visible(text), _MAX_STEP_UNITS)))}"


def result_words(detail: RunDetail) -> str:
    """Return the result as one plain line: for a notification, and for the command line."""
    result = detail.result
    if result is None:
        return ""
    if result.text or result.missing:
        return one_line(result.text or f"No result: {result.missing}")
    title = one_line(detail.titles.get(result.step, result.step))
    return Visible(f"Result of {title}: {redacted(words(result.value, _MAX_VALUE_CHARACTERS))}")


def links_block(detail: RunDetail, ids: Ids, most: int = MAX_LINKS) -> Block | None:
    """Return the links that steps produced, each with its host and its step."""
    if not detail.links:
        return None
    shown = [_link(link, detail) for link in detail.links[:most]]
    if (left := len(detail.links) - most) > 0:
        shown.append(f"… and {count(left, 'more link')} in Details")
    return section("\n".join(shown), ids("links"))


def _link(link: ProducedLink, detail: RunDetail) -> str:
    title = safe(detail.titles.get(link.step, link.step), 40)
    if link.withheld:
        return f"{code_line(cut(link.url, 60))} is not linked: it holds a credential · {title}"
    address = address_of(link.url)
    if not address:
        return f"{exact(link.url, 80)} · {title}"
    return f"<{escape(address)}|{place_of(address)}> · {title}"


def _shortened(value: Any) -> tuple[str, bool]:
    """Return the beginning of a value, with credentials hidden, and whether it is one short line."""
    if isinstance(value, str) and "\n" in value.strip():
        whole = whole_lines(redacted(value[:_MAX_VALUE_CHARACTERS])).split("\n")
        return _first_lines(whole, len(value) > _MAX_VALUE_CHARACTERS), False
    text = redacted(words(value, _MAX_VALUE_CHARACTERS))
    if units(text) <= _MAX_SHORT_UNITS and "`" not in text:
        return text, True
    if isinstance(value, str):
        return cut(Visible(text), 5 * _MAX_LINE_UNITS), False
    each_line = [redacted(row) for row in islice(rows(value), _MAX_LINES + 1)]
    return _first_lines(each_line, False), False


def _first_lines(each_line: list[str], is_cut: bool) -> str:
    shown = [str(cut(Visible(text), _MAX_LINE_UNITS)) for text in each_line[:_MAX_LINES]]
    return "\n".join([*shown, *([_REST] if is_cut or len(each_line) > _MAX_LINES else [])])
