"""A bot whose database is on PostgreSQL: the same messages, clicks and commands, and the same promises."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.crash.test_kill import INCIDENTS, approve, ask, done
from tests.crash.test_sweep import BOB, live
from tests.postgres_server import address_of

Site = Any
PASSWORD = "kept-from-everybody"


def with_password(url: str) -> str:
    """The server of the tests trusts everybody on this machine, so any password will do."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.replace("@", f":{PASSWORD}@")))


@pytest.mark.long
@pytest.mark.parametrize(
    ("journey", "faults"),
    [
        ("approved", ["store.committed:5", "decision.committed"]),
        ("approved", ["attempt.executed", "recovery.resumed"]),
        ("told", ["delivery.posted:2"]),
        ("hooked", ["trigger.started"]),
        ("undone", ["attempt.executed:2"]),
    ],
    ids=lambda value: value if isinstance(value, str) else " then ".join(value),
)
async def test_a_kill_loses_and_doubles_nothing(
    site_on_server: Site, journey: str, faults: list[str]
) -> None:
    assert await live(site_on_server, journey, *faults) == len(faults)


@pytest.mark.long
async def test_commands_reach_the_process_that_serves_or_open_the_database(site_on_server: Site) -> None:
    site = site_on_server
    site.environment["DATABASE_URL"] = with_password(site.environment["DATABASE_URL"])
    assert "has no tables of Signoff yet" in await site.command("doctor", check=False)
    await site.start()
    await ask(site)
    await site.office.message(BOB, INCIDENTS, 'Go on: "all is ready"?', "can decide")
    said = [await site.command(*words) for words in (["runs"], ["audit", "verify"])]
    said.append(await site.command("doctor", check=False))
    assert "drill" in said[0]
    assert "has 1 run in" in said[2], said[2]
    await site.bot.stop()
    said.append(await site.command("runs"))
    assert "drill" in said[3]
    await site.start()
    await approve(site)
    await done(site)
    await site.check_drill()
    await site.bot.stop()
    said.append(await site.command("audit", "accept", "--reason", "a rehearsal"))
    said.append(await site.command("audit", "verify"))
    assert "accepted the database as it was" in said[5]
    logs = [(site.folder / name).read_text() for name in ("bot.log", "commands.log")]
    assert PASSWORD not in "".join([*said, *logs])


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (["db", "backup", "copy.db"], "Copy a database on a server with pg_dump"),
        (["db", "restore", "copy.db"], "Restore a database on a server with pg_restore"),
        (["db", "vacuum"], "PostgreSQL vacuums by itself"),
        (["serve", "--new"], "--new is for SQLite files"),
    ],
)
async def test_commands_for_files_name_what_does_it_on_a_server(
    site_on_server: Site, words: list[str], remedy: str
) -> None:
    await site_on_server.command(*words, check=False)
    assert remedy in (site_on_server.folder / "commands.log").read_text()


@pytest.mark.long
async def test_a_second_process_is_refused_with_the_first_ones_address(site_on_server: Site) -> None:
    site, refusal = site_on_server, "is in use by another process of Signoff (connected from the same machine"
    await site.start()
    await site.command("serve", check=False)  # with the same folder: no standby of another machine
    assert refusal in (site.folder / "commands.log").read_text()
    (site.folder / "commands.log").unlink()
    site.environment["SIGNOFF_DATA_DIR"] = str(site.folder / "elsewhere")  # as on another machine
    await site.command("runs", check=False)
    assert refusal in (site.folder / "commands.log").read_text()


async def test_an_installation_moves_from_its_file_with_its_log_and_goes_on(
    site_on_file: Site, tmp_path: Path
) -> None:
    site, file = site_on_file, site_on_file.environment["DATABASE_URL"]
    address = with_password(address_of(str(tmp_path / "server")))
    await site.start()
    await ask(site)
    await site.office.message(BOB, INCIDENTS, 'Go on: "all is ready"?', "can decide")
    await site.command("db", "migrate-to", address, check=False)
    assert "is in use by process" in (site.folder / "commands.log").read_text()
    await site.bot.stop()
    before = site.rows("SELECT seq, hash FROM event ORDER BY seq")
    said = await site.command("db", "migrate-to", address)
    assert "1 run, " in said
    assert f"SIGNOFF_KEYS to {site.folder / 'keys'}" in said
    site.environment |= {"DATABASE_URL": address, "SIGNOFF_KEYS": str(site.folder / "keys")}
    assert site.rows("SELECT seq, hash FROM event ORDER BY seq")[: len(before)] == before
    await site.start()
    await approve(site)
    await done(site)
    await site.check_drill()
    await site.bot.stop()
    assert PASSWORD not in said + (site.folder / "bot.log").read_text()
    await site.command("db", "migrate-to", address, check=False)
    assert "It is on a server already" in (site.folder / "commands.log").read_text()

    site.environment["DATABASE_URL"] = file
    await site.start()
    assert "this database was moved to postgres on" in site.bot.log.read_text()
    assert site.rows("SELECT state FROM run") == [("waiting",)]
    await site.bot.stop()
    await site.command("db", "migrate-to", address, check=False)
    assert "has tables of Signoff already" in (site.folder / "commands.log").read_text()
