"""A workflow that names who may see it is listed for nobody else."""

from typing import Any

import pytest

from tests.conftest import spoken

GENERAL = "C01GENERAL"
ALICE, BOB, CAROL, ERIN = "U01ALICE", "U02BOB", "U03CAROL", "U05ERIN"
FLOWS = """
from signoff import Workflow

open_to_all = Workflow("open", owner="@platform", channel="#deploys")
salaries = Workflow("salaries", owner="U02BOB", channel="#deploys", may_see=["U03CAROL"])

for workflow in (open_to_all, salaries):
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
