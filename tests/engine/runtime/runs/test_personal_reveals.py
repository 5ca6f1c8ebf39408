"""Personal data is revealed only to those who may read it, and every reveal is recorded before."""

import logging
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from engine import (
    Actor,
    Engine,
    FakeClock,
    NotAllowed,
    NotPossible,
    RevealedPage,
    StaticPeople,
    UnknownRun,
    Workflow,
)
from engine.audit.personal_keys import PersonalKeys
from engine.errors import TooMany
from engine.kernel.schedules.start_limits import StartLimits
from engine.model.people import Person
from engine.runtime.access.act_limits import ACTS_PER_MINUTE
from engine.runtime.settings import EngineSettings
from engine.testing import Harness
from signoff import Personal
from tests.planted_personal import VALUE, found_below, found_in

OPS, HR, GUEST, OTHER, CLI = (
    Actor("slack", "U1"), Actor("slack", "U2"), Actor("slack", "U3"), Actor("slack", "U4"),
    Actor("cli", "root"),
)  # fmt: skip
PEOPLE = StaticPeople(
    groups={"ops": ["U1"], "hr": ["U2", "U3"]}, people=[Person("U3", "Guest", outside=True)]
)


class Signup(BaseModel):
    email: Personal[str]
    phones: list[Personal[str]] = []
    plan: str = "free"


class Account(BaseModel):
    owner: Personal[str]


def flow(**options: Any) -> Workflow:
    made = Workflow("signup", owner="@ops", input=Signup, **options)

    @made.step
    async def create(input: Signup) -> Account:
        return Account(owner=input.email.upper())

    return made


def harness(folder: Path | None = None, **options: Any) -> Harness:
    options.setdefault("may_see_personal", ["@hr"])
    return Harness(flow(**options), people=PEOPLE, folder=folder, conceals="may_see" in options)


async def ended(here: Harness, **values: Any) -> str:
    run = await here.start("signup", {"email": VALUE, **values}, as_user="U1")
    await here.run_until_idle()
    return run.id


async def events(here: Harness, run: str) -> list[Any]:
    return [each for each in await here.engine.events.of_run(run) if each.type == "run.revealed"]


def values(page: RevealedPage) -> dict[str, Any]:
    return {each.field: each.value for each in page.values}


