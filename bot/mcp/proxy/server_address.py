"""Pure: the address of a remote MCP server, which people read and permits name."""

import re
from urllib.parse import urlsplit

from bot.slack.addresses import reveals_token
from engine.text import redacted

_PLAIN = re.compile(
    r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?(?:\?[A-Za-z0-9._~=&%-]*)?"
)
MAX_URL = 500
HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_OF_THE_TRANSPORT = frozenset({
    "accept", "accept-encoding", "connection", "content-encoding", "content-length", "content-type",
    "expect", "host", "last-event-id", "mcp-method", "mcp-name", "mcp-protocol-version", "mcp-session-id",
    "te", "trailer", "transfer-encoding", "upgrade",
})  # fmt: skip


def url_problem(url: str) -> str:
    """Return what is wrong with an address, with the remedy; empty if nothing is."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if len(url) > MAX_URL or not _PLAIN.fullmatch(url) or not host:
        return "is not an address like https://mcp.example.com/mcp, without a user and without spaces."
    if redacted(url) != url:
        return "has a credential in it, and people read it. Give it with --header-secret."
    if reveals_token(url):
        return "is not encrypted. Use https://, or http:// to an address of this machine."
    return ""


def header_secret(text: str) -> tuple[str, str, str] | None:
    """Read `HEADER=NAME` or `HEADER=WORD NAME`. Return header, word and name; None if it is neither."""
    header, _, value = text.partition("=")
    word, _, name = value.strip().rpartition(" ")
    allowed = HEADER.fullmatch(header) and header.lower() not in _OF_THE_TRANSPORT
    if not allowed or not re.fullmatch(r"[A-Za-z0-9-]{0,40}", word):
        return None
    return header, word, name
