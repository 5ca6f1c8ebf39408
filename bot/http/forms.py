"""Forms in which Slack sends clicks, windows and shortcuts over HTTP: JSON in one field."""

from binascii import a2b_qp

_FIELD = "payload="
_NOT_DECODED = frozenset("=&;\r\n")


def payload_text(body: str) -> str:
    """Return the JSON of a form that has only the field `payload`; any other body as it is.

    Bolt decodes each of the thousands of escaped characters by itself, which takes three times as long. It
    reads JSON without a form in the same way.
    """
    if not body.startswith(_FIELD + "%7B") or not body.isascii():
        return body
    escaped = body[len(_FIELD) :]
    if not _NOT_DECODED.isdisjoint(escaped):
        return body
    # Quoted-printable is the same code with another sign, and is decoded at once.
    decoded = a2b_qp(escaped.replace("+", " ").replace("%", "="))
    if len(escaped) - len(decoded) != 2 * escaped.count("%"):
        return body  # a sign without two hexadecimal digits
    try:
        return decoded.decode()
    except UnicodeDecodeError:
        return body
