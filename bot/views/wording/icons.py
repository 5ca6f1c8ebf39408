"""Signs: one sign for each meaning, always with the word beside it."""

from typing import Literal

RUNNING, PEOPLE, DONE, FAILED = "🔵", "⏸️", "✅", "🔴"
MUTED = "🔕"
LATER = "🕙"
"""Approved steps run later, in a window."""
CLAIMED = "🔎"
"""A person is on it: they read it, and have not decided yet."""
RESPONDED = "💬"
"""A person answered with a text, neither yes nor no."""
SKIPPED, CANCELLED, AT_RISK, PENDING, PAUSED, UNDONE = "⏭️", "⚪️", "🟠", "○", "💤", "↩️"

RUN = {
    "pending": PENDING,
    "running": RUNNING,
    "waiting": PEOPLE,
    "paused": PAUSED,
    "compensating": UNDONE,
    "succeeded": DONE,
    "failed": FAILED,
    "cancelled": CANCELLED,
}
RUN_WORDS = {
    "pending": "waiting for its turn",
    "running": "running",
    "waiting": "waiting",
    "paused": "paused",
    "compensating": "undoing its steps",
    "succeeded": "done",
    "failed": "failed",
    "cancelled": "cancelled",
}

_WITH_SKIPS = "ended with skipped steps"
REFUSALS = {
    "rejected": "rejected",
    "expired": "not answered in time",
    "changes_requested": "sent back",
    "responded": "answered with a response",
}


def run_state(state: str, reason: str, refusal: str = "") -> tuple[str, str]:
    """Sign and words of a run's state.

    A run that succeeded after a refusal, or for a reason, went without steps: an approval was refused, or a
    person skipped a step.
    """
    if refusal:
        return SKIPPED, REFUSALS[refusal]
    if state == "succeeded" and reason:
        return SKIPPED, _WITH_SKIPS
    return RUN[state], RUN_WORDS[state]


STEP = {
    "pending": PENDING,
    "running": RUNNING,
    "retrying": AT_RISK,
    "waiting": PEOPLE,
    "succeeded": DONE,
    "failed": FAILED,
    "skipped": SKIPPED,
    "compensated": UNDONE,
    "cancelled": CANCELLED,
}
STEP_WORDS = {
    "pending": "pending",
    "running": "running",
    "retrying": "retrying",
    "waiting": "waiting",
    "succeeded": "done",
    "failed": "failed",
    "skipped": "skipped",
    "compensated": "undone",
    "cancelled": "cancelled",
} | REFUSALS
"""Words of the states of a step, in messages, pictures, reports and on the console.

A refusal stands in the place of the state of its approval.
"""

TaskStatus = Literal["pending", "in_progress", "complete", "error"]
TASK: dict[str, TaskStatus] = {
    "pending": "pending",
    "running": "in_progress",
    "retrying": "in_progress",
    "waiting": "in_progress",
    "succeeded": "complete",
    "failed": "error",
    "skipped": "pending",
    "compensated": "pending",
    "cancelled": "pending",
}

OUTCOME = {
    "approved": (DONE, "Approved"),
    "rejected": (FAILED, "Rejected"),
    "expired": (AT_RISK, "Expired"),
    "changes_requested": (AT_RISK, "Changes requested"),
    "responded": (RESPONDED, "Responded"),
    "retry": (RUNNING, "Retried"),
    "reroute": (AT_RISK, "Rerouted"),
    "accept": (AT_RISK, "Rows accepted"),
    "skip": (SKIPPED, "Step skipped"),
    "abort": (FAILED, "Aborted"),
    "answered": (DONE, "Answered"),
    None: (CANCELLED, "Withdrawn"),
}

RISKS = {"low": "low risk", "high": f"{AT_RISK} high risk"}
"""Label of a request by its risk; normal risk has no label."""

CHOICES = {
    "approve": "Approve",
    "reject": "Reject",
    "request_changes": "Request changes",
    "respond": "Respond",
    "retry": "Retry",
    "reroute": "Reroute",
    "accept": "Accept these rows",
    "skip": "Skip step",
    "abort": "Abort",
    "revoke": "Revoke",
    "answer": "Answer",
}
"""Label of each button."""
