"""Hide credentials in texts that people read: error messages, tracebacks, log lines. Pure, in linear time.

A credential is known by its name (`password=…`), its place (`https://user:pass@host`, `curl -u
user:pass`) or its shape (`ghp_…`). A secret that has none of these is found where it is among the known ones.
"""

import re
from collections.abc import Callable, Iterable

from engine.model.text.known_secrets import HIDDEN, KnownSecrets
from engine.model.text.personal import BEGIN, masked

__all__ = ["HIDDEN", "ends_key", "is_in_key", "opens_key", "redacted"]

_NAMES = (
    r"password|passwd|passphrase|passcode|pwd|secret(?:[_-]?access)?(?:[_-]?key)?|token|api[ _-]?key"
    r"|(?:access|private|signing|account|encryption|subscription|master|deploy|shared|client)[_-]?key(?:[_-]?data)?"
    r"|signature|credentials?|requirepass|(?<![a-z])(?:db|smtp|ftp|redis|user|mail|admin|root|ssh)_?pass"
)
"""Names of credentials. The value is hidden unless it is plainly a word about one."""
_WEAK_NAMES = r"(?:\b|(?<=_))pass|(?-i:(?<=[a-z])Pass)|sess(?:ion)?[_-]?id|(?:\b|(?<=_))(?:auth|pat|otp|sid)"
"""Names that may be of credentials. The value is hidden when it looks like one."""
_DOUBLE = r"\"(?:[^\"\\\n]|\\.){1,4096}+\""
_SINGLE = r"'(?:[^'\\\n]|\\.){1,4096}+'"
_ESCAPED = r"\\\"(?:[^\"\\\n]|\\[^\"\n]){1,4096}+\\\"|\\'(?:[^'\\\n]|\\[^'\n]){1,4096}+\\'"
_QUOTED = rf"b?(?:{_DOUBLE}|{_SINGLE})|{_ESCAPED}"
_ENDS = r"[\s,;&\"'<>(){}\[\]|\\]"
_PLAIN = rf"(?:[^\s,;&\"'<>(){{}}\[\]|\\]|[,;&\"'|\\](?!{_ENDS}|$|[\w.-]{{1,60}}[\"']?\s?[=:])){{1,4096}}+"
"""Up to a space, a bracket, or a sign that ends it: a password may have a comma or a quote in it."""
_CHARACTER = r"[A-Za-z0-9._~+/=-]"
_BETWEEN = r"\\?[\"']?\s{0,4}(?:=>|:=|[:=])\s{0,4}"

_KEY = r"[A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----"
_PEM = re.compile(rf"(-----BEGIN {_KEY}).*?(-----END {_KEY}|\Z)", re.DOTALL)
_PEM_END = re.compile(rf"-----END {_KEY}")
_PEM_BEGIN = re.compile(rf"-----BEGIN {_KEY}")
_KEY_HEADERS = ("Proc-Type:", "DEK-Info:", "Version:", "Comment:")
_BODY = re.compile(r"(?:[A-Za-z0-9+/=\r\n]|\\[rn])*+\s*+\Z")
_PUTTY = re.compile(r"(Private-Lines: \d{1,3})(?:\s{1,4}[A-Za-z0-9+/=]{8,200}){1,200}+")

