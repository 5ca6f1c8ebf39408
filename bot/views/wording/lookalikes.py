"""Letters that look like those of another alphabet where they stand: `pаypal` with a Cyrillic а.

A word is not what it seems where letters of Latin stand beside lookalikes of another alphabet, or where all
its letters are lookalikes and the text has no unmistakable letter of their alphabet. A letter of ASCII in
another style is one everywhere: wide, mathematical, a small capital, circled, raised, a ligature. So is every
letter of a script that is not in wide use, such as Coptic, and a digit of a script that the text is not in.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

_CYRILLIC = "аеорсухіјѕһԁԛԝӏАВЕКМНОРСТУХІЈЅӀԌԚҮЬ"
_GREEK = "οναριυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
_ARMENIAN = "օսոհցգզյՕՍԼ"
_HEBREW = "וןס"
_LATIN = "ɑɡɩı"
_SIGNS_LIKE = {
    "-": "\u058a\u05be\u06d4\u1806\u2796",
    "'": "´ˈˊˋ˴ʹʻʼʽʾ\u0374\u0384\u055a\u055d\u05f3\u1fbd\u1fbf\u1ffd\u1ffe‛′‵ꞌ\u07f4\u07f5",
    '"': "˝˶ʺˮ\u05f4‟″‶‴‷⁗〃",
    "/": "∕⁄⧸⁁╱⟋⫽᜵〳㇓\U0001d23a",
    "\\": "∖⟍⧵⧹㇔\U0001d20f\U0001d23b",
    ":": "։׃ː∶꞉˸⁚\u0703\u0704\u0903\u0a83᛬\u1803\u1809︰ꓽ",
    ".": "\u0701\u0702꘎ꓸ\U00010a50\U0001d16d",
    ",": "‚¸\u060d\u066bꓹ",
    "!": "ǃⵑ",
    "|": "∣ǀ❘⏐",
    "*": "⁎∗\u066d",
    "~": "∼⁓˜",
    "<": "˂❮",
    ">": "˃❯",
    "=": "⹀꓿᐀",
    "+": "᛭➕",
    "(": "❨❲\ufd3e",
    ")": "❩❳\ufd3f",
    "{": "❴\U0001d114",
    "}": "❵",
    "^": "˄ˆ",
    "&": "ꝸ",
    "_": "\u07fa",
    "%": "\u066a",
    "#": "⌗",
}
"""Signs that Unicode calls confusable with one of ASCII (UTS #39), besides those that it calls a form of one.
Left out: ordinary punctuation of prose, such as `–`, `’` and `“`."""
_SIGNS = frozenset("".join(_SIGNS_LIKE.values()))
_DASHES = frozenset("\u2010\u2011\u2012\u2212\u2043\u02d7\u207b\u208b\ufe58")
"""Dashes that look like `-` wherever they stand: `rm ‐rf`."""
_EXPONENT = re.compile(r"(?<=\w)(?:⁻(?=[⁰¹²³⁴⁵⁶⁷⁸⁹])|₋(?=[₀-₉]))")
"""The minus of a raised or lowered number: `10⁻³`."""
_OPTION = re.compile(r"(?<![^\s\"'`(=])-*–[-–]*(?=[A-Za-z0-9])")
"""A dash of prose where the one of an option stands: `rm –rf`."""
_ALIKE = frozenset(_CYRILLIC + _GREEK + _ARMENIAN + _HEBREW + _LATIN)
"""Lookalikes of scripts in wide use. Every letter of another script counts as one."""
_WORD = re.compile(r"[^\W_]+(?:[-_.'’][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
"""`PDF-файл` is one word with parts of two alphabets."""
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DOT = re.compile("(?<=[A-Za-z0-9-])[。｡．․﹒](?=[A-Za-z0-9])")
"""Dots that a browser reads as the dot of a host."""
_ENCLOSED = (
    "\u24b6-\u24e9\U0001f110-\U0001f129\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189"
)
_RAISED = "ʰ-ʸˡ-ˣᴬ-ᵡᶛ-ᶿⁱⁿₐ-ₜⱼⱽꟲ-ꟴ"
_SPELLED = re.compile(f"(?<=[{_ENCLOSED}A-Za-z0-9])[{_ENCLOSED}]|[{_ENCLOSED}](?=[{_ENCLOSED}A-Za-z0-9])")
"""Circled and boxed letters that spell a word; a single one is a sign."""
_RAISED_WORD = re.compile(f"(?<![^\\W_])[{_RAISED}]{{2,}}")
"""Raised or lowered letters with nothing before that they belong to, unlike those of `1ˢᵗ` and `Mᵐᵉ`."""
_LETTERS_OF_SCIENCE = frozenset({"LATIN", "GREEK"})
"""Both stand beside ASCII in ordinary words: `naïve`, `Δt`."""
_WITHOUT_SPACES = frozenset({
    "CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HALFWIDTH", "HANGUL", "BOPOMOFO",
    "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN",
})  # fmt: skip
"""Scripts whose words stand beside Latin ones without a space."""
_IN_WIDE_USE = _LETTERS_OF_SCIENCE | _WITHOUT_SPACES | frozenset({
    "ARABIC", "ARMENIAN", "BENGALI", "CYRILLIC", "DEVANAGARI", "ETHIOPIC", "GEORGIAN", "GUJARATI", "GURMUKHI",
    "HEBREW", "KANNADA", "MALAYALAM", "ORIYA", "SINHALA", "TAMIL", "TELUGU", "THAANA",
})  # fmt: skip
"""The scripts that Unicode recommends for identifiers (UAX #31, table 5)."""


def lookalikes(text: str) -> frozenset[int]:
    """Where in the text a sign stands that is taken for another one."""
    if text.isascii():
        return frozenset()
    wide = _WIDE.search(text) is not None
    own = {_script(each) for each in set(text) if each.isalpha() and not each.isascii() and not _alike(each)}
    starts = {match.start() for match in _DOT.finditer(text)}
    starts.update(_signs(text, wide))
    starts.update(match.start() for match in _SPELLED.finditer(text))
    starts.update(place for match in _RAISED_WORD.finditer(text) for place in range(*match.span()))
    for word in _WORD.finditer(text):
        starts.update(_in_word(word, own, wide))
    return frozenset(starts)


def _signs(text: str, wide: bool) -> Iterator[int]:
    """Signs that look like signs of ASCII: dashes anywhere, others beside a letter or digit of ASCII."""
    exponents = {match.start() for match in _EXPONENT.finditer(text)}
    yield from (place for place, each in enumerate(text) if each in _DASHES and place not in exponents)
    for option in _OPTION.finditer(text):
        yield from (place for place in range(*option.span()) if not text[place].isascii())
    alike = groupby(
        range(len(text)), lambda place: _is_sign(text[place]) and not (wide and _is_wide(text[place]))
    )
    for places in (list(run) for is_alike, run in alike if is_alike):
        beside = text[max(places[0] - 1, 0) : places[0]] + text[places[-1] + 1 : places[-1] + 2]
        if any(near.isascii() and near.isalnum() for near in beside):
            yield from places


def _in_word(word: re.Match[str], own: set[str], wide: bool) -> Iterator[int]:
    word_has_latin = _has_latin(word[0])
    for part in _PART.finditer(word[0]):
        has_latin = _has_latin(part[0])
        all_alike = all(not each.isalpha() or _alike(each) for each in part[0])
        for position, each in enumerate(part[0], word.start() + part.start()):
            if each.isascii():
                continue
            if _is_styled(each):
                marked = not wide
            elif each.isdecimal():
                marked = _script(each) not in own or any(near.isascii() for near in part[0])
            elif has_latin:
                marked = _mixes_in(each) or _alike(each)
            else:
                marked = all_alike and _alike(each) and (word_has_latin or _script(each) not in own)
            if marked or _is_rare(each):
                yield position


def _has_latin(text: str) -> bool:
    return any(each.isascii() and each.isalpha() for each in text)


@lru_cache(maxsize=4096)
def _mixes_in(character: str) -> bool:
    """A letter of an alphabet that no word has together with Latin."""
    normal = unicodedata.normalize("NFKC", character)[:1]
    return normal.isalpha() and _script(normal) not in _LETTERS_OF_SCIENCE | _WITHOUT_SPACES


def _alike(character: str) -> bool:
    return character in _ALIKE or _is_styled(character)


@lru_cache(maxsize=4096)
def _is_rare(character: str) -> bool:
    """A letter of a script that is not in wide use: Coptic, Cherokee, Lisu, Gothic."""
    if _is_styled(character) or unicodedata.category(character) not in ("Lu", "Ll", "Lo"):
        return False
    name = unicodedata.name(character, "")
    return ("LETTER" in name or "SYLLAB" in name) and _script(character) not in _IN_WIDE_USE


@lru_cache(maxsize=4096)
def _is_styled(character: str) -> bool:
    """Letters or a digit of ASCII in another style: wide, mathematical, a small capital, a ligature."""
    if character.isascii():
        return False
    if "LETTER SMALL CAPITAL" in unicodedata.name(character, ""):
        return True
    if unicodedata.category(character) not in ("Lu", "Ll", "Lt", "Nd", "Nl"):
        return False
    return unicodedata.normalize("NFKC", character).isascii()


@lru_cache(maxsize=4096)
def _is_sign(character: str) -> bool:
    if character.isascii() or character in _DASHES:
        return False
    if unicodedata.category(character)[0] not in "LPS" or character.isalpha():
        return character in _SIGNS
    plain = unicodedata.normalize("NFKC", character)
    return character in _SIGNS or (len(plain) == 1 and plain.isascii() and not plain.isalnum())


@lru_cache(maxsize=4096)
def _is_wide(character: str) -> bool:
    """A form that is ordinary in a text of a wide script: `：` in Japanese."""
    return unicodedata.east_asian_width(character) in "FHW"


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    """The first word of its name: `EXTENDED ARABIC-INDIC DIGIT ONE` is Arabic."""
    name = unicodedata.name(character, "").removeprefix("EXTENDED ")
    script = name.partition(" ")[0]
    return script.removesuffix("-INDIC")
