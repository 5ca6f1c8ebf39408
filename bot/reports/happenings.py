"""Sentences about what happened in a run besides its steps and decisions: one for each event, plain text."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.views.wording.text import cut_line
from engine import EventRecord
from engine.text import sent_back_at

Sentence = Callable[[Mapping[str, Any], str], str]
"""Takes the data of the event and the title of its step."""
_MAX_WORDS = 500


def _words(value: Any, otherwise: str = "no reason was given") -> str:
    return cut_line(str(value), _MAX_WORDS) if str(value or "").strip() else otherwise


def _failure(data: Mapping[str, Any]) -> str:
    failure = data.get("failure") or {}
    return _words(failure.get("message") or failure.get("kind"), "without a message")


def _fails(then: str) -> Sentence:
    return lambda data, title: f"Attempt {data.get('attempt', 1)} of {title} failed, {then}: {_failure(data)}"


def _because(text: str) -> Sentence:
    return lambda data, title: f"{text.format(title=title)}: {_words(data.get('reason'))}"


def _interrupted(data: Mapping[str, Any], title: str) -> str:
    how = "Signoff crashed" if data.get("crashed") else "Signoff stopped"
    return f"{how} during attempt {data.get('attempt', 1)} of {title}, which executed again"


def _rerouted(data: Mapping[str, Any], title: str) -> str:
    return f"{title} failed for good, and its alternative {_words(data.get('to'))} executed: {_failure(data)}"


def _escalated(data: Mapping[str, Any], title: str) -> str:
    to = ", ".join(cut_line(str(each), 80) for each in data.get("to") or ()) or "further people"
    return f"{title} was escalated to {to}"


def _prioritized(data: Mapping[str, Any], title: str) -> str:
    return f"The priority changed from {data.get('before', 0)} to {data.get('priority', 0)}"


def _fields(data: Mapping[str, Any]) -> str:
    return _words(", ".join(map(str, data.get("fields") or ())), "nothing, because it was erased")


def _outdated(data: Mapping[str, Any], title: str) -> str:
    changes = "; ".join(map(str, data.get("changes") or ()))
    if where := sent_back_at(changes):
        return f"Changes were requested at {_words(where)}, so people were asked again at {title}"
    return f"{title} changed after people were asked, so they were asked again: {_words(changes)}"


def _compensating(data: Mapping[str, Any], title: str) -> str:
    steps = ", ".join(map(str, data.get("steps") or ()))
    return f"The run began to undo its steps: {_words(steps, 'none')}"


def _started(what: str) -> Sentence:
    def sentence(data: Mapping[str, Any], title: str) -> str:
        return f"{title} started {what} {_words(data.get('run'))} of {_words(data.get('workflow'))}"

    return sentence


_SENTENCES: Mapping[str, Sentence] = {
    "run.paused": _because("The run was paused"),
    "run.unpaused": lambda data, title: "The run continued after its pause",
    "run.prioritized": _prioritized,
    "run.revealed": lambda data, title: f"Personal data was revealed: {_fields(data)}",
    "run.compensating": _compensating,
    "run.failed": _because("The run failed"),
    "run.cancelled": _because("The run was cancelled"),
    "step.retrying": _fails("and was repeated"),
    "step.waiting": _fails("and the owner was asked"),
    "step.failed": _fails("for good"),
    "step.interrupted": _interrupted,
    "step.rerouted": _rerouted,
    "step.skipped": _because("{title} was skipped"),
    "step.compensated": lambda data, title: f"{title} was undone",
    "step.overrun": _because("{title} exceeded its time"),
    "step.late": _because("A late result of {title} did not count"),
    "step.code_changed": lambda data, title: f"The code of {title} had changed since the run began",
    "child.started": _started("the run"),
    "follow_up.started": _started("the follow-up run"),
    "follow_up.refused": _because("A follow-up run of {title} did not start"),
    "request.reopened": lambda data, title: (
        f"Too few approvers of {title} were left, so people were asked again"
    ),
    "request.outdated": _outdated,
    "request.escalated": _escalated,
    "request.reassigned": lambda data, title: f"{title} was reassigned to {_words(data.get('to'))}",
    "request.revoked": lambda data, title: f"The approval of {title} was revoked",
    "request.expired": lambda data, title: f"The time for {title} ended without an answer",
    "resource.opened": lambda data, title: (
        f"The circuit breaker of {_words(data.get('resource'))} opened: {_failure(data)}"
    ),
    "request.used": lambda data, title: f"The approval of {title} was used",
    "request.redeemed": lambda data, title: f"The permit of {title} was redeemed",
    "request.redemption_refused": lambda data, title: f"The permit of {title} came again and was refused",
    "signal.received": lambda data, title: f"The signal {_words(data.get('name'))} arrived",
}
TYPES = tuple(_SENTENCES)


def sentence(event: EventRecord, titles: Mapping[str, str]) -> str:
    """Return what an event of `TYPES` says."""
    title = cut_line(titles.get(event.step or "", event.step or "the run"), 80)
    return _SENTENCES[event.type](event.data, title)
