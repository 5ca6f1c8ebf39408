"""Letters that look like those of another alphabet where they stand: `pаypal` with a Cyrillic а.

A word is not what it seems where letters of Latin stand beside lookalikes of another alphabet, or where all
its letters are lookalikes and the text has no unmistakable letter of their alphabet.
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
_ANY = re.compile(
    f"[{re.escape(_CYRILLIC + _GREEK + _OTHER + _SIGNS)}\uff01-\uff5e\U0001d400-\U0001d7ff\u2100-\u214f]"
)
_WORD = re.compile(r"[^\W_]+(?:[-_.'’][^\W_]+)*")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_BESIDE = re.compile(f"(?<=[A-Za-z0-9])[{re.escape(_SIGNS)}\uff01-\uff0f\uff1a-\uff20]|"
                     f"[{re.escape(_SIGNS)}\uff01-\uff0f\uff1a-\uff20](?=[A-Za-z0-9])")  # fmt: skip


def lookalikes(text: str) -> frozenset[int]:
    """Where in the text a sign stands that is taken for another one."""
    if text.isascii() or not _ANY.search(text):
        return frozenset()
    wide = _WIDE.search(text) is not None
    own = {_script(each) for each in set(text) if each.isalpha() and not each.isascii() and not _alike(each)}
    starts = set() if wide else {match.start() for match in _BESIDE.finditer(text)}
    for word in _WORD.finditer(text):
        starts.update(_in_word(word, own, wide))
    return frozenset(starts)


def _in_word(word: re.Match[str], own: set[str], wide: bool) -> Iterator[int]:
    letters = [each for each in word[0] if each.isalnum()]
    has_latin = any(each.isascii() and each.isalpha() for each in letters)
    all_alike = all(each.isdigit() or _alike(each) for each in letters)
    for position, each in enumerate(word[0], word.start()):
        if each.isascii():
            continue
        if _is_styled(each):
            if not wide:
                yield position
        elif _alike(each) and (has_latin or (all_alike and _script(each) not in own)):
            yield position


def _alike(character: str) -> bool:
    return character in _ALIKE or _is_styled(character)


@lru_cache(maxsize=4096)
def _is_styled(character: str) -> bool:
    """A letter or digit of ASCII in another style: wide, mathematical."""
    if character.isascii() or unicodedata.category(character) not in ("Lu", "Ll", "Nd"):
        return False
    plain = unicodedata.normalize("NFKC", character)
    return len(plain) == 1 and plain.isascii()


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    return unicodedata.name(character, "").partition(" ")[0]
