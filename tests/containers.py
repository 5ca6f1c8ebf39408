"""Containers in tests: a runtime that works here, and a small image that needs no registry."""

import io
import os
import shutil
import subprocess
import tarfile
from functools import cache
from pathlib import Path

import pytest

_NAME = "localhost/signoff-tests/busybox"
_TOOLS = ("sh", "cat", "env", "grep", "head", "ls", "sleep", "touch", "true", "yes")
_SETTINGS = """
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
"""
"""For machines that forbid a higher limit, and have control groups of both versions."""


@cache
def image(settings: Path) -> str:
    """Return the image by its digest; empty where no container can be executed here.

    `settings`: a file that is written where podman needs settings of its own.
    """
    shell = shutil.which("busybox")
    if shell is None or shutil.which("podman") is None:
        return ""
    found = _podman("import", "-", _NAME, stdin=_archive(Path(shell)))
    if found is None:
        return ""
    digest = _podman("inspect", "--format", "{{.Digest}}", _NAME)
    assert digest is not None
    name = f"{_NAME}@{digest.decode().strip()}"
    if _executes(name):
        return name
    settings.write_text(_SETTINGS)
    return name if _executes(name, str(settings)) else ""


def _executes(name: str, settings: str = "") -> bool:
    arguments = ("run", "--rm", "--network", "none", "--entrypoint", "true", name)
    return _podman(*arguments, settings=settings) is not None


def _archive(shell: Path) -> bytes:
    """Return a file system with a shell and its tools. The same machine makes the same one."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.add(shell, "bin/busybox", filter=_without_time)
        for tool in _TOOLS:
            link = tarfile.TarInfo(f"bin/{tool}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            archive.addfile(link)
    return file.getvalue()


def _without_time(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.mtime = 0
    return info


def _podman(*arguments: str, stdin: bytes = b"", settings: str = "") -> bytes | None:
    done = subprocess.run(
        ["podman", *arguments],
        input=stdin,
        capture_output=True,
        timeout=60,
        env={**os.environ, **({"CONTAINERS_CONF": settings} if settings else {})},
    )
    return done.stdout if done.returncode == 0 else None


@pytest.fixture
def busybox(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> str:
    """The image; the test is skipped where no container can be executed."""
    settings = tmp_path_factory.getbasetemp() / "containers.conf"
    found = image(settings)
    if not found:
        pytest.skip("podman executes no container here")
    if settings.exists():
        monkeypatch.setenv("CONTAINERS_CONF", str(settings))
    return found
