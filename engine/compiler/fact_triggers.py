"""Triggers that observe facts: their templates, filter and input, checked when a workflow is loaded."""

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from typing_extensions import TypedDict

from engine.authoring.approval_options import several
from engine.authoring.refs import Field
from engine.authoring.secrets import name_of_secret
from engine.authoring.triggers import AfterRun, FileArrival, OnEvent, QueryChange, Webhook
from engine.compiler.conditions import typed_tests
from engine.compiler.definition.checks import Checks, did_you_mean
from engine.kernel.facts import template_paths, templates_in
from engine.model.definition.conditions import Compare, Condition, leaves
from engine.model.definition.elements import ELEMENT
from engine.model.definition.trigger_spec import (
    EventSpec,
    FactSpec,
    FileSpec,
    RowSpec,
    SignatureStyle,
    TimeSpec,
    WebhookSpec,
)

MAX_BODY_BYTES = 1024 * 1024
MAX_REPLAY_SECONDS = 24 * 3600.0
STYLES: tuple[str, ...] = SignatureStyle.__args__  # type: ignore[attr-defined]
KEYS = {
    "bearer": "{headers.idempotency_key?}",
    "stripe": "{payload.id}",
    "slack": "{payload.event_id?}",
    "pagerduty": "{payload.event.id}",
}
"""By style: the template that names a delivery. It is within what the style signs; a bearer is trusted."""
ENDS = ("succeeded", "failed", "cancelled")
EVENTS = (
    "run.created", "run.started", "run.waiting", "run.succeeded", "run.failed", "run.cancelled",
    "step.succeeded", "step.retrying", "step.waiting", "step.failed", "step.skipped",
    "request.opened", "request.decided", "request.expired", "request.reminded", "request.escalated",
    "request.unanswerable",
)  # fmt: skip
"""Types of events that a trigger can wait for: each belongs to a run."""


class File(TypedDict):
    path: str
    name: str
    stem: str
    folder: str
    size: int
    modified_at: str


class Event(TypedDict):
    type: str
    at: str
    step: str | None
    request: str | None
    data: dict[str, Any]


class Run(TypedDict):
    id: str
    workflow: str
    state: str
    reason: str | None
    input: Any


Parts = Mapping[str, Any]
"""The parts of a fact by name, with the types of their values."""
FILE_PARTS: Parts = {"file": File}
ROW_PARTS: Parts = {"row": dict[str, Any]}
EVENT_PARTS: Parts = {"event": Event, "run": Run, "steps": dict[str, Any]}
WEBHOOK_PARTS: Parts = {"payload": Any, "headers": dict[str, str]}
_EXAMPLES = {
    "payload": ("delivery", "id"),
    "event": ("event", "type"),
    "file": ("file", "name"),
    "row": ("row", "id"),
}
"""By the first part of a fact: what the fact is called, and a field that tells two apart."""
_LIST_PATH = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9][A-Za-z0-9_]*)*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HEADER = re.compile(r"[A-Za-z0-9-]+")


def webhook_spec(checks: Checks, trigger: Webhook) -> WebhookSpec | None:
    """None when something is wrong with it, which the checks know then."""
    before = len(checks.errors)
    checks.name(trigger.name, "webhook", "Use at most 100 letters, digits, - and _, beginning with a letter.")
    what = f"The webhook {trigger.name}"
    secret = name_of_secret(trigger.secret)
    check_variable(checks, secret, f"{what}: secret")
    if trigger.signature not in STYLES:
        checks.error(f"{what}: signature is {trigger.signature!r}.", f"Use {', '.join(STYLES)}.")
    for label in ("header", "timestamp_header"):
        value = getattr(trigger, label)
        if not isinstance(value, str) or (value and not _HEADER.fullmatch(value)):
            checks.error(f"{what}: {label} is {value!r}.", 'Write the name of a header, as in "X-Signature".')
        elif value and trigger.signature not in ("hmac", "grafana"):
            remedy = "Leave it out, or use signature='hmac'."
            checks.error(f"{what}: {label} is set, and {trigger.signature} has its own.", remedy)
    replay = checks.duration(trigger.replay, f"{what}: replay", None, 1.0)
    if replay is not None and replay > MAX_REPLAY_SECONDS:
        checks.error(f"{what}: replay is {trigger.replay!r}.", "Give at most 24h.")
    size = trigger.max_bytes
    if not isinstance(size, int) or isinstance(size, bool) or not 1 <= size <= MAX_BODY_BYTES:
        remedy = f"Give a number of bytes from 1 to {MAX_BODY_BYTES}."
        checks.error(f"{what}: max_bytes is {size!r}.", remedy)
    key = f"{what}: idempotency_key"
    check_key(checks, trigger.idempotency_key, key, "delivery", WEBHOOK_PARTS, "payload.id")
    checks.flag(trigger.equal_bodies, f"{what}: equal_bodies")
    shared = shared_options(checks, trigger, what, WEBHOOK_PARTS)
    if len(checks.errors) > before or replay is None:
        return None
    return WebhookSpec(
        key=f"webhook:{trigger.name}",
        name=trigger.name,
        secret=secret,
        signature=trigger.signature,
        header=trigger.header,
        timestamp_header=trigger.timestamp_header,
        replay=replay,
        max_bytes=size,
        idempotency_key=trigger.idempotency_key or KEYS.get(trigger.signature, ""),
        equal_bodies=trigger.equal_bodies,
        **shared,
    )


