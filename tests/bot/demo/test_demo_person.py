"""The person as whom the page of the demo opens."""

from pathlib import Path

import pytest

from bot.demo.demo import first_person
from engine import StaticPeople, Workflow
from engine.testing import Harness

WORKSPACE = """
users:
  - {id: U01ANN, name: ann, real_name: Ann}
  - {id: U02GUEST, name: guest, real_name: Guest, is_restricted: true}
  - {id: U03FAR, name: far, real_name: Far}
  - {id: U04BEN, name: ben, real_name: Ben}
channels:
  - {id: C01DEPLOYS, name: deploys, members: [U01ANN, U02GUEST, U04BEN, U0SIGNOFF]}
"""


async def opened_as(folder: Path, approvers: list[str], may_run: list[str]) -> str:
    (folder / "workspace.yaml").write_text(WORKSPACE)
    ship = Workflow("ship", owner="@team", channel="#deploys", may_run=may_run)
    ship.approval("go", ask="Ship it?", approvers=approvers, expires="4h", advisory=True)
    team = ["U01ANN", "U03FAR", "U04BEN"]
    people = StaticPeople(groups={"team": team, "managers": ["U01ANN"], "all": team})
    async with Harness(ship, people=people) as harness:
        return await first_person(harness.engine, folder, harness.engine.workflows())


@pytest.mark.parametrize(
    ("approvers", "may_run", "person"),
    [
        (["@managers"], [], "U04BEN"),
        (["U04BEN"], [], ""),
        (["@managers", "U04BEN"], [], "U03FAR"),
        (["@managers"], ["U03FAR"], "U03FAR"),
        (["@all"], [], ""),
        (["@nobody"], [], ""),
    ],
    ids=[
        "an approver is first",
        "the first one",
        "another channel",
        "who may start",
        "all approve",
        "unknown",
    ],
)
async def test_the_page_opens_as_a_person_who_can_ask_and_cannot_approve(
    tmp_path: Path, approvers: list[str], may_run: list[str], person: str
) -> None:
    assert await opened_as(tmp_path, approvers, may_run) == person


async def test_the_page_opens_as_the_first_person_without_a_workflow(tmp_path: Path) -> None:
    (tmp_path / "workspace.yaml").write_text(WORKSPACE)
    async with Harness(people=StaticPeople()) as harness:
        assert await first_person(harness.engine, tmp_path, []) == ""
