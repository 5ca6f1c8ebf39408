"""Composition objects: texts, options, confirm dialogs."""

from typing import Any

from localslack.blocks.findings import Findings

BOTH = ("plain_text", "mrkdwn")
PLAIN = ("plain_text",)


def check_text(
    findings: Findings,
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
            findings.error(pointer, "missing required field")
        return
    if not isinstance(value, dict):
        findings.error(pointer, "must provide an object")
        return
    if value.get("type") not in types:
        findings.error(f"{pointer}/type", f"must be one of: {', '.join(types)}; got {value.get('type')!r}")
    findings.string(rule, f"{pointer}/text", value.get("text"), required=True)


def check_confirm(findings: Findings, pointer: str, value: Any) -> None:
    """A confirmation dialog."""
    if value is None:
        return
    if not isinstance(value, dict):
        findings.error(pointer, "must provide an object")
        return
    check_text(findings, f"{pointer}/title", value.get("title"), "confirm.title", types=PLAIN, required=False)
    check_text(findings, f"{pointer}/text", value.get("text"), "confirm.text")
    for key in ("confirm", "deny"):
        check_text(
            findings, f"{pointer}/{key}", value.get(key), f"confirm.{key}", types=PLAIN, required=False
        )
    check_style(findings, pointer, value)


def check_style(findings: Findings, pointer: str, value: dict[str, Any]) -> None:
    if value.get("style") not in (None, "primary", "danger"):
        findings.error(f"{pointer}/style", f"must be primary or danger; got {value['style']!r}")


def check_option(findings: Findings, pointer: str, value: Any, *, rich: bool) -> None:
    """One option; rich: mrkdwn is allowed (checkboxes and radio buttons)."""
    if not isinstance(value, dict):
        findings.error(pointer, "must provide an object")
        return
    types = BOTH if rich else PLAIN
    check_text(findings, f"{pointer}/text", value.get("text"), "option.text", types=types)
    findings.string("option.value", f"{pointer}/value", value.get("value"), required=True)
    check_text(
        findings,
        f"{pointer}/description",
        value.get("description"),
        "option.description",
        types=types,
        required=False,
    )
    findings.string("option.url", f"{pointer}/url", value.get("url"))


def check_options(findings: Findings, pointer: str, value: Any, rule: str, *, rich: bool = False) -> None:
    """A list of options within the rule's count, no value twice."""
    options = findings.listing(rule, pointer, value)
    for index, option in enumerate(options):
        check_option(findings, f"{pointer}/{index}", option, rich=rich)
