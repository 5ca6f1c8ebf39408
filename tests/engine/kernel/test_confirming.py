"""The text that an approver types to confirm: compared by what people see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernel.requests.confirmation import confirms
from engine.model.text.visible_text import as_seen


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("café", "cafe\u0301"),
        ("don't", "don’t"),
        ('the "best"', "the “best”"),
        ("a-b", "a—b"),
        ("a—b", "a--b"),
        ("−1", "-1"),
        ("a b", "a\u00a0b"),
        ("prod", "pr\u200bod\u00ad\ufeff"),
        ("prod", "\u202eprod\u2066"),
        ("and so on...", "and so on…"),
        ("  prod\n", "prod"),
        ("❤", "❤\ufe0f"),
        ("👩\u200d💻", "👩\u200d💻"),
    ],
)
def test_a_text_that_looks_the_same_confirms(typed: str, wanted: str) -> None:
    assert confirms(typed, wanted)
    assert confirms(wanted, wanted)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("prod", "Prod"),
        ("x2", "x²"),
        ("fi", "ﬁ"),
        ("a-b", "a--b"),
        ("ab", "a b"),
        ("l", "1"),
        ("A", "Ａ"),
        ("cafe", "café"),
        ("👩💻", "👩\u200d💻"),
        ("🏴", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"),
        ("", "\u200b"),
        ("", " "),
        ("\u200b", "\u200b"),
        ("", "\u3164"),
    ],
)
def test_a_text_that_looks_different_or_shows_nothing_never_confirms(typed: str, wanted: str) -> None:
    assert not confirms(typed, wanted)


@given(st.text())
def test_a_text_confirms_itself_unless_it_shows_nothing(text: str) -> None:
    assert confirms(text, text) is bool(as_seen(text))


visible = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1).filter(
    lambda text: text == as_seen(text)
)


@given(visible, visible)
def test_two_texts_of_visible_characters_are_equal_only_by_quotes_and_dashes(one: str, other: str) -> None:
    punctuation = set("‘’‚‛ʼ′'“”„‟″\"‐‑‒–—―−⁃﹣-….")
    if confirms(one, other):
        kept, kept_other = ("".join(c for c in text if c not in punctuation) for text in (one, other))
        assert kept == kept_other
