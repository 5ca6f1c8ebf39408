"""A page that a failing disk wrote by half is told at the start, or people read what they read before."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest

from engine import Actor, Engine, EngineSettings, FakeClock, SignoffError, StaticPeople, Workflow
from engine.errors import StoreBroken
from engine.store.files.checkup import look_through
from engine.store.sqlite.connection import connect

STARTER = Actor("cli", "test")
PAGE, SECTOR = 4096, 512
echo = Workflow("echo", owner="@people", input=dict)


@echo.step
async def answer(input: dict[str, str]) -> dict[str, str]:
    return {"text": input["text"] * 40}


async def opened(folder: Path) -> Engine:
    people = StaticPeople(groups={"people": ["U1"]})
    settings = EngineSettings(data_dir=folder / "data", keys_dir=folder / "keys")
    engine = await Engine.open(folder / "signoff.db", people=people, settings=settings, clock=FakeClock())
    engine.register(echo)
    await engine.serve()
    return engine


async def work(folder: Path, texts: str) -> bytes:
    """Execute runs, and return the file with everything in it."""
    engine = await opened(folder)
    for text in texts:
        run = await engine.start("echo", {"text": text}, actor=STARTER)
        await engine.until_ended(run.id)
    await engine.close()
    with closing(connect(folder / "signoff.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return (folder / "signoff.db").read_bytes()


def torn(before: bytes, after: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the newer file with a part of one page as it was before, for each page and some parts."""
    for at in range(0, min(len(before), len(after)), PAGE):
        old, new = before[at : at + PAGE], after[at : at + PAGE]
        for cut in (SECTOR, PAGE // 2, PAGE - SECTOR):
            for page in (old[:cut] + new[cut:], new[:cut] + old[cut:]):
                if page not in (old, new):
                    yield f"page {at // PAGE + 1}, cut at {cut}", after[:at] + page + after[at + PAGE :]


async def read_by_people(folder: Path) -> list[object]:
    """Return the runs with their steps and events. Raises `SignoffError` for what is told to people.

    That includes what `signoff audit verify` finds.
    """
    engine = await opened(folder)
    try:
        found: list[object] = []
        for run in (await engine.runs(limit=50))[0]:
            detail = await engine.detail(run.id)
            if detail.altered:
                raise StoreBroken(detail.altered)
            events = [(event.type, event.data) for event in await engine.events.of_run(run.id)]
            found.append((run, detail.steps, events))
        for finding in (await engine.audit()).findings:
            raise StoreBroken(finding.problem)
        return found
    finally:
        await engine.close(grace=0)


def problem_of(database: Path) -> str:
    try:
        look_through(database)
    except StoreBroken as error:
        return str(error)
    return ""


@pytest.mark.long
async def test_a_page_that_was_written_by_half_is_told_or_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "whole"
    folder.mkdir()
    before = await work(folder, "ab")
    after = await work(folder, "cdefgh")
    whole = await read_by_people(folder)
    assert len(whole) == 8
    told = 0
    for number, (name, content) in enumerate(torn(before, after)):
        copy = tmp_path / f"torn{number}"
        copytree(folder, copy)
        (copy / "signoff.db").write_bytes(content)
        problem = problem_of(copy / "signoff.db")
        if problem:
            assert re.search(r"is damaged .* signoff db restore", problem, re.DOTALL), (name, problem)
            told += 1
            continue
        try:
            read = await read_by_people(copy)
        except SignoffError:
            told += 1
            continue
        assert read == whole, name
    assert told > number / 3


def test_an_index_that_lacks_rows_is_noticed_at_the_start(tmp_path: Path) -> None:
    database = tmp_path / "signoff.db"
    with closing(connect(database)) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.execute("CREATE INDEX by_x ON t (x)")
        connection.executemany("INSERT INTO t VALUES (?)", [(number,) for number in range(20)])
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'by_x'").fetchone()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        kept = database.read_bytes()[(root - 1) * PAGE : root * PAGE]
        connection.execute("INSERT INTO t VALUES (20)")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    look_through(database)
    with database.open("r+b") as file:
        file.seek((root - 1) * PAGE)
        file.write(kept)
    with pytest.raises(StoreBroken, match=r"is damaged .*by_x.* signoff db restore"):
        look_through(database)
