"""Each check of a step that polls proves only what is new of its log, and no change of it passes."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import Actor, AlteredRun, Engine, FakeClock, NotYet, Poll, Workflow
from engine.audit import hash_chain
from engine.store.log.proven_logs import SHORT_LOG
from tests.engine.conftest import serving
from tests.engine.tampering import execute

CHECKS = SHORT_LOG


def polling() -> Workflow:
    workflow = Workflow("wait", owner="@ops")

    @workflow.step(poll=Poll(delay="10s", backoff=1, deadline="9d"))
    async def look() -> None:
        raise NotYet("not ready")

    return workflow


async def check(engine: Engine, clock: FakeClock, times: int) -> None:
    for _ in range(times):
        clock.move_to(clock.now() + timedelta(seconds=10))
        await engine.activity.idle()


async def begun(engine: Engine, clock: FakeClock) -> str:
    run = await engine.start("wait", actor=Actor("cli", "t"))
    await engine.activity.idle()
    await check(engine, clock, CHECKS)
    return run.id


async def test_each_check_proves_only_what_came_since_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, proven = FakeClock(), [0]
    is_linked = hash_chain._is_linked

    def counted(*arguments: Any) -> bool:
        proven[0] += 1
        return is_linked(*arguments)

    monkeypatch.setattr(hash_chain, "_is_linked", counted)
    async with serving(tmp_path, clock, polling()) as engine:
        run_id = await begun(engine, clock)
        before, proven[0] = len(await engine.events.of_run(run_id)), 0
        await check(engine, clock, 10)
        added = len(await engine.events.of_run(run_id)) - before
        assert before > 2 * CHECKS
        assert (added >= 20, proven[0] <= 2 * added) == (True, True)
        assert not (await engine.receipts.audit()).findings
        proven[0] = 0
    async with serving(tmp_path, clock, polling()) as engine:
        assert await engine._store.proven(run_id)
        assert proven[0] >= before, "a new process has proven nothing"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE run SET input = '{}' WHERE id = ?",
        "UPDATE step_run SET attempt = attempt + 1 WHERE run_id = ?",
        "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event WHERE run_id = ?)",
        "UPDATE event SET data = '{}' WHERE seq = (SELECT max(seq) FROM event WHERE run_id = ?)",
        "UPDATE run SET events = events - 1 WHERE id = ?",
    ],
)
async def test_a_change_after_a_proof_is_noticed_at_the_next_one(tmp_path: Path, statement: str) -> None:
    clock = FakeClock()
    async with serving(tmp_path, clock, polling()) as engine:
        run_id = await begun(engine, clock)
        assert execute(tmp_path / "signoff.db", statement, run_id)
        with pytest.raises(AlteredRun):
            await engine._store.proven(run_id)


async def test_a_change_of_what_was_proven_is_found_by_an_audit_and_after_a_restart(tmp_path: Path) -> None:
    clock = FakeClock()
    async with serving(tmp_path, clock, polling()) as engine:
        run_id = await begun(engine, clock)
        execute(
            tmp_path / "signoff.db",
            "UPDATE event SET actor = 'cli:mallory' WHERE run_id = ? AND n = 3",
            run_id,
        )
        assert (await engine.receipts.audit()).findings
        assert (await engine.detail(run_id, marked=True)).altered
    async with serving(tmp_path, clock, polling()) as engine:
        with pytest.raises(AlteredRun):
            await engine._store.proven(run_id)
