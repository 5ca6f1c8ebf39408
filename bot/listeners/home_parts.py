"""The part of the workflows that each person last turned to in their Home."""

from dataclasses import dataclass

_MAX_PEOPLE = 500


@dataclass(frozen=True, slots=True)
class HomePart:
    """`mine`: only the workflows that the person owns."""

    mine: bool
    page: int


class HomeParts:
    """The part of each person. A restart forgets them: then the Home begins at the first page."""

    def __init__(self) -> None:
        self._parts: dict[str, HomePart] = {}

    def get(self, user: str) -> HomePart | None:
        return self._parts.get(user)

    def note(self, user: str, part: HomePart) -> None:
        self._parts.pop(user, None)
        self._parts[user] = part
        if len(self._parts) > _MAX_PEOPLE:
            del self._parts[next(iter(self._parts))]


def part_of(word: str) -> HomePart:
    """Return the part that a button names: `mine-1`, `all-3`. Another word is the first page of all."""
    which, _, page = word.partition("-")
    return HomePart(which == "mine", max(1, int(page)) if page.isdecimal() and len(page) < 6 else 1)
