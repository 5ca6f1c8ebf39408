"""Counts for objectives in SQL, on both databases, against the same counted in Python."""

import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.audit.keys import Keyring
from engine.model.definition.spec import ObjectivesSpec
from engine.model.runs.measured import rounded
from engine.store import on_postgres, queries
from engine.store.on_sqlite import open_store
from engine.store.store import Store
from tests.postgres_server import address_of

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
SPEC = ObjectivesSpec(success=99, p95=60, recover=300, decide=3600, window=30 * 86_400)
LAST = int(NOON.timestamp() // 3600)
SECOND = 1_000_000


@pytest.fixture(params=["SQLite", "PostgreSQL"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    keyring = Keyring(tmp_path / "keys")
    if request.param == "SQLite":
        opened = await open_store(tmp_path / "signoff.db", keyring, NOON)
    else:
        opened = await on_postgres.open_store(address_of(str(tmp_path)), keyring, NOON)
    yield opened
    await opened.close()


async def fill(store: Store, runs: list[tuple[Any, ...]], requests: list[tuple[Any, ...]]) -> None:
    """Write rows. A run: state, start, end; a request: kind, run, state, opening, end."""

    def write(connection: Any) -> None:
        for number, (state, started, ended) in enumerate(runs):
            connection.execute(
                "INSERT INTO run (id, workflow, definition, code, state, version, input, actor, trigger, "
                "trace_id, created_at, started_at, ended_at, reason, head, events, tail, seal, priority, "
                "concurrency_key) VALUES (?, 'w', '', '', ?, 1, '', '', 'manual', '', ?, ?, ?, '', '', 0, "
                "'', '', 0, '')",
                (f"r{number}", state, started or ended, started, ended),
            )
        for number, (kind, run, state, opened, ended) in enumerate(requests):
            connection.execute(
                "INSERT INTO request (id, kind, run_id, workflow, step, state, version, ask, policy, "
                "requester, opened_at, shown, reminders, ended_at, attempts) "
                "VALUES (?, ?, ?, 'w', 's', ?, 1, '', '', '', ?, '', 0, ?, 0)",
                (f"q{number}", kind, f"r{run}", state, opened, ended),
            )

    await store._writer.submit(write)


async def test_every_count_is_the_one_of_python(store: Store) -> None:
    chance = random.Random(7)
    base = (LAST - 200) * 3600 * SECOND
    runs: list[tuple[Any, ...]] = []
    requests: list[tuple[Any, ...]] = []
    for number in range(600):
        ended = base + chance.randrange(150 * 3600) * SECOND + number
        took = chance.choice([0.004, 0.5, 12.3, 59.99, 60, 61, 900, 4000, 90_000]) * SECOND
        state = chance.choice(["succeeded", "succeeded", "failed", "cancelled"])
        runs.append((state, None if chance.random() < 0.01 else ended - int(took), ended))
        if state == "failed" and chance.random() < 0.5:
            requests.append(("failure", number, "decided", ended - int(took), ended))
        if chance.random() < 0.3:
            opened = ended - int(took)
            kind_of_end = chance.choice(["decided", "held", "expired", "withdrawn"])
            requests.append(("approval", number, kind_of_end, opened, ended))
    await fill(store, runs, requests)

    whole = await store.read(queries.hour_counts, "w", SPEC, LAST - 300, LAST)
    ends: Counter[tuple[int, str]] = Counter((end // (3600 * SECOND), state) for state, _, end in runs)
    expected_times = Counter(
        rounded((end - start) / SECOND) for state, start, end in runs if state == "succeeded" and start
    )
    decided = [row for row in requests if row[0] == "approval" and row[2] != "withdrawn"]
    for number, hour in whole.hours.items():
        assert (hour.succeeded, hour.failed) == (ends[number, "succeeded"], ends[number, "failed"])
    hours = list(whole.hours.values())
    counted: Counter[float] = Counter()
    for hour in hours:
        counted.update(hour.took)
    assert {key: count for key, count in counted.items() if key} == pytest.approx(dict(expected_times))
    assert sum(hour.slow for hour in hours) == sum(
        state == "succeeded" and start is not None and end - start > 60 * SECOND for state, start, end in runs
    )
    assert sum(hour.decided for hour in hours) == len(decided)
    assert sum(hour.late for hour in hours) == sum(
        state == "expired" or end - opened > 3600 * SECOND for _, _, state, opened, end in decided
    )
    since, expected = outages(runs, requests)
    assert sum(hour.recovered for hour in hours) == len(expected)
    assert sum(hour.recovered_late for hour in hours) == sum(each > 300 * SECOND for each in expected)
    assert (whole.failing_since is not None) == (since is not None)

    half = await store.read(queries.hour_counts, "w", SPEC, LAST - 300, LAST - 120)
    rest = await store.read(queries.hour_counts, "w", SPEC, LAST - 120, LAST, half.failing_since)
    assert {**half.hours, **rest.hours} == whole.hours
    assert rest.failing_since == whole.failing_since


def outages(runs: list[tuple[Any, ...]], requests: list[tuple[Any, ...]]) -> tuple[int | None, list[int]]:
    """Return since when it fails at the end, and how long each earlier failure lasted."""
    asked = {run: opened for kind, run, _, opened, _ in requests if kind == "failure"}
    marks = [(end, state != "failed") for number, (state, _, end) in enumerate(runs)
             if state in ("succeeded", "failed") and number not in asked]  # fmt: skip
    marks += [(opened, False) for opened in asked.values()]
    since, lasted = None, []
    for at, succeeded in sorted(marks):
        if not succeeded and since is None:
            since = at
        elif succeeded and since is not None:
            lasted.append(at - since)
            since = None
    return since, lasted


async def test_what_waits_now_is_counted_without_what_has_ended(store: Store) -> None:
    at = LAST * 3600 * SECOND
    await fill(
        store,
        [("waiting", at, None)] * 3,
        [
            ("failure", 0, "open", at, None),
            ("failure", 0, "open", at, None),
            ("failure", 1, "decided", at, at + 1),
            ("approval", 2, "open", at, None),
            ("approval", 2, "withdrawn", at - 1, at),
        ],
    )
    assert await store.read(queries.waiting_now, "w") == (1, (NOON.replace(hour=12),))
