"""Sandbox of a command, by bubblewrap: no network, a root that cannot be written to, and nothing of the home.

https://github.com/containers/bubblewrap
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.errors import Fatal
from engine.model.definition.operations import CommandSpec

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc")
"""Where programs, libraries and their settings are."""


def sandboxed(
    spec: CommandSpec, program: str, argv: Sequence[str], shared: Path, folder: Path
) -> tuple[str, list[str]]:
    """Return the sandbox as the file to execute, and its arguments. Raises `Fatal` where there is none.

    It shows the folders of the system and `reads`, read-only, and `shared`, the folder of the run, which it
    may write to and in which `folder` is.
    It shows neither the user's home nor the database and the keys. It ends with the bot.
    """
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise Fatal(
            "The command needs a sandbox, and the program bwrap is missing. Install the package bubblewrap "
            'on the machine that executes this step, or write where="process".'
        )
    return bwrap, [bwrap, *_options(spec, program, shared, folder), "--", program, *argv[1:]]


def _options(spec: CommandSpec, program: str, shared: Path, folder: Path) -> Iterator[str]:
    yield from ("--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL")
    if spec.network:
        yield "--share-net"
    for path in _SYSTEM:
        yield from ("--ro-bind-try", path, path)
    yield from ("--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp")  # noqa: S108
    for path in (*spec.reads, *_beside(program)):
        yield from ("--ro-bind", path, path)
    # The whole folder: nobody in a sandbox can put a link in its place, as in that of one within it.
    yield from ("--bind", str(shared), str(shared), "--chdir", str(folder))


def _beside(program: str) -> Iterator[str]:
    """Yield the file of a program that is in no folder of the system, and what it is a link to."""
    for path in dict.fromkeys((program, os.path.realpath(program))):
        if not path.startswith(tuple(f"{folder}/" for folder in _SYSTEM)):
            yield path
