"""Targets of the fuzzer: each takes any bytes, and raises the errors alone that its parser documents.

A target raises `AssertionError` where what the parser returned breaks its promise.
"""

import asyncio
import base64
import io
import json
import re
import shutil
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from dotenv import dotenv_values
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey
from slack_bolt.async_app import AsyncBoltRequest
from yarl import URL

from bot.audit_files import NotAnExport, read_export
from bot.console.slack_sign_in import SlackSignIn, Unconfirmed
from bot.errors import ConfigError
from bot.http.callbacks import refused
from bot.http.hooks import parse_body
from bot.http.refusal import Refusal
from bot.http.signatures import Unsigned, check
from bot.listeners.surface import clicked
from bot.mcp.messages import _refusal
from bot.oncall.calendar import Calendar
from bot.oncall.source import OnCallFailed
from bot.oncall.specs import CalendarSpec
from bot.settings.config import read_settings
from bot.slack.payloads import malformed
from bot.slack.relayed_requests import as_request, relayed
from bot.slash.argument_error import ArgumentError
from bot.slash.arguments import parse
from bot.slash.dates import InvalidMoment, until
from bot.views import button_values
from bot.views.forms.form import values_in
from engine import Actor, Engine, EngineSettings
from engine.audit.export import ExportInvalid, verified_export
from engine.audit.keys import Keyring
from engine.authoring.policy_cases import try_cases
from engine.authoring.policy_file import read_policies
from engine.authoring.services import Registry
from engine.authoring.tool_rule_file import read_tool_rules
from engine.authoring.yaml_form.documents import read_documents
from engine.clock import FakeClock
from engine.compiler.dict_form import compile_dict
from engine.errors import DefinitionError, DefinitionErrors, SignoffError
from engine.exact_json import AmbiguousJson, canonical, exact, read_message, written
from engine.forms import Schema
from engine.kernel.policies import ConditionError, check_condition, holds
from engine.kernel.schedules.cron import check_cron
from engine.model.definition.trigger_spec import WebhookSpec
from engine.model.values.durations import InvalidDuration, seconds
from engine.store.maintenance.backups import restore

