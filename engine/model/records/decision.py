"""A person's decision of a request, and the reply that they get."""

from dataclasses import dataclass
from typing import Any, Literal

from engine.model.records.records import RequestRecord


@dataclass(frozen=True, slots=True)
class Decision:
    """One person's answer to a request, as it came through Slack, the command line or a test.

    The engine checks it and, if it counts, stores it as a `DecisionRecord`.
    """

    choice: str
    """One of the request's `choices`, or `revoke`."""
    comment: str = ""
    value: Any = None
    """The form's values, as JSON or as `Typed` texts. None leaves the values as they are."""
    typed: str = ""
    """The text that the person typed to confirm."""
    one_time_code: str = ""
    seen: str = ""
    """`values_digest` of the values that the person saw. Empty: the current values."""
    seen_request: str | None = None
    """`seen_digest` of the request as the person saw it. None: as it is now."""
    door: str = ""
    """The door that took it, where the actor does not say it: `console`. For the log."""


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """The engine's reply to a decision. `text` is one plain sentence for the person who decided."""

    code: Literal[
        "decided", "recorded", "duplicate", "already_decided", "expired", "withdrawn",
        "not_allowed", "self_approval", "comment_required", "bad_choice", "already_answered", "form_required",
        "confirm_required", "code_required", "bad_value", "changed", "unknown",
        "unavailable",
    ]  # fmt: skip
    text: str
    request: RequestRecord | None = None
    problems: tuple[tuple[str, str], ...] = ()
    """For `bad_value`: the field and what is wrong with it."""

    @property
    def accepted(self) -> bool:
        """Return whether it is durable and counts, by this click or by the same person's earlier one."""
        return self.code in ("decided", "recorded", "duplicate")
