"""The working folders of commands: `commands/RUN` in the data folder, one for each run that executed some."""

import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path

_NAME = "commands"


def working_folders(data_dir: Path) -> Path:
    """Return the folder that has one folder for each run."""
    return data_dir / _NAME


def runs_with_folders(data_dir: Path) -> list[str]:
    """Return the names of the folders of runs: the ids of these runs. Raises `OSError`."""
    try:
        folder = _open(data_dir)
    except FileNotFoundError:
        return []
    try:
        # A program can make a name that is not text. No run has such an id.
        return sorted(name for name in os.listdir(folder) if name.isprintable())
    finally:
        os.close(folder)


def remove_folder(data_dir: Path, run_id: str) -> None:
    """Remove the folder of a run. What a link leads to stays. Raises `OSError`.

    Raises `RecursionError` if its folders are nested too deeply.
    """
    if run_id in ("", ".", "..") or "/" in run_id:
        raise ValueError(f"{run_id!r} is not the id of a run.")
    folder = _open(data_dir)
    try:
        if not stat.S_ISDIR(os.stat(run_id, dir_fd=folder, follow_symlinks=False).st_mode):
            os.unlink(run_id, dir_fd=folder)
            return
        for _, _, _, inside in os.fwalk(run_id, dir_fd=folder, follow_symlinks=False):
            with suppress(PermissionError):
                os.fchmod(inside, 0o700)  # a program may leave folders that nobody may write to
        shutil.rmtree(run_id, dir_fd=folder)
    except FileNotFoundError:
        pass
    finally:
        os.close(folder)


def _open(data_dir: Path) -> int:
    """Open the folder of them all, unless a link stands in its place."""
    return os.open(working_folders(data_dir), os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
