"""Bounds of grants: from what the author wrote to checked bounds and rules."""

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from engine.authoring.approval_options import ApprovalOptions
from engine.authoring.nodes import Node
from engine.authoring.options import Grants
from engine.compiler.definition.checks import Checks
from engine.model.definition.grants import MAX_USES, MAX_WITHIN, GrantRule, GrantSpec
from engine.model.text.template import PATH
from engine.model.values.durations import format_duration

_EXAMPLE = 'Write grants=Grants(uses=3, within="30m").'
_RULE = 'Write a list of values, {"from": 1, "to": 5} or {"starts_with": "release-"}.'
_EXCLUDING = (
    "form", "choose", "confirm", "one_time_code", "revise", "rounds", "self_approval", "on_expiry",
    "revocable_for", "window",
)  # fmt: skip
_MAX_VALUES = 50
_MIN_WITHIN = 60.0


def grant_spec(checks: Checks, node: Node, options: ApprovalOptions) -> GrantSpec | None:
    """Return the bounds of grants; None without grants, or where something is wrong with them."""
    grants = options.grants
    if grants is None:
        return None
    if not isinstance(grants, Grants):
        checks.error(f"grants is {grants!r}.", _EXAMPLE, node)
        return None
    for option in _excluding(options):
        remedy = "Leave one of them out: a grant is one person's yes to requests that nobody has read yet."
        checks.error(f"grants cannot be combined with {option}.", remedy, node)
    uses = grants.uses
    if isinstance(uses, bool) or not isinstance(uses, int) or not 1 <= uses <= MAX_USES:
        checks.error(f"grants: uses is {uses!r}.", f"Give a whole number from 1 to {MAX_USES}.", node)
        return None
    within = checks.duration(grants.within, "grants: within", node, _MIN_WITHIN)
    if grants.within is None or (within is not None and within > MAX_WITHIN):
        longest = format_duration(MAX_WITHIN)
        checks.error(f"grants: within is {grants.within!r}.", f"Give a time from 1m to {longest}.", node)
    rules = _rules(checks, node, grants.match)
    return None if within is None or rules is None else GrantSpec(uses=uses, within=within, rules=rules)


def matched_paths(options: ApprovalOptions) -> list[str]:
    """Return the paths of the arguments that may differ."""
    match = options.grants.match if isinstance(options.grants, Grants) else None
    return [path for path in match if _is_path(path)] if isinstance(match, Mapping) else []


def _excluding(options: ApprovalOptions) -> Iterator[str]:
    """Yield the options that need a person who reads this very request, or several people."""
    if options.risk == "high":
        yield 'risk="high"'
    if len(options.stages) > 1:
        yield "stages"
    elif any(stage.quorum != 1 for stage in options.stages):
        yield "a quorum of several people"
    for name in _EXCLUDING:
        if getattr(options, name):
            yield name
    if isinstance(options.comment, Mapping) and options.comment.get("approve") == "required":
        yield "a required comment"


def _rules(checks: Checks, node: Node, match: Any) -> tuple[GrantRule, ...] | None:
    if match is None:
        return ()
    if not isinstance(match, Mapping):
        remedy = 'Write match={"input.replicas": {"from": 1, "to": 5}}.'
        checks.error(f"grants: match is {match!r}.", remedy, node)
        return None
    rules = []
    for path, declared in match.items():
        rule = _rule(path, declared) if _is_path(path) else None
        if rule is None:
            what = f"grants: match has {path!r}: {declared!r}."
            checks.error(what, _RULE if _is_path(path) else "Write a path such as input.replicas.", node)
            return None
        rules.append(rule)
    paths = sorted(rule.path for rule in rules)
    for one, other in pairwise(paths):
        if other.startswith(f"{one}."):
            checks.error(f"grants: match names {one} and {other}.", f"Leave {one} out.", node)
            return None
    return tuple(sorted(rules, key=lambda rule: rule.path))


def _is_path(path: Any) -> bool:
    return isinstance(path, str) and "." in path and PATH.fullmatch(path) is not None


def _is_finite(value: Any) -> bool:
    return isinstance(value, float) and math.isfinite(value)


def _rule(path: str, declared: Any) -> GrantRule | None:
    """Return the rule for a path; None where it is not a rule."""
    if isinstance(declared, list | tuple) and 1 <= len(declared) <= _MAX_VALUES:
        scalars = all(each is None or isinstance(each, str | int) or _is_finite(each) for each in declared)
        return GrantRule(path=path, kind="one_of", values=tuple(declared)) if scalars else None
    if not isinstance(declared, Mapping):
        return None
    if set(declared) == {"from", "to"}:
        low, high = declared["from"], declared["to"]
        if not (_is_number(low) and _is_number(high) and low <= high):
            return None
        return GrantRule(path=path, kind="between", low=low, high=high)
    prefix = declared.get("starts_with")
    if set(declared) == {"starts_with"} and isinstance(prefix, str) and 1 <= len(prefix) <= 100:
        return GrantRule(path=path, kind="starts_with", prefix=prefix) if prefix.isprintable() else None
    return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 2**53
