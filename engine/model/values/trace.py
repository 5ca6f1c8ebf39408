"""Trace context of the W3C: one id from the trigger of a run to its last step.

https://www.w3.org/TR/trace-context/
"""

import hashlib
import re

_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?")
_NO_TRACE, _NO_SPAN = "0" * 32, "0" * 16


def trace_of(traceparent: str) -> str:
    """Return the trace id in a header `traceparent`; empty where it holds none that is valid."""
    found = _TRACEPARENT.fullmatch(traceparent.strip())
    if found is None or traceparent.strip().startswith("ff") or found[1] == _NO_TRACE or found[2] == _NO_SPAN:
        return ""
    if traceparent.strip().startswith("00") and found[3]:
        return ""  # the version 00 has four parts
    return found[1]


def sender_of(traceparent: str) -> str:
    """Return the id of the sender's span in a header `traceparent`; empty where it holds no valid trace."""
    return traceparent.strip()[36:52] if trace_of(traceparent) else ""


def span_id(*parts: object) -> str:
    """Return the id of a span, always the same for the same parts: 16 hex digits."""
    text = "\0".join(map(str, parts)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=8).hexdigest()


def traceparent(trace: str, span: str) -> str:
    """Return the header that hands a trace on."""
    return f"00-{trace}-{span}-01"
