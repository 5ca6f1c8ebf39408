"""Listeners, one module for each Slack surface. Each commits, acknowledges and returns."""

from slack_bolt.async_app import AsyncApp

from bot.listeners import (
    agent_view,
    button_clicks,
    commands,
    conversation,
    custom_steps,
    events,
    flooding,
    modals,
    shortcuts,
    unfurls,
)
from bot.listeners.context import Context

__all__ = ["Context", "register"]


def register(app: AsyncApp, context: Context) -> None:
    """Register all listeners. Bolt tries them in this order, so clicks come first."""
    flooding.register(app, context)
    button_clicks.register(app, context)
    commands.register(app, context)
    modals.register(app, context)
    shortcuts.register(app, context)
    events.register(app, context)
    unfurls.register(app, context)
    conversation.register(app, context)
    custom_steps.register(app, context)
    agent_view.register(app, context)
