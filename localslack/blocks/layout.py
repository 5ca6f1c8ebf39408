"""Layout blocks: one check a type."""

from collections.abc import Callable
from typing import Any

from localslack.blocks.elements import check_element, check_image
from localslack.blocks.findings import Findings
from localslack.blocks.limits import EVERYWHERE, SURFACES
from localslack.blocks.texts import PLAIN, check_text

Block = dict[str, Any]
Check = Callable[[Findings, str, Block], None]
STATUSES = ("pending", "in_progress", "complete", "error")
LEVELS = ("default", "info", "warning", "error", "success")


def check_blocks(found: Findings, pointer: str, blocks: list[Any], surface: str) -> None:
    """Each block on `surface` (message, modal, home), and that no block_id is there twice."""
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        place = f"{pointer}/{index}"
        if not isinstance(block, dict):
            found.error(place, "must provide an object")
            continue
        check_block(found, place, block, surface)
        block_id = block.get("block_id")
        if isinstance(block_id, str) and block.get("type") != "markdown":
            if block_id in seen:
                found.error(f"{place}/block_id", f"block_id already exists: {block_id}")
            seen.add(block_id)


def check_block(found: Findings, pointer: str, block: Block, surface: str) -> None:
    """One block: known, allowed on the surface, its fields within their limits."""
    kind = block.get("type")
    allowed = "yes" if kind in EVERYWHERE else SURFACES.get(str(kind), {}).get(surface, "no")
    if allowed == "no":
        known = kind in SURFACES
        more = f" (a {kind} block can't stand in a {surface})" if known else ""
        found.error(f"{pointer}/type", f"unsupported type: {kind}{more}")
        return
    if allowed == "?":
        found.warning(f"{pointer}/type", f"it is uncertain whether Slack takes a {kind} block in a {surface}")
    found.string("block_id", f"{pointer}/block_id", block.get("block_id"))
    if kind == "container":
        _container(found, pointer, block, surface)
    elif kind in CHECKS:
        CHECKS[str(kind)](found, pointer, block)


def _section(found: Findings, pointer: str, block: Block) -> None:
    if block.get("text") is None and block.get("fields") is None:
        found.error(pointer, "missing required field: text or fields")
    check_text(found, f"{pointer}/text", block.get("text"), "section.text", required=False)
    if block.get("fields") is not None:
        fields = found.listing("section.fields", f"{pointer}/fields", block["fields"])
        for index, field in enumerate(fields):
            check_text(found, f"{pointer}/fields/{index}", field, "section.field")
    if not isinstance(block.get("expand", False), bool):
        found.error(f"{pointer}/expand", "must be a boolean")
    if block.get("accessory") is not None:
        check_element(found, f"{pointer}/accessory", block["accessory"], "accessory")


def _header(found: Findings, pointer: str, block: Block) -> None:
    check_text(found, f"{pointer}/text", block.get("text"), "header.text", types=PLAIN)


def _context(found: Findings, pointer: str, block: Block) -> None:
    for index, element in enumerate(
        found.listing("context.elements", f"{pointer}/elements", block.get("elements"))
    ):
        place = f"{pointer}/elements/{index}"
        if isinstance(element, dict) and element.get("type") == "image":
            check_image(found, place, element)
        else:
            check_text(found, place, element, "context.text")


def _elements(found: Findings, pointer: str, block: Block) -> None:
    """actions and context_actions: elements with action_ids of their own."""
    kind = str(block["type"])
    seen: set[str] = set()
    for index, element in enumerate(
        found.listing(f"{kind}.elements", f"{pointer}/elements", block.get("elements"))
    ):
        place = f"{pointer}/elements/{index}"
        action_id = check_element(found, place, element, kind)
        if action_id in seen:
            found.error(f"{place}/action_id", f"action_id already exists: {action_id}")
        if action_id is not None:
            seen.add(action_id)


def _input(found: Findings, pointer: str, block: Block) -> None:
    check_text(found, f"{pointer}/label", block.get("label"), "input.label", types=PLAIN)
    check_text(found, f"{pointer}/hint", block.get("hint"), "input.hint", types=PLAIN, required=False)
    if block.get("element") is None:
        found.error(f"{pointer}/element", "missing required field")
        return
    check_element(found, f"{pointer}/element", block["element"], "input")


def _image(found: Findings, pointer: str, block: Block) -> None:
    check_image(found, pointer, block)
    check_text(found, f"{pointer}/title", block.get("title"), "image.title", types=PLAIN, required=False)


def _markdown(found: Findings, pointer: str, block: Block) -> None:
    found.string("message.markdown", f"{pointer}/text", block.get("text"), required=True)


def _table(found: Findings, pointer: str, block: Block) -> None:
    for index, row in enumerate(found.listing("table.rows", f"{pointer}/rows", block.get("rows"))):
        place = f"{pointer}/rows/{index}"
        for column, cell in enumerate(found.listing("table.cells", place, row)):
            _cell(found, f"{place}/{column}", cell)
    if block.get("column_settings") is not None:
        found.listing(
            "table.column_settings", f"{pointer}/column_settings", block["column_settings"], least=0
        )


def _cell(found: Findings, pointer: str, cell: Any) -> None:
    if not isinstance(cell, dict) or cell.get("type") not in ("raw_text", "raw_number", "rich_text"):
        found.error(pointer, "must be a raw_text or rich_text cell")
    elif cell["type"] == "raw_text" and not cell.get("text"):
        found.error(f"{pointer}/text", "must be more than 0 characters")
    elif cell["type"] == "rich_text" and not cell.get("elements"):
        found.error(f"{pointer}/elements", "must have at least 1 item")


