"""People are told at a start which code runs under way need, before they approve what could not execute."""

from pathlib import Path
from typing import Any

from engine import Actor, StaticPeople, Workflow
from engine.model.versions.missing_code import REMEDY
from engine.runtime.workflows.code_review import MAX_RUNS_NAMED
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"ops": ["U1", "U2"]})


def deploy(step: str = "publish", returns: type = str, name: str = "deploy") -> Workflow:
    """Publish what people approved. `returns`: what the step returns."""
    flow = Workflow(name, owner="@ops")
    go = flow.approval("go", ask="Publish?", approvers=["@ops"], expires="1d")

    @flow.step(name=step, when=go.approved)
    async def publish() -> returns:  # type: ignore[valid-type]
        return returns()  # type: ignore[no-any-return]

    return flow


async def missing(harness: Harness) -> list[dict[str, Any]]:
    """The events that tell of missing code."""
    events = await harness.engine.events.read(0, 5000)
    return [dict(event.data) for event in events if event.type == "code.missing"]


async def start(folder: Path, count: int) -> list[str]:
    async with Harness(deploy(), people=PEOPLE, folder=folder) as harness:
        runs = [await harness.start("deploy") for _ in range(count)]
        assert await harness.engine.missing_code() == ""
    return [run.id for run in runs]


async def test_a_step_that_is_gone_is_named_with_its_runs_and_the_remedy(tmp_path: Path) -> None:
    runs = await start(tmp_path, 2)
    async with Harness(deploy("deliver"), people=PEOPLE, folder=tmp_path) as harness:
        await harness.run_until_idle()
        text = await harness.engine.missing_code()
        (told,) = await missing(harness)
    assert text.startswith(
        "2 runs of deploy wait for the step publish, which is no longer in test_missing_code.py: "
    )
    assert text.endswith(f". {REMEDY}")
    assert all(run in text for run in runs)
    (step,) = told["steps"]
    assert (told["workflow"], step["step"], step["lack"], step["runs"]) == ("deploy", "publish", "step", 2)
    assert sorted(step["named"]) == sorted(runs)


async def test_types_that_changed_are_named(tmp_path: Path) -> None:
    await start(tmp_path, 1)
    async with Harness(deploy(returns=int), people=PEOPLE, folder=tmp_path) as harness:
        await harness.run_until_idle()
        text = await harness.engine.missing_code()
    assert text.startswith(
        "1 run of deploy waits for the earlier types of the step publish in test_missing_code.py: "
    )


async def test_a_workflow_that_is_not_loaded_is_named_once_for_all_of_its_steps(tmp_path: Path) -> None:
    await start(tmp_path, 1)
    async with Harness(deploy(name="other"), people=PEOPLE, folder=tmp_path) as harness:
        await harness.run_until_idle()
        text = await harness.engine.missing_code()
    assert text.startswith("1 run of deploy waits for that workflow, which is not loaded: deploy-")
    assert text.endswith(". Put its file back, or cancel the runs.")


async def test_people_are_told_once_and_again_after_it_was_there(tmp_path: Path) -> None:
    await start(tmp_path, 1)
    for flow, told in ((deploy("a"), 1), (deploy("a"), 1), (deploy(), 1), (deploy("a"), 2)):
        async with Harness(flow, people=PEOPLE, folder=tmp_path) as harness:
            await harness.run_until_idle()
            assert len(await missing(harness)) == told


async def test_what_was_told_is_not_told_again_when_another_workflow_lacks_code(tmp_path: Path) -> None:
    async with Harness(deploy(), deploy(name="other"), people=PEOPLE, folder=tmp_path) as harness:
        for name in ("deploy", "other"):
            await harness.start(name)
    for other, told in ((deploy(name="other"), ["deploy"]), (deploy("a", name="other"), ["deploy", "other"])):
        async with Harness(deploy("a"), other, people=PEOPLE, folder=tmp_path) as harness:
            await harness.run_until_idle()
            assert [event["workflow"] for event in await missing(harness)] == told


async def test_a_step_that_has_executed_is_not_needed(tmp_path: Path) -> None:
    async with Harness(deploy(), people=PEOPLE, folder=tmp_path) as harness:
        await harness.start("deploy")
        await harness.decide("go", "approve", as_user="U1")
    async with Harness(deploy("deliver"), people=PEOPLE, folder=tmp_path) as harness:
        await harness.run_until_idle()
        assert await harness.engine.missing_code() == ""


async def test_a_step_that_has_executed_is_not_needed_while_its_run_continues(tmp_path: Path) -> None:
    def staged(first: str) -> Workflow:
        flow = Workflow("deploy", owner="@ops")

        @flow.step(name=first)
        async def build() -> None: ...

        flow.approval("go", ask="Publish?", approvers=["@ops"], expires="1d", advisory=True, after=[build])
        return flow

    async with Harness(staged("build"), people=PEOPLE, folder=tmp_path) as harness:
        await harness.start("deploy")
    async with Harness(staged("make"), people=PEOPLE, folder=tmp_path) as harness:
        await harness.run_until_idle()
        assert await harness.engine.missing_code() == ""


async def test_runs_that_were_cancelled_need_nothing_any_more(tmp_path: Path) -> None:
    (run,) = await start(tmp_path, 1)
    async with Harness(deploy("deliver"), people=PEOPLE, folder=tmp_path) as harness:
        await harness.run_until_idle()
        await harness.engine.cancel(run, actor=Actor("cli", "ops"))
        assert await harness.engine.missing_code() == ""
        events = await harness.engine.events.read(0, 5000)
        assert [event.data["workflow"] for event in events if event.type == "code.restored"] == ["deploy"]


async def test_many_runs_are_counted_and_the_newest_are_named(tmp_path: Path) -> None:
    await start(tmp_path, MAX_RUNS_NAMED + 3)
    async with Harness(deploy("deliver"), people=PEOPLE, folder=tmp_path) as harness:
        await harness.run_until_idle()
        assert " and 3 more. " in await harness.engine.missing_code()
