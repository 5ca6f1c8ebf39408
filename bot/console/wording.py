"""The words of Slack's messages as HTML: the console has none of its own for states, people and deadlines."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import islice
from typing import Any

from markupsafe import Markup, escape

from bot.views.message import MENTIONED, Names
from bot.views.runs.outline import rows, whole_lines
from bot.views.wording import channels
from bot.views.wording.display import address_of
from bot.views.wording.text import count, cut
from bot.views.wording.times import local_moment
from bot.views.wording.visible import Visible
from engine import Actor, Failure
from engine.text import redacted

MAX_FAILURE = 4_000
MAX_LINES, MAX_CHARACTERS = 400, 20_000
"""Lines and characters that a page shows of one value."""
_TOKEN = re.compile(
    r"<!date\^(?P<date>\d{1,12})\^(?P<pattern>[^|>]*)\|(?P<instead>[^>]*)>"
    r"|<!subteam\^(?P<group>[A-Z0-9]+)(?:\|[^>]*)?>|<@(?P<person>[A-Z0-9]+)(?:\|[^>]*)?>"
    r"|<#(?P<channel>[^<>|]+)(?:\|[^>]*)?>|<(?P<url>https?://[^<>|]+)\|(?P<text>[^>]*)>"
    r"|`(?P<code>[^`\n]+)`|\*(?P<bold>[^*\n]+)\*|(?P<line>\n)"
)


@dataclass(frozen=True, slots=True)
class Wording:
    """Turns texts and moments into HTML, for one reader at one time.

    `everything`: the reader is the operator, who may know the name of every channel.
    """

    now: datetime
    zone: tzinfo = UTC
    names: Names = MENTIONED
    everything: bool = False

    def rich(self, mrkdwn: str) -> Markup:
        """Return mrkdwn of the views as HTML. Nothing in it that was escaped can become markup."""
        parts, place = [], 0
        for found in _TOKEN.finditer(mrkdwn):
            parts += [_plain(mrkdwn[place : found.start()]), self._token(found)]
            place = found.end()
        return Markup("").join([*parts, _plain(mrkdwn[place:])])

    def _token(self, found: re.Match[str]) -> Markup:
        kind, text = found.lastgroup, found[found.lastgroup or 0]
        match kind:
            case "instead":
                return self._dated(datetime.fromtimestamp(int(found["date"]), UTC), found["pattern"])
            case "person":
                return escape(self.names.people.get(text, text))
            case "group":
                known = {id_: ref for ref, id_ in self.names.groups.items()}
                return escape(known.get(text, text))
            case "channel":
                return self._channel(_unescaped(text))
            case "text":
                return self.link(_unescaped(found["url"]), text)
            case "code":
                return Markup("<code>{}</code>").format(_plain(text))
            case "bold":
                return Markup("<b>{}</b>").format(self.rich(text))
        return Markup("<br>")

    def _channel(self, name: str) -> Markup:
        """Return a channel by its name, if the reader may know that."""
        known = self.everything or f"#{name}" in self.names.readable
        return escape(f"#{name}" if known else channels.PRIVATE)

    def failure(self, failure: Failure) -> str:
        """Return why something failed; the operator alone reads in which channel."""
        plain = self.everything and not failure.names_people
        message = failure.full_message if plain else self.names.failure(failure)
        return redacted(cut(message or failure.kind, MAX_FAILURE))

    def link(self, url: str, text: str) -> Markup:
        """Return a link to a page of another site; its text alone for anything but http and https."""
        address = address_of(url)
        if not address:
            return _plain(text)
        return Markup('<a href="{}" rel="noreferrer noopener">{}</a>').format(address, _plain(text))

    def moment(self, when: datetime | None) -> Markup:
        """`today 14:05`, in the reader's zone; empty for None."""
        if when is None:
            return Markup("")
        shown = local_moment(when, self.now, self.zone)
        return Markup('<time datetime="{}">{}</time>').format(when.isoformat(), shown)

    def _dated(self, when: datetime, pattern: str) -> Markup:
        """Return a moment in the form that its sentence has room for: `14:05` alone where that is clear."""
        if "{date" in pattern:
            return self.moment(when)
        local = when.astimezone(self.zone)
        return Markup('<time datetime="{}">{}</time>').format(when.isoformat(), f"{local:%H:%M}")

    def actor(self, actor: Actor) -> Markup:
        return self.rich(self.names.actor(actor))


def value(given: Any) -> Visible:
    """Return a JSON value as plain text: literal, with credentials hidden, its beginning if it is long."""
    if isinstance(given, str) and "\n" in given:
        lines = whole_lines(given[:MAX_CHARACTERS]).split("\n")
        is_cut = len(given) > MAX_CHARACTERS
    else:
        lines, is_cut = list(islice(rows(given), MAX_LINES + 1)), False
    text = redacted("\n".join(lines[:MAX_LINES]))
    is_cut = is_cut or len(lines) > MAX_LINES or len(text) > MAX_CHARACTERS
    shown = cut(Visible(text), MAX_CHARACTERS)
    return Visible(f"{shown}\n… shortened: signoff show RUN --json has all of it") if is_cut else shown


def log_lines(lines: tuple[str, ...], most: int) -> str:
    """Return the last lines of a log as plain text, with credentials hidden."""
    shown = [redacted(cut(line, 2_000)) for line in lines[-most:]]
    left = len(lines) - len(shown)
    return "\n".join([f"… {count(left, 'earlier line')}"] * bool(left) + shown)


def _plain(text: str) -> Markup:
    return escape(_unescaped(text))


def _unescaped(text: str) -> str:
    """Undo the escapes of mrkdwn."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