def _rich_text(found: Findings, pointer: str, block: Any) -> None:
    if not isinstance(block, dict) or block.get("type") != "rich_text":
        found.error(pointer, "must be a rich_text object")
    elif not isinstance(block.get("elements"), list):
        found.error(f"{pointer}/elements", "missing required field")
    else:
        for index, element in enumerate(block["elements"]):
            _rich_element(found, f"{pointer}/elements/{index}", element)


RICH = ("rich_text_section", "rich_text_preformatted", "rich_text_quote", "rich_text_list")


def _rich_element(found: Findings, pointer: str, element: Any) -> None:
    """A part of a rich text; a text in it, which Slack shows as it is, is not empty."""
    if not isinstance(element, dict) or element.get("type") not in RICH:
        found.error(f"{pointer}/type", f"must be one of: {', '.join(RICH)}")
        return
    items = element.get("elements")
    if not isinstance(items, list):
        found.error(f"{pointer}/elements", "missing required field")
        return
    for index, item in enumerate(items):
        place = f"{pointer}/elements/{index}"
        if element["type"] == "rich_text_list":
            _rich_element(found, place, item)
        elif isinstance(item, dict) and item.get("type") == "text" and not item.get("text"):
            found.error(f"{place}/text", "must be more than 0 characters")


def _task(found: Findings, pointer: str, task: Any) -> None:
    if not isinstance(task, dict):
        found.error(pointer, "must provide an object")
        return
    for name in ("task_id", "title"):
        if not isinstance(task.get(name), str) or not task[name]:
            found.error(f"{pointer}/{name}", "missing required field")
    if task.get("status") not in (None, *STATUSES):
        found.error(f"{pointer}/status", f"must be one of: {', '.join(STATUSES)}; got {task['status']!r}")
    for name in ("details", "output"):
        if task.get(name) is not None:
            _rich_text(found, f"{pointer}/{name}", task[name])


def _plan(found: Findings, pointer: str, block: Block) -> None:
    if not isinstance(block.get("title"), str) or not block["title"]:
        found.error(f"{pointer}/title", "missing required field")
    tasks = block.get("tasks")
    if tasks is None:
        return
    seen: set[str] = set()
    for index, task in enumerate(found.listing("plan.tasks", f"{pointer}/tasks", tasks, least=0)):
        _task(found, f"{pointer}/tasks/{index}", task)
        task_id = task.get("task_id") if isinstance(task, dict) else None
        if isinstance(task_id, str):
            if task_id in seen:
                found.error(f"{pointer}/tasks/{index}/task_id", f"task_id already exists: {task_id}")
            seen.add(task_id)


def _card(found: Findings, pointer: str, block: Block) -> None:
    if not any(block.get(name) for name in ("hero_image", "title", "actions", "body")):
        found.error(pointer, "must have at least one of hero_image, title, actions, body")
    for name in ("title", "subtitle", "body"):
        check_text(found, f"{pointer}/{name}", block.get(name), f"card.{name}", required=False)
    for name in ("hero_image", "icon"):
        if isinstance(block.get(name), dict):
            check_image(found, f"{pointer}/{name}", block[name])
    if block.get("actions") is not None:
        for index, button in enumerate(found.listing("card.actions", f"{pointer}/actions", block["actions"])):
            place = f"{pointer}/actions/{index}"
            if isinstance(button, dict) and button.get("type") == "button":
                check_element(found, place, button, "actions")
            else:
                found.error(place, "must be a button")


def _carousel(found: Findings, pointer: str, block: Block) -> None:
    for index, card in enumerate(
        found.listing("carousel.elements", f"{pointer}/elements", block.get("elements"))
    ):
        place = f"{pointer}/elements/{index}"
        if isinstance(card, dict) and card.get("type") == "card":
            _card(found, place, card)
        else:
            found.error(place, "must be a card")


def _container(found: Findings, pointer: str, block: Block, surface: str) -> None:
    if block.get("title") is None and block.get("rich_text_title") is None:
        found.error(pointer, "missing required field: title or rich_text_title")
    check_text(found, f"{pointer}/title", block.get("title"), "container.title", types=PLAIN, required=False)
    check_text(found, f"{pointer}/subtitle", block.get("subtitle"), "container.subtitle", required=False)
    children = found.listing("container.child_blocks", f"{pointer}/child_blocks", block.get("child_blocks"))
    check_blocks(found, f"{pointer}/child_blocks", children, surface)


def _alert(found: Findings, pointer: str, block: Block) -> None:
    check_text(found, f"{pointer}/text", block.get("text"), "alert.text")
    if block.get("level") not in (None, *LEVELS):
        found.error(f"{pointer}/level", f"must be one of: {', '.join(LEVELS)}; got {block['level']!r}")


def _video(found: Findings, pointer: str, block: Block) -> None:
    check_text(found, f"{pointer}/title", block.get("title"), "video.title", types=PLAIN)
    found.string("video.author_name", f"{pointer}/author_name", block.get("author_name"))
    for name in ("video_url", "thumbnail_url", "alt_text"):
        if not isinstance(block.get(name), str) or not block[name]:
            found.error(f"{pointer}/{name}", "missing required field")


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
    "rich_text": _rich_text,
    "plan": _plan,
    "task_card": _task,
    "card": _card,
    "carousel": _carousel,
    "alert": _alert,
    "video": _video,
}
