"""Break-glass in random lives: each use is reviewed once, and nobody uses it twice without a verdict.

The model knows only which people have a review that is open.
"""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Actor
from engine.model.records.break_glass import OpenReview
from engine.model.records.records import RequestRecord
from engine.testing import Harness
from tests.engine.runtime.requests.test_break_glass import GROUPS, Life, harness, log

PEOPLE, REVIEWERS = ["U7", "U8", "U1", "U21"], ["U9", "U7", "U8", "U5"]
ACTS = st.one_of(
    st.tuples(st.just("use"), st.sampled_from(PEOPLE)),
    st.tuples(st.sampled_from(["approve", "reject"]), st.sampled_from(REVIEWERS)),
    st.tuples(st.sampled_from(["cancel", "restart"]), st.just("")),
)


class RandomLife:
    def __init__(self, here: Harness) -> None:
        self.here, self.life = here, Life(here)
        self.open: set[str] = set()
        self.used, self.closed = 0, 0

    async def act(self, act: str, user: str) -> None:
        await self.here.advance("2m")  # a code is used once, and a review that nobody decided is asked again
        if act == "use":
            await self._use(user)
        elif reviews := await self.here.engine.open_reviews():
            await self._answer(reviews[0], act, user)

    async def _use(self, user: str) -> None:
        result = await self.life.use(await self.life.ask(), user)
        may = user in GROUPS["leads"] and user not in self.open
        assert result.accepted == may, result.text
        if may:
            self.open.add(user)
            self.used += 1

    async def _answer(self, review: OpenReview, act: str, user: str) -> None:
        request = await self._asked(review)
        if act == "cancel":
            await self.here.engine.cancel(request.run_id, actor=Actor("cli", "root"))
            await self.here.run_until_idle()
            return
        await self.here.try_decide(request, act, as_user=user, comment="As I saw it.")
        await self.here.run_until_idle()
        if user in GROUPS["security"] and user != review.by:
            self.open.remove(review.by)
            self.closed += 1

    async def _asked(self, review: OpenReview) -> RequestRecord:
        (request,) = [each for each in await self.here.requests() if each.run_id == review.question]
        return request

    async def check(self) -> None:
        reviews = await self.here.engine.open_reviews()
        assert {review.by for review in reviews} == self.open
        assert len(reviews) == len(self.open) == self.used - self.closed
        types = [event.type for event in await log(self.here)]
        assert (types.count("break_glass.used"), types.count("break_glass.reviewed")) == (
            self.used,
            self.closed,
        )
        await self.here.advance("2m")
        for review in await self.here.engine.open_reviews():
            assert (await self._asked(review)).state == "open"


async def live(acts: list[tuple[str, str]], folder: Path) -> None:
    later: Any = None
    life: RandomLife | None = None
    for part in parts(acts):
        async with harness(folder=folder, at=later) as here:
            life = life or RandomLife(here)
            life.here = life.life.here = here
            await here.run_until_idle()
            for act, user in part:
                await life.act(act, user)
                await life.check()
            later = here.clock.now()


def parts(acts: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Return the acts between the restarts."""
    found: list[list[tuple[str, str]]] = [[]]
    for act in acts:
        if act[0] == "restart":
            found.append([])
        else:
            found[-1].append(act)
    return found


@pytest.mark.long
@settings(max_examples=10)
@given(st.lists(ACTS, min_size=3, max_size=8))
def test_no_random_life_breaks_glass_twice_without_a_verdict(acts: list[tuple[str, str]]) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(live(acts, Path(folder)))
