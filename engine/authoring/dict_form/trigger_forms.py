"""Triggers in a dict: a key tells the kind, and the options are those of its class."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast

from engine.authoring.dict_form.options import (
    AFTER_RUN,
    CRON,
    EVERY,
    FILES,
    FILTER,
    ON_EVENT,
    ONCE,
    QUERY,
    WEBHOOK,
)
from engine.authoring.dict_form.problems import Problems, one_of
from engine.authoring.dict_form.values import OPERATORS, as_data, combined
from engine.authoring.triggers import (
    AfterRun,
    Cron,
    Every,
    FileArrival,
    Once,
    OnEvent,
    QueryChange,
    Trigger,
    Webhook,
)
from engine.model.definition.conditions import Compare, Condition


class _Form(NamedTuple):
    """The key that names the kind, the keys that a dict takes, and what it makes."""

    first: str
    known: tuple[str, ...]
    made: Callable[..., Any]
    example: str


FORMS: Mapping[str, _Form] = {
    "schedule": _Form("cron", CRON, Cron, '"0 2 * * *"'),
    "interval": _Form("every", EVERY, Every, '"5m"'),
    "once": _Form("once", ONCE, Once, '"2026-12-01T09:00"'),
    "webhook": _Form("webhook", WEBHOOK, Webhook, '"alerts"'),
    "event": _Form("event", ON_EVENT, OnEvent, '"run.failed"'),
    "after_run": _Form("after_run", AFTER_RUN, AfterRun, '"deploy"'),
    "files": _Form("files", FILES, FileArrival, '"/srv/in"'),
    "query": _Form("query", QUERY, QueryChange, '"SELECT … WHERE id > :cursor ORDER BY id"'),
}
"""By the trigger's type."""
_REQUIRED = {"secret": '"ALERTS_SECRET"', "url": '"ORDERS_URL"', "cursor": '"id"'}
"""Options without a default, with an example each."""


def read_trigger(problems: Problems, declared: Any) -> Trigger | None:
    """None for one that says that only people start it. Raises `DefinitionError`."""
    if isinstance(declared, Trigger):
        return declared
    options = dict(problems.mapping(declared, "The trigger"))
    kind = options.pop("type", _kind_of(options))
    if kind == "manual":
        problems.keys(options, (), "The trigger")
        return None
    form = FORMS.get(kind) if isinstance(kind, str) else None
    if kind is None and options:
        raise problems.error(
            f"The trigger has {next(iter(options))!r} first, which names no kind of trigger.",
            one_of([form.first for form in FORMS.values()]),
            inside=declared,
        )
    if form is None:
        raise problems.error(f"The trigger's type is {kind!r}.", one_of((*FORMS, "manual")), inside=declared)
    problems.keys(options, form.known, "The trigger", owner=form.made.__name__)
    for name, example in {form.first: form.example, **_REQUIRED}.items():
        if name in form.known and name not in options:
            problem, remedy = f"The trigger has no {name!r}.", f'Give "{name}": {example}.'
            raise problems.error(problem, remedy, inside=declared)
    if form.made in (Cron, Webhook):
        problems.text(options, form.first, "The trigger")
    if isinstance(options.get("filter"), Mapping | str):
        options["filter"] = _filter(problems, options["filter"])
    first_value = options.pop(form.first)
    if form.made is QueryChange:
        return QueryChange(sql=first_value, **options)
    return cast(Trigger, form.made(first_value, **options))


def _kind_of(options: Mapping[str, Any]) -> str | None:
    """Return the kind that the keys name: `every` of a query is an option, and `every` alone is a kind."""
    named = {form.first for form in FORMS.values()} & options.keys()
    kinds = [kind for kind, form in FORMS.items() if form.first in named]
    return next((kind for kind in kinds if named <= {*FORMS[kind].known}), next(iter(kinds), None))


def _filter(problems: Problems, declared: Any) -> Condition:
    """A condition on the fact, whose fields are paths such as `payload.status`."""
    if isinstance(declared, str):
        return problems.expression(declared, "filter")
    test = problems.keys(declared, FILTER, "filter")
    for word, many in (("all", True), ("any", True), ("not", False)):
        if word in test:
            problems.keys(test, (word,), "filter")
            parts = test[word] if many else [test[word]]
            if not isinstance(parts, list | tuple) or not parts:
                raise problems.error(f"filter's {word} is {parts!r}.", "Write a list of dicts.")
            return combined(word, [_filter(problems, part) for part in parts])
    part, *path = problems.text(test, "field", "filter").split(".")
    operator = test.get("op", "==")
    if operator not in OPERATORS:
        raise problems.error(f"filter's op is {operator!r}.", one_of(OPERATORS))
    return Compare(step=part, path=tuple(path), op=operator, value=as_data(test.get("value")))
