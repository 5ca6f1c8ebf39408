"""Additions of Slack to stored blocks: ids that were left out, and a text object's defaults."""

from typing import Any

from localslack.blocks.limits import ELEMENTS
from localslack.ids import short_id

_INTERACTIVE = {kind for kinds in ELEMENTS.values() for kind in kinds} - {"image"}


def complete(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A copy with every block_id and action_id there; a markdown block's own block_id is dropped (d)."""
    done = [_copy(block) for block in blocks]
    for block in done:
        if block.get("type") == "markdown":
            block.pop("block_id", None)
        else:
            block.setdefault("block_id", short_id())
        for child in block.get("child_blocks") or []:
            child.setdefault("block_id", short_id())
    return done


def _copy(value: Any) -> Any:
    if isinstance(value, list):
        return [_copy(item) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {key: _copy(item) for key, item in value.items()}
    kind = copy.get("type")
    if kind == "plain_text":
        copy.setdefault("emoji", True)
    elif kind == "mrkdwn":
        copy.setdefault("verbatim", False)
    elif isinstance(kind, str) and kind in _INTERACTIVE:
        copy.setdefault("action_id", short_id())
    return copy
