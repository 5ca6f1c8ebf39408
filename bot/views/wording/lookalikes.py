"""Letters that look like those of another alphabet where they stand: `pаypal` with a Cyrillic а.

A word is not what it seems where letters of Latin stand beside lookalikes of another alphabet, or where all
its letters are lookalikes and the text has no unmistakable letter of their alphabet. A letter of ASCII in
another style is one everywhere: wide, mathematical, a small capital, circled, raised.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_CYRILLIC = "аеорсухіјѕһԁԛԝӏАВЕКМНОРСТУХІЈЅӀԌԚҮЬ"
_GREEK = "οναριυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
_OTHER = "օսոհցՕՍԼᎪᎬᎻᎥᎫᏞᎷᏢᎡᏚᎢᏔᏃᏟᎠᎳɑɡɩıⅼⅰⅴⅹⅽⅾⅿⅠⅤⅩⅬⅭⅮⅯꓐꓑꓒꓓꓔꓖꓗꓙꓚꓜꓝꓠꓡꓢꓣꓤꓦꓧꓨꓪꓫꓬꓮꓰꓲꓳꓴ"
_SIGNS = "∕⁄․։׃ː∶꞉⧸‚﹒ǃ＠﹫"
_ALIKE = frozenset(_CYRILLIC + _GREEK + _OTHER)
_WORD = re.compile(r"[^\W_]+(?:[-_.'’][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
"""`PDF-файл` is one word with parts of two alphabets."""
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_BESIDE = re.compile(f"(?<=[A-Za-z0-9])[{re.escape(_SIGNS)}\uff01-\uff0f\uff1a-\uff20]|"
                     f"[{re.escape(_SIGNS)}\uff01-\uff0f\uff1a-\uff20](?=[A-Za-z0-9])")  # fmt: skip
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
_ONE_CASE = frozenset({"LISU", "CANADIAN"})
"""Their letters have one case, and many look like capitals of Latin."""


def lookalikes(text: str) -> frozenset[int]:
    """Where in the text a sign stands that is taken for another one."""
    if text.isascii():
        return frozenset()
    wide = _WIDE.search(text) is not None
    own = {_script(each) for each in set(text) if each.isalpha() and not each.isascii() and not _alike(each)}
    starts = set() if wide else {match.start() for match in _BESIDE.finditer(text)}
    starts.update(match.start() for match in _SPELLED.finditer(text))
    starts.update(place for match in _RAISED_WORD.finditer(text) for place in range(*match.span()))
    for word in _WORD.finditer(text):
        starts.update(_in_word(word, own, wide))
    return frozenset(starts)


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
            elif has_latin:
                marked = _mixes_in(each) or _alike(each)
            else:
                marked = all_alike and _alike(each) and (word_has_latin or _script(each) not in own)
            if marked:
                yield position


def _has_latin(text: str) -> bool:
    return any(each.isascii() and each.isalpha() for each in text)


@lru_cache(maxsize=4096)
def _mixes_in(character: str) -> bool:
    """A letter of an alphabet that no word has together with Latin."""
    script = _script(unicodedata.normalize("NFKC", character)[:1])
    cased = unicodedata.category(character) in ("Lu", "Ll", "Lt")
    return script not in _LETTERS_OF_SCIENCE and (cased or script in _ONE_CASE)


def _alike(character: str) -> bool:
    return character in _ALIKE or _is_styled(character)


@lru_cache(maxsize=4096)
def _is_styled(character: str) -> bool:
    """A letter or digit of ASCII in another style: wide, mathematical, a small capital."""
    if character.isascii():
        return False
    if "LETTER SMALL CAPITAL" in unicodedata.name(character, ""):
        return True
    if unicodedata.category(character) not in ("Lu", "Ll", "Nd"):
        return False
    plain = unicodedata.normalize("NFKC", character)
    return len(plain) == 1 and plain.isascii()


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0]
