"""Checks of settings, and the errors for invalid ones."""

import json
import re
from importlib.util import find_spec
from typing import Any
from urllib.parse import unquote

from pydantic_core import PydanticCustomError

from bot.slack.addresses import is_loopback, reveals_token
from bot.slack.user_ids import USER_ID

_HANDLE = re.compile(r"[a-z0-9][a-z0-9._-]*")
_OWNER = re.compile(r"@[a-z0-9][a-z0-9._-]*|oncall:[A-Za-z0-9][A-Za-z0-9._-]*|[UW][A-Z0-9]{2,}")
_CHANNEL = re.compile(r"#[\w-]+|[CG][A-Z0-9]{2,}")
_KINDS = {
    "xoxb-": "a bot token",
    "xapp-": "an app-level token",
    "xoxp-": "a user token",
    "xoxe-": "a token that expires",
    "xoxe.": "a token that expires",
    "xoxa-": "an old workspace token",
}
WHERE = {
    "SLACK_BOT_TOKEN": (
        "xoxb-",
        "Copy the Bot User OAuth Token from the app's page at api.slack.com/apps, OAuth & Permissions.",
    ),
    "SLACK_APP_TOKEN": (
        "xapp-",
        "Make an app-level token with the scope connections:write on the app's page, Basic Information.",
    ),
    "SLACK_CONFIG_TOKEN": (
        "xoxe.xoxp-",
        "Generate an app configuration token at api.slack.com/apps, below the list of apps.",
    ),
}
SIGNING_SECRET_WHERE = "Copy the Signing Secret from your app's page, under Basic Information."  # noqa: S105


def check_token(name: str, token: str) -> None:
    """One of the two tokens, by the name of its setting. Never repeats the token."""
    prefix, where = WHERE[name]
    if token != token.strip() or len(token.split()) > 1:
        raise wrong("has a space or a line break in it. Paste it again without that.")
    if token.startswith(prefix):
        if not re.fullmatch(r"[A-Za-z0-9.-]{8,}", token):
            raise wrong(f"is too short or has characters that tokens do not have. {where}")
        return
    kind = next((description for start, description in _KINDS.items() if token.startswith(start)), None)
    other = next((setting for setting, (start, _) in WHERE.items() if token.startswith(start)), None)
    if other is not None:
        raise wrong(f"holds {kind}; that one belongs in {other}. {where}")
    raise wrong(f"{'holds ' + kind if kind else 'is not a token'}; this one starts with {prefix}. {where}")


def check_secret(text: str) -> None:
    """The signing secret. Raises the error that pydantic reports."""
    if text != text.strip() or len(text.split()) > 1:
        raise wrong("has a space or a line break in it. Paste it again without that.")
    if text.startswith(("xo", "xapp-")):
        raise wrong(f"is a token, not the signing secret. {SIGNING_SECRET_WHERE}")


def check_reference(field: str, text: str) -> None:
    """The owner or the channel of workflows that name none."""
    if field == "owner" and not _OWNER.fullmatch(text):
        raise wrong(f"{text!r} is not a group or a person. Write @group, or a member id like U012AB3CD.")
    if field == "channel" and not _CHANNEL.fullmatch(text):
        raise wrong(f"{text!r} is not a channel. Write #name, or a channel id like C012AB3CD.")


def read_groups(text: str) -> dict[str, tuple[str, ...]]:
    """`{"on-call": ["U1"]}`: handle without the `@` to user ids."""
    example = 'Write JSON like {"on-call": ["U012AB3CD"]}.'
    groups = _entries(text, f"must say who is in which group. {example}", example)
    handles: dict[str, tuple[str, ...]] = {}
    for handle, members in groups:
        name = handle.lstrip("@")
        if not _HANDLE.fullmatch(name):
            raise wrong(
                f"names a group {handle!r}. A name has lowercase letters, digits, hyphens, "
                f"underscores and dots. {example}"
            )
        if name in handles:
            raise wrong(f"lists the group {name} twice. Write all of its members in one list.")
        if not isinstance(members, list) or isinstance(members, _Entries) or not members:
            raise wrong(f"needs a list of user ids for the group {name}. {example}")
        strangers = [member for member in members if not USER_ID.fullmatch(str(member))]
        if strangers:
            raise wrong(f"has {strangers[0]!r} in the group {name}, which is not a user id. {example}")
        handles[name] = tuple(members)
    return handles


