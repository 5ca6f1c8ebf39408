"""Guesses of what a person meant to type."""

import difflib
from collections.abc import Collection


def nearest(typed: str, known: Collection[str]) -> str:
    """Return the word that was probably meant; empty without a guess."""
    if typed in known:
        return typed
    return next(iter(difflib.get_close_matches(typed.casefold(), known, n=1, cutoff=0.65)), "")