_URL_USER = r"(?:[^\s/?#\"'<>@]{1,1024}@)(?:[^\s/?#\"'<>@]{0,1024}@)*"
_DATABASE = re.compile(
    r"(?i)\b((?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|mssql|oracle)(?:\+[a-z0-9_]{1,30})?://)"
    r"[^\s\"'<>@]{0,512}@(?:[^\s\"'<>@/]{0,512}@)*"
)
_USERINFO = re.compile(rf"(?<=[A-Za-z0-9]://){_URL_USER}")
_JDBC = re.compile(r"(?i)(jdbc:oracle:[a-z]{2,10}:)[^\s@/]{1,200}/[^\s@]{1,512}@")
_HEADER = (
    r"(?i)((?:authorization|(?:x|ocp-apim)-[a-z-]{0,40}(?:key|token)|private-token)"
    r"\\?[\"']?\s{0,4}[:=,]\s{0,4}(?:b?\\?[\"'])?)"
)
_AUTHORIZATION = re.compile(
    rf"{_HEADER}(?:digest\s[^\r\n]{{4,4096}}+"
    rf"|[a-z][a-z0-9-]{{1,30}}\s{{1,4}}(?:token=)?[\"']?{_CHARACTER}{{4,4096}}+|{_CHARACTER}{{12,4096}}+)"
)
_COOKIE = re.compile(r"(?i)(cookie[\"']?\s{0,4}[:=,]\s{0,4}[\"']?)[^=\s;,\"']{1,200}=[^\n\r\"']{1,4096}")
_COOKIES = re.compile(r"(?i)(cookies[\"']?\s{0,4}[:=]\s{0,4})\{[^{}\n]{1,4096}+\}")
_SCHEME = re.compile(
    rf"\b((?i:bearer|basic|digest|negotiate)\s{{1,4}})(?={_CHARACTER}{{8}})"
    rf"(?={_CHARACTER}{{0,4096}}?(?:[0-9=+_~]|[a-z][A-Z])){_CHARACTER}{{8,4096}}+"
)
_QUERY = re.compile(
    r"(?i)([?&;#](?:sig|key|code|sas|jwt|auth|pass|pwd|session)=)(?!\d{1,4}(?:[&#\s\"'<>]|\Z))[^&#\s\"'<>]{1,4096}+"
)
_NAMED = re.compile(rf"(?i)({_NAMES})({_BETWEEN})({_QUOTED}|{_PLAIN})(?=([ \t(\[]?))")
_WEAK = re.compile(rf"(?i)({_WEAK_NAMES})({_BETWEEN})({_QUOTED}|{_PLAIN})(?=([ \t(\[]?))")
_LISTED = re.compile(
    rf"(?i)((?:{_NAMES})[\"']?\s{{0,4}}[:=]\s{{0,4}}[\[(]\s{{0,4}})(?:{_QUOTED})[^\])\n]{{0,4096}}+"
)
_PAIR = re.compile(rf"(?i)([(\[]b?[\"'](?:[\w-]{{0,40}}?(?:{_NAMES}))[\"'],\s{{0,4}}b?)({_QUOTED})(?=[)\]])")
_BLOCK = re.compile(
    rf"(?i)((?:{_NAMES})[\"']?[ \t]{{0,4}}:[ \t]{{0,4}}[|>][+-]?[ \t]{{0,4}}\n)"
    r"(?:[ \t]{1,40}[^\n]{1,4096}+\n?){1,200}+"
)
_VALUE_OF = re.compile(
    rf"(?i)((?:{_NAMES})[\"']?[\s,]{{1,60}}[\"']?value[\"']?\s{{0,4}}[:=]\s{{0,4}})({_QUOTED}|{_PLAIN})"
)
_ELEMENT = re.compile(rf"(?i)(<[\w:.-]{{0,60}}?(?:{_NAMES})>\s{{0,20}})([^<\n]{{1,4096}}+)(?=</)")
_SAID = re.compile(
    rf"(?i)\b((?:{_NAMES})(?:\s(?:is|was|for\s\S{{1,60}}(?:\s=)?))?[\s:=]{{1,4}})({_QUOTED}|{_PLAIN})"
)
_FLAG = re.compile(rf"(?i)(--[a-z-]{{0,30}}?(?:{_NAMES})(?:[\"'],\s{{0,4}}|\s{{1,4}}))({_QUOTED}|{_PLAIN})")
_USER = re.compile(
    r"((?:(?<![\w-])-u|--user|--proxy-user)(?:[\"'],)?[\s=]{0,4}[\"']?)(?!\d{1,6}:\d)"
    r"([^\s:\"'/]{1,200}):[^\s\"']{1,4096}+"
)
_MYSQL = re.compile(
    r"\b((?:mysql|mariadb)[a-z-]{0,10}\b[^\n|;]{0,200}?[\s\"']-p)(?![\s\d\"'])[^\s\"',]{1,512}+"
)
_TOOL = re.compile(
    r"\b((?:sshpass|(?:docker|podman|helm|az|oc)[\w -]{0,30} login|redis-cli)\b"
    r"[^\n|;]{0,200}?[\s\"']-[pa](?:[\"'],)?\s{0,4}[\"']?)"
    r"[^\s\"',-][^\s\"',]{0,512}+"
)
_TUPLE = re.compile(
    rf"(?i)((?:auth[\"']?\s{{0,4}}[:=]\s{{0,4}}|BasicAuth)\((?:{_QUOTED}),\s{{0,4}})({_QUOTED})"
)
_SQL = re.compile(rf"(?i)(identified\s(?:with\s\S{{1,60}}\s)?by\s|\bpassword\s)({_SINGLE})")
_NETRC = re.compile(r"(\blogin\s{1,4}\S{1,200}\s{1,4}password\s{1,4})\S{1,512}+")
_REQUIREPASS = re.compile(r"(\brequirepass\s{1,4})\S{1,512}+")
_SHAPES = re.compile(
    r"(?<![A-Za-z0-9_-])(?:"
    r"xox[a-z](?:\.xox[bp])?-[A-Za-z0-9%-]{8,}|xapp-[A-Za-z0-9-]{8,}"
    r"|gh[oprsu]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{16,}|gl[a-z]{2,8}-(?=[A-Za-z_-]{0,60}[0-9])[A-Za-z0-9_.-]{16,}"
    r"|sk-(?=[A-Za-z_-]{0,60}[0-9])[A-Za-z0-9_-]{16,}|[rs]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{16,}"
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{16,}|1//0[A-Za-z0-9_-]{24,}"
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?"
    r"|(?:npm|hf|lin_api|dckr_pat|do[opr]_v1|shp[a-z]{2}|sntry[su]|glsa|gsk|rubygems|figd|dop_v1|pul|nvapi|r8)_"
    r"(?=[A-Za-z_-]{0,60}[0-9])[A-Za-z0-9_-]{16,}"
    r"|pypi-[A-Za-z0-9_-]{16,}|hv[sbr]\.[A-Za-z0-9_-]{16,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"
    r"|s\.(?=[A-Za-z]{0,23}[0-9])[A-Za-z0-9]{20,30}(?![A-Za-z0-9.])|AT[AC]TT3[A-Za-z0-9_=-]{12,}"
    r"|dapi[0-9a-f]{32}|key-[0-9a-f]{32}|SK[0-9a-f]{32}|[0-9a-f]{32}-us\d{1,2}"
    r"|AGE-SECRET-KEY-1[A-Z0-9]{30,}|PMAK-[A-Za-z0-9-]{16,}|tskey-[a-z]{2,10}-[A-Za-z0-9-]{8,}"
    r"|(?:[A-Za-z0-9]{10,20}\.)?atlasv1\.[A-Za-z0-9]{8,}"
    r")"
)
_HOOK = re.compile(
    r"((?:hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)"
    r"|discord(?:app)?\.com/api/webhooks|webhook\.office\.com/webhookb2|outlook\.office(?:365)?\.com/webhook)/)"
    r"[A-Za-z0-9/_@.-]{8,}"
)
_TELEGRAM = re.compile(r"(api\.telegram\.org/bot)\d{4,20}:[A-Za-z0-9_-]{8,200}")
_NO_SECRETS = frozenset(
    (
        "none", "null", "true", "false", "str", "string", "bytes", "secretstr", "invalid",
        "required", "missing", "empty", "wrong", "expired", "unknown", "ok", "okay", "unset",
        "mismatch", "denied", "absent", "rejected", "refused", "mismatched", "incorrect",
        "unauthorized", "revoked", "disabled", "enabled", "malformed", "present", "changed",
        "optional", "yes", "no", "on", "off", "failed", "error", "bearer", "basic",
    )
)  # fmt: skip
"""Words that follow a name in messages and signatures, and are not secrets."""
_FLAG_WORDS = _NO_SECRETS | frozenset(
    (
        "is", "was", "must", "needs", "has", "have", "and", "or", "option", "flag", "argument",
        "requires", "to", "for", "not", "cannot", "with", "from", "in", "given", "of", "the", "a",
        "an", "if", "when", "as", "can", "should", "may", "will", "were", "are", "at", "by", "on",
    )
)  # fmt: skip


