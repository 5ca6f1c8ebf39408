"""Finished runs are removed when they are old enough, and what is left of them stays provable."""

import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from engine import Actor, NotPossible, Outcome, StaticPeople, UnknownRun, Wanted, Workflow
from engine.kernel.transition import Transition
from engine.model.records.change import Change, WaitKind
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"ops": ["U1"]})
flow = Workflow("flow", owner="@ops")
go = flow.approval("go", ask="Go?", approvers=["@ops"], expires="never", remind_every="7d")


@flow.step(when=go.approved)
async def act(go: Outcome) -> str:
    return go.outcome


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[Harness]:
    async with Harness(flow, people=PEOPLE, folder=tmp_path, keep=timedelta(days=30)) as found:
        yield found


async def finished(harness: Harness, key: str) -> str:
    run = await harness.engine.start("flow", actor=Actor("cli", "ann"), key=key)
    await harness.run_until_idle()
    await harness.decide("go", "approve", as_user="U1", run=run)
    await harness.run_until_idle()
    return run.id


def rows(folder: Path, table: str) -> int:
    with closing(sqlite3.connect(folder / "signoff.db")) as database:
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


async def test_old_finished_runs_go_and_everything_else_stays(harness: Harness, tmp_path: Path) -> None:
    for number in range(120):
        await finished(harness, f"old{number:03}")
    waiting = await harness.start("flow")
    await harness.advance("29d")
    young = await finished(harness, "young")
    assert rows(tmp_path, "tombstone") == 0
    before = await harness.engine.receipts.checkpoint(harness.clock.now())
    await harness.advance("2d")

    assert rows(tmp_path, "tombstone") == 120
    runs, total = await harness.engine.runs()
    assert {run.id for run in runs} == {waiting.id, young}
    assert total == 2
    assert rows(tmp_path, "decision") == 1
    assert rows(tmp_path, "request") == 2
    after = await harness.engine.audit([before["checkpoint"]])
    assert (after.runs, after.pruned, after.findings) == (2, 120, [])
    with pytest.raises(UnknownRun, match=r"flow-old000 ended on 2026-01-05 \(succeeded\) and was deleted on"):
        await harness.engine.find_run("flow-old000")
    with pytest.raises(NotPossible, match="ran before and was deleted"):
        await harness.engine.start("flow", actor=Actor("cli", "ann"), key="old000")
    # What waits goes on as if nothing had been.
    await harness.decide("go", "approve", as_user="U1", run=waiting)
    assert (await harness.state(waiting)).run.state == "succeeded"


async def test_a_run_stays_until_everybody_was_told_of_it(harness: Harness, tmp_path: Path) -> None:
    deliveries = harness.engine.deliveries
    await deliveries.advance("slack", 1, [])
    run = await finished(harness, "a")
    await harness.advance("40d")
    assert rows(tmp_path, "tombstone") == 0, "a consumer has not read its events"
    newest = await harness.engine.events.newest()
    await deliveries.advance("slack", newest, [Wanted("run:a", "run", run)])
    await harness.advance("2h")
    assert rows(tmp_path, "tombstone") == 0, "a message of it is still to be delivered"
    await deliveries.sent("run:a", 1, {"channel": "C1", "ts": "1.1"})
    await harness.advance("2h")
    assert rows(tmp_path, "tombstone") == 1
    assert rows(tmp_path, "delivery") == 0


@pytest.mark.parametrize("kind", ["child", "report", "follow_up"])
async def test_a_run_stays_while_another_run_depends_on_a_row_of_it(
    harness: Harness, tmp_path: Path, kind: WaitKind
) -> None:
    run = await finished(harness, "a")

    await harness.engine._parts.execution.runs.apply(run, partial(owing, kind))
    await harness.advance("40d")
    assert rows(tmp_path, "tombstone") == 0
    await harness.engine._parts.execution.runs.apply(run, partial(settled, kind))
    await harness.advance("2h")
    assert rows(tmp_path, "tombstone") == 1


def owing(kind: WaitKind, transition: Transition) -> Change:
    transition.wait(kind, "it", "act", None)
    return transition.finish()


def settled(kind: WaitKind, transition: Transition) -> Change:
    transition.end_wait(kind, "it")
    return transition.finish()


