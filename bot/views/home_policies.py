"""Denials and exceptions of policies, in the Home of people who answer for the workflows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.views.blocks import grey, header, section
from bot.views.message import MENTIONED, Block
from bot.views.runs.run import details_button
from bot.views.wording import icons
from bot.views.wording.text import count, escape, safe
from bot.views.wording.times import at
from engine import Actor, DeniedStep, EventRecord, Remedy, RunRecord

MAX_RULES = 3
_MAX_PEOPLE = 3
_REMEDIES: tuple[tuple[str, tuple[Remedy, ...]], ...] = (
    ("open", ("open",)),
    ("remedied", ("executed", "skipped")),
    ("closed", ("given up",)),
)


@dataclass(slots=True)
class AppliedRule:
    """Counts of one rule. `users`: people who started runs with an exception. `runs`: with an open denial."""

    name: str
    last: datetime
    denied: int = 0
    exceptions: int = 0
    remedies: Counter[str] = field(default_factory=Counter)
    users: dict[Actor, None] = field(default_factory=dict)
    runs: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PolicyPart:
    """`rules`: those with open denials first. `open_runs`: by rule, the newest one that the person may see.

    `counted`: entries that were read, where there are more; else 0. `page`: address of the page of the
    console; empty where there is none, or the person may not open it.
    """

    rules: Sequence[AppliedRule]
    days: int
    counted: int = 0
    page: str = ""
    command: str = ""
    open_runs: dict[str, RunRecord] = field(default_factory=dict)


def applied_rules(entries: Sequence[tuple[EventRecord, DeniedStep | None]]) -> list[AppliedRule]:
    """Return the rules of these entries, which are newest first; rules with open denials come first."""
    found: dict[str, AppliedRule] = {}
    for event, step in entries:
        is_denial = event.type == "policy.denied"
        data = event.data if is_denial else event.data.get("policy", {})
        if is_denial:
            for name in [rule["rule"] for rule in data.get("rules", [])] or ["default"]:
                _add_denial(found.setdefault(name, AppliedRule(name, event.at)), event, step)
        for name in data.get("exceptions", []):
            rule = found.setdefault(name, AppliedRule(name, event.at))
            rule.exceptions += 1
            rule.users[event.actor] = None
    return sorted(found.values(), key=lambda rule: not rule.remedies["open"])


def _add_denial(rule: AppliedRule, event: EventRecord, step: DeniedStep | None) -> None:
    rule.denied += 1
    remedy = "given up" if event.run_id is None else step.remedy if step else "deleted"
    rule.remedies[remedy] += 1
    if remedy == "open" and event.run_id:
        rule.runs[event.run_id] = None


def policy_blocks(part: PolicyPart, now: datetime) -> list[Block | None]:
    """Return the section; nothing where no rule applied."""
    if not part.rules and not part.counted:
        return []
    shown = part.rules[:MAX_RULES]
    left = len(part.rules) - len(shown)
    newest = f"Counted are the newest {part.counted:,} entries of all workflows" if part.counted else ""
    whole = f"<{escape(part.page)}|Open the policies in the console>" if part.page else ""
    command = f"All rules: `{part.command}`" if part.command else ""
    last = [f"{count(left, 'more policy', 'more policies')}" if left else "", newest, whole or command]
    return [
        header(f"Policies in the last {part.days} days"),
        *(_rule(rule, part.open_runs.get(rule.name), now, number) for number, rule in enumerate(shown)),
        grey(*last) if any(last) else None,
    ]


def _rule(rule: AppliedRule, run: RunRecord | None, now: datetime, number: int) -> Block:
    sign = icons.PEOPLE if rule.remedies["open"] else icons.DONE
    parts = [_denials(rule), _exceptions(rule), f"Last applied {at(rule.last, now)}."]
    text = f"{sign} *{safe(rule.name, 80)}*\n{' '.join(filter(None, parts))}"
    return section(text, f"policy:{number}", details_button(run) if run else None)


def _denials(rule: AppliedRule) -> str:
    if not rule.denied:
        return "No denial."
    numbers = [(word, sum(rule.remedies[each] for each in remedies)) for word, remedies in _REMEDIES]
    states = [f"{number:,} {word}" for word, number in numbers if number]
    if deleted := rule.remedies["deleted"]:
        states.append(f"{deleted:,} of deleted runs")
    return f"{count(rule.denied, 'denial')}: {', '.join(states)}."


def _exceptions(rule: AppliedRule) -> str:
    """Return the exceptions, which the policy file grants, and the people whose runs had them."""
    if not rule.exceptions:
        return ""
    people = [MENTIONED.actor(user) for user in list(rule.users)[:_MAX_PEOPLE]]
    if len(rule.users) > _MAX_PEOPLE:
        people.append("others")
    used = f"{count(rule.exceptions, 'exception')} for {', '.join(people)}"
    return f"{used}, granted by `unless` in the policy file."
