"""Credentials are hidden in what people read; ordinary text stays as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.text.redaction import is_in_key, redacted

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
        ("Authorization: token Q7pa55word", "Authorization: [hidden]"),
        ('Authorization: Digest username="bob", response="Q7"', "Authorization: [hidden]"),
        ("[(b'authorization', b'Bearer Q7pa55word')]", "[(b'authorization', b'[hidden]')]"),
        (r'{"password":"Q7\"more"}', '{"password":"[hidden]"}'),
        (r"{\"password\": \"Q7\"}", r"{\"password\": \"[hidden]\"}"),
        ('{"secret": ["Q7", "b"], "id": 1}', '{"secret": [[hidden]], "id": 1}'),
        ("password: |\n  Q7 a\nuser: b", "password: |\n  [hidden]\nuser: b"),
        ("DB_PASS=Q7pa55 HOME=/root", "DB_PASS=[hidden] HOME=/root"),
        ('password=Q7,b"c;d host=db', "password=[hidden] host=db"),
        ("Server=h;Password=Q7pa55;Uid=a", "Server=h;Password=[hidden];Uid=a"),
        ("password=b'Q7'", "password=b'[hidden]'"),
        ('secret := "Q7"', 'secret := "[hidden]"'),
        ("name: DB_PASSWORD\n  value: Q7", "name: DB_PASSWORD\n  value: [hidden]"),
        ('<add key="ApiKey" value="Q7"/>', '<add key="ApiKey" value="[hidden]"/>'),
        ("<password>Q7</password>", "<password>[hidden]</password>"),
        ("curl -u bob:Q7pa55 https://h", "curl -u bob:[hidden] https://h"),
        ("['curl', '-u', 'bob:Q7']", "['curl', '-u', 'bob:[hidden]']"),
        ("['x', '--token', 'Q7'] failed", "['x', '--token', '[hidden]'] failed"),
        ("mysql -u root -pQ7 db", "mysql -u root -p[hidden] db"),
        ("docker login -u a -p Q7 reg", "docker login -u a -p [hidden] reg"),
        ("auth=('bob', 'Q7')", "auth=('bob', '[hidden]')"),
        ("cookies={'sid': 'Q7'}", "cookies=[hidden]"),
        ("PHPSESSID=a1b2c3d4", "PHPSESSID=[hidden]"),
        ("with password Q7pa55word now", "with password [hidden] now"),
        ("Invalid API key: Q7pa55", "Invalid API key: [hidden]"),
        ("CREATE USER a WITH PASSWORD 'horse'", "CREATE USER a WITH PASSWORD '[hidden]'"),
        ("machine h login u password horse", "machine h login u password [hidden]"),
        ("jdbc:oracle:thin:scott/Q7@//h:1521/x", "jdbc:oracle:thin:[hidden]@//h:1521/x"),
        ("https://discord.com/api/webhooks/123/Q7pa55word", "https://discord.com/api/webhooks/[hidden]"),
        ("glrt-a1b2c3d4e5f6g7h8i9j0", "[hidden]"),
        ("npm_a1b2c3d4e5f6g7h8i9j0", "[hidden]"),
        ("hvs.a1b2c3d4e5f6g7h8i9j0", "[hidden]"),
        ("SG.a1b2c3d4e5f6g7h8.a1b2c3d4e5f6g7h8", "[hidden]"),
        ("abc/+=\nMIIE\n-----END PRIVATE KEY-----", "[hidden]-----END PRIVATE KEY-----"),
        (
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\nMII\n-----END PGP PRIVATE KEY BLOCK-----",
            "-----BEGIN PGP PRIVATE KEY BLOCK-----[hidden]-----END PGP PRIVATE KEY BLOCK-----",
        ),
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
        "signature: invalid", "password: required", "?code=404&x", "pass=3 fail=0", "tests pass: 10, fail: 0",
        "password must have 8 characters", "with password protection enabled", "max_tokens=512",
        "token count: 512", "token_type: bearer", "primary_key=id", "cache key=users:12", "auth=none",
        "docker run -u 1000:1000 -p 8080:80", "mysql -p 3306", "--token-ttl 3600", "--password is required",
        "the fields ('password', 'username') are missing", "Unexpected token '}' at 7", "has_password=True",
        "secretary: Bob Miller", "at /usr/lib/python3.11/token.py:12", "    token = read_token()",
    ],
)  # fmt: skip
def test_ordinary_text_is_not_redacted(text: str) -> None:
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


@given(
    st.sampled_from(
        [
            "password=",
            '"',
            "'",
            "a",
            "://",
            "a@",
            "-u ",
            "token ",
            "{",
            "\n  ",
            "\\",
            "mysql -p",
            "=",
            "-----BEGIN PRIVATE KEY-----",
            "a\n",
            "auth=('",
            "docker login ",
        ]
    ),
    st.sampled_from(["", "!", '"', "@", "\n-----END PRIVATE KEY-----"]),
)
def test_the_longest_text_is_looked_at_in_linear_time(part: str, end: str) -> None:
    """A pattern that backtracks would not come to an end here."""
    text = (part * 20_000)[:20_000] + end
    assert redacted(redacted(text)).count("\0") == 0
    is_in_key(text)
