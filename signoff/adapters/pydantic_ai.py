"""Deferred tool calls of Pydantic AI, decided by people at a gate."""

import signoff._own_engine  # noqa: F401  # before the engine is imported
from bot.adapters.pydantic_ai import decide

__all__ = ["decide"]
