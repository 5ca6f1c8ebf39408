"""Sealed personal data in texts and JSON: how a sealed value is written, found and masked. Pure.

A sealed value is a text, `[personal:KEY:DATA]`. KEY names the key that sealed it and DATA is ciphertext, so a
place that does not mask it gives nothing away.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = [
    "BEGIN",
    "SHOWN",
    "beginning",
    "is_sealed",
    "masked",
    "masked_values",
    "parts",
    "sealed_at",
    "sealed_values",
    "without_sealed",
]

SHOWN = "[personal]"
BEGIN = "[personal:"
_SEALED = re.compile(r"\[personal:([0-9a-f]{16}):([A-Za-z0-9_-]+)\]")
_SHOWN = re.compile(r"\[personal:[0-9a-f]{16}:[A-Za-z0-9_-]*(?:\]|…|\Z)")
"""Also one whose end a limit cut off."""


def beginning(key: str) -> str:
    """Return how each value begins that a key sealed."""
    return f"{BEGIN}{key}:"


def is_sealed(value: object) -> bool:
    return isinstance(value, str) and _SEALED.fullmatch(value) is not None


def parts(sealed: str) -> tuple[str, str]:
    """Return the id of the key, and the data. Raises `ValueError` for a text that is not a sealed value."""
    match = _SEALED.fullmatch(sealed)
    if match is None:
        raise ValueError("not a sealed value")
    return match[1], match[2]


def masked(text: str) -> str:
    """Return the text with `[personal]` for each sealed value."""
    return _SHOWN.sub(SHOWN, text) if BEGIN in text else text


def masked_values(value: Any) -> Any:
    """Return JSON with `[personal]` for each sealed value, for people."""
    match value:
        case str():
            return masked(value)
        case Mapping():
            return {key: masked_values(each) for key, each in value.items()}
        case list():
            return [masked_values(each) for each in value]
    return value


def sealed_at(value: Any, path: str = "") -> str | None:
    """Return the path of the first text that contains a sealed value, also in a key; None if none does."""
    match value:
        case str():
            return path if BEGIN in value and _SEALED.search(value) else None
        case Mapping():
            for key, each in value.items():
                inside = f"{path}.{key}" if path else str(key)
                if sealed_at(str(key), path) is not None or sealed_at(each, inside) is not None:
                    return sealed_at(each, inside) or path
        case list() | tuple():
            for number, each in enumerate(value):
                found = sealed_at(each, f"{path}.{number}" if path else str(number))
                if found is not None:
                    return found
    return None


def sealed_values(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield the path of each sealed value in JSON, and the sealed value itself."""
    match value:
        case str():
            if is_sealed(value):
                yield path, value
        case Mapping():
            for key, each in value.items():
                yield from sealed_values(each, f"{path}.{key}")
        case list() | tuple():
            for number, each in enumerate(value):
                yield from sealed_values(each, f"{path}.{number}")


def without_sealed(value: Any) -> Any:
    """Return JSON without sealed values: fields and items that are one are left out."""
    match value:
        case Mapping():
            return {key: without_sealed(each) for key, each in value.items() if not is_sealed(each)}
        case list():
            return [without_sealed(each) for each in value if not is_sealed(each)]
    return value
