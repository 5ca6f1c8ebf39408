"""Measured figures, each with its baseline from the same run: `make bench`."""
