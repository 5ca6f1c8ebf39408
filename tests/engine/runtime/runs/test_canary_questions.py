"""The approvers of a gate are asked before the rules promote a candidate."""

from pathlib import Path
from typing import Any

import pytest

from engine import Actor, CanaryRules, Gate, NotPossible, RunRecord, StaticPeople, UnknownWorkflow
from engine.runtime.runs.canary_questions import question_id
from engine.testing import DecisionRefused, Harness

PEOPLE = StaticPeople(groups={"ops": ["U1"], "managers": ["U1", "U2", "U3"]})
OPS, ALICE, BOB = Actor("cli", "ops"), Actor("slack", "U1"), Actor("slack", "U2")
RULES = CanaryRules(min_runs=2, max_failures=50, promote_after=2)


def write(file: Path, word: str, body: str = "") -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text(
        "from pathlib import Path\nfrom signoff import Workflow\n\n"
        "ship = Workflow('ship', owner='@ops', on_failure='fail')\n\n"
        f"@ship.step\nasync def publish() -> str:\n    {body or 'pass'}\n    return '{word}'\n",
        encoding="utf-8",
    )
    return file


def replace(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


@pytest.fixture
def candidate(tmp_path: Path) -> Path:
    broken = f"assert not Path({str(tmp_path / 'broken')!r}).exists()"
    return write(tmp_path / "next" / "ship.py", "candidate", broken)


def gate(**policy: Any) -> Gate:
    policy = {"approvers": ["@managers"], "expires": "1d", **policy}
    return Gate("release-gate", owner="@ops", channel="#deploys", **policy)


def served(tmp_path: Path, **policy: Any) -> Harness:
    current = write(tmp_path / "flows" / "ship.py", "current")
    return Harness(current, gate(**policy), people=PEOPLE, folder=tmp_path / "kept")


async def begun(harness: Harness, candidate: Path) -> None:
    await harness.engine.canaries.start("ship", candidate, 50, actor=ALICE, rules=RULES, ask="release_gate")


async def asked(harness: Harness) -> RunRecord:
    """Return the run of the gate, once both sides have enough runs."""
    for _ in range(30):
        await harness.start("ship")
        if runs := await harness.runs("release-gate"):
            return runs[0]
    raise AssertionError("nobody was asked")


async def standing(harness: Harness) -> tuple[str, str]:
    await harness.run_until_idle()
    canary = (await harness.engine.canaries.report("ship")).canary
    return canary.state, canary.reason


async def test_approvers_see_the_comparison_and_the_digests_and_promote_the_candidate(
    tmp_path: Path, candidate: Path
) -> None:
    async with served(tmp_path) as harness:
        await begun(harness, candidate)
        run = await asked(harness)
        report = await harness.engine.canaries.report("ship")
        assert (report.canary.state, report.question) == ("running", run.id)
        assert run.input["question"] == "Promote the candidate of ship?"
        assert run.input["details"].splitlines() == [
            f"Current file: {report.current.ended} ended, 0.0% failed, median 0.0 s, 0 under way",
            f"Candidate: {report.candidate.ended} ended, 0.0% failed, median 0.0 s, 0 under way",
            "File of the candidate: ship.py",
            f"Digest of its definition: {report.canary.definition}",
            f"Digest of its code: {report.canary.code}",
        ]
        await harness.start("ship")
        assert len(await harness.runs("release-gate")) == 1, "they are asked once"
        await harness.decide("decision", "approve", as_user="U2", run=run)
        assert await standing(harness) == ("promoted", f"approved by U2 in {run.id}")


async def test_the_person_who_started_the_canary_does_not_approve_its_candidate(
    tmp_path: Path, candidate: Path
) -> None:
    async with served(tmp_path) as harness:
        await begun(harness, candidate)
        run = await asked(harness)
        with pytest.raises(DecisionRefused, match="carries input that you gave"):
            await harness.decide("decision", "approve", as_user="U1", run=run)
        assert (await standing(harness))[0] == "running"


async def test_an_approval_of_another_question_under_that_id_promotes_nothing(
    tmp_path: Path, candidate: Path
) -> None:
    async with served(tmp_path) as harness:
        await begun(harness, candidate)
        canary = (await harness.engine.canaries.report("ship")).canary
        key = question_id(canary).removeprefix("release-gate-")
        run = await harness.engine.start("release-gate", {"question": "Lunch?"}, actor=BOB, key=key)
        await harness.run_until_idle()
        await harness.decide("decision", "approve", as_user="U3", run=run)
        for _ in range(20):
            await harness.start("ship")
        assert await standing(harness) == ("running", "")


async def test_a_rejection_rolls_the_candidate_back(tmp_path: Path, candidate: Path) -> None:
    async with served(tmp_path) as harness:
        await begun(harness, candidate)
        run = await asked(harness)
        await harness.decide("decision", "reject", as_user="U2", comment="not now", run=run)
        assert await standing(harness) == ("rolled_back", f"rejected by U2 in {run.id}")


async def test_nobody_requests_changes_of_a_question_that_signoff_does_not_ask_again(
    tmp_path: Path, candidate: Path
) -> None:
    async with served(tmp_path, rounds=3) as harness:
        await begun(harness, candidate)
        run = await asked(harness)
        (request,) = await harness.requests()
        assert (request.policy.choices, request.revision) == (("approve", "reject"), None)
        refused = await harness.try_decide(
            "decision", "request_changes", as_user="U2", comment="Wait.", run=run
        )
        assert refused.code == "bad_choice"
        await harness.decide("decision", "reject", as_user="U2", comment="not now", run=run)
        assert (await standing(harness))[0] == "rolled_back"


async def test_an_expired_question_keeps_the_share(tmp_path: Path, candidate: Path) -> None:
    async with served(tmp_path) as harness:
        await begun(harness, candidate)
        await asked(harness)
        await harness.advance("25h")
        await harness.start("ship")
        assert await standing(harness) == ("running", "")
        assert len(await harness.runs("release-gate")) == 1
        await harness.engine.canaries.promote("ship", actor=OPS)


async def test_a_person_or_a_rule_that_ends_the_canary_withdraws_the_question(
    tmp_path: Path, candidate: Path
) -> None:
    async with served(tmp_path) as harness:
        await begun(harness, candidate)
        run = await asked(harness)
        await harness.engine.canaries.promote("ship", actor=OPS)
        assert (await harness.state(run)).run.state == "cancelled"
        await harness.engine.canaries.roll_back("ship", actor=OPS)
        await harness.run_until_idle()
        await begun(harness, candidate)
        run = await asked(harness)
        (tmp_path / "broken").touch()
        while "ship" in harness.engine.canaries.running():
            await harness.start("ship")
        assert (await harness.state(run)).run.state == "cancelled"


async def test_an_answer_before_a_restart_counts_after_it(
    tmp_path: Path, candidate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(tmp_path) as harness:
        await begun(harness, candidate)
        run = await asked(harness)
        monkeypatch.setattr(harness.engine.canaries, "judge_after", lambda run: None)
        await harness.decide("decision", "approve", as_user="U2", run=run)
        assert (await standing(harness))[0] == "running"
    async with served(tmp_path) as harness:
        assert (await standing(harness))[0] == "promoted"


async def test_an_approved_candidate_that_changed_since_is_not_promoted(
    tmp_path: Path, candidate: Path
) -> None:
    async with served(tmp_path) as harness:
        await begun(harness, candidate)
        run = await asked(harness)
    replace(candidate, "'candidate'", "'other'")
    async with served(tmp_path) as harness:
        await harness.decide("decision", "approve", as_user="U2", run=run)
        assert (await standing(harness))[0] == "running"
    replace(candidate, "'other'", "'candidate'")
    async with served(tmp_path) as harness:
        assert (await standing(harness))[0] == "promoted"


async def test_what_cannot_be_asked_is_refused_at_the_start(tmp_path: Path, candidate: Path) -> None:
    async with served(tmp_path) as harness:
        canaries = harness.engine.canaries
        with pytest.raises(NotPossible, match="ask is ship, which is not a gate"):
            await canaries.start("ship", candidate, 50, actor=OPS, rules=RULES, ask="ship")
        with pytest.raises(NotPossible, match="promote_after is not set, so nothing would be asked"):
            await canaries.start("ship", candidate, 50, actor=OPS, ask="release-gate")
        with pytest.raises(UnknownWorkflow):
            await canaries.start("ship", candidate, 50, actor=OPS, rules=RULES, ask="release-gat")
