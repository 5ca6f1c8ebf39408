"""A share of new runs executes a candidate file, until it is promoted or rolled back."""

import textwrap
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from engine import (
    Actor,
    CanaryRules,
    DefinitionErrors,
    Engine,
    NotAllowed,
    NotPossible,
    Registry,
    StaticPeople,
    TextTooLong,
    Workflow,
)
from engine.kernel.canary import takes_candidate
from engine.loading import load
from engine.testing import TESTER, TESTER_ID, Harness

PEOPLE = StaticPeople(groups={"ops": ["U1", "U2"]})
OPS, ALICE = Actor("cli", "ops"), Actor("slack", "U1")
SHIP = """
    from signoff import Workflow

    ship = Workflow("{name}", owner="@ops"{options})

    {asks}
    @ship.step({when})
    async def publish() -> str:
        {body}
"""
ASKS = 'go = ship.approval("go", ask="Ship?", approvers=["@ops"], expires="1d")\n'


def write(
    file: Path,
    word: str,
    *,
    asks: bool = False,
    fails: bool = False,
    options: str = "",
    name: str = "ship",
) -> Path:
    values = {
        "name": name, "options": options,
        "asks": ASKS if asks else "", "when": "when=go.approved" if asks else "",
        "body": 'raise ValueError("no")' if fails else f'return "{word}"',
    }  # fmt: skip
    file.parent.mkdir(exist_ok=True)
    file.write_text(textwrap.dedent(SHIP).format(**values), encoding="utf-8")
    return file


@pytest.fixture
def current(tmp_path: Path) -> Path:
    return write(tmp_path / "flows" / "ship.py", "current", options=", on_failure='fail'")


@pytest.fixture
def candidate(tmp_path: Path) -> Path:
    return write(tmp_path / "next" / "ship.py", "candidate", options=", on_failure='fail'")


@pytest.fixture
async def harness(current: Path, tmp_path: Path) -> AsyncIterator[Harness]:
    async with served(current, tmp_path) as harness:
        yield harness


def served(current: Path, folder: Path) -> Harness:
    return Harness(current, people=PEOPLE, folder=folder / "kept")


async def outputs(harness: Harness, count: int) -> list[object]:
    runs = [await harness.start("ship") for _ in range(count)]
    return [(await harness.state(run)).steps[-1].output for run in runs]


async def test_a_share_of_new_runs_executes_the_candidate(harness: Harness, candidate: Path) -> None:
    await outputs(harness, 5)
    await harness.advance("1s")
    report = await harness.engine.canaries.start("ship", candidate, 30, actor=OPS)
    assert (report.current.ended, report.candidate.ended) == (0, 0)
    given = await outputs(harness, 100)
    share = given.count("candidate")
    assert 15 <= share <= 45
    assert given.count("current") == 100 - share
    report = await harness.engine.canaries.report("ship")
    assert (report.candidate.ended, report.current.ended) == (share, 100 - share)
    assert (report.candidate.failed, report.candidate.under_way) == (0, 0)


async def test_the_choice_is_the_same_for_the_same_run(harness: Harness, candidate: Path) -> None:
    canary = (await harness.engine.canaries.start("ship", candidate, 50, actor=OPS)).canary
    for number in range(20):
        key = f"order-{number}"
        run = await harness.engine.start("ship", actor=OPS, key=key)
        again = await harness.engine.start("ship", actor=OPS, key=key)
        assert again.id == run.id
        assert (run.definition == canary.definition and run.code_digest == canary.code) is takes_candidate(
            canary, run.id
        )
    await harness.run_until_idle()


async def test_runs_of_both_versions_keep_their_own_code(tmp_path: Path) -> None:
    """Through a restart, and after the candidate was rolled back."""
    current = write(tmp_path / "flows" / "ship.py", "current", asks=True)
    candidate = write(tmp_path / "next" / "ship.py", "candidate", asks=True)
    async with served(current, tmp_path) as harness:
        before = await harness.start("ship")
        await harness.engine.canaries.start("ship", candidate, 100, actor=OPS)
        after = await harness.start("ship")
    async with served(current, tmp_path) as harness:
        assert [request.coverage.again for request in await harness.requests()] == ["", ""]
        await harness.engine.canaries.roll_back("ship", actor=OPS)
        new = await harness.start("ship")
        for run in (before, after, new):
            await harness.decide("go", "approve", as_user="U1", run=run)
        words = [await harness.output(run, "publish") for run in (before, after, new)]
        assert words == ["current", "candidate", "current"]
        with pytest.raises(NotPossible, match="ship has no canary"):
            await harness.engine.canaries.report("ship")


