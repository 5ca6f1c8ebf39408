"""Builds Signoff with setuptools, and adds the types that authors see: the package `signoff-stubs`.

Where a user has an `engine.py`, a type checker takes it for the `engine` that `signoff` imports. The stubs
are the sources, with the engine moved below `signoff`, where only type checkers find it.
"""

import ast
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from setuptools import build_meta
from setuptools.build_meta import (
    build_sdist,
    get_requires_for_build_editable,
    get_requires_for_build_sdist,
    get_requires_for_build_wheel,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {"signoff": "signoff-stubs", "engine": "signoff-stubs/_engine"}
Settings = Mapping[str, Any] | None


def build_wheel(folder: str, settings: Settings = None, metadata: str | None = None) -> str:
    return _add_stubs(folder, build_meta.build_wheel(folder, settings, metadata))


def build_editable(folder: str, settings: Settings = None, metadata: str | None = None) -> str:
    return _add_stubs(folder, build_meta.build_editable(folder, settings, metadata))


def stubs() -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each file of the stubs."""
    # Pyright takes the stubs of an editable install before its sources, which have such a file too.
    yield "signoff-stubs/py.typed", ""
    for package, folder in FOLDERS.items():
        for file in sorted((ROOT / package).rglob("*.py")):
            path = file.relative_to(ROOT / package).with_suffix(".pyi")
            if path.parts[0] != "migrations":
                module = _Moved().visit(ast.parse(file.read_text(encoding="utf-8")))
                yield f"{folder}/{path.as_posix()}", ast.unparse(module) + "\n"


class _Moved(ast.NodeTransformer):
    """Moves imports of the engine below `signoff`, and exports each name that a module imports."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        names = [ast.alias(alias.name, alias.asname or alias.name) for alias in node.names]
        return ast.ImportFrom(_moved(node.module or ""), names, node.level)

    def visit_Import(self, node: ast.Import) -> ast.Import:
        return ast.Import([ast.alias(_moved(alias.name), alias.asname) for alias in node.names])


def _moved(module: str) -> str:
    package, dot, rest = module.partition(".")
    return f"signoff._engine{dot}{rest}" if package == "engine" else module


def _add_stubs(folder: str, name: str) -> str:
    """Add the stubs to a wheel, and to the list of files that it holds."""
    wheel = Path(folder, name)
    built = wheel.rename(wheel.with_suffix(".built"))
    with ZipFile(built) as old, ZipFile(wheel, "w", ZIP_DEFLATED) as new:
        *files, record = sorted(old.infolist(), key=lambda file: file.filename.endswith(".dist-info/RECORD"))
        for file in files:
            new.writestr(file, old.read(file))
        lines = [old.read(record).decode()]
        for path, text in stubs():
            content = text.encode()
            digest = urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            lines.append(f"{path},sha256={digest},{len(content)}\n")
            file = ZipInfo(path)
            file.compress_type, file.external_attr = ZIP_DEFLATED, 0o644 << 16
            new.writestr(file, content)
        new.writestr(record, "".join(lines))
    built.unlink()
    return name
