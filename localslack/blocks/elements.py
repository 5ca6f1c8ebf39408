"""Block elements: buttons, menus, pickers, inputs."""

from collections.abc import Callable
from typing import Any

from localslack.blocks.findings import Findings
from localslack.blocks.limits import ELEMENTS
from localslack.blocks.texts import PLAIN, check_confirm, check_options, check_style, check_text

Check = Callable[[Findings, str, dict[str, Any]], None]


def check_element(found: Findings, pointer: str, value: Any, place: str) -> str | None:
    """An element allowed at `place` (a key of ELEMENTS); its action_id if it has one."""
    if not isinstance(value, dict):
        found.error(pointer, "must provide an object")
        return None
    kind = value.get("type")
    if kind not in ELEMENTS[place]:
        found.error(f"{pointer}/type", f"unsupported type: {kind}")
        return None
    if kind == "image":
        check_image(found, pointer, value)
        return None
    CHECKS.get(str(kind), _plain)(found, pointer, value)
    check_confirm(found, f"{pointer}/confirm", value.get("confirm"))
    check_text(
        found, f"{pointer}/placeholder", value.get("placeholder"), "placeholder", types=PLAIN, required=False
    )
    return found.string("action_id", f"{pointer}/action_id", value.get("action_id")) or None


def check_image(found: Findings, pointer: str, value: dict[str, Any]) -> None:
    """An image: an address or an uploaded file, and the text instead of it."""
    if not value.get("image_url") and not value.get("slack_file"):
        found.error(pointer, "must have image_url or slack_file")
    found.string("image.url", f"{pointer}/image_url", value.get("image_url"))
    found.string("image.alt_text", f"{pointer}/alt_text", value.get("alt_text"), required=True)


def check_url(found: Findings, rule: str, pointer: str, value: Any) -> None:
    url = found.string(rule, pointer, value)
    if url and "://" not in url and not url.startswith("mailto:"):
        found.error(pointer, f"must be a valid URL; got {url!r}")


def _plain(found: Findings, pointer: str, value: dict[str, Any]) -> None:
    """Elements whose own fields have no limits (users_select, datepicker, …)."""


def _button(found: Findings, pointer: str, value: dict[str, Any]) -> None:
    check_text(found, f"{pointer}/text", value.get("text"), "button.text", types=PLAIN)
    found.string("button.value", f"{pointer}/value", value.get("value"))
    check_url(found, "button.url", f"{pointer}/url", value.get("url"))
    label = value.get("accessibility_label")
    found.string("button.accessibility_label", f"{pointer}/accessibility_label", label)
    check_style(found, pointer, value)


def _overflow(found: Findings, pointer: str, value: dict[str, Any]) -> None:
    check_options(found, f"{pointer}/options", value.get("options"), "overflow.options")


def _choices(found: Findings, pointer: str, value: dict[str, Any]) -> None:
    check_options(found, f"{pointer}/options", value.get("options"), "choices.options", rich=True)


def _static_select(found: Findings, pointer: str, value: dict[str, Any]) -> None:
    groups = value.get("option_groups")
    if groups is None:
        check_options(found, f"{pointer}/options", value.get("options"), "select.options")
        return
    if value.get("options") is not None:
        found.error(pointer, "must have either options or option_groups, not both")
    for index, group in enumerate(found.listing("select.option_groups", f"{pointer}/option_groups", groups)):
        place = f"{pointer}/option_groups/{index}"
        if not isinstance(group, dict):
            found.error(place, "must provide an object")
            continue
        check_text(found, f"{place}/label", group.get("label"), "option_group.label", types=PLAIN)
        check_options(found, f"{place}/options", group.get("options"), "select.options")


def _plain_text_input(found: Findings, pointer: str, value: dict[str, Any]) -> None:
    least, most = value.get("min_length"), value.get("max_length")
    for name, number in (("min_length", least), ("max_length", most)):
        if number is None:
            continue
        if not isinstance(number, int) or isinstance(number, bool):
            found.error(f"{pointer}/{name}", "must be an integer")
        elif not (0 if name == "min_length" else 1) <= number <= 3000:
            found.error(f"{pointer}/{name}", f"must be at most 3000 and not negative; got {number}")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        found.error(f"{pointer}/min_length", "must not be more than max_length")
    found.string("plain_text_input.max_length", f"{pointer}/initial_value", value.get("initial_value"))


def _number_input(found: Findings, pointer: str, value: dict[str, Any]) -> None:
    if not isinstance(value.get("is_decimal_allowed"), bool):
        found.error(f"{pointer}/is_decimal_allowed", "missing required field")


def _feedback(found: Findings, pointer: str, value: dict[str, Any]) -> None:
    for name in ("positive_button", "negative_button"):
        button = value.get(name)
        if not isinstance(button, dict):
            found.error(f"{pointer}/{name}", "missing required field")
            continue
        check_text(found, f"{pointer}/{name}/text", button.get("text"), "button.text", types=PLAIN)
        found.string("button.value", f"{pointer}/{name}/value", button.get("value"), required=True)


def _icon_button(found: Findings, pointer: str, value: dict[str, Any]) -> None:
    if not value.get("icon"):
        found.error(f"{pointer}/icon", "missing required field")
    check_text(found, f"{pointer}/text", value.get("text"), "button.text", types=PLAIN)


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
