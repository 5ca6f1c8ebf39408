"""Devices of the incident workflow, and their diagnosis."""
