"""Answers to Slack's stop button on the session of a run."""

from bot.views import button_values
from bot.views.blocks import actions, button, section
from bot.views.message import Message, message
from bot.views.wording.text import safe
from engine import RunRecord


def stop_answer(run: RunRecord) -> Message:
    """Return the question whether to cancel the run. Its button opens the form of `/workflow cancel`."""
    name = safe(run.short, 80)
    text = f"*Cancel {name}?* It goes on until you confirm."
    cancel = button(
        "Cancel run…",
        button_values.MORE,
        button_values.encode(run.id, "cancel"),
        style="danger",
        label=f"Cancel {run.short}",
    )
    return message(text, section(text), actions([cancel]))


def ended_answer(run: RunRecord) -> Message:
    text = f"{safe(run.short, 80)} has already ended: it {safe(run.ending, 200)}."
    return message(text, section(text))
