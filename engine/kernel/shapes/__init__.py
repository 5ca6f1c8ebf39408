"""Reasons to wait other than people: elements of a list, polls, signals, times."""
