"""Everything that a decision covers, in full, where a message has no room: posts of a thread, or a file.

`documents` says what has to be read in full; a message that shows all of it by itself has none. What is
posted is cut into pieces at the ends of lines, and nothing of it is left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bot.views.blocks import ASK_UNITS, bold, fields, fits_as_asked, grey, line, preformatted, rich
from bot.views.message import Block, Message, Names, message
from bot.views.requests import request_summary
from bot.views.requests.approval import (
    MAX_LONG_VALUES,
    MAX_SHORT_VALUES,
    arranged,
    differences_of,
    form_values,
)
from bot.views.requests.failure import sentence
from bot.views.requests.warnings import again_fits
from bot.views.runs.outline import outline
from bot.views.wording import channels, display
from bot.views.wording.text import exact, label, literal, one_line, question_line, safe, safe_fits, units
from bot.views.wording.visible import Visible, visible
from bot.views.wording.weight import LIGHT_LIMIT, small
from engine import DecisionRecord, RequestRecord, RunDetail, Shown
from engine.text import same_json

MAX_POSTS = 4
"""Longer texts go into a file: so many posts are still read, and take as many seconds to arrive."""
MAX_POST_UNITS = 10_000
"""Of one post; Slack refuses a message whose blocks have about 13,200 characters together."""
MAX_PIECE_UNITS = 2_800
"""Of one section, which takes 3,000."""
_GOES_ON = "⟦the line continues⟧"
"""At the end of a line that is cut. No text can imitate it: its bracket would be spelled out."""
_MAX_LINE_CHARACTERS = MAX_PIECE_UNITS // 2 - 20
MAX_FALLBACK_POSTS = 30
"""Where no file can be shared. They take half a minute to arrive."""
_MAX_MESSAGE_UNITS, _MAX_MESSAGE_LINES = 600, 7
"""Of what people wrote: what a message surely shows whole, escaped. Its own limits are a little wider."""
_MAX_CHANGES, _MAX_CHANGE_UNITS = 8, 150


@dataclass(frozen=True, slots=True)
class Part:
    """One text to read. `label` is plain text of one line; `text` has its marks, and gets no others."""

    label: str
    text: Visible


@dataclass(frozen=True, slots=True)
class Document:
    """Parts that are read together. `what`: `opened`, or the id of the decision that they belong to."""

    what: str
    parts: tuple[Part, ...]

    def posts(self) -> list[list[Block]]:
        """Return the blocks of each post, within Slack's limits."""
        return list(self._posts())

    def count_posts(self, most: int) -> int:
        """Return the number of posts. Counting ends at `most`, so that a huge text costs little."""
        return sum(1 for _ in islice(self._posts(), most))

    def _posts(self) -> Iterator[list[Block]]:
        return paged(blocks_of(self.parts), MAX_POST_UNITS, 20)

    def as_text(self) -> str:
        """Return the text of a file. Values are indented, so that no line of one can pass for a label."""
        return "\n\n".join(f"{part.label}\n{_indented(part.text)}" for part in self.parts) + "\n"


MAX_ALT = 1000
"""Characters of the words that stand for a picture."""


@dataclass(frozen=True, slots=True)
class File:
    """A text that is too long for posts."""

    name: str
    title: str
    content: bytes
    as_posts: int = 0
    """In so many posts its text has room as well; 0: in too many."""
    alt: str = ""
    """Words that say the same as a picture."""
    comment: str = ""
    """Text of the message that shares it, for notifications and screen readers; mrkdwn."""


def documents(request: RequestRecord, detail: RunDetail) -> list[Document]:
    """Return the documents to deliver in full; empty if the messages show everything."""
    all_documents = [_opened(request, detail), *decided(request)]
    return [document for document in all_documents if document is not None]


def parts_of(request: RequestRecord, detail: RunDetail) -> list[Part]:
    """Return everything that a decision covers, whether the message shows it or not."""
    parts = [Part(display.question_label(request), outline(request.ask))]
    parts += [Part("Asked again, because", outline(request.coverage.again))] if request.coverage.again else []
    parts += _round_parts(request)
    parts += map(value_part, request.shown)
    for item in form_values(request):
        parts.append(Part(f"{_label(item.label)}, as proposed", display.whole_text(item)))
    return parts + _failure_parts(request, detail)


def value_part(item: Shown) -> Part:
    """Return a value with its label, both in full."""
    return Part(display.full_label(item), display.whole_text(item))


def post(document: Document, number: int, head: str) -> Message:
    """The post with this number, counted from 1. `head`: mrkdwn that says what it is."""
    posts = document.posts()
    which = f" ({number} of {len(posts)})" if len(posts) > 1 else ""
    return message(f"{head}{which}", grey(f"{head}{which}"), *posts[number - 1])


