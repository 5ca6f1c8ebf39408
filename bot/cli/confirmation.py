"""The questions that a command asks at the terminal: one way for all of them."""

import sys

import typer

from bot.cli.output import CommandError


def confirm(question: str, told: str) -> bool:
    """Ask yes or no. `told`: what would happen, for the refusal where there is no terminal to ask at.

    Raises `typer.Abort` for Ctrl-C and Ctrl-D.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        raise CommandError(f"{told} There is no terminal to ask at. Add --yes to do it.")
    return typer.confirm(question, err=True)
