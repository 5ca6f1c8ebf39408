"""One module a Slack surface. Each commits, acknowledges and returns; the rest follows afterwards."""

from slack_bolt.async_app import AsyncApp

from bot.listeners import button_clicks, commands, events, modals
from bot.listeners.context import Context

__all__ = ["Context", "register"]


def register(app: AsyncApp, context: Context) -> None:
    """Every listener there is."""
    commands.register(app, context)
    button_clicks.register(app, context)
    modals.register(app, context)
    events.register(app, context)
