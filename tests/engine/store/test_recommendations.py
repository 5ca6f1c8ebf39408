"""Results of decisions beside the answers of people, page by page on both databases."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.audit.keys import Keyring
from engine.errors import Altered
from engine.model.records.recommendation import Recommendation
from engine.store import on_postgres, queries
from engine.store.on_sqlite import open_store
from engine.store.schema import rows
from engine.store.store import Store
from tests.postgres_server import address_of

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
START = rows.micros(NOON) or 0


@pytest.fixture(params=["SQLite", "PostgreSQL"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    keyring = Keyring(tmp_path / "keys")
    if request.param == "SQLite":
        opened = await open_store(tmp_path / "signoff.db", keyring, NOON)
    else:
        opened = await on_postgres.open_store(address_of(str(tmp_path)), keyring, NOON)
    yield opened
    await opened.close()


RUN = (
    "INSERT INTO run (id, workflow, definition, code, state, version, input, actor, trigger, trace_id, "
    "created_at, started_at, ended_at, reason, head, events, tail, seal, priority, concurrency_key) "
    "VALUES (?, ?, 'v1', '', 'succeeded', 1, ?, '', 'manual', '', ?, ?, ?, '', '', 0, '', '', 0, '')"
)
STEP = (
    "INSERT INTO step_run (run_id, step, state, attempt, round, crashes, failures, output, reason, "
    "code_digest) VALUES (?, ?, ?, 1, 1, 0, 0, ?, '', '')"
)
REQUEST = (
    "INSERT INTO request (id, kind, run_id, workflow, step, state, version, ask, policy, requester, "
    "opened_at, shown, reminders, outcome, ended_at, attempts) "
    "VALUES (?, ?, ?, 'w', ?, ?, 1, '', ?, '', 1, '', 0, ?, ?, 0)"
)


async def fill(store: Store, statement: str, values: list[tuple[Any, ...]]) -> None:
    await store._writer.submit(lambda connection: connection.executemany(statement, values))


def output(outcome: str = "high", score: float | None = None) -> str:
    return rows.to_json({"outcome": outcome, "confidence": 1.0, "why": "w", "reasons": [], "score": score})


async def add(store: Store, number: int, given: str | None, *, at: int = 0, input: Any = None) -> None:
    name, created = f"r{number}", START + at
    await fill(store, RUN, [(name, "w", rows.to_json(input), created, created, created)])
    if given is not None:
        await fill(store, STEP, [(name, "risk", "succeeded", given)])


async def answer(store: Store, number: int, outcome: str | None, **more: Any) -> None:
    values = {"kind": "approval", "step": "go", "state": "decided", "policy": "{}", "name": "q", **more}
    ended = START + 5 if outcome else None
    await fill(
        store,
        REQUEST,
        [
            (
                f"{values['name']}{number}",
                values["kind"],
                f"r{number}",
                values["step"],
                values["state"],
                values["policy"],
                outcome,
                ended,
            )
        ],
    )


async def everything(store: Store, limit: int = 100, groups: tuple[str, ...] = ()) -> list[Recommendation]:
    found: list[Recommendation] = []
    place: queries.RunPlace | None = None
    while True:
        page, place = await store.read(
            queries.recommendations, "w", "risk", ["go", "second"], groups, NOON, place, limit, None
        )
        found += page
        if place is None:
            return found


async def test_only_decided_approvals_about_the_decision_are_answers(store: Store) -> None:
    changed = {"form": {}, "proposed": {"n": 1}, "value": {"n": 2}}
    same = {"form": {}, "proposed": {"n": 1}, "value": {"n": 1}}
    answers: list[tuple[str | None, dict[str, Any]]] = [
        ("approved", {}),
        ("rejected", {}),
        ("approved", {"policy": rows.to_json(changed)}),
        ("approved", {"policy": rows.to_json(same)}),
        ("approved", {"step": "other"}),
        ("approved", {"state": "expired"}),
        ("approved", {"kind": "failure"}),
        (None, {"state": "open"}),
        ("responded", {}),
        ("changes_requested", {}),
    ]
    for number, (outcome, more) in enumerate(answers):
        await add(store, number, output(score=number), at=number)
        await answer(store, number, outcome, **more)
    found = {int(each.run_id[1:]): each.answer for each in await everything(store)}
    assert found == {
        0: "approved",
        1: "rejected",
        2: "changed",
        3: "approved",
        **dict.fromkeys(range(4, 10)),
    }


async def test_pages_have_every_run_once_and_all_of_its_answers(store: Store) -> None:
    for number in range(11):
        await add(store, number, output() if number % 4 else None, at=number // 3)
        await answer(store, number, "approved")
        if number % 2:
            await answer(store, number, "rejected", step="second", name="s")
    await add(store, 99, output(), at=-1)
    whole = await everything(store)
    assert {each.run_id for each in whole} == {f"r{n}" for n in range(11) if n % 4}
    assert len(whole) == 8 + sum(1 for n in range(11) if n % 4 and n % 2)
    for limit in (1, 2, 3, 5):
        assert await everything(store, limit) == whole


async def test_values_of_groups_are_short_texts_without_secrets(store: Store) -> None:
    token = "ghp_" + "a1B2" * 9
    for number, given in enumerate([{"team": "red"}, {"team": 3}, {}, {"team": "x" * 99}, {"team": token}]):
        await add(store, number, output(), input=given, at=-number + 9)
    values = [each.groups[0] for each in await everything(store, groups=("input.team",))]
    assert values[:3] == ["red", "3", "(none)"]
    assert len(values[3]) == 60
    assert "a1B2" not in values[4]


async def test_an_output_that_cannot_be_read_is_left_out_and_noted(store: Store) -> None:
    await add(store, 1, output())
    for number, text in enumerate(["{", "[]", '{"outcome": "x", "score": "y"}'], 2):
        await add(store, number, text)
    noted: list[Altered] = []
    page, _ = await store.read(queries.recommendations, "w", "risk", ["go"], (), NOON, None, 10, noted.append)
    assert ([each.run_id for each in page], len(noted)) == (["r1"], 3)
