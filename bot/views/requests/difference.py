"""Differences of two JSON values: field by field for objects, line by line for texts and lists.

Exact: there is a difference exactly when the values differ. The cost grows with the size of the values, not
with its square: what is common at both ends goes first, lines that are there once align the rest, and a
stretch that is too large to compare is shown as replaced.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.views.runs.outline import whole_lines
from bot.views.wording.text import common_length, words
from bot.views.wording.visible import looks, on_one_line, spelled_out, visible
from engine.text import count, key_in_words, quoted, same_json

NO_DIFFERENCE = "no difference"
_CONTEXT_LINES = 2
_MAX_CELLS = 100_000
"""Pairs of lines that are compared one by one, in all."""
_UNENDED = "⟦no line break at the end⟧"
_MAX_DEPTH = 20
_CONTEXT_LENGTH = 30
_MAX_COMPARED = 2_000
"""Characters of a line that are looked at for whether it looks like another."""


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of a difference. sign: `-`, `+`, a blank, or `@` for where it is. mate: the line it replaces, or
    is replaced by, so that a long one can be shown from where they differ."""

    sign: str
    text: str
    mate: str | None = None

    def whole(self) -> str:
        return self.text if self.sign == "@" else f"{self.sign}{self.text}"

    def within(self, limit: int) -> str:
        """Shortened to about `limit` characters, where it differs left in."""
        if len(self.text) <= limit:
            return self.whole()
        start = max(common_length(self.text, self.mate) - _CONTEXT_LENGTH, 0) if self.mate is not None else 0
        start = start if start > _CONTEXT_LENGTH else 0
        shown = self.text[start : start + limit]
        head = f"… {count(start, 'character')} alike … " if start else ""
        left = len(self.text) - start - limit
        return f"{self.sign}{head}{shown}" + (f" … {count(left, 'more character')}" if left > 0 else "")


def difference(value: Any) -> list[DiffLine]:
    """Of `{"before": …, "after": …}`; empty where nothing differs. A side may be missing."""
    if not isinstance(value, Mapping):
        return [DiffLine(" ", words(value))]
    if "before" not in value or "after" not in value:
        sides = [(sign, name) for sign, name in (("-", "before"), ("+", "after")) if name in value]
        return [DiffLine(sign, f" {line}") for sign, name in sides for line in _told(value[name])]
    return list(_of("", value["before"], value["after"], 0))


def _of(path: str, before: Any, after: Any, depth: int) -> Iterator[DiffLine]:
    if same_json(before, after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping) and depth < _MAX_DEPTH:
        for name in dict.fromkeys([*before, *after]):
            yield from _field(f"{path}{_step(str(name))}", name, before, after, depth)
        return
    lines = _comparable(before, after)
    if lines is None:
        head = f" {path.rstrip('.')}: " if path else " "
        sides = ([f"{head}{line}" for line in _told(side)] for side in (before, after))
        yield from _replaced(*sides)
        return
    hunks = line_difference(*lines)
    where = f"{path} " if path else ""
    yield from (DiffLine("@", f"{where}{each.text}") if each.sign == "@" else each for each in hunks)


def _field(
    path: str, name: Any, before: Mapping[Any, Any], after: Mapping[Any, Any], depth: int
) -> Iterator[DiffLine]:
    if name in before and name in after:
        sides = before[name], after[name]
        objects = all(isinstance(side, Mapping) for side in sides)
        yield from _of(f"{path}." if objects else path, *sides, depth + 1)
    elif name in before:
        yield DiffLine("-", f" {path}: {words(before[name])}")
    else:
        yield DiffLine("+", f" {path}: {words(after[name])}")


def _step(name: str) -> str:
    """The name of a field as a step of a path."""
    return on_one_line(quoted(name) if "." in name else key_in_words(name))


def _told(value: Any) -> list[str]:
    if isinstance(value, str) and "\n" in value:
        lines = whole_lines(value).split("\n")
        return [f"text of {len(lines)} lines", *lines]
    return [words(value)]


def _comparable(before: Any, after: Any) -> tuple[list[str], list[str]] | None:
    """Both as lines, where both are lists or both are texts of which one has lines."""
    if isinstance(before, str) and isinstance(after, str):
        many = "\n" in before or "\n" in after
        return _text_lines(before, after) if many and before and after else None
    if isinstance(before, list) and isinstance(after, list) and before and after:
        return [words(each) for each in before], [words(each) for each in after]
    return None


def _text_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    both = [visible(text).split("\n") for text in (before, after)]
    ended = [lines[-1] == "" for lines in both]
    for lines, is_ended in zip(both, ended, strict=True):
        if is_ended:
            lines.pop()
        elif any(ended):
            lines[-1] += _UNENDED
    return both[0], both[1]


def line_difference(old: Sequence[str], new: Sequence[str]) -> list[DiffLine]:
    """As `diff -u` shows it, with the lines around what differs."""
    return list(_shown(old, new, _changes(old, new)))


Change = tuple[int, int, int, int]
"""Lines from, to (exclusive) of the old, replaced by lines from, to of the new."""


