"""The remote server as the options of the command name it, with the secrets of its headers."""

import os
from collections.abc import Iterable
from pathlib import Path

from bot.mcp.proxy.remote_server import RemoteSettings
from bot.mcp.proxy.server_address import header_secret, url_problem
from engine.vault import NAME, Vault


def remote_settings(url: str, headers: Iterable[str], private: bool) -> RemoteSettings:
    """Return the server to call. `headers`: `HEADER=NAME` with the name of a secret, or `HEADER=WORD NAME`.

    Raises `ValueError` for what is wrong, and `Fatal` and `SecretUnavailable` for a secret without a value.
    """
    if problem := url_problem(url):
        raise ValueError(f"--server {problem}")
    folder = os.environ.get("SIGNOFF_SECRETS_DIR")
    vault = Vault(os.environ, Path(folder) if folder else None, os.environ.get("SIGNOFF_SECRETS_COMMAND", ""))
    values: dict[str, str] = {}
    for text in headers:
        found = header_secret(text)
        if found is None or not NAME.fullmatch(found[2]):
            raise ValueError(
                "--header-secret is not a header and the name of a secret, as in Authorization=MCP_TOKEN or "
                '"Authorization=Bearer MCP_TOKEN". Give the name, not the value. The transport sets some '
                "headers itself."
            )
        header, word, name = found
        value = vault.reveal(name)
        if not value.isprintable():
            raise ValueError(f"The secret {name} is more than one line, so it cannot be the header {header}.")
        values[header] = f"{word} {value}".strip()
    return RemoteSettings(url, values, private)
