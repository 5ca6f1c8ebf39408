"""`DATABASE_URL` as a file or as the address of a server."""

from pathlib import Path

import pytest

from bot.settings.config import read_settings
from bot.settings.database_url import DatabaseLocation, find_database, on_server, passwords_of
from bot.settings.engine_settings import secrets
from tests.bot.settings.test_config import problems

URL = "postgresql://signoff:p%40ss-of-ours@db.example.com:6432/approvals?sslmode=verify-full"


def test_a_server_is_named_without_its_password(tmp_path: Path) -> None:
    settings = read_settings({"DATABASE_URL": URL, "SIGNOFF_DATA_DIR": str(tmp_path)})
    assert str(settings.database) == "approvals on db.example.com"
    assert settings.database.address == URL
    assert settings.database.place.parent == tmp_path
    assert "ss-of-ours" not in repr(settings) + repr(settings.database)
    assert {"p@ss-of-ours", "p%40ss-of-ours"} <= set(secrets(settings))


def test_a_command_finds_the_same_place_as_the_process_that_serves(tmp_path: Path) -> None:
    values = {"DATABASE_URL": URL, "SIGNOFF_DATA_DIR": str(tmp_path)}
    assert find_database(URL, values) == read_settings(values).database
    assert find_database(URL, {}).place.parent == Path(".signoff").absolute()


@pytest.mark.parametrize(
    "other",
    [
        "postgresql://signoff:secret@db.example.com:6432/other",
        "postgresql://signoff:secret@other.example.com:6432/approvals",
        "postgresql://signoff:secret@db.example.com:5432/approvals",
        "postgresql://signoff:secret@db.example.com:6432/approvals?options=-csearch_path%3Dteam",
    ],
)
def test_two_databases_never_share_a_place(other: str) -> None:
    assert on_server(other, Path("data")).place != on_server(URL, Path("data")).place
    with_another_password = URL.replace("p%40ss-of-ours", "new")
    assert on_server(with_another_password, Path("data")).place == on_server(URL, Path("data")).place


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("postgres:///signoff", "signoff on this machine"),
        ("postgresql:///signoff?host=/run/postgresql", "signoff on /run/postgresql"),
        ("postgresql://db.example.com?dbname=signoff", "signoff on db.example.com"),
        ("postgresql://db.example.com/a%20b", "a b on db.example.com"),
        ("postgresql://u:p@db1:5432,db2:6432/signoff", "signoff on db1,db2"),
        ("postgresql://u:p@[::1]:5432,db2/signoff", "signoff on ::1,db2"),
    ],
)
def test_forms_of_an_address(url: str, name: str) -> None:
    assert str(on_server(url, Path("data"))) == name


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://user:secret@host", "names no database on the server"),
        ("postgresql://user:secret@host/", "names no database on the server"),
        ("postgresql://user:secret@host:port/db", "cannot be read as the address of a server"),
        ("postgresql://user:secret@host:1,host2:port/db", "cannot be read as the address of a server"),
        ("postgresql://user:secret@[::1/db", "cannot be read as the address of a server"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_its_password(url: str, says: str) -> None:
    found = problems(DATABASE_URL=url)["DATABASE_URL"]
    assert says in found
    assert "Write postgresql://USER:PASSWORD@HOST:PORT/DATABASE" in found
    assert "secret" not in found


def test_passwords_are_found_in_both_of_their_places() -> None:
    assert passwords_of("postgresql://host/db?password=of%20ours&user=x") == ("of ours",)
    assert passwords_of("sqlite:///signoff.db") == ()


def test_a_file_has_no_password_and_is_its_own_place(tmp_path: Path) -> None:
    location = DatabaseLocation.of_file(tmp_path / "signoff.db")
    assert (location.address, location.server, location.is_missing) == (tmp_path / "signoff.db", "", True)
