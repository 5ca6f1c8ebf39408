"""Modals: what they ask, and how their answers are read."""
