"""The state machines, each one table of named transitions. Nothing else changes a state."""

from collections.abc import Mapping
from typing import Literal, TypeVar, get_args

RunState = Literal[
    "pending", "running", "waiting", "paused", "compensating", "succeeded", "failed", "cancelled"
]
StepState = Literal[
    "pending",
    "running",
    "retrying",
    "waiting",
    "succeeded",
    "failed",
    "skipped",
    "compensated",
    "cancelled",
]
RequestState = Literal["open", "held", "decided", "expired", "withdrawn"]

ApprovalOutcome = Literal["approved", "rejected", "expired", "responded"]
"""How an approval ends for the steps after it."""
RefusedOutcome = Literal["rejected", "expired", "changes_requested", "responded"]
"""How a request for an approval ends without an approval."""
OutcomeTest = Literal["approved", "rejected", "expired", "answered"]
"""Tests of an outcome in a condition. `answered`: any outcome."""
OUTCOMES: tuple[ApprovalOutcome, ...] = get_args(ApprovalOutcome)
REFUSALS: tuple[RefusedOutcome, ...] = get_args(RefusedOutcome)
APPROVAL_ENDINGS = ("approved", *REFUSALS)
"""How a request for an approval ends by an answer or its deadline. A request can also be withdrawn."""
OUTCOME_TESTS: tuple[OutcomeTest, ...] = get_args(OutcomeTest)

RUN: dict[str, tuple[frozenset[RunState], RunState]] = {
    "start": (frozenset({"pending"}), "running"),
    "wait": (frozenset({"running"}), "waiting"),
    "resume": (frozenset({"waiting"}), "running"),
    "pause": (frozenset({"running", "waiting"}), "paused"),
    "unpause": (frozenset({"paused"}), "running"),
    "compensate": (frozenset({"running", "waiting", "paused"}), "compensating"),
    "succeed": (frozenset({"running", "waiting", "paused"}), "succeeded"),
    "fail": (frozenset({"pending", "running", "waiting", "paused", "compensating"}), "failed"),
    "cancel": (frozenset({"pending", "running", "waiting", "paused", "compensating"}), "cancelled"),
}
"""`waiting`: nothing executes and nothing is to be retried; people or a workflow file are awaited.
`paused`: attempts under way end and decisions are recorded; nothing new starts and nobody new is asked.
`compensating`: it failed or was cancelled, and the steps that succeeded and declare `undo` are undone."""

STEP: dict[str, tuple[frozenset[StepState], StepState]] = {
    "start": (frozenset({"pending"}), "running"),
    "due": (frozenset({"retrying"}), "pending"),
    "ask": (frozenset({"pending"}), "waiting"),
    "cannot_ask": (frozenset({"pending"}), "waiting"),
    "ask_again": (frozenset({"succeeded"}), "pending"),
    "succeed": (frozenset({"running"}), "succeeded"),
    "retry_later": (frozenset({"running"}), "retrying"),
    "ask_owner": (frozenset({"pending", "running", "waiting"}), "waiting"),
    "fail": (frozenset({"pending", "running", "waiting"}), "failed"),
    "outcome": (frozenset({"waiting"}), "succeeded"),
    "await": (frozenset({"pending"}), "waiting"),
    "arrive": (frozenset({"waiting"}), "succeeded"),
    "retry_asked": (frozenset({"waiting"}), "pending"),
    "accept": (frozenset({"waiting"}), "succeeded"),
    "reroute": (frozenset({"pending", "running", "waiting"}), "waiting"),
    "stand_in": (frozenset({"waiting"}), "succeeded"),
    "skip_asked": (frozenset({"pending", "retrying", "waiting"}), "skipped"),
    "leave_unasked": (frozenset({"pending", "waiting"}), "cancelled"),
    "skip": (frozenset({"pending"}), "skipped"),
    "keep": (frozenset({"pending"}), "succeeded"),
    "compensate": (frozenset({"succeeded"}), "compensated"),
    "reopen": (frozenset({"skipped", "waiting"}), "pending"),
    "revise": (frozenset({"succeeded", "failed", "skipped"}), "pending"),
    "retry_element": (frozenset({"failed"}), "pending"),
    "interrupt": (frozenset({"running"}), "pending"),
    "cancel": (frozenset({"pending", "running", "retrying", "waiting"}), "cancelled"),
}
"""`interrupt`: the process stopped or died under the attempt; it will be made again. `ask_again`: of an
approval, when what was approved has changed before it was executed; `reopen`: of what was skipped by it, and
of approvals behind it. `revise`: an approver requested changes, so it runs again. `reroute`: its alternative
executes, whose output it takes with `stand_in`. `keep`: a fork takes the output of its origin.
`retry_element`: of an element of a mapped step that a person retries. `accept`: of a step too many of whose
rows were rejected; it goes on with the others. `cannot_ask`: of an approval that names a missing value or
whose condition cannot be decided; the owner is asked. `leave_unasked`: the owner skips it; nothing that
names it then runs."""

REQUEST: dict[str, tuple[frozenset[RequestState], RequestState]] = {
    "decide": (frozenset({"open"}), "decided"),
    "expire": (frozenset({"open"}), "expired"),
    "withdraw": (frozenset({"open", "held"}), "withdrawn"),
    "hold": (frozenset({"open"}), "held"),
    "take_effect": (frozenset({"held"}), "decided"),
    "revoke": (frozenset({"held"}), "open"),
    "reopen": (frozenset({"held"}), "open"),
    "lapse": (frozenset({"held", "decided"}), "expired"),
}
"""`held`: approved, and to be taken back until it takes effect. `reopen`: when it is to take effect, too few
of its approvers may still decide. `lapse`: its window ended before anything that it guards started."""

AWAITED: frozenset[RequestState] = frozenset({"open", "held"})
"""Requests that their run still waits for."""

RUN_ENDED: frozenset[RunState] = frozenset({"succeeded", "failed", "cancelled"})
STEP_SETTLED: frozenset[StepState] = frozenset({"succeeded", "failed", "skipped", "compensated", "cancelled"})


class IllegalTransition(Exception):
    """The state that a transition leaves was not the one it found: somebody else was first."""


State = TypeVar("State", bound=str)


def move(table: Mapping[str, tuple[frozenset[State], State]], transition: str, state: State) -> State:
    """The state that `transition` leads to from `state`; raises `IllegalTransition`."""
    leaves, enters = table[transition]
    if state not in leaves:
        raise IllegalTransition(f"{transition}: {state} is not one of {', '.join(sorted(leaves))}")
    return enters