def redacted(text: str, known: Iterable[str] = ()) -> str:
    """Return the text with `[hidden]` for each credential. `known`: secrets hidden wherever they stand."""
    if known:
        text = KnownSecrets.of(known).hide(text)
    if BEGIN in text:
        text = masked(text)
    if "PRIVATE KEY" in text:
        text = _key_tail(_PEM.sub(rf"\1{HIDDEN}\2", text))
    lower = text.lower()
    for hints, pattern, shown in _RULES:
        if any(hint in lower for hint in hints):
            text = pattern.sub(shown, text)
    return text


def opens_key(text: str) -> bool:
    """Return whether a private key begins in this text, and goes on in the next line."""
    begun = [match.end() for match in _PEM_BEGIN.finditer(text)]
    return bool(begun) and not _PEM_END.search(text, begun[-1])


def ends_key(text: str) -> bool:
    """Return whether a private key ends in this text."""
    return _PEM_END.search(text) is not None


def is_in_key(text: str) -> bool:
    """Return whether a line that follows the beginning of a private key still belongs to it."""
    return text.startswith(_KEY_HEADERS) or _BODY.match(text) is not None


def _key_tail(text: str) -> str:
    """Hide the lines before an END whose BEGIN was cut off."""
    end = _PEM_END.search(text)
    if end is None or "-----BEGIN" in text[: end.start()]:
        return text
    start = end.start()
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] in "+/=\\ \t\r\n"):
        start -= 1
    body = "" if text[:start].endswith(HIDDEN) else HIDDEN
    return f"{text[:start]}{body}{text[end.start() :]}"


