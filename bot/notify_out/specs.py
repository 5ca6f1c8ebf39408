"""The settings of messages outside Slack: a mail server, and the hosts that get requests. Pure."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from bot.slack.addresses import is_loopback
from engine.outside import is_mail, mail_problem
from engine.vault import NAME

_HOST = re.compile(r"[a-z0-9.-]+(:\d{1,5})?")
_EXAMPLE = 'Write JSON like {"hooks.example.com": "HOOKS_SECRET"}, with the name of the secret that signs.'
_URL_EXAMPLE = "Write it like smtp://user@mail.example.com:587 or smtps://user@mail.example.com."
_NO_SERVER = (
    "no e-mail can be sent, because SIGNOFF_SMTP_URL and SIGNOFF_SMTP_FROM are not set. Ask the operator of "
    "Signoff to set them."
)


class InvalidOutside(ValueError):
    """A problem of a setting, as the rest of a sentence that begins with its name."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where e-mail is handed in. `tls`: from the first byte, by STARTTLS, or none, on this machine alone."""

    host: str
    port: int
    tls: str
    user: str = ""


@dataclass(frozen=True, slots=True)
class WebHost:
    """A host that gets messages. `secret`: the name of the secret that signs. `private`: it may be inside
    this machine's networks."""

    secret: str
    private: bool = False


@dataclass(frozen=True, slots=True)
class Mail:
    """How e-mail is sent: the server, the address of the sender, and the function that gives the password."""

    server: MailServer
    sender: str
    password: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Outside:
    """Places outside Slack that this installation may reach."""

    mail: Mail | None
    hosts: Mapping[str, WebHost]

    def problem(self, place: str) -> str:
        """Return why nothing is sent to a place outside Slack, with the remedy; empty where it is."""
        if is_mail(place):
            return "" if self.mail is not None else _NO_SERVER
        if self.host_of(place) is None:
            return (
                f"the host {urlsplit(place).hostname} is not in SIGNOFF_NOTIFY_HOSTS. Ask the operator of "
                "Signoff to add it."
            )
        if urlsplit(place).scheme != "https" and not is_loopback(urlsplit(place).hostname or ""):
            return "the address is not encrypted. Write https://."
        return ""

    def host_of(self, url: str) -> WebHost | None:
        """Return the settings of the host of an address: with its port first; None where there are none."""
        parts = urlsplit(url)
        name = (parts.hostname or "").lower()
        return self.hosts.get(f"{name}:{parts.port}") or self.hosts.get(name)


def read_mail_server(text: str) -> MailServer:
    """Return the server of `smtp://user@host:587` or `smtps://user@host`. Raises `InvalidOutside`.

    No error shows the address, because it may hold a password.
    """
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise InvalidOutside(f"is not the address of a mail server. {_URL_EXAMPLE}") from None
    if parts.password is not None:
        raise InvalidOutside("holds a password. Put that into SIGNOFF_SMTP_PASSWORD.")
    if not re.fullmatch(r"smtps?://[!-~]+", text) or not re.fullmatch(r"[A-Za-z0-9.:-]+", host):
        raise InvalidOutside(f"is not the address of a mail server. {_URL_EXAMPLE}")
    if parts.path.strip("/") or parts.query or parts.fragment or port == 0:
        raise InvalidOutside(f"has more than a user, a host and a port. {_URL_EXAMPLE}")
    if parts.scheme == "smtps":
        return MailServer(host, port or 465, "tls", unquote(parts.username or ""))
    tls = "none" if is_loopback(host) else "starttls"
    return MailServer(host, port or (25 if tls == "none" else 587), tls, unquote(parts.username or ""))


def check_sender(text: str) -> str:
    """Return the address of the sender. Raises `InvalidOutside`."""
    if why := mail_problem(text):
        raise InvalidOutside(f"{text!r:.100} {why}.")
    return text


def read_hosts(text: str) -> dict[str, WebHost]:
    """Return the hosts of the setting, by `host` or `host:port`. Raises `InvalidOutside`."""
    try:
        given = json.loads(text)
    except ValueError as error:
        raise InvalidOutside(f"is not JSON ({error}). {_EXAMPLE}") from None
    if not isinstance(given, dict):
        raise InvalidOutside(f"must name hosts, each with its secret. {_EXAMPLE}")
    return {name.lower(): _host(name.lower(), value) for name, value in given.items()}


def _host(name: str, value: Any) -> WebHost:
    if not _HOST.fullmatch(name):
        raise InvalidOutside(f"names {name!r:.100}, which is not a host. {_EXAMPLE}")
    fields = {"secret": value} if isinstance(value, str) else value
    if not isinstance(fields, dict) or not fields.keys() <= {"secret", "private"}:
        raise InvalidOutside(f"has {name} with other keys than secret and private. {_EXAMPLE}")
    secret, private = fields.get("secret"), fields.get("private", False)
    if not isinstance(secret, str) or not NAME.fullmatch(secret):
        raise InvalidOutside(f"has {name} without the name of a secret. {_EXAMPLE}")
    if not isinstance(private, bool):
        raise InvalidOutside(
            f"has {name} with private neither true nor false. Write true or false, without quotes."
        )
    from engine.addresses import names_public_host  # noqa: PLC0415 - it loads aiohttp

    host = name.partition(":")[0]
    if not private and (is_loopback(host) or not names_public_host(host)):
        raise InvalidOutside(
            f"names {name}, which is inside this machine's networks. Write "
            f'{{"{name}": {{"secret": "{secret}", "private": true}}}} to send messages there.'
        )
    return WebHost(secret, private)