async def test_a_candidate_that_fails_too_often_is_rolled_back_by_rule(
    harness: Harness, tmp_path: Path
) -> None:
    bad = write(tmp_path / "next" / "ship.py", "", fails=True, options=", on_failure='fail'")
    rules = CanaryRules(min_runs=10, max_failures=10)
    await harness.engine.canaries.start("ship", bad, 50, actor=OPS, rules=rules)
    await outputs(harness, 30)
    runs = await harness.runs("ship")
    assert [run.state for run in runs].count("failed") <= 4, "it is rolled back before it has had ten runs"
    events = [event for event in await harness.engine.events.read(0, 5000) if "canary" in event.type]
    assert [event.type for event in events] == ["canary.started", "canary.rolled_back", "canary.ended"]
    assert "runs of the candidate failed, and at most 10.0% of its first 10 may" in events[1].data["reason"]
    assert events[1].actor.source == "engine"


async def test_a_candidate_within_its_bounds_is_promoted_by_rule(
    harness: Harness, candidate: Path, current: Path, tmp_path: Path
) -> None:
    rules = CanaryRules(min_runs=3, max_failures=10, promote_after=5)
    await harness.engine.canaries.start("ship", candidate, 50, actor=OPS, rules=rules)
    while (await harness.engine.canaries.report("ship")).canary.state == "running":
        await outputs(harness, 1)
    assert await outputs(harness, 10) == ["candidate"] * 10
    await harness.engine.close(grace=0)
    write(current, "candidate", options=", on_failure='fail'")
    async with served(current, tmp_path) as again:
        assert await outputs(again, 1) == ["candidate"]
        with pytest.raises(NotPossible, match="has no canary"):
            await again.engine.canaries.report("ship")


async def test_a_candidate_that_cannot_be_loaded_gets_no_runs(tmp_path: Path, current: Path) -> None:
    current = write(tmp_path / "flows" / "ship.py", "current", asks=True)
    candidate = write(tmp_path / "next" / "ship.py", "candidate", asks=True)
    async with served(current, tmp_path) as harness:
        await harness.engine.canaries.start("ship", candidate, 100, actor=OPS)
        run = await harness.start("ship")
    text = candidate.read_text(encoding="utf-8")
    candidate.write_text(f"{text}\nship.step(", encoding="utf-8")
    async with served(current, tmp_path) as harness:
        await harness.run_until_idle()
        assert "cannot be loaded, so it gets no new runs" in harness.engine.canaries.problems()
        assert "1 run of ship waits for the candidate of a canary" in await harness.engine.missing_code()
        await harness.decide("go", "approve", as_user="U1", run=run)
        assert (await harness.step(run, "publish")).state == "pending"
        new = await harness.start("ship")
        await harness.decide("go", "approve", as_user="U1", run=new)
        assert await harness.output(new, "publish") == "current"
        with pytest.raises(NotPossible, match="cannot be loaded"):
            await harness.engine.canaries.promote("ship", actor=OPS)
    candidate.write_text(text, encoding="utf-8")
    async with served(current, tmp_path) as harness:
        await harness.run_until_idle()
        assert await harness.output(run, "publish") == "candidate"


async def test_a_candidate_that_changed_gets_no_new_runs(
    tmp_path: Path, candidate: Path, current: Path
) -> None:
    async with served(current, tmp_path) as harness:
        before = await harness.start("ship")
        await harness.engine.canaries.start("ship", candidate, 100, actor=OPS)
    write(candidate, "changed", options=", on_failure='fail'")
    async with served(current, tmp_path) as harness:
        assert "has changed since the canary of ship began" in harness.engine.canaries.problems()
        assert await outputs(harness, 3) == ["current"] * 3
        assert {run.code_digest for run in await harness.runs("ship")} == {before.code_digest}