def _named(match: "re.Match[str]") -> str:
    name, between, value, follows = match.groups()
    if not _is_quoted(value) and (_is_code(value, follows) or _is_prose(between, value, follows)):
        return match.group()
    if value[0] == value[-1] and value[1:-1].lower() in _NO_SECRETS:
        return match.group()
    return f"{name}{between}{_hidden(value)}"


def _weak(match: "re.Match[str]") -> str:
    """`pass=3` is a count, `auth=none` a word: what is called so has to look like a secret."""
    return _named(match) if _is_secret_like(match.group(3).strip("\"'\\b"), shortest=6) else match.group()


def _said(match: "re.Match[str]") -> str:
    """`with password hunter2`: no sign between them, so the value has to look like a secret."""
    before, value = match.groups()
    inner = value.strip("\"'\\b.")
    return f"{before}{_hidden(value)}" if _is_secret_like(inner, shortest=6) else match.group()


def _flag(match: "re.Match[str]") -> str:
    before, value = match.groups()
    word = value.strip("\"'.").lower()
    return match.group() if value.startswith("-") or word in _FLAG_WORDS else f"{before}{_hidden(value)}"


def _value(match: "re.Match[str]") -> str:
    before, value = match.groups()
    return f"{before}{_hidden(value)}"


def _pair(match: "re.Match[str]") -> str:
    """`("password", "hunter2")`, and not the names of two fields."""
    before, value = match.groups()
    inner = value.strip("\"'\\b")
    return f"{before}{_hidden(value)}" if _is_secret_like(inner, shortest=4) else match.group()


def _hidden(value: str) -> str:
    """The mark, in the quotes that were there."""
    opening = re.match(r"b?\\?[\"']", value)
    if opening is None or not _is_quoted(value):
        return HIDDEN
    quote = opening.group().removeprefix("b")
    return f"{opening.group()}{HIDDEN}{quote}"


