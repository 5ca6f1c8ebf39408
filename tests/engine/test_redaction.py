"""Credentials are hidden in what people read; ordinary text stays as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.redaction import redacted

PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabc/+=\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GET https://bob:pa55@host/x failed", "GET https://[hidden]@host/x failed"),
        ("https://x-access-token:ghs_abc@git.example/r.git", "https://[hidden]@git.example/r.git"),
        ("https://a:b@c@host/", "https://[hidden]@host/"),
        ("postgresql+psycopg://u:p/w#x@db:5432/app", "postgresql+psycopg://[hidden]@db:5432/app"),
        ("redis://:hunter2@cache:6379/0", "redis://[hidden]@cache:6379/0"),
        ("https://h/x?token=abc&page=2", "https://h/x?token=[hidden]&page=2"),
        ("https://h/x?a=1&X-Amz-Signature=ab12&b=2", "https://h/x?a=1&X-Amz-Signature=[hidden]&b=2"),
        ("https://h/x?sig=ab%2B12#end", "https://h/x?sig=[hidden]#end"),
        ("https://h/x?api_key=k", "https://h/x?api_key=[hidden]"),
        ("Authorization: Bearer abc", "Authorization: Bearer abc"),
        ("Authorization: Bearer abcdef12", "Authorization: [hidden]"),
        ("{'Authorization': 'Basic dXNlcjpwYXNz', 'a': 1}", "{'Authorization': '[hidden]', 'a': 1}"),
        ("sent Bearer eyJhbGciOiJIUzI1NiJ9", "sent Bearer [hidden]"),
        ("Cookie: session=abc; other=def", "Cookie: [hidden]"),
        ("password=hunter2 host=db", "password=[hidden] host=db"),
        ("MY_DB_PASSWORD='correct horse'", "MY_DB_PASSWORD='[hidden]'"),
        ('{"clientSecret": "s3", "id": 7}', '{"clientSecret": "[hidden]", "id": 7}'),
        ("password: hunter2 was refused", "password: [hidden] was refused"),
        ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG", "aws_secret_access_key = [hidden]"),
        ("token xoxb-123456789-abc", "token [hidden]"),
        ("xapp-1-A1-123-abc", "[hidden]"),
        ("ghp_abcdefghijklmnopqrst", "[hidden]"),
        ("github_pat_11ABCDEFG0abcdefghijkl", "[hidden]"),
        ("sk-proj-abc123def456ghi789", "[hidden]"),
        ("AKIAIOSFODNN7EXAMPLE is used", "[hidden] is used"),
        ("eyJhbGciOiJI.eyJzdWIiOiIx.abc-_1", "[hidden]"),
        (f"key: {PEM} end", "key: -----BEGIN RSA PRIVATE KEY-----[hidden]-----END RSA PRIVATE KEY----- end"),
        ("https://hooks.slack.com/services/T0/B0/abcdef12", "https://hooks.slack.com/services/[hidden]"),
    ],
)
def test_a_credential_is_hidden(text: str, shown: str) -> None:
    assert redacted(text) == shown
    assert redacted(shown) == shown


def test_a_known_secret_is_hidden_wherever_it_stands() -> None:
    assert redacted("it said 8f742231b10e8888abcd99", ["8f742231b10e8888abcd99", "it"]) == "it said [hidden]"


@pytest.mark.parametrize(
    "text",
    [
        "token: must be set", "The signature is invalid.", "Basic authentication failed for bob",
        "3 tokens: 512 used", "see https://host/a@b and mail bob@example.com", "password=None",
        "skip-this-step",
        "sk-translation-service-worker", "Authorization: required", "monkey=7 keyboard=8",
        "12:30: step started",
        "secretary: Bob Miller", "at /usr/lib/python3.11/token.py:12", "    token = read_token()",
    ],
)  # fmt: skip
def test_ordinary_text_stays(text: str) -> None:
    assert redacted(text) == text


WORDS = st.sampled_from(
    ["deploy", "failed", "at", "12:07", "billing-1.4.2", "ConnectionError", "a/b/c.py", "10.0.0.1:8080",
     "x=1",
     "'name'", "[1, 2]", "{'a': 3}", "https://host:8080/path?page=2&q=a", "ü", "bob@example.com", "--dry-run",
     "key: value", "\n", "\t", "100%", "#deploys", "<@U1>", "tokens", "a-b_c", "None", "60.5 s"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=30))
def test_ordinary_words_in_any_order_stay(words: list[str]) -> None:
    text = " ".join(words)
    assert redacted(text) == text


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_credential_is_hidden_whatever_stands_around_it(before: str, after: str) -> None:
    shown = redacted(f"{before} ghp_Q7abcdefghijklmnopqrst https://u:Q7pass@host/ password=Q7word {after}")
    assert "Q7" not in shown.replace(before, "")
