"""Pages of the log of one attempt, typed by people in a local Slack."""

from typing import Any

import pytest

ALICE, BOB, CAROL, DEPLOYS = "U01ALICE", "U02BOB", "U03CAROL", "C05DEPLOYS"
Team = Any


@pytest.mark.parametrize(
    ("place", "problem", "corrected"),
    [
        ("build attempt=9", "has no log of attempt 9.", "build attempt=1"),
        ("release attempt=1", "attempt: attempt 1 of release in ship-", ""),
        (
            "build attempt=1 before=99",
            "before: the log of attempt 1 of build ends at line 1,",
            "build attempt=1",
        ),
        ("build attempt=1 before=1", "before: line 1 is the first line.", "build attempt=1"),
        ("build attempt=x", "attempt: “x” is not the number of an attempt.", "build"),
        ("build attempt=0", "attempt: “0” is not the number of an attempt.", "build"),
        ("build before=-1", "before: “-1” is not the number of a line.", "build"),
        ("attempt=1", "attempt: the step is missing.", ""),
        ("build before=1", "before: the attempt is missing.", "build"),
    ],
)
async def test_a_page_of_a_log_that_there_is_not_is_refused_with_the_remedy(
    team: Team, place: str, problem: str, corrected: str
) -> None:
    await _said(team, ALICE, "run ship service=billing")
    await team.office.message(CAROL, DEPLOYS, 'Ship "billing x2"?')
    run = (await team.bot.engine.runs())[0][0].short
    heard = str((await _said(team, BOB, f"logs {run} {place}"))["text"])
    assert problem in heard
    command = f"show {run}" if place.startswith("release") else f"logs {run} {corrected}".strip()
    assert f"/workflow {command}" in heard.splitlines()[-1]
    assert "building billing" in str(await _said(team, BOB, f"logs {run} build attempt=1 before=2"))


async def _said(team: Team, person: str, text: str) -> Any:
    await team.office.say(person, DEPLOYS, f"/workflow {text}")
    return await team.office.heard(person, DEPLOYS)