def _is_quoted(value: str) -> bool:
    return value[-1] in "\"'" and value.lstrip("b\\")[:1] == value[-1]


def _is_secret_like(value: str, shortest: int) -> bool:
    """A letter and a digit, or letters and signs of both cases: no ordinary word or number."""
    if len(value) < shortest or value.startswith(HIDDEN[:-1]):
        return False
    letters = any(each.isalpha() for each in value)
    return letters and any(each.isdigit() for each in value)


def _is_code(value: str, follows: str) -> bool:
    """A call or a look-up in a line of source, or a word about the secret; the mark itself stays too."""
    word = value.rstrip(".!?").lower()
    return follows in ("(", "[") or word in _NO_SECRETS or value.startswith("*")


def _is_prose(between: str, value: str, follows: str) -> bool:
    """`token: must be set`: a sentence continues after the colon."""
    return ":" in between and value.isalpha() and follows in (" ", "\t")


_Shown = str | Callable[["re.Match[str]"], str]
_NAME_HINTS = ("pass", "pwd", "secret", "token", "key", "signature", "credential")
_SHAPE_HINTS = (
    "xox", "xapp-", "gh", "gl", "sk-", "k_live", "k_test", "whsec_", "akia", "asia", "aiza", "ya29",
    "1//0", "eyj", "npm_", "hf_", "lin_", "dckr_", "do", "shp", "sntry", "gsk_", "rubygems_",
    "figd_", "pul_", "nvapi_", "r8_", "pypi-", "hv", "sg.", "s.", "att3", "tt3", "dapi", "key-",
    "sk", "-us", "pmak-", "tskey-", "atlasv1.",
)  # fmt: skip
_RULES: tuple[tuple[tuple[str, ...], "re.Pattern[str]", _Shown], ...] = (
    (("private-lines",), _PUTTY, rf"\1 {HIDDEN}"),
    (("jdbc:",), _JDBC, rf"\1{HIDDEN}@"),
    (("://",), _DATABASE, rf"\1{HIDDEN}@"),
    (("://",), _USERINFO, f"{HIDDEN}@"),
    (("telegram",), _TELEGRAM, rf"\1{HIDDEN}"),
    (("hook",), _HOOK, rf"\1{HIDDEN}"),
    (("authorization", "x-", "token", "ocp-"), _AUTHORIZATION, rf"\1{HIDDEN}"),
    (("cookie",), _COOKIE, rf"\1{HIDDEN}"),
    (("cookies",), _COOKIES, rf"\1{HIDDEN}"),
    (("bearer", "basic", "digest", "negotiate"), _SCHEME, rf"\1{HIDDEN}"),
    (("?", "&", ";", "#"), _QUERY, rf"\1{HIDDEN}"),
    (_NAME_HINTS, _BLOCK, rf"\1  {HIDDEN}\n"),
    (("value",), _VALUE_OF, _value),
    (("</",), _ELEMENT, rf"\1{HIDDEN}"),
    (_NAME_HINTS, _LISTED, rf"\1{HIDDEN}"),
    (("--",), _FLAG, _flag),
    (_NAME_HINTS, _NAMED, _named),
    (("pass", "sess", "auth", "pat", "otp", "sid"), _WEAK, _weak),
    (("(", "["), _PAIR, _pair),
    (_NAME_HINTS, _SAID, _said),
    (("-u", "user"), _USER, rf"\1\2:{HIDDEN}"),
    (("mysql", "mariadb"), _MYSQL, rf"\1{HIDDEN}"),
    (("sshpass", "login", "redis-cli"), _TOOL, rf"\1{HIDDEN}"),
    (("auth",), _TUPLE, _value),
    (("identified", "password"), _SQL, rf"\1'{HIDDEN}'"),
    (("login",), _NETRC, rf"\1{HIDDEN}"),
    (("requirepass",), _REQUIREPASS, rf"\1{HIDDEN}"),
    (_SHAPE_HINTS, _SHAPES, HIDDEN),
)
"""Each with texts of which one must stand in what it is tried on: most lines have few of them."""
