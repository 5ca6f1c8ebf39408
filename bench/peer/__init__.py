"""DBOS on SQLite, measured in the same run on the same disk, in an environment of its own."""

import json
import subprocess
import sys
import venv
from pathlib import Path
from tempfile import TemporaryDirectory

_HERE = Path(__file__).resolve().parent
_LOCK = _HERE / "requirements.lock"


class Peer:
    """The figures that the peer's program printed. Without network there are none, and no such baseline."""

    def __init__(self, figures: dict[tuple[str, int], float]) -> None:
        self._figures = figures

    def value(self, workload: str, size: int) -> float | None:
        return self._figures.get((workload, size))

    @classmethod
    def none(cls) -> "Peer":
        return cls({})

    @classmethod
    def measured(cls, environment: Path) -> "Peer":
        """Make the environment if need be, run the program there, read its lines."""
        python = environment_of(environment, _LOCK)
        with TemporaryDirectory(prefix="signoff-bench-", dir=Path.cwd()) as folder:
            done = subprocess.run(
                [str(python), str(_HERE / "dbos_alone.py"), folder],
                check=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        figures = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        return cls({(figure["workload"], figure["size"]): figure["value"] for figure in figures})


def environment_of(path: Path, lock: Path) -> Path:
    """Return the Python of an environment with the packages of a lock file; make it if need be."""
    python = path / "bin" / "python"
    ready = path / "installed"
    if not ready.exists() or ready.read_text() != lock.read_text():
        print(f"Making {path} for the peer", file=sys.stderr)
        venv.create(path, with_pip=True, clear=True)
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
        subprocess.run([*pip, "--require-hashes", "--no-deps", "-r", str(lock)], check=True)
        ready.write_text(lock.read_text())
    return python