def read_cli_users(text: str) -> dict[str, str]:
    """`{"ops": "U1"}`: operating-system user to the user id of the person behind it."""
    example = 'Write JSON like {"ops": "U012AB3CD"}.'
    entries = _entries(text, f"must map each operating-system user to one Slack user. {example}", example)
    users: dict[str, str] = {}
    for name, person in entries:
        if name in users:
            raise wrong(f"maps {name} twice. Keep one of the two entries.")
        if name.strip() != name or not name:
            raise wrong(f"maps {name!r}, and no operating-system user has that name. {example}")
        if not isinstance(person, str) or not USER_ID.fullmatch(person):
            raise wrong(f"maps {name} to {person!r}, which is not a user id. {example}")
        users[name] = person
    return users


class _Entries(list[tuple[str, Any]]):
    """A JSON object as it is written: a key that is there twice is there twice."""


def _entries(text: str, other: str, example: str) -> _Entries:
    """The entries of a JSON object. `other`: what is said of any other JSON."""
    try:
        entries = json.loads(text, object_pairs_hook=_Entries)
    except ValueError as error:
        raise wrong(f"is not JSON ({error}). {example}") from None
    if not isinstance(entries, _Entries):
        raise wrong(other)
    return entries


def wrong(text: str) -> PydanticCustomError:
    """To be raised in a validator; `text` goes on after the name of the setting."""
    # The text may hold braces (JSON examples), which a template would take for its own.
    return PydanticCustomError("signoff", "{text}", {"text": text})


def check_console_url(text: str) -> str:
    """Return the address of the web application without a slash at its end."""
    if not re.fullmatch(r"https?://[A-Za-z0-9.\[\]:-]+/?", text):
        raise wrong(f"{text!r} is not an address without a path. Write it like https://signoff.example.com.")
    if reveals_token(text):
        raise wrong(
            f"{text!r} would take sessions over the network unencrypted. "
            "Write https://, or use an address of this machine such as http://127.0.0.1:3000."
        )
    return text.rstrip("/")


def check_heartbeat_url(text: str) -> None:
    """Refuse what is not an address. It may hold a secret, so that no error shows it."""
    if not re.fullmatch(r"https?://[A-Za-z0-9.\[\]:-]+(/[!-~]*)?", text):
        raise wrong("It is not an address. Write it like https://hc.example.com/ping/….")


def check_checkpoint_place(text: str) -> None:
    """Refuse what is neither a folder, nor an address, nor a channel. No error shows an address."""
    if "://" in text:
        if not re.fullmatch(r"https?://[A-Za-z0-9.\[\]:-]+(/[!-~]*)?", text):
            raise wrong(
                "One of its addresses is invalid. Write it like https://audit.example.com/checkpoints."
            )
        if reveals_token(text):
            raise wrong("One of its addresses is not encrypted. Write https://.")
    elif not text.startswith("/") and not _CHANNEL.fullmatch(text):
        raise wrong(
            f"{text!r} is neither a folder such as /mnt/audit, nor an address such as "
            "https://audit.example.com, nor a channel such as #audit."
        )


def check_metrics(mode: str, host: str, token: Any) -> None:
    """Refuse metrics that everybody who reaches the port could read."""
    if token is not None and not token.get_secret_value().strip():
        raise wrong("SIGNOFF_METRICS_TOKEN is empty. Write a long random text, or leave it out.")
    if mode == "on" and token is None and not is_loopback(host):
        raise wrong(
            f"SIGNOFF_METRICS=on would show the names of workflows to everybody who reaches {host}. "
            "Set SIGNOFF_METRICS_TOKEN, or leave out SIGNOFF_HOST."
        )


