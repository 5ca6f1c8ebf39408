"""The types of events that a target can name. A test holds them against the reference."""

from collections.abc import Mapping

_BY_FIRST_WORD: Mapping[str, str] = {
    "calls": "limited",
    "canary": "ended promoted rolled_back started",
    "child": "started",
    "clock": "jumped",
    "break_glass": "used asked_again not_asked reviewed",
    "code": "enrolled loaded missing refused restored reviewed revoked",
    "failure": "muted unmuted",
    "follow_up": "asked refused started",
    "grant": "ended given used",
    "installation": "moved noted restored resumed",
    "log": "accepted checkpoint sealed",
    "person": "away back",
    "policy": "asked denied",
    "principal": "added removed rotated",
    "request": (
        "claim_ended claimed decided decision delegated effect_delayed escalated expired held "
        "opened outdated reassigned recounted redeemed redemption_refused reminded reopened "
        "revoked stage unanswerable used withdrawn zoned"
    ),
    "resource": "closed half_opened opened probe_failed reset",
    "run": (
        "cancelled compensating created failed noted overlap_skipped paused prioritized resumed revealed "
        "started succeeded unpaused waiting"
    ),
    "runs": "pruned",
    "schedule": "backfilled disabled dropped enabled missed restored slowed synced",
    "signal": "received",
    "step": (
        "awaiting cancelled checkpoint code_changed compensated failed interrupted kept late "
        "not_yet notified overrun queued rerouted retrying revised skipped started succeeded "
        "waiting"
    ),
    "subscription": "added removed",
    "target": "skipped",
    "threshold": "changed dropped proposed taken_back",
    "trigger": "failing fits held refused restored skipped",
    "types": "adopted",
    "workflow": "paused resumed",
}
EVENT_TYPES = frozenset(
    f"{first}.{last}" for first, words in _BY_FIRST_WORD.items() for last in words.split()
)
FIRST_WORDS = frozenset(_BY_FIRST_WORD)
