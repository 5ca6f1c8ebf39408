"""Hide credentials in texts that people read: error messages, tracebacks, log lines. Pure, in linear time.

A credential is known by its name (`password=…`), its place (`https://user:pass@host`) or its shape
(`ghp_…`). A secret that has none of these is not found, so a step must not log one.
"""

import re
from collections.abc import Iterable

HIDDEN = "[hidden]"
_SHORTEST_KNOWN = 8
"""A known secret that is shorter would hide ordinary words."""

_NAMES = (
    r"password|passwd|passphrase|pwd|secret(?:[_-]?access)?(?:[_-]?key)?|token|api[_-]?key|access[_-]?key"
    r"|private[_-]?key|signing[_-]?key|account[_-]?key|encryption[_-]?key|signature|credentials?"
)
_QUOTED = r"\"[^\"\n]{1,4096}+\"|'[^'\n]{1,4096}+'"
_PLAIN = r"[^\s,;&\"'<>(){}\[\]|]{1,4096}+"
_CHARACTER = r"[A-Za-z0-9._~+/=-]"

_PEM = re.compile(
    r"(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----).*?(-----END [A-Z ]{0,30}PRIVATE KEY-----|\Z)",
    re.DOTALL,
)
_DATABASE = re.compile(
    r"(?i)\b((?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|mssql|oracle)(?:\+[a-z0-9_]{1,30})?://)"
    r"[^\s\"'<>@]{0,512}@(?:[^\s\"'<>@/]{0,512}@)*"
)
_USERINFO = re.compile(r"(?<=[A-Za-z0-9]://)[^\s/?#\"'<>@]{1,1024}@(?:[^\s/?#\"'<>@]{0,1024}@)*")
_AUTHORIZATION = re.compile(
    rf"(?i)((?:authorization|x-api-key|x-auth-token)[\"']?\s{{0,4}}[:=]\s{{0,4}}[\"']?)"
    rf"(?:[a-z]{{2,20}}\s{{1,4}}{_CHARACTER}{{4,4096}}+|{_CHARACTER}{{12,4096}}+)"
)
_COOKIE = re.compile(r"(?i)(cookie[\"']?\s{0,4}[:=]\s{0,4}[\"']?)[^=\s;,\"']{1,200}=[^\n\r\"']{1,4096}")
_SCHEME = re.compile(
    rf"\b((?i:bearer|basic|digest|negotiate)\s{{1,4}})(?={_CHARACTER}{{8}})"
    rf"(?={_CHARACTER}{{0,4096}}?(?:[0-9=+_~]|[a-z][A-Z])){_CHARACTER}{{8,4096}}+"
)
_QUERY = re.compile(r"(?i)([?&;](?:sig|key|code|sas|jwt|auth)=)[^&#\s\"'<>]{1,4096}+")
_NAMED = re.compile(
    rf"(?i)({_NAMES})([\"']?\s{{0,4}}(?:=>|[:=])\s{{0,4}})({_QUOTED}|{_PLAIN})(?=([ \t(\[]?))"
)
_SHAPES = re.compile(
    r"(?<![A-Za-z0-9_-])(?:"
    r"xox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{8,}|xapp-[A-Za-z0-9-]{8,}"
    r"|gh[oprsu]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{16,}|glpat-[A-Za-z0-9_-]{16,}"
    r"|sk-(?=[A-Za-z_-]{0,60}[0-9])[A-Za-z0-9_-]{16,}|[rs]k_(?:live|test)_[A-Za-z0-9]{16,}"
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{30,}"
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?"
    r")"
)
_HOOK = re.compile(r"(hooks\.slack\.com/(?:services|workflows|triggers)/)[A-Za-z0-9/_-]{8,}")
_SAID_OF_SECRETS = frozenset({"none", "null", "true", "false", "str", "string", "bytes", "secretstr"})
"""Words that stand behind a name in messages and signatures, and are no secrets."""


def redacted(text: str, known: Iterable[str] = ()) -> str:
    """Return the text with `[hidden]` for each credential. `known`: secrets hidden wherever they stand."""
    for secret in known:
        if len(secret) >= _SHORTEST_KNOWN:
            text = text.replace(secret, HIDDEN)
    text = _PEM.sub(rf"\1{HIDDEN}\2", text)
    text = _DATABASE.sub(rf"\1{HIDDEN}@", text)
    text = _USERINFO.sub(f"{HIDDEN}@", text)
    text = _AUTHORIZATION.sub(rf"\1{HIDDEN}", text)
    text = _COOKIE.sub(rf"\1{HIDDEN}", text)
    text = _SCHEME.sub(rf"\1{HIDDEN}", text)
    text = _QUERY.sub(rf"\1{HIDDEN}", text)
    text = _NAMED.sub(_named, text)
    text = _HOOK.sub(rf"\1{HIDDEN}", text)
    return _SHAPES.sub(HIDDEN, text)


def _named(found: "re.Match[str]") -> str:
    name, between, value, follows = found.groups()
    quote = value[0] if value[0] in "\"'" else ""
    if not quote and (_is_code(value, follows) or _is_prose(between, value, follows)):
        return found.group()
    return f"{name}{between}{quote}{HIDDEN}{quote}"


def _is_code(value: str, follows: str) -> bool:
    """A call or a look-up in a line of source, or a word about the secret; the mark itself stays too."""
    return follows in ("(", "[") or value.lower() in _SAID_OF_SECRETS or value.startswith("*")


def _is_prose(between: str, value: str, follows: str) -> bool:
    """`token: must be set`: a sentence goes on behind the colon."""
    return ":" in between and value.isalpha() and follows in (" ", "\t")
