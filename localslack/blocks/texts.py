"""Composition objects: texts, options, confirm dialogs."""

from typing import Any

from localslack.blocks.findings import Findings

BOTH = ("plain_text", "mrkdwn")
PLAIN = ("plain_text",)


def check_text(
    found: Findings,
    pointer: str,
    value: Any,
    rule: str,
    *,
    types: tuple[str, ...] = BOTH,
    required: bool = True,
) -> None:
    """A text object of one of the types, not empty, within the rule's length."""
    if value is None:
        if required:
            found.error(pointer, "missing required field")
        return
    if not isinstance(value, dict):
        found.error(pointer, "must provide an object")
        return
    if value.get("type") not in types:
        found.error(f"{pointer}/type", f"must be one of: {', '.join(types)}; got {value.get('type')!r}")
    found.string(rule, f"{pointer}/text", value.get("text"), required=True)


def check_confirm(found: Findings, pointer: str, value: Any) -> None:
    """A confirmation dialog."""
    if value is None:
        return
    if not isinstance(value, dict):
        found.error(pointer, "must provide an object")
        return
    check_text(found, f"{pointer}/title", value.get("title"), "confirm.title", types=PLAIN, required=False)
    check_text(found, f"{pointer}/text", value.get("text"), "confirm.text")
    for key in ("confirm", "deny"):
        check_text(found, f"{pointer}/{key}", value.get(key), f"confirm.{key}", types=PLAIN, required=False)
    check_style(found, pointer, value)


def check_style(found: Findings, pointer: str, value: dict[str, Any]) -> None:
    if value.get("style") not in (None, "primary", "danger"):
        found.error(f"{pointer}/style", f"must be primary or danger; got {value['style']!r}")


def check_option(found: Findings, pointer: str, value: Any, *, rich: bool) -> None:
    """One option; rich: mrkdwn is allowed (checkboxes and radio buttons)."""
    if not isinstance(value, dict):
        found.error(pointer, "must provide an object")
        return
    types = BOTH if rich else PLAIN
    check_text(found, f"{pointer}/text", value.get("text"), "option.text", types=types)
    found.string("option.value", f"{pointer}/value", value.get("value"), required=True)
    check_text(
        found,
        f"{pointer}/description",
        value.get("description"),
        "option.description",
        types=types,
        required=False,
    )
    found.string("option.url", f"{pointer}/url", value.get("url"))


def check_options(found: Findings, pointer: str, value: Any, rule: str, *, rich: bool = False) -> None:
    """A list of options within the rule's count, no value twice."""
    options = found.listing(rule, pointer, value)
    for index, option in enumerate(options):
        check_option(found, f"{pointer}/{index}", option, rich=rich)
