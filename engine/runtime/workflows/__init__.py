"""The loaded workflows, and the stored definitions that runs began with."""