async def test_without_a_word_everything_is_kept(tmp_path: Path) -> None:
    async with Harness(flow, people=PEOPLE, folder=tmp_path) as harness:
        await finished(harness, "a")
        await harness.advance("40d")
        assert rows(tmp_path, "tombstone") == 0


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("DELETE FROM tombstone", "the tombstone flow-a was removed"),
        ("UPDATE tombstone SET head = 'aa'", "the tombstone flow-a differs from the log"),
        (
            "INSERT INTO event (type, at, actor, run_id, data, n) "
            "SELECT 'x', 1, 'a', run_id, '{}', 1 FROM tombstone",
            "belongs to a run that was pruned",
        ),
    ],
)
async def test_a_change_of_a_tombstone_is_found(
    harness: Harness, tmp_path: Path, change: str, problem: str
) -> None:
    await finished(harness, "a")
    await harness.advance("40d")
    assert (await harness.engine.audit()).pruned == 1
    with closing(sqlite3.connect(tmp_path / "signoff.db")) as database, database:
        database.execute(change)
    after = await harness.engine.audit()
    assert problem in [found.problem for found in after.findings]


async def test_a_clock_that_is_set_ahead_removes_no_run_before_its_time(
    harness: Harness, tmp_path: Path
) -> None:
    await finished(harness, "young")
    harness.clock.jump(timedelta(days=400))
    await harness.advance("2h")
    assert rows(tmp_path, "tombstone") == 0


async def test_a_clock_that_is_ahead_at_the_start_removes_no_run_before_its_time(tmp_path: Path) -> None:
    kept = timedelta(days=30)
    async with Harness(flow, people=PEOPLE, folder=tmp_path, keep=kept) as harness:
        await finished(harness, "young")
        clock = harness.clock
    clock.jump(timedelta(days=4000))
    async with Harness(flow, people=PEOPLE, folder=tmp_path, keep=kept, clock=clock) as harness:
        await harness.advance("2h")
        assert rows(tmp_path, "tombstone") == 0
        await harness.advance("31d")
        assert rows(tmp_path, "tombstone") == 1


OUTSIDE = """
import os
os.makedirs('deep/read-only')
open('deep/read-only/dump', 'w').close()
os.symlink(os.environ['OUTSIDE'], 'deep/link')
os.chmod('deep/read-only', 0o500)
"""


@pytest.fixture
def commands(tmp_path: Path) -> Workflow:
    """A workflow with a command that leaves files, and a link to a folder outside."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "precious").touch()
    made = Workflow("commands", owner="@ops")
    made.command("write", [sys.executable, "-c", OUTSIDE], env=[f"OUTSIDE={tmp_path / 'outside'}"])
    return made


async def test_the_folder_of_a_run_goes_with_it_and_what_its_links_lead_to_stays(
    tmp_path: Path, commands: Workflow
) -> None:
    async with Harness(commands, people=PEOPLE, folder=tmp_path, keep=timedelta(days=30)) as harness:
        old = await harness.start("commands")
        await harness.advance("20d")
        young = await harness.start("commands")
        folders = tmp_path / "data" / "commands"
        (folders / "of-another-installation").mkdir()
        os.mkdir(os.fsencode(folders) + b"/\xff")
        assert (folders / old.id / "deep" / "read-only" / "dump").exists()
        await harness.advance("11d")
        assert rows(tmp_path, "tombstone") == 1
        assert {name.decode(errors="replace") for name in os.listdir(os.fsencode(folders))} == {
            young.id,
            "of-another-installation",
            "\ufffd",
        }
        assert (tmp_path / "outside" / "precious").exists()


async def test_what_is_left_of_removed_runs_goes_with_the_next_sweep_but_links_are_not_followed(
    tmp_path: Path, commands: Workflow
) -> None:
    """As after a crash between the removal of the run and that of its folder."""
    async with Harness(commands, people=PEOPLE, folder=tmp_path, keep=timedelta(days=30)) as harness:
        first, second = await harness.start("commands"), await harness.start("commands")
        await harness.advance("31d")
        folders, outside = tmp_path / "data" / "commands", tmp_path / "outside"
        assert os.listdir(folders) == []
        (folders / first.id).mkdir()
        (folders / second.id).symlink_to(outside)
        await harness.advance("1h")
        assert os.listdir(folders) == []

        folders.rmdir()
        (outside / first.id).mkdir()
        folders.symlink_to(outside)
        await harness.advance("1h")
        assert sorted(os.listdir(outside)) == [first.id, "precious"]
        folders.unlink()
        await harness.advance("1h")
