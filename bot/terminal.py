"""Text from outside, made fit for a terminal, for a log and for those that read either line by line.

Nothing in it steers a terminal, reorders what is read, or begins a line of its own: a line break has a mark,
and so has the sign with which build servers take a line for a command.
"""

import json
import re
from typing import Any

from bot.views.wording.visible import is_hidden, mark, on_one_line

_COMMANDS = ("::", "##[", "##vso[", "##teamcity[")
"""How a line begins that build servers obey."""
_OPEN = "⟦"
_NOT_PLAIN = re.compile(r"[^\x20-\x7e\n]")


def printed(text: Any) -> str:
    """One line with a mark for each sign that cannot be seen. Marks that stand in it already stay."""
    line = _OPEN.join(map(on_one_line, str(text).split(_OPEN)))
    start = line.lstrip()
    if not start.startswith(_COMMANDS):
        return line
    return f"{line[: len(line) - len(start)]}{mark(start[0])}{start[1:]}"


def printed_lines(text: str) -> list[str]:
    """Several lines of which each is as `printed`: where the reader knows that they go on."""
    return [printed(line) for line in text.split("\n")]


def printed_json(value: Any, indent: int | None = 2) -> str:
    """JSON with an escape for each sign that cannot be seen; it reads back as the same value."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _NOT_PLAIN.sub(lambda match: _escaped(match[0]), text)


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1] if is_hidden(character) else character
