"""A view: a modal or a Home."""

import json
from typing import Any

from localslack.blocks.findings import Findings
from localslack.blocks.layout import check_blocks
from localslack.blocks.limits import LIMITS
from localslack.blocks.texts import PLAIN, check_text


def check_view(view: dict[str, Any], kind: str) -> Findings:
    """The findings on a view that must be of `kind` (modal, home)."""
    findings = Findings()
    if view.get("type") != kind:
        findings.error("/view/type", f"must be {kind}; got {view.get('type')!r}")
    blocks = findings.listing("view.blocks", "/view/blocks", view.get("blocks"), least=0)
    check_blocks(findings, "/view/blocks", blocks, kind)
    for name in ("private_metadata", "callback_id", "external_id"):
        findings.string(f"view.{name}", f"/view/{name}", view.get(name))
    if kind == "modal":
        _modal(findings, view, blocks)
    findings.too_long = len(json.dumps(view, ensure_ascii=False).encode()) > LIMITS["view.bytes"].most
    return findings


def _modal(findings: Findings, view: dict[str, Any], blocks: list[Any]) -> None:
    check_text(findings, "/view/title", view.get("title"), "view.title", types=PLAIN)
    for name in ("submit", "close"):
        check_text(findings, f"/view/{name}", view.get(name), f"view.{name}", types=PLAIN, required=False)
    has_input = any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)
    if has_input and view.get("submit") is None:
        findings.error(
            "/view/submit", "missing required field: submit is required when a modal has input blocks"
        )
