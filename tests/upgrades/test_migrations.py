"""Migrations that are on the main branch never change, and each follows one other."""

import hashlib
from pathlib import Path

from engine.store.schema import tables
from engine.store.schema.layout import LAYOUT, as_json
from engine.store.schema.migrate import HEAD, NEW_DATABASE, migrated_statements

VERSIONS = Path(__file__).parents[2] / "engine" / "migrations" / "versions"
DIGESTS = {
    "0001_the_first_schema.py": "f14c64f30d65fd8f",
    "0002_chain_the_events.py": "6e91bcc57e501d31",
    "0003_lists_tombstones_and_the_installation.py": "989fbec6f44d62de",
    "0004_quorums_and_stages.py": "6a44dafff23d54c8",
    "0005_digests.py": "c66570bdeb8b7208",
    "0006_queues_of_messages.py": "f3b5ca8742e4654e",
    "0007_count_the_deaths_under_a_step.py": "17cd6d913c041ac0",
    "0008_unfinished_runs.py": "46aab37b1c46798e",
    "0009_repair_edited_migrations.py": "d8ec6276577f9539",
    "0010_seals.py": "c191618f52574c14",
    "0011_cursors_of_triggers.py": "ee2db2e86aadec17",
    "0012_checkpoints_of_steps.py": "e3943c41adf87cde",
    "0013_failure_cards.py": "52811dbefd671f2c",
    "0014_reports_of_steps.py": "6480e901b67a0aaa",
    "0015_slow_schedules.py": "0760e0df83e865a3",
    "0016_signals.py": "d9a8e750cb2876cb",
    "0017_resources_and_queues.py": "77c7ed93064ffb3c",
    "0018_start_of_a_round.py": "35778e5279e26c7d",
    "0019_follow_up_runs.py": "f6bf2fe46d85458d",
    "0020_further_requesters.py": "58aad93c4a47f5ce",
    "0021_troubles_of_triggers.py": "9924a3ee5e060e27",
    "0022_measure_objectives.py": "306e090d7334bbc4",
    "0023_search_the_log.py": "79abc1bdcf33eddd",
    "0024_asks_of_policies.py": "6701bac739625396",
}
"""SHA-256 of each. A database may have had it: a change of mind is a new migration. Add a line for each."""


def test_a_migration_that_databases_may_have_had_never_changes() -> None:
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        for path in sorted(VERSIONS.glob("0*.py"))
    }
    assert found == DIGESTS, "A new migration needs a line here; one that has a line must not change."


def test_each_migration_has_a_number_of_its_own_and_follows_the_one_before() -> None:
    names = [path.name for path in sorted(VERSIONS.glob("0*.py"))]
    before = "None"
    for number, name in enumerate(names, 1):
        revision = f'"{number:04}"'
        assert f"revision = {revision}\ndown_revision = {before}\n" in (VERSIONS / name).read_text("utf-8")
        before = revision
    assert before == f'"{HEAD}"'


def test_a_new_database_is_what_the_migrations_make() -> None:
    remedy = "Write it again: python -m scripts.new_database"
    assert NEW_DATABASE.read_text(encoding="utf-8") == migrated_statements(), remedy


def test_the_tables_as_plain_data_are_those_of_the_release() -> None:
    remedy = "Write it again: python -m scripts.new_database"
    assert LAYOUT.read_text(encoding="utf-8") == as_json(tables.described()), remedy
