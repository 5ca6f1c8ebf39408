"""The blocks of a message: each of them, and all together."""

from typing import Any

from localslack.blocks.findings import Findings
from localslack.blocks.layout import check_blocks
from localslack.blocks.limits import LIMITS


def check_message(blocks: list[Any], pointer: str = "/blocks") -> Findings:
    """The findings on a message's blocks; `too_long` when Slack would answer msg_blocks_too_long."""
    findings = Findings()
    findings.count("message.blocks", pointer, blocks)
    check_blocks(findings, pointer, blocks, "message")
    kinds = [block.get("type") for block in blocks if isinstance(block, dict)]
    tables = [
        block for block in blocks if isinstance(block, dict) and block.get("type") in ("table", "data_table")
    ]
    findings.total("message.tables", pointer, len(tables), "only one table is allowed in a message")
    findings.total("message.table.characters", pointer, sum(map(characters, tables)), "characters in tables")
    charts = kinds.count("data_visualization")
    findings.total("message.charts", pointer, charts, "charts in a message")
    markdown = [b for b in blocks if isinstance(b, dict) and b.get("type") == "markdown"]
    findings.total(
        "message.markdown", pointer, sum(map(characters, markdown)), "characters in markdown blocks"
    )
    if "plan" in kinds and "task_card" in kinds:
        findings.warning(pointer, "plan and task_card blocks do not go together in one message (3)")
    findings.too_long = sum(map(characters, blocks)) > LIMITS["message.characters"].most
    return findings


def characters(value: Any) -> int:
    """The characters people read: every `text` and `title` that is a string, at any depth."""
    if isinstance(value, list):
        return sum(map(characters, value))
    if not isinstance(value, dict):
        return 0
    return sum(
        len(item) if isinstance(item, str) and key in ("text", "title") else characters(item)
        for key, item in value.items()
    )
