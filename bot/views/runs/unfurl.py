"""State of a run in words, below a link to its page."""

from datetime import datetime

from bot.views.blocks import grey, section
from bot.views.message import Message, Names, message
from bot.views.requests.altered import marked_message
from bot.views.runs.run import headline_of, started_by
from bot.views.runs.steps import progress
from bot.views.wording.text import safe
from engine import RunDetail


def unfurled(detail: RunDetail, names: Names, now: datetime) -> Message:
    """Return what the run's message says in its first and its last line."""
    headline = headline_of(detail, names)
    facts = (progress(detail), started_by(detail.run, names, now), safe(detail.run.short, 150))
    return marked_message(message(headline, section(headline), grey(*facts)), detail.altered)
