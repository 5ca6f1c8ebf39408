"""Kinds of step: how each executes. The runner does not know which it executes."""
