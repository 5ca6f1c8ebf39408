"""Pure: what the text of a statement shows before it executes: its parameters, and whether it only reads."""

import re

_TOKEN = re.compile(
    r"""
    '(?:[^']|'')*'                      # text
  | "(?:[^"]|"")*" | `[^`]*`            # name
  | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$     # text of PostgreSQL
  | --[^\n]* | /\*.*?\*/                # comment
    """,
    re.VERBOSE | re.DOTALL,
)
_PARAMETER = re.compile(r"(?<![:\w\\]):([A-Za-z_]\w*)")
"""As SQLAlchemy finds them: not the second colon of `::date`."""
CAST = re.compile(r"(?<![:\w\\]):([A-Za-z_]\w*)::")
_READING = frozenset({"select", "with", "values", "table", "show", "explain", "describe", "desc"})
_STREAMED = frozenset({"select", "with", "values", "table"})
_CHANGING = re.compile(
    r"\b(insert\s+into|update|delete\s+from|merge\s+into|replace\s+into|truncate|drop|alter|create|grant|revoke|into)\b",
    re.IGNORECASE,
)
_LOCKING = re.compile(r"\bfor\s+(?:no\s+key\s+)?update\b", re.IGNORECASE)


def bare(query: str) -> str:
    """Return a statement with a space for each text, quoted name and comment in it."""
    return _TOKEN.sub(" ", query)


def statements_in(query: str) -> int:
    return sum(bool(part.strip()) for part in bare(query).split(";"))


def parameters_in(query: str) -> set[str]:
    return set(_PARAMETER.findall(bare(query)))


def escaped(query: str) -> str:
    """Return a statement in which SQLAlchemy takes no colon in a text for a parameter."""
    return _TOKEN.sub(lambda token: token[0].replace(":", r"\:"), query)


def reads_only(query: str) -> bool:
    """Return whether a statement looks as if it changed nothing. The database itself refuses what it does not
    show, where it can."""
    return _first_word(query) in _READING and not _CHANGING.search(_LOCKING.sub(" ", bare(query)))


def can_stream(query: str) -> bool:
    """Return whether a cursor on a server can give its rows."""
    return _first_word(query) in _STREAMED


def _first_word(query: str) -> str:
    found = re.match(r"[(\s]*([A-Za-z]+)", bare(query))
    return found[1].lower() if found else ""
