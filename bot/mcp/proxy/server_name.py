"""Pure: the name of a server whose user gave it none.

The name goes to Slack and into the database, and a command line can hold credentials. So the name is one word
of the command, and never one in which a credential was found.
"""

import re
from collections.abc import Sequence
from pathlib import PurePath

from engine.text import redacted

UNNAMED = "MCP server"
_RUNNERS = frozenset({"npx", "uvx", "bunx"})
"""Programs whose first word is the package of the server."""
_PYTHON = re.compile(r"python[0-9.]*|pypy[0-9.]*|py")
_YES = frozenset({"-y", "--yes", "-q", "--quiet"})
"""Options of the runners that take no value."""
_PACKAGE = re.compile(r"(?:@[A-Za-z0-9][\w.-]{0,60}/)?[A-Za-z0-9][\w.-]{0,60}(?:@[\w.-]{1,30})?")
_MAX_NAME = 100


def name_of(command: Sequence[str]) -> str:
    """Return the package that a runner starts, else the base name of the program."""
    program = PurePath(command[0].replace("\\", "/")).name[:_MAX_NAME]
    stem = program.removesuffix(".exe").removesuffix(".cmd")
    word = ""
    if stem in _RUNNERS:
        word = next((each for each in command[1:] if each not in _YES), "")
    elif _PYTHON.fullmatch(stem) and tuple(command[1:2]) == ("-m",) and len(command) > 2:
        word = command[2]
    if _PACKAGE.fullmatch(word) and redacted(word) == word:
        return word
    return program if program and redacted(program) == program else UNNAMED
