"""Suggestions for misspelled groups and channels."""

import asyncio
import difflib
from collections.abc import Callable, Iterable

from engine.model.people import ON_CALL, People, is_group, is_on_call


async def nearest_reference(people: People, ref: str) -> str:
    """Return the group or channel that a misspelled reference probably means; empty where none is close.

    The comparison runs in a thread, because a workspace has tens of thousands of channels.
    """
    references: Callable[[], Iterable[str]] | None = getattr(people, "references", None)
    if references is None or not is_group(ref):
        return ""
    kind = ON_CALL if is_on_call(ref) else ref[0]
    references_by_name = {
        reference.removeprefix(kind).casefold(): reference
        for reference in references()
        if reference.startswith(kind)
    }
    close = await asyncio.to_thread(
        difflib.get_close_matches, ref.removeprefix(kind).casefold(), references_by_name, n=1, cutoff=0.7
    )
    return references_by_name[close[0]] if close else ""
