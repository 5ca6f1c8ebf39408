"""Modal that shows a better threshold, and asks the approvers of a gate for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.views import button_values
from bot.views import insight as words
from bot.views.blocks import grey, line_sections, plain, section
from bot.views.button_values import ButtonValue, UnknownButton
from bot.views.forms.modals import modal
from bot.views.wording.text import safe
from engine import Better, WorkflowRecord

PROPOSAL = "signoff:threshold"
"""callback_id of the modal."""
GATE = "gate"
MAX_GATES = 100
_MAX_NAME, _MAX_CHANGES = 80, 20


@dataclass(frozen=True, slots=True)
class Proposal:
    """Subject of the modal. `stamp`: of the threshold that it showed."""

    workflow: str
    step: str
    since: str
    stamp: str


def proposal_modal(asked: Proposal, found: Better, gates: Sequence[WorkflowRecord]) -> dict[str, Any]:
    """`gates`: at least one, of those whose approvers can be asked."""
    options = [{"text": plain(each.name, 75), "value": each.name} for each in gates[:MAX_GATES]]
    menu: dict[str, Any] = {"type": "static_select", "action_id": GATE, "options": options}
    if len(options) == 1:
        menu["initial_option"] = options[0]
    name = safe(f"{asked.workflow}.{asked.step}", _MAX_NAME)
    return modal(
        "Propose a threshold",
        [
            section(
                f"*{safe(found.outcome, _MAX_NAME)}* of {name} could begin at {words.thresholds(found)}."
            ),
            *line_sections([f"• {line}" for line in proposal_lines(found)]),
            grey(f"since {safe(asked.since, 40)} · Nothing changes before it is approved."),
            {
                "type": "input",
                "block_id": GATE,
                "label": plain("Gate whose approvers decide", 2000),
                "element": menu,
            },
        ],
        callback_id=PROPOSAL,
        submit="Ask for it",
        close="Go back",
        metadata=button_values.encode(f"{asked.workflow}.{asked.step}", f"{asked.since}@{asked.stamp}"),
    )


def proposal_lines(found: Better) -> list[str]:
    """Return what the threshold would have done, as mrkdwn."""
    lines = [
        f"People agreed with {words.share(found.now)}. With it, that would be {words.share(found.then)}.",
        *(
            f"{words.runs_of(number, found.runs)} would be *{safe(then, _MAX_NAME)}* instead of "
            f"*{safe(was, _MAX_NAME)}*."
            for (was, then), number in found.changes.items()
        ),
    ]
    left = len(lines) - 1 - _MAX_CHANGES
    return lines if left <= 0 else [*lines[: _MAX_CHANGES + 1], f"{left} more kinds of change."]


def asked_about(value: ButtonValue) -> Proposal:
    """Return what the modal asked about. Raises `UnknownButton`."""
    workflow, _, step = value.id.partition(".")
    if not (workflow and step and value.choice and value.seen):
        raise UnknownButton("This window cannot be read, so nothing was proposed. Type the command again.")
    return Proposal(workflow, step, value.choice, value.seen)


def chosen_gate(view: Mapping[str, Any]) -> str:
    """Return the name of the gate that a person chose. Raises `UnknownButton`."""
    part: Any = view
    for name in ("state", "values", GATE, GATE, "selected_option", "value"):
        part = part.get(name) if isinstance(part, Mapping) else None
    if not isinstance(part, str) or not part:
        raise UnknownButton("This window cannot be read, so nothing was proposed. Type the command again.")
    return part
