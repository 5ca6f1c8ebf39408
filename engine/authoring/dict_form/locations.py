"""Names of workflows and tasks in dict form, and their lines in a file."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def made_name(text: str) -> str:
    """Return the name made from one that people read: `fetch_new` from `Fetch new`."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def name_of(data: Mapping[str, Any]) -> str:
    """Return the name of a workflow or a task, unchecked."""
    return made_name(str(data["name"])) if "name" in data and "id" not in data else str(data.get("id"))


def location_in(file: str | None, name: str) -> str | None:
    """The line of a file on which a task or a workflow in dict form is named; its first where none is."""
    if not file or not Path(file).is_file():
        return file
    text = Path(file).read_text(encoding="utf-8", errors="replace")
    spelt = r"[ _-]".join(map(re.escape, re.split("[_-]", name)))
    quoted = rf"[\"\']{re.escape(name)}[\"\']"
    patterns = (
        rf"[\"\']id[\"\']\s*:\s*{quoted}",
        rf"[\"\']name[\"\']\s*:\s*[\"\'](?i:{spelt})[\"\']",
        quoted,
        r"[\"\']tasks[\"\']",
    )
    match = next(filter(None, (re.search(pattern, text) for pattern in patterns)), None)
    return f"{file}:{text.count(chr(10), 0, match.start()) + 1 if match else 1}"