def shared_options(checks: Checks, trigger: Any, what: str, parts: Parts) -> dict[str, Any]:
    """The options that all triggers which observe facts have, as their spec takes them."""
    checks.flag(trigger.enabled, f"{what}: enabled")
    checks.flag(trigger.quiet, f"{what}: quiet")
    each = _each(checks, trigger, what, parts)
    parts = {**parts, ELEMENT: Any} if each else parts
    given = trigger.input
    if not isinstance(given, Mapping | str) or (isinstance(given, str) and not given):
        checks.error(f"{what}: input is {given!r}.", 'Write input={"field": "{payload.field}"}.')
        given = {}
    for text in templates_in(given):
        check_template(checks, text, f"{what}: input", parts)
    return {
        "each": each,
        "input": given if isinstance(given, str) else dict(given),
        "filter": filter_condition(checks, trigger.filter, what, parts),
        **_sameness(checks, trigger, what, parts, each),
        "enabled": trigger.enabled,
        "quiet": trigger.quiet,
    }


def _each(checks: Checks, trigger: Any, what: str, parts: Parts) -> str:
    """Return the path of the list whose elements are the facts; empty where there is none."""
    path, first = getattr(trigger, "each", ""), next(iter(parts))
    if not path and isinstance(path, str):
        return ""
    if not isinstance(path, str) or not _LIST_PATH.fullmatch(path):
        remedy = f'Write the path of a list without braces, as in each="{first}.items".'
        checks.error(f"{what}: each is {path!r}.", remedy)
        return ""
    check_template(checks, f"{{{path}}}", f"{what}: each", parts)
    return path


def _sameness(checks: Checks, trigger: Any, what: str, parts: Parts, each: str) -> dict[str, Any]:
    """Which facts are one: `dedup`, `dedup_within` and `debounce`."""
    first = next(iter(parts))
    fact, field = _EXAMPLES[first]
    if each:
        fact, first, field = "element", ELEMENT, "id"
    check_key(checks, trigger.dedup, f"{what}: dedup", fact, parts, f"{first}.{field}")
    within = checks.duration(trigger.dedup_within, f"{what}: dedup_within", None, 1.0)
    debounce = checks.duration(getattr(trigger, "debounce", None), f"{what}: debounce", None, 1.0)
    if within is not None and not trigger.dedup:
        remedy = f'Write dedup="{{{first}.{field}}}".'
        checks.error(f"{what}: dedup_within is given, but dedup is missing.", remedy)
    if each and debounce is not None and not trigger.dedup:
        checks.error(
            f"{what}: debounce with each, but dedup is missing: all elements would start one run.",
            f'Write dedup="{{{first}.{field}}}".',
        )
    if within is not None and debounce is not None:
        checks.error(f"{what}: debounce and dedup_within exclude each other.", "Leave one of them out.")
    return {"dedup": trigger.dedup, "dedup_within": within, "debounce": debounce}


def event_spec(checks: Checks, trigger: OnEvent | AfterRun) -> EventSpec | None:
    """None when something is wrong with it, which the checks know then."""
    before = len(checks.errors)
    after = isinstance(trigger, AfterRun)
    what, option = ("AfterRun", "state") if after else ("OnEvent", "event")
    known: tuple[str, ...] = ENDS if after else EVENTS
    listed = several(trigger.state if isinstance(trigger, AfterRun) else trigger.event)
    for each in listed:
        if each not in known:
            checks.error(f"{what}: {option} is {each!r}.", did_you_mean(str(each), list(known)))
    if not listed:
        checks.error(f"{what}: {option} is empty.", f"Use {', '.join(known)}.")
    other = getattr(trigger.workflow, "name", trigger.workflow)
    if other is None and isinstance(trigger, OnEvent):
        other = ""
    if not isinstance(other, str) or (isinstance(trigger, AfterRun) and not other):
        checks.error(f"{what}: workflow is {other!r}.", "Give a workflow, or its name.")
    elif other == checks.options.name:
        remedy = "Name another workflow: a workflow that starts itself would never end."
        checks.error(f"{what} names its own workflow.", remedy)
    shared = shared_options(checks, trigger, what, EVENT_PARTS)
    if len(checks.errors) > before:
        return None
    types = tuple(f"run.{state}" for state in listed) if isinstance(trigger, AfterRun) else listed
    return EventSpec(key=f"event:{','.join(types)}:{other}", events=types, workflow=other, **shared)


