"""Names for agents of other frameworks. Each framework has a module, which imports it."""

import signoff._own_engine  # noqa: F401  # before the engine is imported
from bot.adapters.held_calls import AgentGate
from bot.errors import NotAsked

__all__ = ["AgentGate", "NotAsked"]
