"""A workflow that names who may see it is listed, suggested and started for nobody else."""

from typing import Any

import pytest

from tests.conftest import spoken

GENERAL = "C01GENERAL"
ALICE, BOB, CAROL, ERIN = "U01ALICE", "U02BOB", "U03CAROL", "U05ERIN"
FLOWS = """
from pydantic import BaseModel

from signoff import Workflow

class Amount(BaseModel):
    amount: int

open_to_all = Workflow("open", owner="@platform", channel="#deploys")
salaries = Workflow("salaries", owner="U02BOB", channel="#deploys", may_see=["U03CAROL"])
payments = Workflow("payments", owner="U02BOB", input=Amount, channel="#deploys", may_see=["U03CAROL"])
restricted = Workflow("restricted", owner="U02BOB", input=Amount, channel="#deploys", may_run=["U03CAROL"])

for workflow in (open_to_all, salaries, payments, restricted):
    @workflow.step(name="only")
    async def only() -> str:
        return "done"
"""


@pytest.fixture
def workflows() -> str:
    return FLOWS


@pytest.mark.parametrize(("person", "sees"), [(ALICE, False), (BOB, True), (CAROL, True), (ERIN, True)])
async def test_a_restricted_workflow_is_listed_for_its_audience_owner_and_operator(
    team: Any, person: str, sees: bool
) -> None:
    await team.office.say(person, GENERAL, "/workflow list")
    said = str(spoken(await team.office.heard(person, GENERAL)))
    assert "/workflow run open" in said
    assert ("/workflow run salaries" in said) is sees


@pytest.mark.parametrize("typed", ["salaries", "salarie", "SALARIES", "payments", "payment", "nothing"])
async def test_running_a_hidden_workflow_is_answered_as_a_name_that_does_not_exist(
    team: Any, typed: str
) -> None:
    await team.office.say(ALICE, GENERAL, f"/workflow run {typed}")
    said = str(spoken(await team.office.heard(ALICE, GENERAL)))
    assert f"There is no workflow called {typed}. There are: open, restricted." in said
    assert await team.office.view(ALICE) is None


async def test_a_person_who_may_not_start_a_workflow_is_told_so_instead_of_a_form(team: Any) -> None:
    await team.office.say(ALICE, GENERAL, "/workflow run restricted")
    said = str(spoken(await team.office.heard(ALICE, GENERAL)))
    assert "can start restricted. Ask one of them." in said
    assert await team.office.view(ALICE) is None


async def test_a_person_who_may_start_a_hidden_workflow_gets_its_form(team: Any) -> None:
    await team.office.say(CAROL, GENERAL, "/workflow run payment")
    said = str(spoken(await team.office.heard(CAROL, GENERAL)))
    assert "Did you mean payments?" in said
    await team.office.say(CAROL, GENERAL, "/workflow run payments")
    await team.office.modal(CAROL, "Run payments")
