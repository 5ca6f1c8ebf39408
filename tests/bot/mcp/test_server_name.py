"""The name of a server that was given none: one word of its command, and no credential."""

import pytest

from bot.mcp.proxy.server_name import UNNAMED, name_of

SECRET = "ghp_" + "a1B2" * 9


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (("/usr/bin/db-server", "--password", "hunter2hunter2"), "db-server"),
        (("db-server", "postgres://me:hunter2@host/db"), "db-server"),
        (("C:\\tools\\db.exe", "x"), "db.exe"),
        (
            ("npx", "-y", "@scope/server-postgres@1.2", "postgres://me:pw@host/db"),
            "@scope/server-postgres@1.2",
        ),
        (("npx", "--package", "a-secret-word", "server"), "npx"),
        (("/usr/local/bin/uvx", "mcp-server-git", "--token", SECRET), "mcp-server-git"),
        (("npx", SECRET), "npx"),
        (("npx", "https://me:pw@host/package"), "npx"),
        (("npx",), "npx"),
        (("python3.12", "-m", "my_server", "--key", SECRET), "my_server"),
        (("python", "server.py", "my-password"), "python"),
        (("python", "-m"), "python"),
        (("env", f"GITHUB_TOKEN={SECRET}", "db-server"), "env"),
        ((f"/opt/{SECRET}",), UNNAMED),
        (("/",), UNNAMED),
    ],
)
def test_a_server_without_a_name_is_named_by_its_program(command: tuple[str, ...], name: str) -> None:
    assert name_of(command) == name
    assert name_of(list(command)) == name
