"""Makes PNG files of a browser small: 256 colors from a palette, packed as tight as can be."""

import struct
import zlib
from collections import Counter
from itertools import pairwise

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MAX_COLORS = 256
Pixel = tuple[int, ...]


def with_palette(png: bytes) -> bytes:
    """Return a picture of 8-bit RGB or RGBA, without interlacing, with at most 256 colors."""
    chunks = list(_chunks(png))
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if depth != 8 or kind not in (2, 6) or interlaced:
        raise ValueError("not a PNG of 8-bit RGB or RGBA without interlacing")
    size = 3 if kind == 2 else 4
    raw = zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT"))
    rows = _rows(raw, width * size, height, size)
    pixels = [list(zip(*(row[at::size] for at in range(3)), strict=True)) for row in rows]
    index = _palette(Counter(pixel for row in pixels for pixel in row))
    colors = sorted(set(index.values()))
    place = {color: number for number, color in enumerate(colors)}
    packed = b"".join(b"\0" + bytes(place[index[pixel]] for pixel in row) for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = [
        (b"IHDR", header),
        (b"PLTE", bytes(value for color in colors for value in color)),
        (b"IDAT", zlib.compress(packed, 9)),
        (b"IEND", b""),
    ]
    return _SIGNATURE + b"".join(_chunk(name, data) for name, data in parts)


def _chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], len(_SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        found.append((png[at + 4 : at + 8], png[at + 8 : at + 8 + length]))
        at += length + 12
    return found


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _rows(raw: bytes, width: int, height: int, size: int) -> list[bytearray]:
    """Undo the filters of the rows (PNG specification, section 9)."""
    rows = [bytearray(width)]
    for number in range(height):
        start = number * (width + 1)
        row, above = bytearray(raw[start + 1 : start + 1 + width]), rows[-1]
        match raw[start]:
            case 1:
                for at in range(size, width):
                    row[at] = (row[at] + row[at - size]) & 255
            case 2:
                row = bytearray((one + other) & 255 for one, other in zip(row, above, strict=True))
            case 3:
                for at in range(width):
                    left = row[at - size] if at >= size else 0
                    row[at] = (row[at] + (left + above[at]) // 2) & 255
            case 4:
                for at in range(width):
                    left, corner = (row[at - size], above[at - size]) if at >= size else (0, 0)
                    row[at] = (row[at] + _nearest(left, above[at], corner)) & 255
        rows.append(row)
    return rows[1:]


def _nearest(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    distances = abs(guess - left), abs(guess - above), abs(guess - corner)
    if distances[0] <= distances[1] and distances[0] <= distances[2]:
        return left
    return above if distances[1] <= distances[2] else corner


def _palette(counted: Counter[Pixel]) -> dict[Pixel, Pixel]:
    """Return the color of the palette for each color: the frequent ones stay, the others go to the nearest.

    Half of the palette is for frequent colors. The other half covers the rest evenly, so that a small sign
    keeps its color.
    """
    by_count = [color for color, _ in counted.most_common()]
    if len(by_count) <= _MAX_COLORS:
        return {color: color for color in by_count}
    kept = by_count[: _MAX_COLORS // 2]
    rest = sorted(by_count[_MAX_COLORS // 2 :])
    stops = [round(number * len(rest) / (_MAX_COLORS // 2)) for number in range(_MAX_COLORS // 2 + 1)]
    kept += [_middle(rest[begin:end]) for begin, end in pairwise(stops) if end > begin]
    near = {color: min(kept, key=lambda other: _distance(color, other)) for color in rest}
    return {color: near.get(color, color) for color in by_count}


def _middle(colors: list[Pixel]) -> Pixel:
    return colors[len(colors) // 2]


def _distance(one: Pixel, other: Pixel) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
