"""The keywords that authors may type, and what earlier names are called now."""

import difflib
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, get_args

from engine.errors import DefinitionError

_TRIGGER = {"missed": "catchup", "bound": "catchup_limit"}
RENAMED: Mapping[str, Mapping[str, str]] = {
    "Retry": {"first": "delay", "factor": "backoff", "cap": "max_delay", "on": "retry_on"},
    "Cron": _TRIGGER,
    "Every": _TRIGGER,
    "Workflow": {"concurrency": "max_active_runs", "parallel": "max_parallel_steps"},
    "approval": {
        "undo": "revocable_for",
        "hours": "working_hours",
        "leavers_count": "count_leavers",
        "proposed": "form=Form(Model, defaults_from=…)",
        "options": "form=Form(Model, options={…})",
    },
    "Choose": {"several": "multiple"},
}
"""By what takes the option: its earlier names, and what an author writes now."""
OTHER_WORDS: Mapping[str, Mapping[str, str]] = {
    "Retry": {"exceptions": "retry_on", "retries": "attempts", "interval": "delay"},
    "Cron": {"timezone": "tz", "cron": "expr"},
    "Workflow": {
        "trigger": "triggers=[…]",
        "schedule": "triggers=[Cron(…)]",
        "cron": "triggers=[Cron(…)]",
        "max_runs": "max_active_runs",
        "approvers": "approvers= on an approval",
    },
    "approval": {
        "question": "ask",
        "message": "ask",
        "timeout": "expires",
        "min_approvals": "quorum",
        "required": "quorum",
        "prefill": "form=Form(Model, defaults_from=…)",
        "defaults_from": "form=Form(Model, defaults_from=…)",
        "on_timeout": "on_expiry",
    },
}
"""By what takes the option: words of other tools, and the option that does it here."""
_NO_BURST = "The clock fires once at each moment, so there is no burst of fires to wait for."
_NO_WINDOW = 'A fire already contains its time: write dedup="{fire.date}", or another part of the fire.'
_ONE_OPERATION = {
    "poll": "It is not checked until it is ready. Write retry=Retry(…), or a step with poll=.",
    "each": "It executes once. Write a step with each=, or a child workflow with each= that contains it.",
}
REFUSED: Mapping[str, Mapping[str, str]] = {
    "Cron": {"debounce": _NO_BURST, "dedup_within": _NO_WINDOW},
    "Every": {"debounce": _NO_BURST, "dedup_within": _NO_WINDOW},
    "Once": {
        "debounce": _NO_BURST,
        "dedup": "It starts one run, so there is nothing to repeat.",
        "dedup_within": "It starts one run, so there is nothing to repeat.",
        "filter": "Its moment is known when you write it: leave the trigger out, or give it enabled=False.",
        "catchup": "Its run starts even if it is late: leave it out.",
    },
    "command": _ONE_OPERATION,
    "http": _ONE_OPERATION,
    "sql": _ONE_OPERATION,
}
"""By what takes the option: options of others that make no sense here, with the reason."""
RENAMED_NAMES = {"Hours": "WorkingHours"}


def keywords_of(function: Callable[..., Any]) -> list[str]:
    """Return the keywords that a function takes, those of an unpacked `TypedDict` included."""
    keywords = []
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            keywords += [key for kind in get_args(parameter.annotation) for key in kind.__annotations__]
        elif name not in ("self", "function"):
            keywords.append(name)
    return keywords


def check_keywords(owner: str, keywords: Iterable[str], known: Iterable[str], workflow: object) -> None:
    """Raise `DefinitionError` for the first keyword that `owner` does not take."""
    known = list(known)
    for keyword in keywords:
        if keyword not in known:
            raise DefinitionError(
                f"{owner} has no option {keyword}.",
                remedy=remedy_for(owner, keyword, known),
                workflow=str(workflow),
            )


def remedy_for(owner: str, keyword: str, known: Iterable[str]) -> str:
    """Return the remedy for a keyword that `owner` does not take: its new name, or the nearest one."""
    if owner == "Gate" and keyword in ("ask", "question"):
        return "The caller gives the question when it opens the gate."
    if keyword in REFUSED.get(owner, {}):
        return REFUSED[owner][keyword]
    table = "approval" if owner == "Gate" else owner
    renamed = {**OTHER_WORDS.get(table, {}), **RENAMED.get(table, {})}
    if keyword in renamed:
        return f"Write {renamed[keyword]} instead."
    return nearest(keyword, known)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return "Did you mean …?" for a name that is not among those known."""
    known = list(known)
    close = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {close[0]}?" if close else f"There are: {', '.join(known[:40])}."
