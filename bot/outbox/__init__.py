"""From events to messages: each one a view of a record, posted once, paced, and never lost from sight."""

from bot.outbox.ports import Content
from bot.outbox.service import Outbox, Parts

__all__ = ["Content", "Outbox", "Parts"]
