"""Paths of the server in the engine's errors: for the operator, and for nobody else."""

import re

_FOLDER = r"[^\s/]+(?: (?:[^\s/]*[^\s/.,:;!?()])(?= ))*(?: [^\s/]*[^\s/:])?/"
_COMMAND = r"(?:workflow|invite) "
_PATH = re.compile(rf"(?<![\w/:.<>@-])/(?!{_COMMAND})(?:{_FOLDER})+([^\s/]*)")
"""An absolute path below a folder; folders may have spaces in their names.

One name alone after a slash is a command, such as `/workflow`, with or without words after it. No folder
ends a clause within its name, so that the path in one sentence does not reach to a slash in the next.
"""


def without_folders(text: str) -> str:
    """Return the text with the last name of each path alone: `/srv/signoff/signoff.db` is `signoff.db`."""
    return _PATH.sub(lambda path: path[1] or "a folder of the server", text)
