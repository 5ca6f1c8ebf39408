"""Block elements: buttons, menus, pickers, inputs."""

from collections.abc import Callable
from typing import Any

from localslack.blocks.findings import Findings
from localslack.blocks.limits import ELEMENTS
from localslack.blocks.texts import PLAIN, check_confirm, check_options, check_style, check_text

Check = Callable[[Findings, str, dict[str, Any]], None]


def check_element(findings: Findings, pointer: str, value: Any, place: str) -> str | None:
    """An element allowed at `place` (a key of ELEMENTS); its action_id if it has one."""
    if not isinstance(value, dict):
        findings.error(pointer, "must provide an object")
        return None
    kind = value.get("type")
    if kind not in ELEMENTS[place]:
        findings.error(f"{pointer}/type", f"unsupported type: {kind}")
        return None
    if kind == "image":
        check_image(findings, pointer, value)
        return None
    CHECKS.get(str(kind), _plain)(findings, pointer, value)
    check_confirm(findings, f"{pointer}/confirm", value.get("confirm"))
    check_text(
        findings,
        f"{pointer}/placeholder",
        value.get("placeholder"),
        "placeholder",
        types=PLAIN,
        required=False,
    )
    return findings.string("action_id", f"{pointer}/action_id", value.get("action_id")) or None


def check_image(findings: Findings, pointer: str, value: dict[str, Any]) -> None:
    """An image: an address or an uploaded file, and the text instead of it."""
    if not value.get("image_url") and not value.get("slack_file"):
        findings.error(pointer, "must have image_url or slack_file")
    findings.string("image.url", f"{pointer}/image_url", value.get("image_url"))
    findings.string("image.alt_text", f"{pointer}/alt_text", value.get("alt_text"), required=True)


def check_url(findings: Findings, rule: str, pointer: str, value: Any) -> None:
    url = findings.string(rule, pointer, value)
    if url and "://" not in url and not url.startswith("mailto:"):
        findings.error(pointer, f"must be a valid URL; got {url!r}")


def _plain(findings: Findings, pointer: str, value: dict[str, Any]) -> None:
    """Elements whose own fields have no limits (users_select, datepicker, …)."""


def _button(findings: Findings, pointer: str, value: dict[str, Any]) -> None:
    check_text(findings, f"{pointer}/text", value.get("text"), "button.text", types=PLAIN)
    findings.string("button.value", f"{pointer}/value", value.get("value"))
    check_url(findings, "button.url", f"{pointer}/url", value.get("url"))
    label = value.get("accessibility_label")
    findings.string("button.accessibility_label", f"{pointer}/accessibility_label", label)
    check_style(findings, pointer, value)


def _overflow(findings: Findings, pointer: str, value: dict[str, Any]) -> None:
    check_options(findings, f"{pointer}/options", value.get("options"), "overflow.options")


def _choices(findings: Findings, pointer: str, value: dict[str, Any]) -> None:
    check_options(findings, f"{pointer}/options", value.get("options"), "choices.options", rich=True)


def _static_select(findings: Findings, pointer: str, value: dict[str, Any]) -> None:
    groups = value.get("option_groups")
    if groups is None:
        check_options(findings, f"{pointer}/options", value.get("options"), "select.options")
        return
    if value.get("options") is not None:
        findings.error(pointer, "must have either options or option_groups, not both")
    for index, group in enumerate(
        findings.listing("select.option_groups", f"{pointer}/option_groups", groups)
    ):
        place = f"{pointer}/option_groups/{index}"
        if not isinstance(group, dict):
            findings.error(place, "must provide an object")
            continue
        check_text(findings, f"{place}/label", group.get("label"), "option_group.label", types=PLAIN)
        check_options(findings, f"{place}/options", group.get("options"), "select.options")


def _plain_text_input(findings: Findings, pointer: str, value: dict[str, Any]) -> None:
    least, most = value.get("min_length"), value.get("max_length")
    for name, number in (("min_length", least), ("max_length", most)):
        if number is None:
            continue
        if not isinstance(number, int) or isinstance(number, bool):
            findings.error(f"{pointer}/{name}", "must be an integer")
        elif not (0 if name == "min_length" else 1) <= number <= 3000:
            findings.error(f"{pointer}/{name}", f"must be at most 3000 and not negative; got {number}")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        findings.error(f"{pointer}/min_length", "must not be more than max_length")
    findings.string("plain_text_input.max_length", f"{pointer}/initial_value", value.get("initial_value"))


def _number_input(findings: Findings, pointer: str, value: dict[str, Any]) -> None:
    if not isinstance(value.get("is_decimal_allowed"), bool):
        findings.error(f"{pointer}/is_decimal_allowed", "missing required field")


def _feedback(findings: Findings, pointer: str, value: dict[str, Any]) -> None:
    for name in ("positive_button", "negative_button"):
        button = value.get(name)
        if not isinstance(button, dict):
            findings.error(f"{pointer}/{name}", "missing required field")
            continue
        check_text(findings, f"{pointer}/{name}/text", button.get("text"), "button.text", types=PLAIN)
        findings.string("button.value", f"{pointer}/{name}/value", button.get("value"), required=True)


def _icon_button(findings: Findings, pointer: str, value: dict[str, Any]) -> None:
    if not value.get("icon"):
        findings.error(f"{pointer}/icon", "missing required field")
    check_text(findings, f"{pointer}/text", value.get("text"), "button.text", types=PLAIN)


CHECKS: dict[str, Check] = {
    "button": _button,
    "workflow_button": _button,
    "overflow": _overflow,
    "checkboxes": _choices,
    "radio_buttons": _choices,
    "static_select": _static_select,
    "multi_static_select": _static_select,
    "plain_text_input": _plain_text_input,
    "number_input": _number_input,
    "feedback_buttons": _feedback,
    "icon_button": _icon_button,
}