def file_of(document: Document, request: RequestRecord, key: str) -> File:
    """`key`: opaque; stands in the name, by which a file whose arrival is in doubt is found again."""
    stem = "".join(c if c.isalnum() or c in "-_" else "-" for c in request_summary.short_run(request))[:60]
    content = document.as_text().encode("utf-8", "replace")
    posts = document.count_posts(MAX_FALLBACK_POSTS + 1)
    as_posts = posts if posts <= MAX_FALLBACK_POSTS else 0
    return File(f"{stem}-{key}.txt", f"Full text of: {one_line(request.ask)[:150]}", content, as_posts)


def head_of(document: Document, request: RequestRecord, names: Names) -> str:
    """Return the heading of a document as one line of mrkdwn."""
    decision = next((each for each in request.decisions if each.id == document.what), None)
    if decision is not None:
        return f"Full text of what {names.decider(decision.actor, decision.on_behalf)} wrote or changed"
    return f"Full text of “{question_line(request.ask, 100)}”"


def blocks_of(parts: Iterable[Part]) -> Iterator[Block]:
    """A block of literal text for each piece of each part, the label above the first one."""
    for part in parts:
        head = [line(bold(part.label))]
        for piece in pieces(part.text):
            yield rich(*head, preformatted(piece))
            head = []


def value_blocks(parts: Iterable[Part]) -> list[Block]:
    """Short values side by side, blocks of its own for each long one."""
    blocks = list[Block]()
    short: list[tuple[str, str]] = []
    for part in parts:
        if display.fits_column(part.text) and "\n" not in part.text and units(part.label) <= 80:
            short.append((safe(part.label, 80), exact(part.text)))
        else:
            blocks += [*_side_by_side(short), *blocks_of([part])]
            short = []
    return blocks + _side_by_side(short)


def _side_by_side(pairs: list[tuple[str, str]]) -> list[Block]:
    rows = [pairs[start : start + 10] for start in range(0, len(pairs), 10)]
    return [block for row in rows if (block := fields(row)) is not None]


def pages(blocks: Iterable[Block], most_units: int, most_blocks: int) -> list[list[Block]]:
    """Blocks in their order, as many on a page as fit. A block is never cut."""
    return list(paged(blocks, most_units, most_blocks)) or [[]]


def paged(blocks: Iterable[Block], most_units: int, most_blocks: int) -> Iterator[list[Block]]:
    """As `pages`, one page after the other."""
    page: list[Block] = []
    left = most_units
    for block in blocks:
        size = block_units(block)
        if page and (size > left or len(page) == most_blocks):
            yield page
            page, left = [], most_units
        page.append(block)
        left -= size
    if page:
        yield page


def block_units(value: Any) -> int:
    """Characters that people read in a block, as Slack counts them against a message's limit."""
    if isinstance(value, list):
        return sum(map(block_units, value))
    if not isinstance(value, dict):
        return 0
    return sum(
        units(item) if isinstance(item, str) and key in ("text", "title") else block_units(item)
        for key, item in value.items()
    )


def pieces(text: str) -> Iterator[str]:
    """Parts of a text that fit in a block, cut at the ends of lines where that is possible."""
    current: list[str] = []
    left = MAX_PIECE_UNITS
    for row in text.split("\n"):
        for part in _line_parts(row):
            size = units(part) + 1
            if current and size > left:
                yield "\n".join(current)
                current, left = [], MAX_PIECE_UNITS
            current.append(part)
            left -= size
    yield "\n".join(current)


def _line_parts(row: str) -> Iterator[str]:
    """A line, in parts where it is long; each but the last says that it goes on."""
    start = 0
    while len(row) - start > _MAX_LINE_CHARACTERS:
        end = start + _MAX_LINE_CHARACTERS
        opened = row.rfind("⟦", start, end)
        if opened > start and row.rfind("⟧", start, end) < opened:
            end = opened  # the mark of a character stays whole
        yield row[start:end] + _GOES_ON
        start = end
    yield row[start:]


def _indented(text: str) -> str:
    return "\n".join(f"    {row}" for row in text.split("\n"))


def _label(name: str) -> str:
    return one_line(label(name))


def _opened(request: RequestRecord, detail: RunDetail) -> Document | None:
    is_whole = (
        _ask_fits(request)
        and again_fits(request)
        and _failure_fits(request, detail)
        and all(map(_is_light, (*request.shown, *form_values(request))))
        and _values_fit(request, plain=False)
        # Slack may refuse an image or a table: what is then shown instead has to be whole as well.
        and _values_fit(request, plain=True)
        and _round_fits(request)
    )
    return None if is_whole else Document("opened", tuple(parts_of(request, detail)))


