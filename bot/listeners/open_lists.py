"""Lists of requests from which windows were opened, to refresh a list once its window is submitted."""

from bot.listeners.surface import Surface

_MAX_WINDOWS = 500


class OpenLists:
    """The list behind each window. A restart forgets them: then the next click refreshes the list."""

    def __init__(self) -> None:
        self._lists: dict[str, Surface] = {}

    def note(self, view_id: str, surface: Surface) -> None:
        self._lists[view_id] = surface
        if len(self._lists) > _MAX_WINDOWS:
            del self._lists[next(iter(self._lists))]

    def take(self, view_id: str) -> Surface | None:
        """Return the list that a window was opened from, once."""
        return self._lists.pop(view_id, None)