def check_smtp(server: Any, sender: str | None, password: Any) -> None:
    """Refuse settings of e-mail that are not complete. `server`: a `MailServer`, or None."""
    if server is None:
        if sender is not None or password is not None:
            name = "SIGNOFF_SMTP_FROM" if sender is not None else "SIGNOFF_SMTP_PASSWORD"
            raise wrong(
                f"{name} is set, but SIGNOFF_SMTP_URL is not. Set it, such as smtp://mail.example.com."
            )
        return
    if sender is None:
        raise wrong("SIGNOFF_SMTP_URL is set, but SIGNOFF_SMTP_FROM is not. Set the address of the sender.")
    if bool(server.user) != (password is not None):
        raise wrong(
            "SIGNOFF_SMTP_PASSWORD or the user in SIGNOFF_SMTP_URL, as in smtp://user@mail.example.com, is "
            "missing. Set both, or none."
        )


NO_OTLP = (
    "is set, and traces and metrics need the package opentelemetry-proto. Install it: pip install "
    '"signoff[otlp]", or leave the setting out.'
)


def has_otlp() -> bool:
    """Return whether the packages of the extra `otlp` are installed."""
    return find_spec("opentelemetry") is not None and find_spec("opentelemetry.proto") is not None


def check_otlp_endpoint(text: str) -> None:
    """Refuse what is not an address of a collector. It may hold a secret, so that no error shows it."""
    if not re.fullmatch(r"https?://[A-Za-z0-9.\[\]:_-]+(/[!-~]*)?", text):
        raise wrong(
            "It is not the address of a collector. Write it like http://127.0.0.1:4318, "
            "and a password in OTEL_EXPORTER_OTLP_HEADERS."
        )


def read_pairs(text: str, *, headers: bool = False) -> dict[str, str]:
    """Return `name=value,name=value` as a mapping. Values are percent-encoded. No error shows a value."""
    pairs = {}
    for number, part in enumerate(filter(None, map(str.strip, text.split(","))), 1):
        name, equals, value = part.partition("=")
        name, value = name.strip(), unquote(value.strip())
        if not equals or not re.fullmatch(r"[A-Za-z0-9._-]{1,100}", name):
            raise wrong(f"Its part {number} is not NAME=VALUE. Separate parts by commas, and write , as %2C.")
        if headers and not re.fullmatch(r"[ -~]*", value):
            raise wrong(f"The value of {name} has characters that a header cannot have.")
        pairs[name] = value
    return pairs


def check_otlp(endpoint: Any, headers: Any, metrics: str) -> None:
    """Refuse headers that would be readable on their way, and metrics that go nowhere."""
    if metrics == "otlp" and endpoint is None:
        raise wrong(
            "OTEL_METRICS_EXPORTER is otlp, and no collector is set. Set OTEL_EXPORTER_OTLP_ENDPOINT too, or "
            "leave OTEL_METRICS_EXPORTER out."
        )
    if endpoint is not None and headers is not None and reveals_token(endpoint.get_secret_value()):
        raise wrong(
            "OTEL_EXPORTER_OTLP_ENDPOINT would take OTEL_EXPORTER_OTLP_HEADERS over the network unencrypted. "
            "Write https://, or leave the headers out."
        )


def check_console(mode: str, host: str, url: str | None, client_id: str | None, secret: Any) -> None:
    """The settings of the web console together."""
    if mode == "open" and not is_loopback(host):
        raise wrong(
            f"SIGNOFF_CONSOLE=open would show every run to everybody who reaches {host}. "
            "Write SIGNOFF_CONSOLE=on, or leave out SIGNOFF_HOST."
        )
    if (client_id is None) != (secret is None):
        missing = "SLACK_CLIENT_ID" if client_id is None else "SLACK_CLIENT_SECRET"
        raise wrong(
            f"{missing} is not set, and Sign in with Slack needs both. Copy it from the app's page under "
            "Basic Information."
        )
    if client_id is not None and url is None and mode != "open":
        raise wrong(
            "SIGNOFF_CONSOLE_URL is not set, and Sign in with Slack returns to it. Write the address at "
            "which people reach Signoff, such as https://signoff.example.com."
        )