def _ask_fits(request: RequestRecord) -> bool:
    if request.kind == "clarification":
        return _fits(request.ask)  # it is quoted with its lines
    return fits_as_asked(request.ask, ASK_UNITS if request.kind == "approval" else _MAX_MESSAGE_UNITS)


def _round_parts(request: RequestRecord) -> list[Part]:
    """Return the changes that were requested, and what changed since the last round."""
    feedback = request.revision.feedback if request.revision else ()
    return [
        *(Part(f"Changes requested in round {each.round}", outline(each.comment)) for each in feedback),
        *(
            Part(f"{_label(item.label)}, since the last round", display.whole_text(item))
            for item in differences_of(request)
        ),
    ]


def _round_fits(request: RequestRecord) -> bool:
    """Return whether the message shows all that was requested and that changed since the last round."""
    feedback = request.revision.feedback if request.revision else ()
    if len(feedback) > 1 or not all(_fits(each.comment) for each in feedback):
        return False
    changed = differences_of(request)
    short = [item for item in changed if display.is_short(item)]
    fits = len(short) <= MAX_SHORT_VALUES and len(changed) - len(short) <= MAX_LONG_VALUES
    return fits and all(
        display.label_fits(item) and (display.is_short(item) or not display.is_shortened(item))
        for item in changed
    )


def _is_light(item: Shown) -> bool:
    """It is not so large that no message shows it whole."""
    return small((item.label, item.value), LIGHT_LIMIT)


def _values_fit(request: RequestRecord, *, plain: bool) -> bool:
    arrangement = arranged(request, plain=plain)
    tabled = False
    for item in (*arrangement.short, *arrangement.long):
        first_table = not tabled and display.is_table(item)
        tabled = tabled or first_table
        if not display.label_fits(item) or not _value_fits(item, first_table=first_table, plain=plain):
            return False
    return arrangement.left_out == 0


def decided(request: RequestRecord) -> Iterator[Document]:
    """Return each decision's comment and changes, where the message is too short for them."""
    before = request.proposed if isinstance(request.proposed, Mapping) else {}
    for decision in request.decisions:
        changed = _changed(before, decision)
        short = len(changed) <= _MAX_CHANGES and all(_fits(part.text, _MAX_CHANGE_UNITS) for part in changed)
        if not short or not _fits(decision.comment):
            comment = [Part("Comment", outline(decision.comment))] if decision.comment else []
            yield Document(decision.id, (*changed, *comment))
        before = decision.value if isinstance(decision.value, Mapping) else before


def _changed(before: Mapping[str, Any], decision: DecisionRecord) -> list[Part]:
    if not isinstance(decision.value, Mapping):
        return []
    parts = []
    for name, value in decision.value.items():
        if name in before and same_json(before[name], value):
            continue
        if name in before:
            parts.append(Part(f"{_label(name)}, before", outline(before[name])))
        parts.append(Part(f"{_label(name)}, now", outline(value)))
    return parts


def _failure_parts(request: RequestRecord, detail: RunDetail) -> list[Part]:
    if request.failure is None:
        return []
    parts = [Part("Error", outline(f"{request.failure.kind}: {channels.without_names(request.failure)}"))]
    log = _log(request, detail)
    return [*parts, Part("Log", outline("\n".join(log)))] if log else parts


def _failure_fits(request: RequestRecord, detail: RunDetail) -> bool:
    if request.failure is None:
        return True
    log = _log(request, detail)
    log_fits = len(log) <= 30 and sum(map(len, log)) <= 1500 and all(len(line) <= 250 for line in log)
    return (
        log_fits
        and safe_fits(sentence(request.failure), _MAX_MESSAGE_UNITS)
        and _fits(request.failure.message.replace("\n", " \n \n"))
    )


def _log(request: RequestRecord, detail: RunDetail) -> tuple[str, ...]:
    return next((step.log for step in detail.steps if step.step == request.step), ())


def _value_fits(item: Shown, *, first_table: bool, plain: bool) -> bool:
    if not display.is_table(item):
        return not display.is_shortened(item)
    # A message takes one table of Slack's own, or none: the next one stands there as text.
    if first_table and not plain:
        return not display.is_shortened(item)
    most = display.TABLE_AS_TEXT if first_table else (display.MAX_LONG_UNITS, display.MAX_LONG_LINES)
    return _fits(display.whole_text(item), *most)


def _fits(text: str, most: int = _MAX_MESSAGE_UNITS, rows: int = _MAX_MESSAGE_LINES) -> bool:
    if len(text) > most:
        return False
    seen = visible(text)
    return seen.count("\n") < rows and units("\n".join(map(literal, seen.split("\n")))) <= most