import_module("recurring_ical_events")  # before the search, since it takes seconds
_SPLIT = b"\x00"
_NOW = 1_700_000_000.0
_STYLES = ("bearer", "hmac", "github", "slack", "stripe", "grafana", "sentry")
_KEY = OctKey.import_key("0123456789abcdef0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Target:
    """`take`: reads the bytes. `raises`: the errors that the parser documents. `seeds`: to begin with."""

    name: str
    take: Callable[[bytes], object]
    raises: tuple[type[BaseException], ...]
    seeds: tuple[bytes, ...]


def kept_inputs(target: Target) -> list[bytes]:
    """Return the inputs that an earlier search kept."""
    file = Path(__file__).resolve().parents[2] / "tests" / "fuzz" / "corpus" / f"{target.name}.txt"
    lines = file.read_text("ascii").splitlines() if file.exists() else []
    return [base64.b64decode(line) for line in lines]


def _text(data: bytes) -> str:
    """Return a text of any characters that UTF-8 can write: no door lets others in."""
    return data.decode("utf-8", "replace")


def _slash(data: bytes) -> None:
    parse(_text(data))


def _moment(data: bytes) -> None:
    until(_text(data), datetime(2026, 3, 28, 12, tzinfo=UTC), "Europe/Berlin")


def _workflow(data: bytes) -> None:
    for document in read_documents(_text(data), "flow.yaml"):
        compile_dict(document, Registry(), "flow.yaml", owner="@owners", channel="#general")


def _policies(data: bytes) -> None:
    text = _text(data)
    read_policies(text, "policies.yaml")
    try_cases(text, "policies.yaml")


def _tool_rules(data: bytes) -> None:
    read_tool_rules(_text(data), "rules.yaml")


def _condition(data: bytes) -> None:
    text = _text(data)
    check_condition(text, frozenset({"start", "step"}), ("REGION",))
    holds(text, {"workflow": {"name": "deploy"}, "time": {"hour": 3}, "requester": {"id": "U1"}})


def _delivery(data: bytes) -> None:
    kind, _, body = data.partition(_SPLIT)
    parse_body(body, _text(kind))


def _signature(data: bytes) -> None:
    style, *headers = _text(data).split("\x00")
    signature = cast(Any, _STYLES[len(style) % len(_STYLES)])
    spec = WebhookSpec(key="x", name="x", secret="X", signature=signature)  # noqa: S106 - the name of a variable
    named = dict(zip(headers[::2], headers[1::2], strict=False))
    check(spec, named, b"{}", "a secret of a webhook", _NOW)
    raise AssertionError("a request that nobody signed was taken")


def _slack(data: bytes) -> None:
    kind, _, text = _text(data).partition("\x00")
    request = AsyncBoltRequest(body=text, headers={"content-type": [kind]}, mode="http")
    body = request.body
    if malformed(body):
        return
    again = as_request(relayed(request).text)
    assert malformed(again.body) == "", "a request that was relayed cannot be read"
    if body.get("type") == "block_actions":
        clicked(cast(Any, None), body)
        for action in body["actions"]:
            button_values.decode((action.get("selected_option") or action).get("value") or "")
    if body.get("type") == "view_submission":
        view = body["view"]
        values_in(view, _FORM, {})
        button_values.decode_seen(button_values.decode(view.get("private_metadata", "")))


def _settings(data: bytes) -> None:
    values = dotenv_values(stream=io.StringIO(_text(data)))
    read_settings({name: value for name, value in values.items() if value is not None})


def _export(data: bytes) -> None:
    document, records = read_export(io.StringIO(_text(data), newline=""))
    try:
        verified_export(document, records, {})
    except ExportInvalid:
        for _ in records:
            pass


def _calendar(data: bytes) -> None:
    spec = CalendarSpec(source="ical", file="x.ics")
    calendar = Calendar(spec, cast(Any, None), Path(), FakeClock())
    calendar._at(data, datetime(2026, 3, 28, 12, tzinfo=UTC))


def _mcp_line(data: bytes) -> None:
    _refusal(data)


def _exact(data: bytes) -> None:
    message = read_message(_text(data))
    json.loads(written(message))
    value = exact(message)
    text = canonical(value)
    assert exact(read_message(text)) == value, "a canonical text says something else"
    assert canonical(exact(read_message(text))) == text, "a canonical text has another form"


def _cron(data: bytes) -> None:
    expr, _, zone = _text(data).partition("\x00")
    check_cron(expr, zone or "UTC")


def _duration(data: bytes) -> None:
    found = seconds(_text(data))
    assert 0 < found <= 366 * 86_400


def _callback(data: bytes) -> None:
    url = _text(data)
    if not refused(url, {"ci.example.com", "build.example.com:8443"}):
        # The library that connects reads the address again, by rules of its own.
        assert URL(url).host in ("ci.example.com", "build.example.com"), "another host is called"
        assert "ci.example.com" in url.lower() or "build.example.com" in url.lower(), "a host in disguise"


def _identity(data: bytes) -> None:
    identity, _, keys = _text(data).partition("\x00")
    parts = SimpleNamespace(
        settings=SimpleNamespace(slack_origin="https://slack.example", client_id="1.2"),
        team=lambda: "T1",
        clock=FakeClock(),
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of weak keys, which Slack's are not
            found = KeySet.import_key_set(json.loads(keys))
    except (JoseError, ValueError, TypeError, LookupError, AttributeError):
        found = KeySet([_KEY])
    SlackSignIn(cast(Any, parts), cast(Any, None), cast(Any, None))._confirmed(identity, found, "nonce")
    raise AssertionError("an identity that nobody signed was taken")


@cache
def _backup() -> tuple[bytes, Path]:
    """Return a database, and the folder of its keys."""
    folder = Path(tempfile.mkdtemp(prefix="signoff-fuzz-backup-"))

    async def make() -> None:
        engine = await Engine.open(folder / "signoff.db", settings=EngineSettings(folder))
        await engine.close(grace=0)

    asyncio.run(make())
    return (folder / "signoff.db").read_bytes(), folder / "keys"


def _damaged(data: bytes) -> tuple[bytes, Path]:
    """Return a database in which bytes differ, and its keys: each four bytes are a place and a value."""
    whole, keys = _backup()
    changed = bytearray(whole)
    for at in range(0, len(data) - 3, 4):
        changed[int.from_bytes(data[at : at + 3]) % len(changed)] = data[at + 3]
    return bytes(changed), keys


def _open(data: bytes) -> None:
    """Start with a damaged database, read its lists, and stop."""
    changed, keys = _damaged(data)

    async def start(folder: Path) -> None:
        engine = await Engine.open(folder / "signoff.db", settings=EngineSettings(folder))
        try:
            await engine.runs()
        finally:
            await engine.close(grace=0)

    with tempfile.TemporaryDirectory(prefix="signoff-fuzz-") as name:
        folder = Path(name)
        shutil.copytree(keys, folder / "keys")
        (folder / "signoff.db").write_bytes(changed)
        asyncio.run(start(folder))


def _restore(data: bytes) -> None:
    """Restore a damaged backup."""
    changed, keys = _damaged(data)
    with tempfile.TemporaryDirectory(prefix="signoff-fuzz-") as folder:
        copy = Path(folder) / "copy.db"
        copy.write_bytes(changed)
        now = datetime(2026, 3, 28, 12, tzinfo=UTC)
        restore(Path(folder) / "signoff.db", copy, now, Keyring(keys), Actor("cli", "root"))


_FORM: Schema = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "copies": {"type": "integer"},
        "share": {"type": "number"},
        "day": {"type": "string", "format": "date"},
        "urgent": {"type": "boolean"},
    },
}
_FORMS = (DefinitionError, DefinitionErrors)
_CLICK = {
    "type": "block_actions",
    "user": {"id": "U1"},
    "trigger_id": "1.2",
    "container": {"type": "message", "message_ts": "1.1"},
    "actions": [{"action_id": "signoff:approve", "block_id": "x", "value": "1|run-1.go|approve"}],
}
_FORM_SENT = {
    "type": "view_submission",
    "user": {"id": "U1"},
    "trigger_id": "1.2",
    "view": {
        "id": "V1",
        "type": "modal",
        "callback_id": "signoff:x",
        "private_metadata": "1|run-1|x",
        "blocks": [{"type": "input", "block_id": "copies", "element": {"type": "x", "action_id": "copies"}}],
        "state": {"values": {"copies": {"copies": {"value": "3"}}}},
    },
}
_DOCS = Path(__file__).resolve().parents[2] / "docs" / "guides"


