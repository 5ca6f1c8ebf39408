"""Graphs of workflows and runs as text and pictures."""