@pytest.mark.parametrize("rolls_back", [False, True])
async def test_runs_of_a_candidate_that_changed_wait_for_their_code(tmp_path: Path, rolls_back: bool) -> None:
    current = write(tmp_path / "flows" / "ship.py", "current", asks=True)
    candidate = write(tmp_path / "next" / "ship.py", "candidate", asks=True)
    async with served(current, tmp_path) as harness:
        await harness.engine.canaries.start("ship", candidate, 100, actor=OPS)
        run = await harness.start("ship")
        if rolls_back:
            await harness.engine.canaries.roll_back("ship", actor=OPS)
    write(candidate, "changed", asks=True)
    async with served(current, tmp_path) as harness:
        await harness.run_until_idle()
        assert "its runs under way wait" in harness.engine.canaries.problems()
        assert "waits for the candidate of a canary" in await harness.engine.missing_code()
        await harness.decide("go", "approve", as_user="U1", run=run)
        assert (await harness.step(run, "publish")).state == "pending"
    write(candidate, "candidate", asks=True)
    async with served(current, tmp_path) as harness:
        await harness.run_until_idle()
        assert await harness.output(run, "publish") == "candidate"


ACCESS = ["owner='U3'", "channel='#other'", "may_run=['U3']", "may_cancel=['U3']", "may_see=['U3']"]


@pytest.mark.parametrize("option", ACCESS)
async def test_a_candidate_that_gives_other_people_access_is_refused(tmp_path: Path, option: str) -> None:
    current = write(tmp_path / "flows" / "ship.py", "current")
    candidate = write(tmp_path / "next" / "ship.py", "candidate")
    old = "owner='@ops'" if "owner" in option else ""
    text = candidate.read_text(encoding="utf-8").replace('owner="@ops"', f"owner='@ops', {option}")
    candidate.write_text(text.replace(f"{old}, " if old else "\0", ""), encoding="utf-8")
    name = option.partition("=")[0]
    async with served(current, tmp_path) as harness:
        with pytest.raises(
            DefinitionErrors, match=f"{name} is .* in the candidate, and .* in the workflow file"
        ):
            await harness.engine.canaries.start("ship", candidate, 100, actor=OPS)


async def test_runs_of_a_candidate_keep_its_code_when_access_to_the_workflow_changes(tmp_path: Path) -> None:
    current = write(tmp_path / "flows" / "ship.py", "current", asks=True)
    candidate = write(tmp_path / "next" / "ship.py", "candidate", asks=True)
    async with served(current, tmp_path) as harness:
        await harness.engine.canaries.start("ship", candidate, 100, actor=OPS)
        run = await harness.start("ship")
    write(current, "current", asks=True, options=", may_run=['U1']")
    async with served(current, tmp_path) as harness:
        assert "may_run is not set in the candidate, and U1" in harness.engine.canaries.problems()
        new = await harness.start("ship", as_user="U1")
        for each in (run, new):
            await harness.decide("go", "approve", as_user="U2", run=each)
        words = [await harness.output(each, "publish") for each in (run, new)]
        assert words == ["candidate", "current"]


