"""The two functions that verify permits, held against one table of vectors and against each other."""

import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from engine.exact_json import AmbiguousJson, canonical, exact, read_message
from engine.permits.verify_permit import PermitRefused, canonical_json, tool_audience, verify_permit
from scripts.permit_vectors import vectors

FOLDER = Path(__file__).resolve().parents[3] / "engine" / "permits"
TABLE = json.loads((FOLDER / "vectors.json").read_text("utf-8"))
NODE = shutil.which("node")
ODD: list[str] = [
    "-0",
    "0.0",
    "1E5",
    "1e-7",
    "123456.789e2",
    "9007199254740992",
    "-9007199254740991",
    "0.1",
    "1e21",
    "5e-324",
    "0.30000000000000004",
    "0.3000000000000000444",
    "1.7976931348623157e308",
    "00",
    "1.",
    "+1",
    ".5",
    "0e9999",
    "NaN",
    "-Infinity",
    '"\\u0000"',
    '"\\ud800\\udc00"',
    '"\\udc00\\ud800"',
    '"\t"',
    '"\\x"',
    '"a',
    "'a'",
    "",
    "tru",
    "[,]",
    "[1,]",
    "{1:2}",
    '{"a" 1}',
    '{"__proto__":1,"__proto__":2}',
    '{"__proto__":1,"a":{"constructor":2}}',
    "[[[]]]",
    "[" * 41 + "]" * 41,
    "[" * 42 + "]" * 42,
    "\ufeff{}",
    '{"\u2028":"\u2029"}',
    "1 2",
    "\u00a01",
]


def result_of(vector: dict[str, Any]) -> str:
    try:
        verify_permit(
            vector["permit"],
            keys=TABLE["keys"],
            issuer=TABLE["issuer"],
            audience=vector["audience"],
            arguments=vector["arguments"],
            redeem=lambda claims, permit: not vector["used"],
            now=vector["now"],
        )
    except PermitRefused as refused:
        return refused.reason
    return "valid"


def canonical_or_reason(text: str) -> str | list[str]:
    try:
        return canonical_json(text)
    except PermitRefused as refused:
        return [refused.reason]


def random_texts(count: int) -> list[str]:
    """Return random JSON, some of it odd or broken, with escapes, spaces and numbers in other spellings."""
    source = random.Random(20)

    def text() -> str:
        letters = [
            chr(source.choice([34, 92, 10, 65, 97, 233, 0x301, 0x2028, 0xFB33, 0x1F600, 0x7F]))
            for _ in range(4)
        ]
        return json.dumps("".join(letters[: source.randrange(5)]), ensure_ascii=source.random() < 0.5)

    def number() -> str:
        if source.random() < 0.1:
            return source.choice(ODD)
        value = source.choice([source.uniform(-10, 10), source.random() * 10 ** source.randrange(-30, 17)])
        return source.choice(
            [repr(value), f"{value:.3f}", f"{value:.5e}", str(int(value)), f"{int(value)}.0"]
        )

    def value(depth: int) -> str:
        space = " " * source.randrange(2)
        kind = source.randrange(6 if depth else 4)
        if kind == 4:
            return f"[{space}{','.join(value(depth - 1) for _ in range(source.randrange(4)))}{space}]"
        if kind == 5:
            members = (f"{text()}{space}:{value(depth - 1)}{space}" for _ in range(source.randrange(4)))
            return f"{{{space}{','.join(members)}}}"
        return [text(), number(), number(), source.choice(["true", "false", "null"])][kind]

    return [value(4) for _ in range(count)]


def test_the_table_is_what_its_script_writes() -> None:
    assert vectors() == TABLE


@pytest.mark.parametrize("vector", TABLE["vectors"], ids=lambda vector: vector["name"])
def test_the_function_in_python_decides_as_the_table_says(vector: dict[str, Any]) -> None:
    assert result_of(vector) == vector["result"]


@pytest.mark.skipif(NODE is None, reason="node is not installed")
def test_the_function_in_typescript_decides_and_writes_the_same() -> None:
    texts = [*ODD, *random_texts(3000)]
    given = {"verifier": str(FOLDER / "verify_permit.mjs"), "table": TABLE, "texts": texts}
    node = [str(NODE), str(Path(__file__).with_name("run_verifier.mjs"))]
    ended = subprocess.run(
        node, input=json.dumps(given), capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    assert found["results"] == [vector["result"] for vector in TABLE["vectors"]]
    expected = [canonical_or_reason(text) for text in texts]
    differing = [each for each in zip(texts, expected, found["canonical"], strict=True) if each[1] != each[2]]
    assert differing == []
    assert sum(isinstance(each, str) for each in expected) > 1000
    assert found["audience"] == tool_audience("https://a.example/é (1)", "b/c")


def test_the_issuer_and_the_verifier_write_the_same_canonical_form() -> None:
    accepted = 0
    for text in random_texts(3000):
        try:
            expected = canonical(exact(read_message(f'{{"a":{text}}}')))
        except (AmbiguousJson, ValueError):
            continue
        accepted += 1
        assert canonical_json(f'{{"a":{text}}}') == expected
    assert accepted > 1000


def test_a_function_that_cannot_redeem_refuses() -> None:
    (vector,) = [each for each in TABLE["vectors"] if each["name"] == "the last second"]

    def unreachable(claims: Any, permit: str) -> bool:
        raise ConnectionError

    def unsure(claims: Any, permit: str) -> Any:
        return "yes"

    for redeem, error in ((unreachable, ConnectionError), (unsure, PermitRefused)):
        with pytest.raises(error):
            verify_permit(
                vector["permit"], keys=TABLE["keys"], issuer=TABLE["issuer"], audience=vector["audience"],
                arguments=vector["arguments"], redeem=redeem, now=vector["now"],
            )  # fmt: skip
