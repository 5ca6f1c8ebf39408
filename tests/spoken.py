"""Rules for the `text` of each message: a notification and a screen reader get nothing else of it."""

import json
import re
from collections.abc import Iterable
from typing import Any

from localslack import Server

Json = dict[str, Any]
_WRITES = ("chat.postMessage", "chat.update", "chat.postEphemeral", "response_url")
_RUN = re.compile(r"\b[a-z0-9][a-z0-9-]*-(?:[0-9a-z]{4,}|\d+T\d+Z)\b")
_OTHER = {"delete_original", "attachments"}
_MAX_BYTES = 3700
_WHO = re.compile(r"can decide|must approve|must answer|took over|[Nn]obody|for you| asks <@")
_OF_NO_RUN = re.compile(
    r"Review of the week|^\*Checkpoint of the log|Your absence has ended|is back\. You no longer decide"
)
"""Messages about a week, the log or a person."""
_TITLE = re.compile(r"[*_`]")


def written(slack: Server) -> list[Json]:
    """Return the arguments of every message that was written in this local Slack, the newest 1000."""
    # Only tests of odd messages send attachments.
    calls = [call for call in slack._slack.calls.read("", 0) if call["method"] in _WRITES]
    return [call["args"] for call in calls if call["ok"] and not call["args"].keys() & _OTHER]


def lacking(sent: Json, workflows: Iterable[str] = ()) -> str:
    """Return what the text of a message lacks; empty for nothing. `workflows`: the names of all of them."""
    text, blocks = str(sent.get("text") or ""), _blocks(sent)
    if not text.strip():
        return "the text is empty"
    if re.search(r"""["']type["']: ?["']|\bplain_text\b""", text):
        return "the text holds the JSON of blocks"
    if len(text.encode()) > _MAX_BYTES:
        return "the text is longer than Slack takes in an edit"
    acts = [element.get("action_id", "") for block in blocks for element in block.get("elements", ())]
    if any(act.startswith(("signoff:decide", "signoff:decide-all")) for act in acts):
        return _lacks_of_question(text, blocks)
    if "metadata" in sent and not _names(text, workflows):
        return "the text names no run and no workflow"
    return ""


def _lacks_of_question(text: str, blocks: list[Json]) -> str:
    """Look for the question, who decides, and the run. A list of requests says only how many there are."""
    if re.search(r"[\d,]+ (newer )?requests? waits? for you", text):
        return ""
    head = next(block["text"]["text"] for block in blocks if block["type"] == "section" and "text" in block)
    asked = _plain(head.splitlines()[0])
    if asked[:150] not in _plain(text):
        return f"the text lacks the question or the failure {asked!r}"
    if not _WHO.search(text):
        return "the text does not say who decides"
    if " failed at " in text and not re.search(r" failed at .+: .+", text):
        return "the text lacks the reason of the failure"
    if not _RUN.search(text) and not re.search(r"in [\d,]+ runs?", text):
        return "the text names no run"
    return ""


def _names(text: str, workflows: Iterable[str]) -> bool:
    names = {name.replace("_", "-") for name in workflows}
    return bool(_RUN.search(text) or _OF_NO_RUN.search(text)) or any(name in text for name in names)


def check(slack: Server, workflows: Iterable[str]) -> None:
    """Fail where a message that was written in this local Slack lacks something in its text."""
    known = list(workflows)
    found = {(lack, str(sent.get("text"))) for sent in written(slack) if (lack := lacking(sent, known))}
    assert not found, "\n".join(f"{lack}: {text!r}" for lack, text in sorted(found))


def _plain(text: str) -> str:
    return " ".join(_TITLE.sub("", text).split())


def _blocks(sent: Json) -> list[Json]:
    blocks = sent.get("blocks") or []
    return list(json.loads(blocks) if isinstance(blocks, str) else blocks)


def without_runs(texts: Iterable[str]) -> list[str]:
    """Return the texts without the names of their runs at the end, which differ each time."""
    return [re.sub(r" \([\w-]+-\w{4}\)$", "", text) for text in texts]
