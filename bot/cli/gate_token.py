"""The token of a principal, which `signoff ask` and `signoff mcp` read from the environment."""

import os

from bot.cli.output import CommandError


def read_token() -> str:
    token = os.environ.get("SIGNOFF_TOKEN", "")
    if not token:
        raise CommandError("SIGNOFF_TOKEN is not set. Set it to a token of signoff token create.")
    return token
