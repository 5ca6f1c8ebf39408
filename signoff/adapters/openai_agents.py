"""Interruptions of the OpenAI Agents SDK, decided by people at a gate."""

import signoff._own_engine  # noqa: F401  # before the engine is imported
from bot.adapters.openai_agents import decide

__all__ = ["decide"]