async def test_a_named_person_reads_the_values_and_the_log_says_so_without_them(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with harness(tmp_path) as here:
        run = await ended(here)
        assert await here.engine.offers_personal(run, actor=HR)
        assert await events(here, run) == []
        page = await here.engine.reveal_personal(run, "slack", actor=HR)
        assert values(page) == {"input.email": VALUE, "create.owner": VALUE.upper()}
        assert (page.more, found_in(repr(page).encode())) == (0, [])
        (event,) = await events(here, run)
        assert (event.actor.id, event.data) == (
            "U2",
            {"fields": ["input.email", "create.owner"], "erased": [], "door": "slack"},
        )
        assert (await here.engine.detail(run)).run.state == "succeeded"
    assert found_below(tmp_path) == []
    assert found_in(caplog.text.encode()) == []


@pytest.mark.parametrize("named", [[], ["@hr"]])
@pytest.mark.parametrize(
    "actor", [OPS, GUEST, OTHER, Actor("api", "ci"), Actor("api", "ci", "U2"), Actor("engine", "engine")]
)
async def test_nobody_else_reads_a_value_and_nothing_is_recorded(actor: Actor, named: list[str]) -> None:
    async with harness(may_see_personal=named) as here:
        run = await ended(here)
        with pytest.raises((NotAllowed, UnknownRun)):
            await here.engine.reveal_personal(run, "slack", actor=actor)
        assert await events(here, run) == []
        if actor.source == "slack":
            assert not await here.engine.offers_personal(run, actor=actor)


async def test_a_person_who_may_not_see_the_run_reads_nothing() -> None:
    async with harness(may_see=["@ops"]) as here:
        run = await ended(here)
        with pytest.raises(UnknownRun):
            await here.engine.reveal_personal(run, "console", actor=HR)
        assert await events(here, run) == []


async def test_a_person_who_is_no_longer_named_reads_no_earlier_run(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        run = await ended(here)
    for named in ([], ["@ops"]):
        async with harness(tmp_path, may_see_personal=named) as here:
            for actor in (HR, OPS):
                with pytest.raises(NotAllowed):
                    await here.engine.reveal_personal(run, "slack", actor=actor)


async def test_nobody_in_slack_reads_data_of_a_workflow_that_is_not_loaded(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        run = await ended(here)
    other = Workflow("other", owner="@ops")

    @other.step
    async def only() -> None: ...

    async with Harness(other, people=PEOPLE, folder=tmp_path) as here:
        assert not await here.engine.offers_personal(run, actor=HR)
        with pytest.raises(NotAllowed, match="signup is not loaded"):
            await here.engine.reveal_personal(run, "slack", actor=HR)
        page = await here.engine.reveal_personal(run, "cli", actor=CLI, reason="ticket 7")
        assert values(page)["input.email"] == VALUE


async def test_the_command_line_gives_a_reason_which_the_log_keeps() -> None:
    async with harness(may_see_personal=[]) as here:
        run = await ended(here)
        for reason in ("", "  "):
            with pytest.raises(NotPossible, match="--reason"):
                await here.engine.reveal_personal(run, "cli", actor=CLI, reason=reason)
        assert await events(here, run) == []
        page = await here.engine.reveal_personal(run, "cli", actor=CLI, reason="ticket 7")
        assert values(page)["input.email"] == VALUE
        (event,) = await events(here, run)
        assert (event.actor.id, event.data["door"], event.data["reason"]) == ("root", "cli", "ticket 7")


async def test_an_erased_value_is_named_and_the_others_are_shown(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        run = await ended(here)
        keys = here.engine.settings.personal_keys()
        assert isinstance(keys, PersonalKeys)
        (old,) = keys.keys()
        keys.rotate()
        keys.forget(old.id)
        page = await here.engine.reveal_personal(run, "slack", actor=HR)
        assert [(each.value, each.problem) for each in page.values] == [(None, "was erased")] * 2
        (event,) = await events(here, run)
        assert (event.data["fields"], event.data["erased"]) == ([], ["input.email", "create.owner"])


async def test_many_values_come_in_pages_and_each_page_is_recorded() -> None:
    async with harness() as here:
        run = await ended(here, phones=[str(number) for number in range(60)])
        seen: list[str] = []
        while (page := await here.engine.reveal_personal(run, "slack", actor=HR, after=len(seen))).values:
            seen += values(page)
            if not page.more:
                break
        assert len(seen) == len(set(seen)) == 62
        assert [len(event.data["fields"]) for event in await events(here, run)] == [40, 22]
        with pytest.raises(NotPossible, match="no further personal data"):
            await here.engine.reveal_personal(run, "slack", actor=HR, after=62)


async def test_reveals_have_a_limit_in_a_minute(tmp_path: Path) -> None:
    settings = EngineSettings(tmp_path, limits=StartLimits())
    engine = await Engine.open(tmp_path / "signoff.db", people=PEOPLE, clock=FakeClock(), settings=settings)
    engine.register(flow(may_see=["@hr"], may_see_personal=["@hr"]))
    await engine.serve()
    try:
        run = await engine.start("signup", {"email": VALUE}, actor=OPS)
        for _ in range(ACTS_PER_MINUTE):
            await engine.reveal_personal(run.id, "slack", actor=HR)
        with pytest.raises(TooMany, match="20 reveals of personal data"):
            await engine.reveal_personal(run.id, "slack", actor=HR)
        told = [each for each in await engine.events.of_run(run.id) if each.type == "run.revealed"]
        assert len(told) == ACTS_PER_MINUTE
    finally:
        await engine.close(grace=0)
