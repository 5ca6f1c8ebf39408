"""The people around an installation, and what the log says of who was away."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import Group, PeopleUnavailable, Person, StaticPeople

Life = Any
MEMBERS = {"@a": {"U1", "U2", "U4"}, "@b": {"U3", "U6", "U7"}, "@owners": {"U2", "U3"}}
EVERYBODY = [f"U{number}" for number in range(1, 9)]
"""U5 is approver by id in some workflows, U8 is nobody's choice."""
ABLE = {"U1", "U2", "U3", "U5", "U8"}
"""Active people of the workspace itself."""


def members(ref: str) -> set[str]:
    return MEMBERS.get(ref, {ref})


class Crowd(StaticPeople):
    """Who, now and then, can't be looked up."""

    def __init__(self) -> None:
        super().__init__(
            [
                Person("U5", "By id"),
                Person("U8", "Nobody's choice"),
                Person("U4", "Gone", active=False),
                Person("U6", "Bot", is_bot=True),
                Person("U7", "Guest", outside=True),
            ],
            # A channel that is not known is compared with all others in a thread: no life would be replayed.
            {**{ref[1:]: ids for ref, ids in MEMBERS.items()}, "#work": EVERYBODY},
        )
        self.silent = False

    async def person(self, user_id: str) -> Person:
        self._look()
        return await super().person(user_id)

    async def resolve(self, ref: str) -> Person | Group:
        self._look()
        return await super().resolve(ref)

    def _look(self) -> None:
        if self.silent:
            raise PeopleUnavailable("Slack does not answer.")


@dataclass(eq=False)
class Click:
    """One that was begun: since which place in the log, and the earliest time there was meanwhile."""

    request: str
    person: str
    choice: str
    since: int
    earliest: int


Away = dict[str, tuple[str, int]]
"""By who is away: to whom, and until when in microseconds."""


def noted(life: Life) -> Away:
    """Return the absences that the installation has stored."""
    found = life.rows("SELECT value FROM installation WHERE name = 'absences'")
    stored = json.loads(found[0]["value"]) if found else {}
    return {who: (one["to"], micros(one["until"])) for who, one in stored.items()}


def told(life: Life, seq: int) -> Away:
    """Return the absences at that place, according to the log."""
    found: Away = {}
    types = "('person.away', 'person.back')"
    query = f"SELECT type, at, data FROM event WHERE seq <= ? AND type IN {types} ORDER BY seq"
    for row in life.rows(query, seq):
        data = json.loads(row["data"])
        found.pop(data["user"], None)
        if row["type"] == "person.away":
            # Who is back by then is forgotten, and not away again by a clock that is set back.
            found = {who: one for who, one in found.items() if row["at"] < one[1]}
            found[data["user"]] = (data["to"], micros(data["until"]))
    return found


def delegate(away: Away, who: str, at: int) -> str | None:
    """Return the person's delegate at that time; None if the person decides."""
    seen = [who]
    while (one := away.get(seen[-1])) is not None and at < one[1] and one[0] not in seen:
        seen.append(one[0])
    circle = one is not None and at < one[1]
    return None if circle or len(seen) == 1 else seen[-1]


def micros(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1_000_000)
