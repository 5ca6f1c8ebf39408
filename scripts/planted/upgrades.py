"""Planted bugs about databases and files of earlier releases: tables, types of steps, names of options."""

from scripts.planted.mutant import Mutant

MUTANTS = [
    Mutant(
        "a file that is up to date is not held against the release",
        "engine/store/schema/migrate.py",
        "work = _hold_against_release if revision == HEAD else",
        "work = Path if revision == HEAD else",
        ("tests/upgrades",),
    ),
    Mutant(
        "an upgrade is not held against the release before it is written",
        "engine/store/schema/migrate.py",
        '        if to == "head":\n',
        '        if to == "never":\n',
        ("tests/upgrades",),
    ),
    Mutant(
        "a new file is made again after another process has made its tables",
        "engine/store/schema/migrate.py",
        'if connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None:',
        "if statements:",
        ("tests/upgrades/test_schema.py",),
    ),
    Mutant(
        "a file that had an edited migration is not repaired",
        "engine/migrations/versions/0009_repair_edited_migrations.py",
        '    if "on_behalf" not in columns:\n',
        '    if "on_behalf" not in columns and "digest" not in columns:\n',
        ("tests/upgrades/test_schema.py",),
    ),
    Mutant(
        "types that an earlier release recorded are compared under the newest rule",
        "engine/runtime/workflows/workflow_registry.py",
        '        if rule_of(stored.schema_digest) != "1":\n',
        "        if rule_of(stored.schema_digest):\n",
        ("tests/upgrades",),
    ),
    Mutant(
        "an outcome of the first release has the fields of this one",
        "engine/compiler/types/schema_digests.py",
        '        first["properties"] = _APPROVAL\n',
        "",
        ("tests/upgrades",),
    ),
    Mutant(
        "types of an earlier release are not taken over at the start",
        "engine/runtime/lifecycle.py",
        "        await adopt(self._store, base.workflows, base.clock.now())\n",
        "",
        ("tests/upgrades",),
    ),
    Mutant(
        "an edited description strands runs",
        "engine/model/json_schema.py",
        " if name not in _DESCRIPTIVE_KEYS}",
        "}",
        ("tests/upgrades",),
    ),
    Mutant(
        "a field that is called as a word is left out of the types",
        "engine/model/json_schema.py",
        '_BY_NAME = frozenset({"properties", ',
        "_BY_NAME = frozenset({",
        ("tests/upgrades",),
    ),
    Mutant(
        "a renamed option of retry changes the digest of approved code",
        "engine/compiler/nodes/step_code.py",
        "        source = with_stored_names(textwrap",
        "        source = str(textwrap",
        ("tests/upgrades/test_digests.py",),
    ),
    Mutant(
        "a definition is stored under the new names of its options",
        "engine/model/frozen.py",
        "validate_by_alias=True, serialize_by_alias=True",
        "validate_by_alias=True, serialize_by_alias=False",
        ("tests/upgrades/test_digests.py",),
    ),
    Mutant(
        "check hides the mistakes of readable files while another cannot be read",
        "bot/cli/workflow_check.py",
        "            errors += register_valid(engine, checkable)[1]\n",
        "            errors = errors or register_valid(engine, checkable)[1]\n",
        ("tests/bot/test_cli_errors.py",),
    ),
    Mutant(
        "an earlier name of an option is answered with its nearest spelling",
        "engine/authoring/keywords.py",
        "    if keyword in renamed:\n",
        "    if keyword in known and keyword in renamed:\n",
        ("tests/engine/authoring/test_keywords.py",),
    ),
    Mutant(
        "a condition that names one approval of a dict lifts the guards of all",
        "engine/authoring/dict_form/reader.py",
        " if approval not in tested), own)",
        " if not tested), own)",
        ("tests/engine/authoring/test_dictform.py",),
    ),
]
