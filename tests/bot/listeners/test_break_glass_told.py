"""Break-glass is told where the workflow belongs, and so is a review that nobody can be asked."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from engine import Actor
from tests.bot.listeners.test_break_glass import BOB, CAROL, DEPLOYS, FLOWS, GENERAL, REASON, typed

Team = Any
POLICIES = """
rules:
  - name: no-reviews
    at: start
    when: workflow.name == "glass-review"
    deny: Reviews are closed in <August>.
"""


@pytest.fixture
def workflows() -> str:
    return FLOWS.replace(
        'approvers=["@release-managers"],', 'approvers=["@release-managers"], channel="#general",'
    )


@pytest.fixture
def more_settings(tmp_path: Path) -> Mapping[str, str]:
    file = tmp_path / "rules" / "policies.yaml"
    file.parent.mkdir()
    file.write_text(POLICIES, encoding="utf-8")
    return {"SIGNOFF_POLICIES": str(file)}


async def test_the_workflows_channel_is_told_and_so_is_a_review_that_cannot_be_asked(team: Team) -> None:
    office, engine = team.office, team.bot.engine
    address = await engine.one_time_codes.enrol(BOB, "bob", Actor("cli", "root"))
    totp = pyotp.TOTP(parse_qs(urlsplit(address).query)["secret"][0])
    await office.say(BOB, DEPLOYS, "/workflow run rollout")
    question = await office.message(CAROL, GENERAL, "Roll out?", "must approve")
    await office.click(BOB, question, "Details")
    await office.click_in_view(BOB, await office.modal(BOB, "Details"), "Break glass…")
    window = await office.modal(BOB, "Break glass")
    assert (await office.submit(BOB, window, **typed(REASON, totp.now())))["result"] == "cleared"
    told = await office.message(CAROL, DEPLOYS, "*Break-glass:* bob approved this of *rollout* alone")
    assert REASON in str(told["blocks"])
    await office.line(CAROL, question, "Nobody can be asked to review the break-glass of bob")

    async def person_knows() -> bool:
        texts = [str(each["blocks"]) for each in await office.direct(BOB)]
        return any("Reviews are closed in &lt;August&gt;." in text for text in texts)

    await office.until(BOB, person_knows)
    (review,) = await engine.open_reviews()
    assert "Reviews are closed" in review.problem
