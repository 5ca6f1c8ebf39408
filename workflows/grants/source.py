"""A hundred applications over HTTP, for the demo and for tests: varied, always the same, some malformed."""

import random
from typing import Any

from aiohttp import web

COUNT = 100
_NAMES = [
    "Riverside School", "Open Clinic", "Clean Shore", "Märchen-Theater", "Tools & Toys <for all>",
    "Night Library", "Seed Bank", "Vélo pour tous", "The Long Table", "Stage 9", "花の会", "Second Chance",
]  # fmt: skip
_FIELDS = ["education", "health", "environment", "culture", "other"]


def applications() -> list[Any]:
    """The same hundred each time; one in ten can't be read, each for another reason."""
    chance = random.Random(20260105)  # noqa: S311 - varied, not secret
    found = [_application(number, chance) for number in range(1, COUNT + 1)]
    for number, spoil in enumerate(_SPOILS):
        place = 5 + number * 10
        found[place] = spoil(found[place], found)
    return found


def _application(number: int, chance: random.Random) -> dict[str, Any]:
    reached = int(chance.lognormvariate(6, 1.1))
    return {
        "id": f"G-{number:04d}",
        "name": f"{chance.choice(_NAMES)} {number}",
        "email": f"contact{number}@example.org",
        "field": chance.choice(_FIELDS),
        "amount": round(chance.lognormvariate(9.4, 0.9), -2).__int__() or 100,
        "people_reached": reached,
        "years_active": chance.randint(0, 14),
        "submitted": f"2026-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
        "summary": chance.choice(
            ["A year of evenings.", "Two more rooms.", "Material for everybody.", "x" * 1500]
        ),
    }


_SPOILS: list[Any] = [
    lambda one, _: {key: value for key, value in one.items() if key != "amount"},
    lambda one, _: {**one, "amount": -500},
    lambda one, _: {**one, "people_reached": "many"},
    lambda one, _: {**one, "submitted": "31.02.2026"},
    lambda one, found: {**one, "id": found[0]["id"]},
    lambda one, _: {**one, "field": "sports"},
    lambda one, _: {**one, "summary": "y" * 5000},
    lambda one, _: f"{one['id']} as plain text",
    lambda one, _: {**one, "email": "nobody"},
    lambda one, _: {**one, "id": "17"},
]


def application() -> web.Application:
    """`GET /applications` answers with the list."""
    app = web.Application()
    app.router.add_get("/applications", _answer)
    return app


async def _answer(_: web.Request) -> web.Response:
    return web.json_response(applications())