async def test_a_verdict_that_comes_late_does_not_undo_the_act_of_a_person(
    harness: Harness, candidate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = write(tmp_path / "next" / "ship.py", "", fails=True, options=", on_failure='fail'")
    canaries, store = harness.engine.canaries, harness.engine.canaries._store
    await canaries.start("ship", bad, 100, actor=OPS, rules=CanaryRules(min_runs=1, max_failures=10))
    read = store.read_at_length

    async def promoted_meanwhile(*of: Any) -> Any:
        tallies = await read(*of)
        monkeypatch.undo()
        await canaries.promote("ship", actor=ALICE, reason="it is the other side")
        return tallies

    monkeypatch.setattr(store, "read_at_length", promoted_meanwhile)
    await harness.start("ship")
    await harness.run_until_idle()
    canary = (await canaries.report("ship")).canary
    assert (canary.state, canary.reason) == ("promoted", "it is the other side")


async def test_a_process_that_does_not_serve_starts_runs_of_the_candidate_too(
    tmp_path: Path, candidate: Path, current: Path
) -> None:
    async with served(current, tmp_path) as harness:
        canary = (await harness.engine.canaries.start("ship", candidate, 100, actor=OPS)).canary
    engine = await Engine.open(tmp_path / "kept" / "signoff.db", clock=harness.clock, people=PEOPLE)
    for found in load([current]):
        engine.register(found.workflow, str(found.file))
    run = await engine.start("ship", actor=OPS)
    assert (run.definition, run.code_digest) == (canary.definition, canary.code)
    await engine.close()


async def test_a_package_beside_a_candidate_is_not_mistaken_for_another_one(tmp_path: Path) -> None:
    for folder in ("flows", "next"):
        file = write(tmp_path / folder / "ship.py", folder)
        package = tmp_path / folder / "shipping_words"
        package.mkdir()
        (package / "__init__.py").write_text(f"WORD = '{folder}'\n", encoding="utf-8")
        text = file.read_text(encoding="utf-8").replace(f'return "{folder}"', "return WORD")
        file.write_text(f"from shipping_words import WORD\n{text}", encoding="utf-8")
    async with served(tmp_path / "flows" / "ship.py", tmp_path) as harness:
        with pytest.raises(DefinitionErrors, match="The file would import shipping_words from"):
            await harness.engine.canaries.start("ship", tmp_path / "next" / "ship.py", 10, actor=OPS)


async def test_acts_on_a_canary_are_recorded_like_the_other_acts(
    tmp_path: Path, candidate: Path, current: Path
) -> None:
    """With the person behind the operating-system user, and with a reason that is whole and redacted."""
    async with served(current, tmp_path) as harness:
        canaries = harness.engine.canaries
        with pytest.raises(NotAllowed, match="cannot act as U2"):
            await canaries.start("ship", candidate, 10, actor=Actor("cli", TESTER.id, "U2"))
        await canaries.start("ship", candidate, 10, actor=Actor("cli", TESTER.id))
        secret = "ghp_" + "a1B2" * 9
        await canaries.promote("ship", actor=Actor("cli", TESTER.id), reason=f"{secret} {'long ' * 190}")
        with pytest.raises(TextTooLong, match="The reason has 1,204 characters"):
            await canaries.roll_back("ship", actor=Actor("cli", TESTER.id), reason="long " * 241)
        reason = (await canaries.report("ship")).canary.reason
        events = [event for event in await harness.engine.events.read(0, 5000) if "canary" in event.type]
    assert secret not in reason
    assert reason.count("long") == 190
    assert events[-1].data["reason"] == reason
    assert {event.actor.as_user for event in events} == {TESTER_ID}


async def test_the_runs_of_each_side_are_counted_apart(
    harness: Harness, candidate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The many runs of one side leave room for the few of the other."""
    monkeypatch.setattr("engine.store.queries.canaries.MAX_RUNS_COMPARED", 6)
    await harness.engine.canaries.start("ship", candidate, 20, actor=OPS)
    await outputs(harness, 120)
    report = await harness.engine.canaries.report("ship")
    assert (report.current.ended, report.candidate.ended) == (6, 6)


async def test_an_input_that_does_not_fit_the_candidate_goes_to_the_current_file(tmp_path: Path) -> None:
    def flow(field: str) -> str:
        return (
            "from pydantic import BaseModel\nfrom signoff import Workflow\n\n"
            f"class Order(BaseModel):\n    {field}: str\n\n"
            "ship = Workflow('ship', owner='@ops', input=Order)\n\n@ship.step\n"
            f"async def publish(input: Order) -> str:\n    return input.{field}\n"
        )

    current, candidate = tmp_path / "ship.py", tmp_path / "next.py"
    current.write_text(flow("name"), encoding="utf-8")
    candidate.write_text(flow("title"), encoding="utf-8")
    async with served(current, tmp_path) as harness:
        await harness.engine.canaries.start("ship", candidate, 100, actor=OPS)
        run = await harness.start("ship", {"name": "a"})
        assert await harness.output(run, "publish") == "a"


@pytest.mark.parametrize(
    ("share", "rules", "words"),
    [
        (0, CanaryRules(), "The share is 0%. Use more than 0% and at most 100%."),
        (101, CanaryRules(), "The share is 101%."),
        (10, CanaryRules(min_runs=0), "min_runs is 0. Use 1 or more."),
        (10, CanaryRules(max_failures=-1), "max_failures is -1."),
        (10, CanaryRules(max_slowdown=0), "max_slowdown is 0."),
        (10, CanaryRules(max_slowdown=float("nan")), "max_slowdown is nan."),
        (10, CanaryRules(max_slowdown=float("inf")), "max_slowdown is inf."),
        (10, CanaryRules(max_failures=float("nan")), "max_failures is nan."),
        (float("nan"), CanaryRules(), "The share is nan%."),
        (10, CanaryRules(promote_after=5), "promote_after is 5, which is below min_runs"),
        (10, CanaryRules(promote_after=20), "promote_after is 20, and there is no bound"),
    ],
)
async def test_values_that_cannot_be_used_are_refused(
    harness: Harness, candidate: Path, share: float, rules: CanaryRules, words: str
) -> None:
    with pytest.raises(NotPossible, match=words.partition(".")[0]):
        await harness.engine.canaries.start("ship", candidate, share, actor=OPS, rules=rules)


async def test_what_cannot_be_a_candidate_is_refused(
    harness: Harness, candidate: Path, current: Path, tmp_path: Path
) -> None:
    canaries = harness.engine.canaries
    with pytest.raises(NotPossible, match="is the same as the current version of ship"):
        await canaries.start("ship", current, 10, actor=OPS)
    with pytest.raises(DefinitionErrors, match="no such file"):
        await canaries.start("ship", tmp_path / "none.py", 10, actor=OPS)
    with pytest.raises(DefinitionErrors, match=r"It is a folder\. Give the path of the candidate's file"):
        await canaries.start("ship", tmp_path, 10, actor=OPS)
    other = write(tmp_path / "other" / "other.py", "other", name="other")
    with pytest.raises(DefinitionErrors, match=r"The file has no workflow called ship\. It has other\."):
        await canaries.start("ship", other, 10, actor=OPS)
    lacking = write(tmp_path / "lacking" / "ship.py", "", options="")
    text = lacking.read_text(encoding="utf-8").replace("@ship.step()", "@ship.step(uses=['crane'])")
    lacking.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionErrors, match="the resource crane, which no loaded workflow declares"):
        await canaries.start("ship", lacking, 10, actor=OPS)
    with pytest.raises(NotAllowed):
        await canaries.start("ship", candidate, 10, actor=Actor("slack", "U9"))
    await canaries.start("ship", candidate, 10, actor=ALICE)
    with pytest.raises(NotPossible, match="End it first"):
        await canaries.start("ship", candidate, 10, actor=OPS)


async def test_another_canary_follows_one_that_was_rolled_back(harness: Harness, candidate: Path) -> None:
    await harness.engine.canaries.start("ship", candidate, 10, actor=OPS)
    await harness.engine.canaries.roll_back("ship", actor=OPS)
    report = await harness.engine.canaries.start("ship", candidate, 20, actor=OPS)
    assert (report.canary.state, report.canary.share) == ("running", 20)


async def test_a_reload_of_the_workflow_files_keeps_the_canary(harness: Harness, candidate: Path) -> None:
    await harness.engine.canaries.start("ship", candidate, 100, actor=OPS)
    found = load([candidate.parents[1] / "flows" / "ship.py"])
    prepared = harness.engine.prepare([(each.workflow, str(each.file)) for each in found], Registry())
    await harness.engine.replace(prepared)
    assert await outputs(harness, 1) == ["candidate"]


async def test_child_runs_execute_the_current_file(tmp_path: Path, current: Path, candidate: Path) -> None:
    """An approval in the parent covers the code of its child runs."""
    parent = Workflow("parent", owner="@ops")
    parent.child("shipped", "ship")
    async with Harness(current, parent, people=PEOPLE, folder=tmp_path / "kept") as harness:
        await harness.engine.canaries.start("ship", candidate, 100, actor=OPS)
        await harness.start("parent")
        (child,) = await harness.runs("ship")
        assert (await harness.state(child)).steps[-1].output == "current"
