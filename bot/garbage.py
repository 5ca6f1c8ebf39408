"""How often the process looks for garbage that only the collector frees."""

GARBAGE_THRESHOLD = 10_000
"""New objects between two collections. Fifty clicks hold thousands of objects that are all in use. With
Python's own 700, a tenth of a click's processor time was spent on looking through them. Runs leave
no such garbage, so their values are freed at once."""
