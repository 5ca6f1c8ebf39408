"""A value is shown as a value: lookalikes and blanks are marked, and it pushes nothing out of sight."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views.blocks import asked
from bot.views.wording.text import question_line, question_text, units
from bot.views.wording.visible import mark, on_one_line, visible

ALIKE = {
    "p\u0430ypal": "p⟦U+0430⟧ypal",
    "\u0440\u0430\u0443": "⟦U+0440⟧⟦U+0430⟧⟦U+0443⟧",
    "github\u2024com": "github⟦U+2024⟧com",
    "github.com\u2215x": "github.com⟦U+2215⟧x",
    "\uff42illing": "⟦U+FF42⟧illing",
    "\U0001d429rod": "⟦U+1D429⟧rod",
    "pr\u03bfd": "pr⟦U+03BF⟧d",
    "\u0391\u0392\u0395": "⟦U+0391⟧⟦U+0392⟧⟦U+0395⟧",
    "p\u0280\u1d0f\u1d05": "p⟦U+0280⟧⟦U+1D0F⟧⟦U+1D05⟧",
    "\u1d20\u1d04": "⟦U+1D20⟧⟦U+1D04⟧",
    "github.\u0441\u0441 для": "github.⟦U+0441⟧⟦U+0441⟧ для",
    "p\u0433od": "p⟦U+0433⟧od",
    "\u2c9fne": "⟦U+2C9F⟧ne",
    "\u1455at": "⟦U+1455⟧at",
    "\uabaatage": "⟦U+ABAA⟧tage",
    "\u24df\u24e1od": "⟦U+24DF⟧⟦U+24E1⟧od",
    "\U0001f17frod": "⟦U+1F17F⟧rod",
    "\u1d56\u02b3\u1d52\u1d48": "⟦U+1D56⟧⟦U+02B3⟧⟦U+1D52⟧⟦U+1D48⟧",
    "b\u20e0illing": "b⟦U+20E0⟧illing",
    "pro\u20ddd": "pro⟦U+20DD⟧d",
    "1\u0338": "1⟦U+0338⟧",
    "a\u20e3": "a⟦U+20E3⟧",
    "\u2c9f\u2ca3\u2ca5": "⟦U+2C9F⟧⟦U+2CA3⟧⟦U+2CA5⟧",
    "\u13e2\u13a1\u13a2": "⟦U+13E2⟧⟦U+13A1⟧⟦U+13A2⟧",
    "\U00010330b": "⟦U+10330⟧b",
    "pr\u05e1d": "pr⟦U+05E1⟧d",
    "\u05e1\u05d5": "⟦U+05E1⟧⟦U+05D5⟧",
    "bi\u0627ling": "bi⟦U+0627⟧ling",
    "\u0578\u0585": "⟦U+0578⟧⟦U+0585⟧",
    "pr\u0e50d": "pr⟦U+0E50⟧d",
    "\ufb01nance": "⟦U+FB01⟧nance",
    "o\ufb03ce": "o⟦U+FB03⟧ce",
    "1\u0660\u0660": "1⟦U+0660⟧⟦U+0660⟧",
    "\u07c0 \u0966": "⟦U+07C0⟧ ⟦U+0966⟧",
    "\u2174iking": "⟦U+2174⟧iking",
    "github\u3002com": "github⟦U+3002⟧com",
    "github\uff61com": "github⟦U+FF61⟧com",
    "github\uff0ecom": "github⟦U+FF0E⟧com",
    "見て github\u3002com": "見て github⟦U+3002⟧com",
    "a\ufe6bb": "a⟦U+FE6B⟧b",
    "rm \u2010rf /": "rm ⟦U+2010⟧rf /",
    "db\u2011prod": "db⟦U+2011⟧prod",
    "10\u22125": "10⟦U+2212⟧5",
    "- \u2012 -": "- ⟦U+2012⟧ -",
    "\u2212": "⟦U+2212⟧",
    "rm \u2043rf /": "rm ⟦U+2043⟧rf /",
    "rm \u02d7rf /": "rm ⟦U+02D7⟧rf /",
    "rm \u207brf /": "rm ⟦U+207B⟧rf /",
    "rm \u208brf /": "rm ⟦U+208B⟧rf /",
    "rm \u2013rf / \u2013\u2013force": "rm ⟦U+2013⟧rf / ⟦U+2013⟧⟦U+2013⟧force",
    "sh -c '\u2013x'": "sh -c '⟦U+2013⟧x'",
    "\u2014\u2010\u2014": "\u2014⟦U+2010⟧\u2014",
    "東京\u2010大阪": "東京⟦U+2010⟧大阪",
    "見て a\u2215b": "見て a⟦U+2215⟧b",
    "https:\u2215\u2215x": "https:⟦U+2215⟧⟦U+2215⟧x",
}
PLAIN = [
    "Привет, мир",
    "оно все",
    "Δt = 3 µs",
    "Zürich",
    "日本ＡＢＣ",
    "αβγ and Ω",
    "½ m²",
    "PDF-файл",
    "1ˢᵗ Mᵐᵉ xⁿ H₂O 1º",
    "1️⃣ #⃣ 🅰 ⓘ 🇦🇹",
    "µm Ωcm Łódź",
    "naïve – “so”",
    "प्रणाली १२३",
    "Բարև Signoff",
    "שלום עולם GitHub",
    "سلام ٣ runs",
    "Tシャツ 3つ Signoffを使う。次",
    "ใช้Signoffได้",
    "Ångström Ǆ straße",
    "10⁻³ s, xᵢ₋₁ and log₁₀",
    "2010–2012 — Mon–Fri, New York–London",
    "la prueba —sin embargo— falla",
    "約100円：ＡＰＩ！",
    "כ״ץ and צ׳",
    "він з\u02bcявився",
]
CONFUSABLE = {
    "-": "2010 2011 2012 FE58 06D4 2043 02D7 2212 2796 2CBB 2CBA",
    "'": "055D FF07 201B 05F3 2032 2035 055A 1FEF FF40 00B4 0384 1FFD 1FBD 1FBF 1FFE 02B9 0374 02C8 02CA "
    "02CB 02F4 02BB 02BD 02BC 02BE A78C 05D9 07F4 07F5 144A 16CC",
    '"': "FF02 201F 05F4 2033 2036 02DD 02BA 02F6 02EE 05F2",
    "/": "1735 2041 2215 2044 2571 27CB 29F8 1D23A 2CC7 2CC6",
    ":": "0903 0A83 FF1A 0589 0703 0704 16EC FE30 1803 1809 205A 05C3 02F8 A789 2236 02D0 A4FD",
    ".": "1D16D 2024 0701 0702 A60E 10A50 0660 06F0 A4F8",
    ",": "060D 066B 201A 00B8 A4F9",
    ";": "037E",
}
"""By sign of ASCII: what Unicode calls confusable with it (UTS #39, version 17), without the ordinary
punctuation of prose (`–`, `‘`, `’`, `“`, `”`) and without letters of CJK."""
LIKE_SIGNS = [chr(int(code, 16)) for codes in CONFUSABLE.values() for code in codes.split()]
BLANKS = ["\u3164", "\u2800", "\uffa0", "\u115f", "\u200b", "\u00ad", "\u202e", " ", "\n", "\u00a0", "\t"]


@pytest.mark.parametrize(("text", "shown"), ALIKE.items(), ids=range(len(ALIKE)))
def test_a_letter_of_another_alphabet_that_looks_alike_is_marked(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text("aZ0-/.: 'é–", max_size=5), st.sampled_from(LIKE_SIGNS), st.text('bY9-/.: "—', max_size=5))
def test_what_is_confusable_with_a_sign_of_ascii_is_marked_beside_letters_of_ascii(
    before: str, sign: str, after: str
) -> None:
    assert mark(sign) in visible(f"{before}a{sign}b{after}")
    assert mark(sign) in visible(f"{before} {sign}b{after}")


@pytest.mark.parametrize("text", PLAIN)
def test_words_of_one_alphabet_have_no_marks(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize("sign", BLANKS, ids=[f"{ord(sign):04X}" for sign in BLANKS])
@pytest.mark.parametrize("number", [30, 20_000])
def test_blank_signs_push_nothing_out_of_a_question(sign: str, number: int) -> None:
    text = question_text(f'Ship "billing{sign * number}" from PRODUCTION?', 80)
    assert text.startswith('Ship "billing⟦')
    assert text.endswith('" from PRODUCTION?')
    assert f" ×{number}⟧" in text or number > 30


@given(value=st.text(min_size=300, max_size=5000), limit=st.integers(60, 400))
def test_the_end_of_a_question_is_shown_however_long_a_value_is(value: str, limit: int) -> None:
    ask = f'Ship "{value}" from PRODUCTION?'
    for shown in (question_text(ask, limit), question_line(ask, limit)):
        assert shown.rstrip("`").endswith("PRODUCTION?")
        assert units(shown) <= limit
    assert "PRODUCTION?" in str(asked(ask, limit))


@given(st.text(max_size=60))
def test_a_row_of_marks_is_counted_so_that_no_two_texts_look_the_same(text: str) -> None:
    assert on_one_line(text) == on_one_line(on_one_line(text))
    longer = text + "\u3164"
    assert on_one_line(longer) != on_one_line(text)
