"""Pure: which runs execute a candidate, and whether it is promoted or rolled back."""

import hashlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from engine.model.text.wording import count
from engine.model.values.durations import spoken_duration
from engine.model.versions.canary import Canary, CanaryRules, Tally

_STEPS = 10_000
"""Parts into which run ids are divided: a share is exact to a hundredth of a percent."""

_CLOCK_STEP = 1e-6
"""Seconds: the shortest duration that is recorded."""


@dataclass(frozen=True, slots=True)
class CanaryVerdict:
    """`reason`: a sentence without its period."""

    act: Literal["promote", "roll_back"]
    reason: str


def takes_candidate(canary: Canary, run_id: str) -> bool:
    """Return whether a new run executes the candidate: always the same answer for the same run."""
    if canary.state != "running":
        return canary.state == "promoted"
    salt = f"{canary.workflow}:{canary.started_at.isoformat()}:{run_id}"
    place = int.from_bytes(hashlib.sha256(salt.encode()).digest()[:8], "big") % _STEPS
    return place < canary.share * _STEPS / 100


def verdict(rules: CanaryRules, current: Tally, candidate: Tally) -> CanaryVerdict | None:
    """Return what the rules say of the runs until now; None while they leave it open."""
    enough = min(candidate.ended, current.ended) >= rules.min_runs
    if rules.max_failures is not None:
        allowed = current.failure_share + rules.max_failures / 100
        # Further successes cannot bring it within the bound before it is compared.
        if candidate.failed > allowed * max(candidate.ended, rules.min_runs):
            shares = f"{candidate.failed} of {count(candidate.ended, 'run')} of the candidate failed"
            of = "" if candidate.ended >= rules.min_runs else f" of its first {rules.min_runs}"
            return CanaryVerdict("roll_back", f"{shares}, and at most {allowed:.1%}{of} may")
    took, usual = candidate.seconds, current.seconds
    if enough and rules.max_slowdown is not None and took is not None and usual is not None:
        factor = took / max(usual, _CLOCK_STEP)
        if factor > rules.max_slowdown:
            slower = f"runs of the candidate take {factor:.1f} times as long"
            return CanaryVerdict(
                "roll_back", f"{slower}, and at most {rules.max_slowdown:g} times is allowed"
            )
    if (
        enough
        and rules.promote_after is not None
        and candidate.ended >= rules.promote_after
        and _is_compared(rules, current, candidate)
    ):
        return CanaryVerdict(
            "promote", f"{count(candidate.ended, 'run')} of the candidate stayed within the bounds"
        )
    return None


def question(canary: Canary, current: Tally, candidate: Tally) -> dict[str, str]:
    """Return what the approvers of a gate read before a candidate is promoted."""
    lines = (
        f"Current file: {_told(current)}",
        f"Candidate: {_told(candidate)}",
        f"File of the candidate: {PurePath(canary.file).name}",
        f"Digest of its definition: {canary.definition}",
        f"Digest of its code: {canary.code}",
    )
    return {"question": f"Promote the candidate of {canary.workflow}?", "details": "\n".join(lines)}


def _told(tally: Tally) -> str:
    failed = f", {tally.failure_share:.1%} failed" if tally.ended else ""
    median = f", median {_spoken(tally.seconds)}" if tally.seconds is not None else ""
    return f"{tally.ended} ended{failed}{median}, {tally.under_way} under way"


def _spoken(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 10 else spoken_duration(seconds)


def _is_compared(rules: CanaryRules, current: Tally, candidate: Tally) -> bool:
    """Return whether there is a bound, and the bound of durations has a value on both sides."""
    if rules.max_slowdown is not None and None in (current.seconds, candidate.seconds):
        return False
    return rules.is_bounded
