"""From events to messages: each one a view of a record, posted once, paced, and never lost from sight."""

from bot.outbox.service import Outbox, Parts

__all__ = ["Outbox", "Parts"]
