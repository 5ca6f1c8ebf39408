"""The gallery shows every picture in every look, and its files stay small."""

import re
import struct
import zlib
from pathlib import Path

import pytest

from scripts.gallery import LOOKS, PICTURES
from scripts.palette_png import with_palette

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
MAX_BYTES = 3_700_000


def test_every_picture_is_on_the_page_once_and_in_every_look() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(pictures/gallery/([\w-]+\.png)\)", PAGE)
    assert sorted(shown) == sorted(picture.name for picture in PICTURES.iterdir())
    surfaces = {name.removesuffix("-light.png") for name in shown if name.endswith("-light.png")}
    assert sorted(shown) == sorted(f"{surface}-{look.name}.png" for surface in surfaces for look in LOOKS)


def test_the_pictures_are_small() -> None:
    assert sum(picture.stat().st_size for picture in PICTURES.iterdir()) < MAX_BYTES


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(rows: list[bytes], width: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, len(rows), 8, 2, 0, 0, 0)
    body = zlib.compress(b"".join(rows))
    parts = [(b"IHDR", header), (b"IDAT", body), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(name, data) for name, data in parts)


def colors_of(picture: bytes, width: int, height: int) -> list[list[tuple[int, ...]]]:
    """Return the pixels of a picture as `with_palette` writes it."""
    found = {}
    at = 8
    while at < len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        found[picture[at + 4 : at + 8]] = picture[at + 8 : at + 8 + length]
        at += length + 12
    palette, packed = found[b"PLTE"], zlib.decompress(found[b"IDAT"])
    rows = [packed[row * (width + 1) + 1 :][:width] for row in range(height)]
    return [[tuple(palette[3 * index : 3 * index + 3]) for index in row] for row in rows]


# Two pixels a row, written by each of the five filters of the format: red and green in every row.
RED, GREEN = bytes([200, 10, 0]), bytes([0, 100, 30])
FILTERED = [
    b"\0" + RED + GREEN,
    b"\1" + RED + bytes((g - r) & 255 for r, g in zip(RED, GREEN, strict=True)),
    b"\2" + bytes(6),
    b"\3"
    + bytes((r - r // 2) & 255 for r in RED)
    + bytes((g - (r + g) // 2) & 255 for r, g in zip(RED, GREEN, strict=True)),
    b"\4" + bytes(6),
]


def test_a_picture_of_few_colors_stays_as_it_is_whatever_its_filters() -> None:
    made = with_palette(png(FILTERED, 2))
    assert colors_of(made, 2, 5) == [[tuple(RED), tuple(GREEN)]] * 5


def test_a_picture_of_many_colors_keeps_close_ones() -> None:
    shades = bytes(
        value for number in range(1000) for value in (number % 250, number // 4, 255 - number // 4)
    )
    made = colors_of(with_palette(png([b"\0" + shades], 1000)), 1000, 1)[0]
    assert len(set(made)) <= 256
    for number, color in enumerate(made):
        wanted = shades[3 * number : 3 * number + 3]
        assert max(abs(one - other) for one, other in zip(color, wanted, strict=True)) < 80


def test_another_kind_of_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="8-bit RGB"):
        with_palette(with_palette(png(FILTERED, 2)))
