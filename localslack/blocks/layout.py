"""Layout blocks: one check a type."""

from collections.abc import Callable
from typing import Any

from localslack.blocks.data import check_cell, check_chart, check_data_table
from localslack.blocks.elements import check_element, check_image
from localslack.blocks.findings import Findings
from localslack.blocks.limits import EVERYWHERE, SURFACES
from localslack.blocks.texts import PLAIN, check_text

Block = dict[str, Any]
Check = Callable[[Findings, str, Block], None]
STATUSES = ("pending", "in_progress", "complete", "error")
LEVELS = ("default", "info", "warning", "error", "success")


def check_blocks(findings: Findings, pointer: str, blocks: list[Any], surface: str) -> None:
    """Each block on `surface` (message, modal, home), and that no block_id is there twice."""
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        child = f"{pointer}/{index}"
        if not isinstance(block, dict):
            findings.error(child, "must provide an object")
            continue
        check_block(findings, child, block, surface)
        block_id = block.get("block_id")
        if isinstance(block_id, str) and block.get("type") != "markdown":
            if block_id in seen:
                findings.error(f"{child}/block_id", f"block_id already exists: {block_id}")
            seen.add(block_id)


def check_block(findings: Findings, pointer: str, block: Block, surface: str) -> None:
    """One block: known, allowed on the surface, its fields within their limits."""
    kind = str(block.get("type"))
    allowed = "yes" if kind in EVERYWHERE else SURFACES.get(kind, {}).get(surface, "no")
    if allowed == "no":
        known = kind in SURFACES
        more = f" (a {kind} block can't stand in a {surface})" if known else ""
        findings.error(f"{pointer}/type", f"unsupported type: {kind}{more}")
        return
    if allowed == "?":
        findings.warning(
            f"{pointer}/type", f"it is uncertain whether Slack takes a {kind} block in a {surface}"
        )
    findings.string("block_id", f"{pointer}/block_id", block.get("block_id"))
    if kind == "container":
        _container(findings, pointer, block, surface)
    elif kind in CHECKS:
        CHECKS[kind](findings, pointer, block)


def _section(findings: Findings, pointer: str, block: Block) -> None:
    if block.get("text") is None and block.get("fields") is None:
        findings.error(pointer, "missing required field: text or fields")
    check_text(findings, f"{pointer}/text", block.get("text"), "section.text", required=False)
    if block.get("fields") is not None:
        fields = findings.listing("section.fields", f"{pointer}/fields", block["fields"])
        for index, field in enumerate(fields):
            check_text(findings, f"{pointer}/fields/{index}", field, "section.field")
    if not isinstance(block.get("expand", False), bool):
        findings.error(f"{pointer}/expand", "must be a boolean")
    if block.get("accessory") is not None:
        check_element(findings, f"{pointer}/accessory", block["accessory"], "accessory")


def _header(findings: Findings, pointer: str, block: Block) -> None:
    check_text(findings, f"{pointer}/text", block.get("text"), "header.text", types=PLAIN)


def _context(findings: Findings, pointer: str, block: Block) -> None:
    for index, element in enumerate(
        findings.listing("context.elements", f"{pointer}/elements", block.get("elements"))
    ):
        child = f"{pointer}/elements/{index}"
        if isinstance(element, dict) and element.get("type") == "image":
            check_image(findings, child, element)
        else:
            check_text(findings, child, element, "context.text")


def _elements(findings: Findings, pointer: str, block: Block) -> None:
    """actions and context_actions: elements with action_ids of their own."""
    kind = str(block["type"])
    seen: set[str] = set()
    for index, element in enumerate(
        findings.listing(f"{kind}.elements", f"{pointer}/elements", block.get("elements"))
    ):
        child = f"{pointer}/elements/{index}"
        action_id = check_element(findings, child, element, kind)
        if action_id in seen:
            findings.error(f"{child}/action_id", f"action_id already exists: {action_id}")
        if action_id is not None:
            seen.add(action_id)


def _input(findings: Findings, pointer: str, block: Block) -> None:
    check_text(findings, f"{pointer}/label", block.get("label"), "input.label", types=PLAIN)
    check_text(findings, f"{pointer}/hint", block.get("hint"), "input.hint", types=PLAIN, required=False)
    if block.get("element") is None:
        findings.error(f"{pointer}/element", "missing required field")
        return
    check_element(findings, f"{pointer}/element", block["element"], "input")


def _image(findings: Findings, pointer: str, block: Block) -> None:
    check_image(findings, pointer, block)
    check_text(findings, f"{pointer}/title", block.get("title"), "image.title", types=PLAIN, required=False)


def _markdown(findings: Findings, pointer: str, block: Block) -> None:
    findings.string("message.markdown", f"{pointer}/text", block.get("text"), required=True)


def _table(findings: Findings, pointer: str, block: Block) -> None:
    for index, row in enumerate(findings.listing("table.rows", f"{pointer}/rows", block.get("rows"))):
        child = f"{pointer}/rows/{index}"
        for column, cell in enumerate(findings.listing("table.cells", child, row)):
            check_cell(findings, f"{child}/{column}", cell)
    if block.get("column_settings") is not None:
        findings.listing(
            "table.column_settings", f"{pointer}/column_settings", block["column_settings"], least=0
        )


def _rich_text(findings: Findings, pointer: str, block: Any) -> None:
    if not isinstance(block, dict) or block.get("type") != "rich_text":
        findings.error(pointer, "must be a rich_text object")
    elif not isinstance(block.get("elements"), list):
        findings.error(f"{pointer}/elements", "missing required field")
    else:
        for index, element in enumerate(block["elements"]):
            _rich_element(findings, f"{pointer}/elements/{index}", element)


