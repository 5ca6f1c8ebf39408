"""A run as people follow it: its message, its thread, its logs."""
