"""Interrupts of LangGraph, decided by people at a gate."""

import signoff._own_engine  # noqa: F401  # before the engine is imported
from bot.adapters.langgraph import decide

__all__ = ["decide"]
