"""Sends the events of the log to other systems, in order: each target has its own place in the log."""
