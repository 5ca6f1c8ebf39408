"""Paths of the server in the engine's errors: for the operator, and for nobody else."""

import re

_PATH = re.compile(r"(?<![\w/:.<>@-])/(?:[^\s/]+/)+([^\s/]*)")
"""An absolute path below a folder. One name alone after a slash is a command, such as `/workflow`."""


def without_folders(text: str) -> str:
    """Return the text with the last name of each path alone: `/srv/signoff/signoff.db` is `signoff.db`."""
    return _PATH.sub(lambda path: path[1] or "a folder of the server", text)
