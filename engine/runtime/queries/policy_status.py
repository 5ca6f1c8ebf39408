"""Counts of what the rules of a policy file did, as the log recorded it."""

from collections.abc import Iterable
from typing import Any

from engine.model.definition.policies import PolicySet
from engine.model.records.records import EventRecord

MAX_ENTRIES = 10_000
"""Entries of the log that are counted."""


def rules_in_use(policies: PolicySet | None, newest_first: Iterable[EventRecord]) -> list[dict[str, Any]]:
    """Return each rule in use, and each that is gone and applied, with the counts of what it did."""
    rules = {rule.name: _entry(rule.name, rule.effect) for rule in policies.rules} if policies else {}
    for event in newest_first:
        if event.type in ("policy.asked", "policy.denied"):
            done = event.type.removeprefix("policy.")
            for rule in event.data.get("rules", []):
                entry = rules.setdefault(rule["rule"], _entry(rule["rule"], rule["effect"]))
                entry[done] += 1
                entry["last"] = entry["last"] or event.at.isoformat()
        for name in _exceptions(event):
            entry = rules.setdefault(name, _entry(name, ""))
            entry["exceptions"] += 1
            entry["last"] = entry["last"] or event.at.isoformat()
    return list(rules.values())


def _entry(name: str, effect: str) -> dict[str, Any]:
    return {"rule": name, "effect": effect, "asked": 0, "denied": 0, "exceptions": 0, "last": None}


def _exceptions(event: EventRecord) -> list[str]:
    data = event.data.get("policy", {}) if event.type == "run.created" else event.data
    return list(data.get("exceptions", []))
