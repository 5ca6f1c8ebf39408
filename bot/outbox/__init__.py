"""From events to messages: each one a view of a record, posted once, paced, and never lost from sight."""

from bot.outbox.service import Outbox, OutboxParts

__all__ = ["Outbox", "OutboxParts"]
