"""blocks.validate: what Slack would refuse, and where (docs.slack.dev/reference/methods/blocks.validate).

Public: it takes no token. The fields of an error are documented (d): pointer, code, message, and where they
fit constraint and field. Of the codes only `failed_constraint` is (d), so it is the only one here.
"""

import re
from typing import Any

from localslack.api.call import Call, Method
from localslack.blocks import Findings, check_message, check_view
from localslack.errors import SlackError, invalid_arguments
from localslack.workspace.records import Json

_FINDING = re.compile(r"\[ERROR\] (?P<message>.*) \[json-pointer:(?P<pointer>[^\]]*)\]", re.DOTALL)
_BOUNDS = (
    (re.compile(r"must be less than (\d+) characters"), "max_length", -1),
    (re.compile(r"no more than (\d+) items allowed"), "max_items", 0),
    (re.compile(r"must have at least (\d+) item"), "min_items", 0),
    (re.compile(r"must be more than (\d+) characters"), "min_length", 1),
)


async def validate(call: Call) -> Json:
    """ok, or invalid_blocks, invalid_message or invalid_view with all errors."""
    kinds = [name for name in ("blocks", "message", "view") if call.has(name)]
    if len(kinds) != 1:
        raise invalid_arguments("provide exactly one of blocks, message, view")
    name = kinds[0]
    findings = _check(name, call.structure(name, "invalid_arguments"))
    errors = [as_error(text) for text in findings.errors]
    if findings.too_long:
        what = "the view is larger than 250 KB" if name == "view" else "the blocks have too many characters"
        errors.append({"pointer": "", "code": "failed_constraint", "message": what})
    if errors:
        raise SlackError(f"invalid_{name}", errors=errors)
    return {}


def as_error(text: str) -> Json:
    """One finding in the shape of this method's errors."""
    match = _FINDING.fullmatch(text)
    pointer, message = (match["pointer"], match["message"]) if match else ("", text)
    error: Json = {"pointer": pointer, "code": "failed_constraint", "message": message}
    field = pointer.rpartition("/")[2]
    if field and not field.isdecimal():
        error["field"] = field
    for pattern, kind, more in _BOUNDS:
        if bound := pattern.search(message):
            error["constraint"] = {"type": kind, "expected": int(bound[1]) + more}
    return error


def _check(name: str, value: Any) -> Findings:
    if name == "view" and isinstance(value, dict):
        return check_view(value, "home" if value.get("type") == "home" else "modal")
    if name == "message" and isinstance(value, dict) and isinstance(value.get("blocks", []), list):
        return check_message(value.get("blocks") or [])
    if name == "blocks" and isinstance(value, list):
        return check_message(value, "")
    raise invalid_arguments(f"{name} is not the JSON of {'an array' if name == 'blocks' else 'an object'}")


METHODS = {"blocks.validate": Method(validate, takes=None)}
