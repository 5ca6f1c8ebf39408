"""Answers about a picture of a graph that cannot be shown: why, and the graph in text."""

from collections.abc import Sequence
from dataclasses import replace

from bot.views.blocks import line_sections, section
from bot.views.command_replies import refused_answer
from bot.views.message import Message, message
from bot.views.wording.text import safe

_MAX_LINES = 25


def graph_in_text(name: str, lines: Sequence[str], problem: str) -> Message:
    """Return why the picture is missing, and the lines of the graph in its place; plain text."""
    refused = refused_answer(problem)
    shown = [safe(line, 500) for line in lines[:_MAX_LINES]]
    if left := len(lines[_MAX_LINES:]):
        shown.append(f"… and {left} more, which the picture shows")
    head = section(f"*Graph of {safe(name, 100)}*")
    answer = message(refused.text, *refused.blocks, head, *line_sections(shown, "graph"))
    return replace(answer, refusal=True)
