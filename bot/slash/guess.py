"""Guesses of what a person meant to type."""

import difflib
from collections.abc import Collection


def nearest(typed: str, known: Collection[str]) -> str:
    """Return the word that was probably meant; empty without a guess."""
    if typed in known:
        return typed
    return next(iter(difflib.get_close_matches(typed.casefold(), known, n=1, cutoff=0.65)), "")


def nearest_words(typed: str, known: Collection[str], limit: int = 3) -> list[str]:
    """Return the words that were probably meant, the nearest first; empty without a guess."""
    return difflib.get_close_matches(typed.casefold(), known, n=limit, cutoff=0.65)
