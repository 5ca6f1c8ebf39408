"""Contracts over time: recorded schemas of inputs, outputs and events, and what breaks them."""