def _shown(*pages: str) -> tuple[bytes, ...]:
    """Return the YAML files that these pages show."""
    texts = [(_DOCS / page).read_text("utf-8") for page in pages]
    return tuple(
        block.encode() for text in texts for block in re.findall(r"```yaml[^\n]*\n(.*?)```", text, re.DOTALL)
    )


_CALENDAR = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
BEGIN:VEVENT\r
UID:1\r
DTSTART;VALUE=DATE:20260301\r
DTEND;VALUE=DATE:20260302\r
RRULE:FREQ=DAILY;COUNT=60\r
SUMMARY:carol@example.com\r
END:VEVENT\r
END:VCALENDAR\r
"""
_JSON = b"application/json\x00"
_SENT = b"application/x-www-form-urlencoded\x00"

TARGETS: tuple[Target, ...] = (
    Target(
        "slash",
        _slash,
        (ArgumentError,),
        (
            b"run ship service=billing copies=2",
            b'cancel run-1 "no more"',
            b"away to @bob until tomorrow 9:00",
        ),
    ),
    Target("dates", _moment, (InvalidMoment,), (b"tomorrow 9:00", b"2026-03-29 02:30", b"fri")),
    Target("workflows", _workflow, _FORMS, (*_shown("yaml.md", "commands.md"), b"a: &x [1]\nb: *x\n")),
    Target("policies", _policies, _FORMS, _shown("policies.md")),
    Target("tool-rules", _tool_rules, _FORMS, _shown("mcp-proxy.md")),
    Target("conditions", _condition, (ConditionError,), (b'workflow.name == "deploy" && time.hour < 8',)),
    Target(
        "deliveries", _delivery, (Refusal,), (_JSON + b'{"a": [1, 2.5e3]}', _SENT + b"payload=%7B%7D&x=1")
    ),
    Target(
        "signatures",
        _signature,
        (Unsigned,),
        (
            b"12\x00X-Signature\x00sha256=00\x00X-Timestamp\x001700000000",
            b"1234\x00Stripe-Signature\x00t=1700000000,v1=00",
        ),
    ),
    Target(
        "slack",
        _slack,
        (button_values.UnknownButton, ValueError, TypeError, AttributeError, LookupError, RecursionError),
        (
            _JSON + json.dumps(_CLICK).encode(),
            _JSON + json.dumps(_FORM_SENT).encode(),
            _SENT + b"command=%2Fworkflow&text=help&user_id=U1&trigger_id=1",
        ),
    ),
    Target(
        "settings",
        _settings,
        (ConfigError,),
        (
            b'SIGNOFF_PORT=3000\nSIGNOFF_KEEP=90d\nSIGNOFF_GROUPS={"a": ["U1"]}\n',
            b"SIGNOFF_ONCALL={}\nSIGNOFF_CHECKPOINT_TO=#x,https://a.example\n",
            b"DATABASE_URL=sqlite:///x.db\nSIGNOFF_CALLBACK_HOSTS=a.example:1\n",
            b"SIGNOFF_KEYS=~nobody-here\nSIGNOFF_EVENTS_TO=~nobody-here/x.yaml\n",
        ),
    ),
    Target(
        "exports",
        _export,
        (NotAnExport,),
        (b'{"payload": "x"}\n{"type": "run.started", "seq": 1}\n', b"seq,type,at\n1,2,3\n"),
    ),
    Target("calendars", _calendar, (OnCallFailed,), (_CALENDAR,)),
    Target("databases", _open, (SignoffError,), (b"", b"\x00\x00\x10\x0d", b"\x00\x10\x03\xff")),
    Target("backups", _restore, (SignoffError,), (b"", b"\x00\x00\x10\x0d", b"\x00\x10\x03\xff")),
    Target(
        "mcp-lines", _mcp_line, (), (b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {}}\n',)
    ),
    Target(
        "exact-json",
        _exact,
        (ValueError, AmbiguousJson),
        (b'{"a": [1, 2.5, 1e21, "\\u00e9", null, true]}', b'{"b": {"c": -0.0, "d": 1e-7}}'),
    ),
    Target(
        "cron",
        _cron,
        (ValueError,),
        (b"0 9 * * mon-fri\x00Europe/Berlin", b"*/5 1,2 29 2 *", b"0 0 l * *"),
    ),
    Target("durations", _duration, (InvalidDuration,), (b"1h30m", b"0.5d", b"4 s")),
    Target(
        "callbacks",
        _callback,
        (),
        (b"https://ci.example.com/x", b"https://build.example.com:8443/", b"http://[::1]/"),
    ),
    Target(
        "identities",
        _identity,
        (Unconfirmed,),
        (
            b'eyJhbGciOiJub25lIn0.e30.\x00{"keys": []}',
            b'eyJhbGciOiJIUzI1NiJ9.e30.AAAA\x00{"keys": [{"kty": "oct", "k": "AAAA"}]}',
        ),
    ),
)
BY_NAME = {target.name: target for target in TARGETS}
