"""Attempts that workers execute: how they get there, and how their ends come back.

The process that serves plans everything. A transition enqueues its attempts; a worker executes them with the
same runner, and what it would record becomes a report. The process that serves carries reports out as
transitions, each once and in order. An attempt that no longer counts is fenced off by its number.
"""
