"""Public: durations as people write them. Imports no database."""

from engine.model.values.durations import InvalidDuration, seconds

__all__ = ["InvalidDuration", "seconds"]
