"""Says in the terms of YAML what the checks of a workflow say in those of Python."""

import re

from engine.authoring.dict_form.options import NAMES
from engine.authoring.dict_form.trigger_forms import FORMS
from engine.authoring.keywords import keywords_of

_KEYS = {kind.__name__: keywords_of(kind) for kind in NAMES} | {
    form.made.__name__: [form.first, *keywords_of(form.made)[1:]] for form in FORMS.values()
}
"""By class that an author of Python calls: the keys of its mapping, in the order of its arguments."""
_TEXT = r"""(?<!\w)(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"{_TEXT}|\b({'|'.join(_KEYS)})\(([^()]*)\)")
"""A quoted text outside of a call, which stays, or a call."""
_ARGUMENT = re.compile(r"""(?:"[^"]*"|'[^']*'|\[[^\]]*\]|\{[^}]*\}|[^,\s])+""")
_GIVEN = re.compile(rf"(?:{'|'.join(_KEYS)})\((\w+)=(.*)\)(\.| (?:is|must|names) .*)")
_QUOTED = re.compile(r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`)""")
_OPTION = re.compile(r"\b([a-z_]+)=(?=[\s.,)])")
_VALUE = re.compile(r"\b([a-z_]+)=(?!=)")
_BOOLEAN = re.compile(r"\b(True|False)\b")


def in_yaml(text: str) -> str:
    """Return a problem or a remedy with keys and mappings for arguments and calls; quoted values stay."""
    if (given := _GIVEN.fullmatch(text)) is not None:
        return f"{given[1]} is {given[2]}." if given[3] == "." else f"{given[1]} {given[2]}{given[3]}"
    text = _CALL.sub(_mapping, text.replace(", or as a timedelta", ""))
    return "".join(
        part if _QUOTED.fullmatch(part) else _with_keys(part) for part in _QUOTED.split(text) if part
    )


def _mapping(call: re.Match[str]) -> str:
    """Return `Stage("team", quorum=2)` as `{name="team", quorum=2}`, and a quoted text as it is."""
    if call[1] is None:
        return call[0]
    keys = iter(_KEYS[call[1]])
    arguments = _ARGUMENT.findall(call[2])
    if arguments == ["…"]:
        return f"{{{next(keys)}=…}}"
    return f"{{{', '.join(each if _is_named(each) else f'{next(keys)}={each}' for each in arguments)}}}"


def _is_named(argument: str) -> bool:
    return argument == "…" or re.match(r"\w+=", argument) is not None


def _with_keys(text: str) -> str:
    text = _VALUE.sub(r"\1: ", _OPTION.sub(r"\1", text))
    return _BOOLEAN.sub(lambda word: word[0].lower(), text)
