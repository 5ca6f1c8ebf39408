"""Agents: turns of a model with tools, and the calls that people approve."""
