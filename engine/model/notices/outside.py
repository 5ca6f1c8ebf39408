"""Places of messages outside Slack: `mailto:ops@example.com`, and `https://hooks.example.com/x`."""

import re
from urllib.parse import urlsplit

MAILTO = "mailto:"
MAX_SUBJECT = 200
_WEB = ("https://", "http://")
_MAX_ADDRESS, _MAX_LOCAL, _MAX_URL = 254, 64, 2_000
_LOCAL = re.compile(r"[A-Za-z0-9_+=~'-]+(\.[A-Za-z0-9_+=~'-]+)*")
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"({_LABEL}\.)+{_LABEL}")
_URL = re.compile(r"[!-~]+")


def is_mail(place: object) -> bool:
    """Return whether a place is an e-mail address."""
    return isinstance(place, str) and place.lower().startswith(MAILTO)


def is_outside(place: object) -> bool:
    """Return whether a place is outside Slack, valid or not."""
    return isinstance(place, str) and (is_mail(place) or place.lower().startswith(_WEB))


def outside_problem(place: str, *, pattern: bool = False) -> str:
    """Return what is wrong with a place outside Slack, as the rest of a sentence; empty where it is valid.

    `pattern`: `mailto:*@example.com` is valid too.
    """
    return mail_problem(place[len(MAILTO) :], pattern=pattern) if is_mail(place) else _url_problem(place)


def mail_problem(address: str, *, pattern: bool = False) -> str:
    """Return what is wrong with one e-mail address, as the rest of a sentence; empty where it is valid.

    Only plain addresses in ASCII are valid, so that none can hold a header, a second address or an option.
    """
    local, _, domain = address.rpartition("@")
    if not (_LOCAL.fullmatch(local) or (pattern and local == "*")) or not _DOMAIN.fullmatch(domain):
        return "is not one e-mail address in ASCII, such as ops@example.com"
    if len(address) > _MAX_ADDRESS or len(local) > _MAX_LOCAL:
        return f"is too long for an e-mail address. Use at most {_MAX_ADDRESS} characters"
    return ""


def _url_problem(url: str) -> str:
    if not url.startswith(_WEB) or not _URL.fullmatch(url) or "\\" in url or "#" in url:
        return "is not an address such as https://hooks.example.com/alerts"
    if len(url) > _MAX_URL:
        return f"is too long. Use at most {_MAX_URL:,} characters"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is not an address such as https://hooks.example.com/alerts"
    if not host or parts.username is not None:
        return "has no host, or names a user. Write it like https://hooks.example.com/alerts"
    return ""


def covers(allowed: str, place: str) -> bool:
    """Return whether an entry of `may_notify` allows a place outside Slack. Both are valid."""
    if not is_mail(allowed) or not is_mail(place):
        return allowed == place
    local, _, domain = allowed[len(MAILTO) :].rpartition("@")
    to, _, at = place[len(MAILTO) :].rpartition("@")
    return domain.lower() == at.lower() and local in ("*", to)


def named(place: str) -> str:
    """Return a place as operators read it: without the path of an address, which may be a secret."""
    return place if is_mail(place) else urlsplit(place).netloc.lower()


def subject_problem(subject: object) -> str:
    """Return what is wrong with a subject, as the rest of a sentence; empty where it is valid."""
    if not isinstance(subject, str):
        return "is not a text"
    if any(not character.isprintable() for character in subject):
        return "has a line break or another control character"
    return f"has {len(subject)} characters, and {MAX_SUBJECT} fit" if len(subject) > MAX_SUBJECT else ""
