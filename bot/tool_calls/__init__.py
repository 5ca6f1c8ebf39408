"""Calls of tools that people are asked about: the call as people read it, and the permission to make it."""
