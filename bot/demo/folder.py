"""Where the demo keeps everything, apart from the demo itself, which imports much."""

from pathlib import Path

FOLDER = Path(".signoff-demo")
PORT = 8765


def is_demo(folder: Path) -> bool:
    """Return whether a folder is a demo's: it has a local Slack beside the database."""
    return (folder / "workspace.sqlite3").exists() and (folder / "signoff.db").exists()
