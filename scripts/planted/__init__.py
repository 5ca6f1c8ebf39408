"""Planted bugs by subject, for `scripts.mutants`."""
