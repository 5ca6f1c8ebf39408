"""Requests: what they ask, who may decide them, and what the decisions amount to."""
