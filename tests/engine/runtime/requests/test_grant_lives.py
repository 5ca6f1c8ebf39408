"""Grants in random lives: an approval by a grant is always one that a grant allows at that moment.

The model is smaller than the engine: how much time has passed, what was used, who may approve, and which
code runs.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Grants, Outcome, StaticPeople, Workflow
from engine.errors import NotPossible
from engine.runtime.timing.clock_jumps import LOOK_INTERVAL
from engine.testing import Harness
from tests.engine.runtime.requests.test_grants import CAROL, OWNER, Scale

USES, WITHIN = 3, 60


def flow(code: int) -> Workflow:
    made = Workflow("flow", owner="@owners", input=Scale)
    go = made.approval(
        "go", ask="Scale {input.service}?", expires="90d", approvers=["oncall:primary"],
        grants=Grants(uses=USES, within=f"{WITHIN}m", match={"input.replicas": {"from": 1, "to": 5}}),
    )  # fmt: skip

    if code == 1:

        @made.step(when=go.approved)
        async def act(input: Scale, go: Outcome) -> str:
            return "one"

    else:

        @made.step(when=go.approved)
        async def act(input: Scale, go: Outcome) -> str:
            return "two"

    return made


@dataclass
class Given:
    """A grant as the model has it. Times are minutes that have passed since the beginning."""

    id: str
    service: str
    uses: int
    ends: float
    code: int
    used: int = 0


@dataclass
class Life:
    harness: Harness
    shift: dict[str, list[str]]
    code: int
    minutes: float = 0.0
    grants: list[Given] = field(default_factory=list)
    uses: int = 0

    async def ask(self, service: str, replicas: int, as_user: str = "U5") -> Any:
        values = {"service": service, "replicas": replicas}
        run = await self.harness.start("flow", values, as_user=as_user)
        await self.harness.run_until_idle()
        (request,) = (await self.harness.state(run)).requests
        return request

    def expected(self, service: str, replicas: int) -> Given | None:
        """Return the grant that approves a request of U5 now, and forget those that end by it."""
        self.grants = [each for each in self.grants if self.minutes < each.ends and each.used < each.uses]
        if self.shift["primary"] != ["U1"]:
            self.grants = []  # their giver may no longer approve
        self.grants = [each for each in self.grants if each.code == self.code]
        covering = [each for each in self.grants if each.service == service and 1 <= replicas <= 5]
        return covering[0] if covering else None

    async def asked(self, service: str, replicas: int) -> None:
        request = await self.ask(service, replicas)
        grant = self.expected(service, replicas)
        use = request.coverage.grant
        if grant is None:
            assert (request.state, use) == ("open", None)
            return
        assert (request.state, use and use.grant) == ("decided", grant.id)
        grant.used += 1
        self.uses += 1
        assert (use.number, use.uses) == (grant.used, grant.uses)

    async def give(self, service: str, uses: int, minutes: int) -> None:
        request = await self.ask(service, 1)
        if (used := self.expected(service, 1)) is not None:
            used.used += 1
            self.uses += 1
            return
        reply = await self.harness.engine.grant(request.id, uses, timedelta(minutes=minutes), actor=CAROL)
        assert (reply.grant is not None) == (self.shift["primary"] == ["U1"])
        if reply.grant is not None:
            self.grants.append(Given(reply.grant.id, service, uses, self.minutes + minutes, self.code))
        await self.harness.run_until_idle()

    async def revoke(self) -> None:
        for grant in self.grants[:1]:
            try:
                await self.harness.engine.grants.revoke(grant.id, actor=OWNER)
            except NotPossible:
                assert grant.used == grant.uses or self.minutes >= grant.ends
        self.grants = self.grants[1:]

    async def pass_(self, minutes: int) -> None:
        await self.harness.advance(f"{minutes}m")
        self.minutes += minutes

    async def jump(self, hours: int) -> None:
        self.harness.clock.jump(timedelta(hours=hours))
        await self.harness.advance(LOOK_INTERVAL)
        self.minutes += LOOK_INTERVAL.total_seconds() / 60


SERVICES, MINUTES = st.sampled_from(["api", "web"]), st.sampled_from([1, 7, 13, 30, 59])
ACTS = st.one_of(
    st.tuples(st.just("give"), SERVICES, st.integers(1, USES), MINUTES),
    st.tuples(st.just("ask"), SERVICES, st.integers(0, 6)),
    st.tuples(st.just("ask"), st.just("api"), st.integers(1, 5)),
    st.tuples(st.just("other"), SERVICES),
    st.tuples(st.just("revoke")),
    st.tuples(st.just("pass"), MINUTES),
    st.tuples(st.just("jump"), st.sampled_from([-3, -1, 1, 3])),
    st.tuples(st.just("shift"), st.sampled_from(["U1", "U2"])),
    st.tuples(st.just("restart"), st.sampled_from([1, 2])),
)


async def lived(acts: list[tuple[Any, ...]], folder: Path) -> int:
    """Do this in turn, and hold each answer against the model. Return the uses of grants."""
    shift = {"primary": ["U1"]}
    people = StaticPeople(groups={"owners": ["U9"], "all": ["U1", "U2", "U5", "U6"]}, on_call=shift)
    left, at, code, life = list(acts), "2026-01-05T09:00:00+00:00", 1, None
    while True:
        async with Harness(flow(code), people=people, folder=folder, at=at) as harness:
            life = Life(harness, shift, code) if life is None else life
            life.harness, life.code = harness, code
            await harness.run_until_idle()
            while left:
                kind, *values = left.pop(0)
                if kind == "restart":
                    code = values[0]
                    break
                await act(life, kind, values)
            else:
                return life.uses
            at = harness.clock.now().isoformat()


async def act(life: Life, kind: str, values: list[Any]) -> None:
    match kind:
        case "give":
            await life.give(*values)
        case "ask":
            await life.asked(*values)
        case "other":
            assert (await life.ask(values[0], 1, as_user="U6")).state == "open"
            if life.shift["primary"] != ["U1"]:
                life.grants = []
        case "revoke":
            await life.revoke()
        case "pass":
            await life.pass_(*values)
        case "jump":
            await life.jump(*values)
        case "shift":
            life.shift["primary"] = list(values)


@settings(max_examples=25, deadline=None)
@given(st.lists(ACTS, min_size=3, max_size=14))
def test_a_request_is_approved_by_a_grant_exactly_when_one_allows_it(acts: list[tuple[Any, ...]]) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(lived(acts, Path(folder)))


async def test_a_life_uses_grants(tmp_path: Path) -> None:
    """This life has uses before and after a jump, and none after the end."""
    acts: list[tuple[Any, ...]] = [
        ("give", "api", 3, 30), ("ask", "api", 5), ("jump", 3), ("ask", "api", 1), ("jump", -3),
        ("restart", 1), ("ask", "api", 2), ("ask", "api", 2), ("give", "web", 3, 7), ("pass", 7),
        ("ask", "web", 1),
    ]  # fmt: skip
    assert await lived(acts, tmp_path) == 3
