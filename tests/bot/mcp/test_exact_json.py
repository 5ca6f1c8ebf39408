"""Canonical JSON (RFC 8785), and what is refused because readers could understand it differently."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.exact_json import AmbiguousJson, canonical, exact, read_message, written

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-(2.0**53) + 1, 2.0**53 - 1, allow_nan=False)
    | st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from("abcdef"), inner),
)


def canonical_of(text: str) -> str:
    return canonical(exact(read_message(text)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"b":1.0,"a":1e0,"c":10e-1,"d":1}', '{"a":1,"b":1,"c":1,"d":1}'),
        ('{"a":-0.0,"b":1e-7,"c":0.000001,"d":5e-324,"e":123.456,"f":1.5E-10}',
         '{"a":0,"b":1e-7,"c":0.000001,"d":5e-324,"e":123.456,"f":1.5e-10}'),
        ('{"a":"\\u20ac$\\u000F\\u000aA\\u0022\\u005c\\/"}', '{"a":"€$\\u000f\\nA\\"\\\\/"}'),
        ('{"\\u20ac":1,"\\r":2,"1":4,"\\ud83d\\ude00":5,"\\u0080":6,"\\u00f6":7}',
         '{"\\r":2,"1":4,"\x80":6,"ö":7,"€":1,"😀":5}'),
    ],
)  # fmt: skip
def test_the_canonical_form_is_that_of_the_rfc(text: str, expected: str) -> None:
    assert canonical_of(text) == expected


@given(VALUES)
def test_the_canonical_form_is_one_for_a_value_however_it_is_written(value: object) -> None:
    compact, spaced = json.dumps({"v": value}), json.dumps({"v": value}, indent=3, ensure_ascii=False)
    assert canonical_of(compact) == canonical_of(spaced) == canonical_of(canonical_of(compact))
    assert json.loads(canonical_of(compact)) == {"v": value}
    assert json.loads(written(read_message(compact))) == {"v": value}


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":1}',
        '{"a":1,"\\u0061":1}',
        '{"a":1,"A":1}',
        '{"ﬁ":1,"fi":1}',
        '{"e\\u0301":1}',
        '{"a":{"b":[{"c":1,"c":2}]}}',
        '{"a":"\\u0000"}',
        '{"\\u0000":1}',
        '{"a":"\\udc00"}',
        '{"a":9007199254740992}',
        '{"a":-9007199254740993}',
        '{"a":1e21}',
        '{"a":1e-400}',
        '{"a":1e9999999}',
        '{"a":-1e99999999999999999999}',
        '{"a":1e-99999999999999999999}',
        '{"a":0e99999999999999999999}',
        '{"a":0.1000000000000000055}',
        '{"a":NaN}',
        '{"a":Infinity}',
        '{"a":' + "1" * 5000 + "}",
        '{"a":' + "[" * 50 + "]" * 50 + "}",
    ],
)
def test_json_with_two_meanings_is_refused(text: str) -> None:
    with pytest.raises(AmbiguousJson):
        canonical_of(text)


@pytest.mark.parametrize("depth", [44, 300, 900, 200_000])
def test_a_message_that_is_nested_too_deeply_is_refused(depth: int) -> None:
    for text in ("[" * depth + "]" * depth, '{"b":' * depth + "1" + "}" * depth):
        with pytest.raises(AmbiguousJson, match="nested"):
            read_message(f'{{"a":{text}}}')


def test_arguments_that_are_not_too_deep_are_read() -> None:
    deepest = "[" * 40 + "1" + "]" * 40
    assert read_message(f'{{"params":{{"arguments":{deepest}}}}}')