def file_spec(checks: Checks, trigger: FileArrival) -> FileSpec | None:
    """None when something is wrong with it, which the checks know then."""
    before = len(checks.errors)
    folder, pattern = str(trigger.folder), trigger.pattern
    if not Path(folder).is_absolute():
        checks.error(f"FileArrival: folder is {folder!r}.", 'Give an absolute path, as in "/srv/in".')
    if not isinstance(pattern, str) or not pattern or "/" in pattern:
        checks.error(f"FileArrival: pattern is {pattern!r}.", 'Give the names of files, as in "*.csv".')
    settle = checks.duration(trigger.settle, "FileArrival: settle", None, 0.1)
    shared = shared_options(checks, trigger, "FileArrival", FILE_PARTS)
    if len(checks.errors) > before or settle is None:
        return None
    folder = os.path.normpath(folder)
    return FileSpec(key=f"file:{folder}/{pattern}", folder=folder, pattern=pattern, settle=settle, **shared)


def row_spec(checks: Checks, trigger: QueryChange) -> RowSpec | None:
    """None when something is wrong with it, which the checks know then."""
    before = len(checks.errors)
    url = name_of_secret(trigger.url)
    check_variable(checks, url, "QueryChange: url")
    if not isinstance(trigger.sql, str) or not re.search(r"(?<!:):cursor\b", trigger.sql):
        remedy = "Write SELECT … WHERE id > :cursor ORDER BY id."
        checks.error(f"QueryChange: sql is {trigger.sql!r}, which has no :cursor.", remedy)
    if not isinstance(trigger.cursor, str) or not _VARIABLE.fullmatch(trigger.cursor):
        checks.error(f"QueryChange: cursor is {trigger.cursor!r}.", 'Name a column, as in cursor="id".')
    if not isinstance(trigger.start, int | str) or isinstance(trigger.start, bool):
        checks.error(f"QueryChange: start is {trigger.start!r}.", "Give a number or a text.")
    every = checks.duration(trigger.every, "QueryChange: every", None, 1.0)
    shared = shared_options(checks, trigger, "QueryChange", ROW_PARTS)
    if len(checks.errors) > before or every is None:
        return None
    digest = hashlib.sha256(trigger.sql.encode()).hexdigest()[:8]
    key = f"query:{url}:{trigger.cursor}:{digest}"
    options = {"url": url, "sql": trigger.sql, "cursor": trigger.cursor, "start": trigger.start}
    return RowSpec(key=key, every=every, **options, **shared)


def check_variable(checks: Checks, name: Any, what: str) -> None:
    """A secret is given by its name, so that no definition holds it."""
    if not isinstance(name, str) or not _VARIABLE.fullmatch(name):
        # The value may be the secret itself, so no message shows it.
        checks.error(
            f"{what} is not the name of a secret.",
            'Put the value into the environment of Signoff, and give its name, as in "ALERTS_SECRET".',
        )


def check_template(checks: Checks, template: Any, what: str, parts: Parts) -> None:
    known = list(parts)
    example = f"{{{known[0]}.field}}"
    if not isinstance(template, str):
        checks.error(f"{what} is {template!r}, which is not a text.", f'Write "{example}".')
        return
    try:
        found = template_paths(template)
    except ValueError as error:
        checks.error(f"{what} is {template!r}: {error}.", f"Write a path as {example}.")
        return
    for path in found:
        root, *names = path.split(".")
        if root not in known:
            checks.error(f"{what} names {{{path}}}.", did_you_mean(root, known))
        else:
            checks.path_in(parts[root], None, root, tuple(names), what)


def check_key(checks: Checks, template: Any, what: str, fact: str, parts: Parts, example: str) -> None:
    """A template that tells facts apart: one without a path would be the same for all of them."""
    before = len(checks.errors)
    check_template(checks, template, what, parts)
    if template and len(checks.errors) == before and not template_paths(template):
        checks.error(
            f"{what} is {template!r}, which is the same for every {fact}.",
            f'Name a part of the {fact}, as in {what.split()[-1]}="{{{example}}}".',
        )


def filter_condition(checks: Checks, condition: Any, what: str, parts: Parts) -> Condition | None:
    known = list(parts)
    if condition is None:
        return None
    example = f"fact.{known[0]}.status == 'firing'"
    if isinstance(condition, Field) or not hasattr(condition, "kind"):
        checks.error(f"{what}: filter is {condition!r}, which is not a condition.", f"Write {example}.")
        return None
    for leaf in leaves(condition):
        if not isinstance(leaf, Compare):
            checks.error(f"{what}: filter tests how {leaf.step} ended.", f"Compare a value: {example}.")
        elif leaf.step not in known:
            checks.error(f"{what}: filter names {leaf.step}.", did_you_mean(leaf.step, known))
        else:
            checks.path_in(parts[leaf.step], None, leaf.step, leaf.path, f"{what}: filter")
    return typed_tests(checks, condition, f"{what}: filter")


def covered_fields(spec: FactSpec | TimeSpec) -> tuple[dict[str, Any], set[str]]:
    """The fields that the mapping gives as constants, and those that it gives by template."""
    if isinstance(spec.input, str):
        return {}, set()
    mark = "{" if isinstance(spec, FactSpec) else "{fire."
    by_template = {
        name for name, value in spec.input.items() if any(mark in text for text in templates_in(value))
    }
    return {name: value for name, value in spec.input.items() if name not in by_template}, by_template
