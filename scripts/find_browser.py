"""Prints the path of the browser that the tests drive, or says exactly what to install.

Looked for: SIGNOFF_BROWSER, Chromium or Chrome on the PATH, what `make browser` put into .browser/.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",)
INSTALLED = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*/Contents/MacOS/*",
    "chromium_headless_shell-*/*/*headless*shell",
)
REMEDY = """Signoff: the tests need a browser and there is none. Any of these will do:
  make browser                        Chromium into .browser/ in this folder
  sudo apt-get install chromium       Debian and Ubuntu's own
  SIGNOFF_BROWSER=/path/to/chrome     one that you have"""


def candidates() -> Iterator[str]:
    for name in NAMES:
        yield shutil.which(name) or ""
    yield from APPLICATIONS
    for pattern in INSTALLED:
        yield from map(str, sorted((ROOT / ".browser").glob(pattern), reverse=True))


def works(path: str) -> bool:
    """Ubuntu has a chromium-browser that only says where to get one."""
    if not path or not os.access(path, os.X_OK):
        return False
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def find() -> str:
    """Exits with a message when there is none."""
    chosen = os.environ.get("SIGNOFF_BROWSER")
    if chosen:
        if works(chosen):
            return chosen
        sys.exit(f"Signoff: SIGNOFF_BROWSER is {chosen}, which does not start. Give the path of a browser.")
    return next(filter(works, candidates()), "") or sys.exit(REMEDY)


if __name__ == "__main__":
    print(find())