def _changes(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    start, end = 0, 0
    shortest = min(len(old), len(new))
    while start < shortest and old[start] == new[start]:
        start += 1
    while end < shortest - start and old[-1 - end] == new[-1 - end]:
        end += 1
    first, last = (start, len(old) - end), (start, len(new) - end)
    anchors = _anchors(old[first[0] : first[1]], new[last[0] : last[1]])
    changes: list[Change] = []
    cells = _MAX_CELLS
    position = (first[0], last[0])
    for i, j in [*((a + start, b + start) for a, b in anchors), (first[1], last[1])]:
        size = (i - position[0]) * (j - position[1])
        gap = (position[0], i, position[1], j)
        if 0 < size <= cells:
            changes += _compared(old, new, gap)
            cells -= size
        elif i > position[0] or j > position[1]:
            changes.append(gap)
        position = (i + 1, j + 1)
    return _joined(changes)


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Lines that both have once, as many as are in the same order in both (patience diff)."""
    once_old, once_new = Counter(old), Counter(new)
    where = {line: number for number, line in enumerate(new) if once_new[line] == 1}
    pairs = [(n, where[line]) for n, line in enumerate(old) if once_old[line] == 1 and line in where]
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(tails, place)
        before.append(ends[length - 1] if length else -1)
        if length == len(tails):
            tails.append(place)
            ends.append(number)
        else:
            tails[length], ends[length] = place, number
    kept = []
    number = ends[-1] if ends else -1
    while number >= 0:
        kept.append(pairs[number])
        number = before[number]
    return kept[::-1]


def _compared(old: Sequence[str], new: Sequence[str], gap: Change) -> list[Change]:
    """The longest common subsequence of a small stretch, line by line."""
    i0, i1, j0, j1 = gap
    longest = [[0] * (j1 - j0 + 1) for _ in range(i1 - i0 + 1)]
    for i in range(i1 - i0 - 1, -1, -1):
        for j in range(j1 - j0 - 1, -1, -1):
            alike = old[i0 + i] == new[j0 + j]
            longest[i][j] = longest[i + 1][j + 1] + 1 if alike else max(longest[i + 1][j], longest[i][j + 1])
    changes, i, j = [], 0, 0
    while i < i1 - i0 or j < j1 - j0:
        if i < i1 - i0 and j < j1 - j0 and old[i0 + i] == new[j0 + j]:
            i, j = i + 1, j + 1
        elif j == j1 - j0 or (i < i1 - i0 and longest[i + 1][j] >= longest[i][j + 1]):
            changes.append((i0 + i, i0 + i + 1, j0 + j, j0 + j))
            i += 1
        else:
            changes.append((i0 + i, i0 + i, j0 + j, j0 + j + 1))
            j += 1
    return changes


def _joined(changes: list[Change]) -> list[Change]:
    joined: list[Change] = []
    for change in changes:
        if joined and joined[-1][1] == change[0] and joined[-1][3] == change[2]:
            joined[-1] = (joined[-1][0], change[1], joined[-1][2], change[3])
        else:
            joined.append(change)
    return joined


def _shown(old: Sequence[str], new: Sequence[str], changes: list[Change]) -> Iterator[DiffLine]:
    for hunk in _hunks(changes):
        first = max(hunk[0][0] - _CONTEXT_LINES, 0)
        start, start_new = first, hunk[0][2] - (hunk[0][0] - first)
        last = min(hunk[-1][1] + _CONTEXT_LINES, len(old))
        last_new = hunk[-1][3] + (last - hunk[-1][1])
        yield DiffLine("@", f"@@ -{_span(start, last)} +{_span(start_new, last_new)} @@")
        for i0, i1, j0, j1 in hunk:
            yield from (DiffLine(" ", old[n]) for n in range(first, i0))
            yield from _replaced(old[i0:i1], new[j0:j1])
            first = i1
        yield from (DiffLine(" ", old[n]) for n in range(first, last))


def _hunks(changes: list[Change]) -> Iterator[list[Change]]:
    hunk: list[Change] = []
    for change in changes:
        if hunk and change[0] - hunk[-1][1] > 2 * _CONTEXT_LINES:
            yield hunk
            hunk = []
        hunk.append(change)
    if hunk:
        yield hunk


def _span(start: int, end: int) -> str:
    size = end - start
    return f"{start + 1}" if size == 1 else f"{start + (size > 0)},{size}"


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[DiffLine]:
    pairs = [_told_apart(line, other) for line, other in zip(old, new, strict=False)]
    mates = len(pairs)
    yield from (DiffLine("-", line, other) for line, other in pairs)
    yield from (DiffLine("-", line) for line in old[mates:])
    yield from (DiffLine("+", other, line) for line, other in pairs)
    yield from (DiffLine("+", other) for other in new[mates:])


def _told_apart(line: str, other: str) -> tuple[str, str]:
    """Two lines that look alike, spelled out where they differ."""
    start = common_length(line, other)
    end = common_length(line[start:][::-1], other[start:][::-1])
    left, right = line[start : len(line) - end], other[start : len(other) - end]
    if max(len(left), len(right)) > _MAX_COMPARED or _plainly_differ(left, right):
        return line, other
    around = slice(max(start - _CONTEXT_LENGTH, 0), start + _MAX_COMPARED)
    if looks(line[around]) != looks(other[around]):
        return line, other
    return (
        f"{line[:start]}{spelled_out(left)}{line[len(line) - end :]}",
        f"{other[:start]}{spelled_out(right)}{other[len(other) - end :]}",
    )


def _plainly_differ(left: str, right: str) -> bool:
    """Quickly, for what is mostly so: letters and digits that everybody can tell apart."""
    return left.isascii() and right.isascii() and (left + right).isalnum()
