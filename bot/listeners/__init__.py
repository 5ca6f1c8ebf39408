"""Listeners, one module for each Slack surface. Each commits, acknowledges and returns."""

from bot.listeners import button_clicks, commands, conversation, events, flooding, modals, shortcuts, unfurls
from bot.listeners.context import Context
from bot.slack.bolt_app import BoltApp

__all__ = ["Context", "register"]


def register(app: BoltApp, context: Context) -> None:
    """Register all listeners. Bolt tries them in this order; clicks have their direct way."""
    flooding.register(app, context)
    button_clicks.register(app, context)
    commands.register(app, context)
    modals.register(app, context)
    shortcuts.register(app, context)
    events.register(app, context)
    unfurls.register(app, context)
    conversation.register(app, context)
