"""Policies and compliance: the rules in use, their denials and exceptions, and what became of each step."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.console.parts import Parts, Reader
from bot.console.wording import Wording
from bot.views.wording.text import cut
from bot.views.wording.visible import Visible
from engine import DeniedStep, EventRecord, NotAllowed, Remedy
from engine.text import redacted

PAGE, COUNTED = 50, 2_000
"""Entries of the log that a page shows, and that the table of rules counts."""
COUNTED_FOR = timedelta(days=30)
REMEDIES: Mapping[Remedy, tuple[str, str]] = {
    "open": ("⏸️", "open: the step waits for an answer, or for its turn"),
    "executed": ("✅", "remedied: the policies allowed a later attempt"),
    "skipped": ("⏭️", "remedied: the step was skipped"),
    "given up": ("⛔", "closed: the step did not execute"),
}
EFFECTS = {"allow": "allows", "deny": "denies", "require": "requires approval"}
_MAX_TEXT = 2_000
Values = Mapping[str, Any]


async def listed(parts: Parts, reader: Reader, query: Mapping[str, str]) -> Values:
    """Return the rules, and a page of denials and exceptions. Raises `NotAllowed`.

    Rules and denials name private workflows, so they are for the operator.
    """
    if not reader.everything:
        raise NotAllowed("Only the operator of Signoff reads the policies. Each failed step says its reason.")
    current = parts.engine.policies
    since = parts.clock.now() - COUNTED_FOR
    counted, digest, more = await parts.engine.policy_status(since=since, most=COUNTED)
    before = query.get("before", "")
    place = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None
    events, next_place = await parts.engine.policy_events(place, PAGE)
    wording = await parts.wording(reader, *(event.actor for event, _ in events))
    in_file = {rule.name: rule for rule in current.rules} if current else {}
    return {
        "digest": digest,
        "default": current.default if current else "",
        "rules": [_rule(each, in_file.get(each["rule"]), wording) for each in counted],
        "days": COUNTED_FOR.days,
        "counted": COUNTED if more else 0,
        "entries": [entry for event, step in events for entry in _entries(event, step, wording)],
        "older": f"?before={next_place}" if next_place else "",
        "newest": bool(place),
    }


def _rule(counted: Values, rule: Any, wording: Wording) -> Values:
    """Return a rule with its counts. `rule`: as the file has it; None for one that is gone."""
    last = datetime.fromisoformat(counted["last"]) if counted["last"] else None
    return {
        "name": _shown(counted["rule"]),
        "effect": EFFECTS.get(counted["effect"], "is not in the file"),
        "at": ", ".join(sorted(rule.at)) if rule else "",
        "when": _shown(rule.when) if rule else "",
        "unless": _shown(rule.unless) if rule else "",
        "reason": _shown(rule.reason) if rule else "",
        "asked": f"{counted['asked']:,}",
        "denied": f"{counted['denied']:,}",
        "exceptions": f"{counted['exceptions']:,}",
        "last": wording.moment(last),
        "is_gone": rule is None,
    }


def _entries(event: EventRecord, step: DeniedStep | None, wording: Wording) -> list[Values]:
    """Return the denial of an event, and its exceptions."""
    is_denial = event.type == "policy.denied"
    data = event.data if is_denial else event.data.get("policy", {})
    common = {
        "at": wording.moment(event.at),
        "by": wording.actor(event.actor),
        "run": event.run_id or "",
        "workflow": _shown(event.workflow or event.data.get("workflow", "")),
        "step": _shown(event.step) if event.step else "",
        "digest": _shown(data.get("digest", ""))[:12],
        "seq": event.seq,
    }
    found: list[Values] = []
    if is_denial:
        rules = [rule["rule"] for rule in data.get("rules", [])] or ["default"]
        kind = EFFECTS["require"] if data.get("decision") == "require" else "denied"
        found.append({
            **common, "kind": kind, "rules": _shown(", ".join(rules)),
            "reason": _shown(data.get("reason", "")), "remedy": _remedy(event, step),
        })  # fmt: skip
    for name in data.get("exceptions", []):
        reason = "The rule has an exception, which the file grants with unless."
        found.append({**common, "kind": "exception", "rules": _shown(name), "reason": reason, "remedy": None})
    return found


def _remedy(event: EventRecord, step: DeniedStep | None) -> tuple[str, str]:
    if event.run_id is None:
        return ("⛔", "closed: no run was started")
    return REMEDIES[step.remedy] if step else ("", "unknown: the run is deleted")


def _shown(text: Any) -> Visible:
    return Visible(redacted(cut(str(text), _MAX_TEXT)))
