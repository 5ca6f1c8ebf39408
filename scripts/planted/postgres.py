"""Bugs of the store on PostgreSQL."""

from scripts.planted.mutant import Mutant

_TESTS = ("tests/engine/store/test_postgres.py",)
_MOVING = ("tests/engine/store/test_moving.py",)
_LOCATION = ("tests/bot/settings/test_database_url.py",)

MUTANTS = [
    Mutant(
        "a transaction whose answer was lost is made again",
        "engine/store/postgres/transactions.py",
        '        if status == "committed":\n',
        '        if status == "":\n',
        _TESTS,
    ),
    Mutant(
        "two processes use one database on a server",
        "engine/store/postgres/claim.py",
        "        if not _locked(connection, _CLAIM, lost):",
        "        if False:",
        _TESTS,
    ),
    Mutant(
        "a number of an event is left out",
        "engine/store/postgres/connection.py",
        "(SELECT max(seq) FROM event), 0) AS told",
        "(SELECT max(seq) FROM event), 0) + 1 AS told",
        _TESTS,
    ),
    Mutant(
        "a stop says that nothing was recorded where nobody knows",
        "engine/store/postgres/writer.py",
        "self._not_known() if item in unsure else self._busy()",
        "self._busy()",
        _TESTS,
    ),
    Mutant(
        "a lost connection of ours keeps the database for itself",
        "engine/store/postgres/claim.py",
        "    connection.execute(_END, (key, lost)).fetchall()\n",
        "",
        _TESTS,
    ),
    Mutant(
        "the database is given back while steps of an ended engine execute",
        "engine/store/postgres/writer.py",
        "        if not keep_claim:\n",
        "        if True:\n",
        _TESTS,
    ),
    Mutant(
        "an old server is not refused",
        "engine/store/postgres/schema.py",
        "    if version < MIN_SERVER_VERSION:\n",
        "    if False:\n",
        _TESTS,
    ),
    Mutant(
        "the password of the database shows in the log",
        "bot/settings/engine_settings.py",
        "return (*slack, *passwords_of(settings.database_url))",
        "return slack",
        _LOCATION,
    ),
    Mutant(
        "commands for one server reach the process of another",
        "bot/settings/database_url.py",
        "[host, port, name, *options",
        "[name, *options",
        _LOCATION,
    ),
    Mutant(
        "a new database on a server silently replaces one that is gone",
        "bot/serving/database_claim.py",
        "        if new:\n            raise NotPossible(",
        "        if False:\n            raise NotPossible(",
        ("tests/crash/test_on_postgres.py",),
    ),
    Mutant(
        "an installation that was moved goes on in its file too",
        "engine/store/maintenance/moving.py",
        'facts.note(source, "paused", {',
        'facts.note(source, "moved", {',
        _MOVING,
    ),
    Mutant(
        "a file that was changed is moved",
        "engine/store/maintenance/moving.py",
        "    if audit.findings:\n",
        "    if False:\n",
        _MOVING,
    ),
    Mutant(
        "an installation that was restored goes on once it is moved",
        "engine/store/maintenance/moving.py",
        "            _check_paused(source)\n",
        "",
        _MOVING,
    ),
    Mutant(
        "a file stays paused though its records were not moved",
        "engine/store/maintenance/moving.py",
        "    if is_paused:\n        source.execute",
        "    if False:\n        source.execute",
        _MOVING,
    ),
    Mutant(
        "a move whose last answer is lost is taken back though it was complete",
        "engine/store/maintenance/moving.py",
        "if not is_paused or not _has_arrived(database, target.process):",
        "if True:",
        _MOVING,
    ),
    Mutant(
        "a frozen process keeps the database",
        "engine/store/postgres/claim.py",
        "        if silent is None:\n",
        "        if True:\n",
        ("tests/engine/store/test_claim.py",),
    ),
    Mutant(
        "a process that gives signs of life is displaced",
        "engine/store/postgres/claim.py",
        " AND state_change < clock_timestamp()",
        " AND state_change < clock_timestamp() + interval '1 day'",
        ("tests/engine/store/test_claim.py",),
    ),
    Mutant(
        "a process goes on though another one had the database meanwhile",
        "engine/store/postgres/claim.py",
        "        if number != self._number + 1:\n",
        "        if False:\n",
        ("tests/engine/store/test_claim.py",),
    ),
    Mutant(
        "a process that was displaced gives signs of life",
        "engine/store/postgres/claim.py",
        "            if is_ours and _locked(",
        "            if _locked(",
        ("tests/engine/store/test_claim.py",),
    ),
    Mutant(
        "a second bot on a server gives up",
        "bot/application.py",
        "                if not settings.database.server or is_listening(",
        "                if True or is_listening(",
        ("tests/crash/test_standby.py",),
    ),
]
