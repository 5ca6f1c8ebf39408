"""Contents of a message of a step outside Slack: an e-mail, and the body of a request. Pure."""

import hashlib
import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from bot.views.wording.text import clean, cut_line
from engine import EventRecord
from engine.outside import MAX_SUBJECT

_SUBJECT = 120
_POLICY = SMTP.clone(max_line_length=78)
_CELL_STYLE = "border:1px solid #ccc;padding:2px 8px;text-align:left"


@dataclass(frozen=True, slots=True)
class Told:
    """A message as its step posted it. `id`: the same each time that it is sent."""

    id: str
    to: str
    subject: str
    text: str
    rows: Sequence[Sequence[str]]
    workflow: str
    step: str
    run: str
    at: datetime


def told_of(key: str, event: EventRecord) -> Told:
    """Return the message of an event. `key`: of its delivery."""
    data: Mapping[str, Any] = event.data
    return Told(
        hashlib.sha256(key.encode()).hexdigest()[:40],
        str(data["to"]),
        str(data.get("subject", "")),
        str(data["text"]),
        [[str(cell) for cell in row] for row in data["table"]],
        str(event.workflow),
        str(event.step),
        str(event.run_id),
        event.at,
    )


def mail(told: Told, address: str, sender: str) -> EmailMessage:
    """Return the e-mail to one address. A value in it is text, and never a header or markup."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(addr_spec=sender)
    message["To"] = Address(addr_spec=address)
    first = next((line for line in told.text.splitlines() if line.strip()), told.workflow)
    subject = str(cut_line(told.subject or first, MAX_SUBJECT if told.subject else _SUBJECT))
    # `=?` begins an encoded word, which Python would decode: line breaks in it would become headers.
    message["Subject"] = subject.replace("=?", "= ?")
    message["Date"] = format_datetime(told.at)
    message["Message-ID"] = f"<{told.id}.signoff@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    foot = str(cut_line(f"{told.workflow} · {told.step} · {told.run}", 300))
    text = str(clean(told.text)) if told.text.strip() else ""
    message.set_content(_plain(text, told.rows, foot), charset="utf-8", cte="quoted-printable")
    message.add_alternative(
        _html(text, told.rows, foot), subtype="html", charset="utf-8", cte="quoted-printable"
    )
    return message


def body(told: Told) -> bytes:
    """Return the body of a request, as JSON."""
    document = {
        "version": 1,
        "id": told.id,
        "workflow": told.workflow,
        "run": told.run,
        "step": told.step,
        "at": told.at.isoformat(),
        "text": told.text,
        "table": told.rows,
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")


def _plain(text: str, rows: Sequence[Sequence[str]], foot: str) -> str:
    lines = [" | ".join(str(cut_line(cell, 200)) for cell in row) for row in rows]
    return "\n".join([*filter(None, [text, "\n".join(lines)]), "", "-- ", foot, ""])


def _html(text: str, rows: Sequence[Sequence[str]], foot: str) -> str:
    parts = [f'<p style="white-space:pre-wrap">{html.escape(text)}</p>'] if text else []
    if rows:
        head, *others = [[html.escape(str(cut_line(cell, 200))) for cell in row] for row in rows]
        lines = [_row("th", head), *(_row("td", each) for each in others)]
        parts.append(f'<table style="border-collapse:collapse">{"".join(lines)}</table>')
    parts.append(f'<p style="color:#666">{html.escape(foot)}</p>')
    return "<!doctype html><html><body>" + "\n".join(parts) + "</body></html>\n"


def _row(tag: str, cells: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<{tag} style={_CELL_STYLE!r}>{cell}</{tag}>' for cell in cells)}</tr>\n"