RICH = ("rich_text_section", "rich_text_preformatted", "rich_text_quote", "rich_text_list")


def _rich_element(findings: Findings, pointer: str, element: Any) -> None:
    """A part of a rich text; a text in it, which Slack shows as it is, is not empty."""
    if not isinstance(element, dict) or element.get("type") not in RICH:
        findings.error(f"{pointer}/type", f"must be one of: {', '.join(RICH)}")
        return
    items = element.get("elements")
    if not isinstance(items, list):
        findings.error(f"{pointer}/elements", "missing required field")
        return
    for index, item in enumerate(items):
        child = f"{pointer}/elements/{index}"
        if element["type"] == "rich_text_list":
            _rich_element(findings, child, item)
        elif isinstance(item, dict) and item.get("type") == "text" and not item.get("text"):
            findings.error(f"{child}/text", "must be more than 0 characters")


def _task(findings: Findings, pointer: str, task: Any) -> None:
    if not isinstance(task, dict):
        findings.error(pointer, "must provide an object")
        return
    for name in ("task_id", "title"):
        if not isinstance(task.get(name), str) or not task[name]:
            findings.error(f"{pointer}/{name}", "missing required field")
    if task.get("status") not in (None, *STATUSES):
        findings.error(f"{pointer}/status", f"must be one of: {', '.join(STATUSES)}; got {task['status']!r}")
    for name in ("details", "output"):
        if task.get(name) is not None:
            _rich_text(findings, f"{pointer}/{name}", task[name])


def _plan(findings: Findings, pointer: str, block: Block) -> None:
    if not isinstance(block.get("title"), str) or not block["title"]:
        findings.error(f"{pointer}/title", "missing required field")
    tasks = block.get("tasks")
    if tasks is None:
        return
    seen: set[str] = set()
    for index, task in enumerate(findings.listing("plan.tasks", f"{pointer}/tasks", tasks, least=0)):
        _task(findings, f"{pointer}/tasks/{index}", task)
        task_id = task.get("task_id") if isinstance(task, dict) else None
        if isinstance(task_id, str):
            if task_id in seen:
                findings.error(f"{pointer}/tasks/{index}/task_id", f"task_id already exists: {task_id}")
            seen.add(task_id)


def _card(findings: Findings, pointer: str, block: Block) -> None:
    if not any(block.get(name) for name in ("hero_image", "title", "actions", "body")):
        findings.error(pointer, "must have at least one of hero_image, title, actions, body")
    for name in ("title", "subtitle", "body"):
        check_text(findings, f"{pointer}/{name}", block.get(name), f"card.{name}", required=False)
    for name in ("hero_image", "icon"):
        if isinstance(block.get(name), dict):
            check_image(findings, f"{pointer}/{name}", block[name])
    if block.get("actions") is not None:
        for index, button in enumerate(
            findings.listing("card.actions", f"{pointer}/actions", block["actions"])
        ):
            child = f"{pointer}/actions/{index}"
            if isinstance(button, dict) and button.get("type") == "button":
                check_element(findings, child, button, "actions")
            else:
                findings.error(child, "must be a button")


def _carousel(findings: Findings, pointer: str, block: Block) -> None:
    for index, card in enumerate(
        findings.listing("carousel.elements", f"{pointer}/elements", block.get("elements"))
    ):
        child = f"{pointer}/elements/{index}"
        if isinstance(card, dict) and card.get("type") == "card":
            _card(findings, child, card)
        else:
            findings.error(child, "must be a card")


def _container(findings: Findings, pointer: str, block: Block, surface: str) -> None:
    if block.get("title") is None and block.get("rich_text_title") is None:
        findings.error(pointer, "missing required field: title or rich_text_title")
    check_text(
        findings, f"{pointer}/title", block.get("title"), "container.title", types=PLAIN, required=False
    )
    check_text(findings, f"{pointer}/subtitle", block.get("subtitle"), "container.subtitle", required=False)
    children = findings.listing(
        "container.child_blocks", f"{pointer}/child_blocks", block.get("child_blocks")
    )
    check_blocks(findings, f"{pointer}/child_blocks", children, surface)


def _alert(findings: Findings, pointer: str, block: Block) -> None:
    check_text(findings, f"{pointer}/text", block.get("text"), "alert.text")
    if block.get("level") not in (None, *LEVELS):
        findings.error(f"{pointer}/level", f"must be one of: {', '.join(LEVELS)}; got {block['level']!r}")


def _video(findings: Findings, pointer: str, block: Block) -> None:
    check_text(findings, f"{pointer}/title", block.get("title"), "video.title", types=PLAIN)
    findings.string("video.author_name", f"{pointer}/author_name", block.get("author_name"))
    for name in ("video_url", "thumbnail_url", "alt_text"):
        if not isinstance(block.get(name), str) or not block[name]:
            findings.error(f"{pointer}/{name}", "missing required field")


CHECKS: dict[str, Check] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _elements,
    "context_actions": _elements,
    "input": _input,
    "image": _image,
    "markdown": _markdown,
    "table": _table,
    "data_table": check_data_table,
    "data_visualization": check_chart,
    "rich_text": _rich_text,
    "plan": _plan,
    "task_card": _task,
    "card": _card,
    "carousel": _carousel,
    "alert": _alert,
    "video": _video,
}
