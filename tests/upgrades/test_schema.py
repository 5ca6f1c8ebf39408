"""At the start, tables that no release has made are refused, and a known half-way state is repaired."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from engine.errors import StoreBroken
from engine.store.schema.comparison import differences, schema_of
from engine.store.schema.layout import expected
from engine.store.schema.migrate import HEAD, create, migrate, upgrade
from tests.upgrades.test_buttons import clicked, upgraded
from tests.upgrades.test_early import only
from tests.upgrades.test_upgrades import HERE, button, restore

EDITED = {
    "0001 without its last index": ("0001", ["DROP INDEX run_by_actor"]),
    "0004 without the values": ("0004", ["ALTER TABLE decision DROP COLUMN value"]),
    "0005 with digests alone": (
        "0005",
        ["ALTER TABLE decision DROP COLUMN on_behalf", "DROP INDEX request_by_step"],
    ),
    "0005 without its index": ("0005", ["DROP INDEX request_by_step"]),
}
"""Files that had a migration before it was edited: the revision, and what it lacked then."""
UNKNOWN = {
    "ALTER TABLE decision DROP COLUMN comment": "the table decision has no column comment",
    "ALTER TABLE run RENAME COLUMN reason TO cause": "the table run has no column reason",
    "ALTER TABLE run ADD COLUMN color TEXT": "a column color that this release does not know",
    "DROP TABLE tombstone": "the table tombstone is missing",
    "DROP INDEX run_by_age": "the table run has no index run_by_age on created_at, id",
    "CREATE UNIQUE INDEX one ON decision (actor)": "a unique index one that this release does not know",
    "CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM event; END": "the table event has a trigger t",
}


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def content(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def test_a_new_file_has_what_all_migrations_make(tmp_path: Path) -> None:
    new, upgraded_file = tmp_path / "new.db", tmp_path / "upgraded.db"
    migrate(new)
    upgrade(upgraded_file)
    assert content(new) == content(upgraded_file)


def test_a_file_in_which_another_process_has_just_made_the_tables_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "signoff.db"
    create(path)
    made = content(path)
    create(path)
    assert content(path) == made


@pytest.mark.parametrize(("revision", "lacks"), EDITED.values(), ids=EDITED)
def test_a_file_that_had_a_migration_before_it_was_edited_is_repaired(
    tmp_path: Path, revision: str, lacks: list[str]
) -> None:
    path = tmp_path / "signoff.db"
    upgrade(path, revision)
    execute(path, *lacks)
    migrate(path)
    with closing(sqlite3.connect(path)) as connection:
        assert differences(expected(), schema_of(connection)) == []


async def test_the_first_click_on_a_repaired_file_counts(tmp_path: Path) -> None:
    """It ended the process: table decision has no column named on_behalf."""
    release = HERE / "0.1.0-people.sql"
    halfway = tmp_path / "halfway.sql"
    restore(release, tmp_path)
    execute(tmp_path / "signoff.db", *EDITED["0005 with digests alone"][1])
    with closing(sqlite3.connect(tmp_path / "signoff.db")) as connection:
        halfway.write_text("\n".join(connection.iterdump()), "utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    async with upgraded(folder, halfway) as (context, slack, harness):
        run = await only(harness, "ship", "waiting")
        await clicked(context, button(release, "go_live", "approve"))
        await harness.run_until_idle()
        assert slack.told == ["✅ Your answer is recorded."]
        assert (await harness.state(run)).run.state == "succeeded"


@pytest.mark.parametrize(("change", "words"), UNKNOWN.items(), ids=str)
@pytest.mark.parametrize("revision", ["0003", HEAD])
def test_a_file_whose_tables_no_release_has_made_is_refused_and_stays_as_it_is(
    tmp_path: Path, revision: str, change: str, words: str
) -> None:
    path = tmp_path / "signoff.db"
    upgrade(path, revision)
    execute(path, change)
    before = content(path)
    with pytest.raises(StoreBroken) as refused:
        migrate(path)
    said = str(refused.value)
    assert words in said
    assert "Nothing in it was changed." in said
    assert "restore a backup with signoff db restore" in said
    assert content(path) == before


def test_a_migration_that_meets_a_column_of_its_own_name_says_so(tmp_path: Path) -> None:
    path = tmp_path / "signoff.db"
    upgrade(path, "0003")
    execute(path, "ALTER TABLE decision ADD COLUMN stage TEXT")
    with pytest.raises(StoreBroken, match="duplicate column name: stage"):
        migrate(path)


def test_a_revision_that_no_release_has_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "signoff.db"
    upgrade(path, "0003")
    execute(path, "UPDATE alembic_version SET version_num = '0003a'")
    with pytest.raises(StoreBroken, match="has the schema 0003a, which no release has"):
        migrate(path)


def test_tables_of_others_in_the_file_are_let_be(tmp_path: Path) -> None:
    path = tmp_path / "signoff.db"
    migrate(path)
    execute(path, "CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER)")
    migrate(path)
