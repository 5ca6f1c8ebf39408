"""The content of a message as a caller gives it, checked as Slack checks it."""

from typing import Any

from localslack.api.call import Call
from localslack.blocks import Findings, check_message, complete
from localslack.blocks.limits import LIMITS
from localslack.blocks.messages import characters
from localslack.errors import SlackError
from localslack.workspace.records import Json

MAX_TEXT = 40_000  # (d) methods/chat.postMessage: longer texts are cut
MAX_UPDATE_BYTES = 4_000  # (3) chat.update measures UTF-8 bytes


def content(call: Call) -> Json:
    """{text, blocks, attachments} of the call; SlackError as Slack refuses it (no_text, …)."""
    blocks = read_blocks(call)
    attachments = read_attachments(call)
    check_together(blocks, attachments)
    text = call.text("text")
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    if len(text) > MAX_TEXT:
        text = text[:MAX_TEXT]
        call.warn("message_truncated")
    return {"text": text, "blocks": blocks, "attachments": attachments}


def read_blocks(call: Call) -> list[Json] | None:
    """The blocks with their ids; None when none are given, [] when an empty list is."""
    blocks = call.structure("blocks", "invalid_blocks_format")
    if blocks is None:
        return None
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    findings = check_message(blocks)
    _check_types(call, blocks, findings)
    _judge(call, findings)
    _check_files(call, blocks)
    return complete(blocks)


def read_attachments(call: Call) -> list[Json] | None:
    """Attachments (their blocks count as blocks)."""
    attachments = call.structure("attachments", "invalid_attachments")
    if attachments is None:
        return None
    if not isinstance(attachments, list) or not all(isinstance(item, dict) for item in attachments):
        raise SlackError("invalid_attachments")
    if len(attachments) > 100:
        raise SlackError("too_many_attachments")
    done = []
    for number, item in enumerate(attachments):
        blocks = item.get("blocks")
        if blocks is not None:
            if not isinstance(blocks, list):
                raise SlackError("invalid_attachments")
            _judge(call, check_message(blocks, f"/attachments/{number}/blocks"))
            item = item | {"blocks": complete(blocks)}
        done.append({"id": number + 1, **item})
    return done


def check_together(blocks: list[Json] | None, attachments: list[Json] | None) -> None:
    """Everything that holds blocks counts towards one limit: the message's own and its attachments'."""
    containers = [blocks or [], *(item.get("blocks") or [] for item in attachments or [])]
    if sum(map(characters, containers)) > LIMITS["message.characters"].most:
        raise SlackError("msg_blocks_too_long")


def read_metadata(call: Call) -> Json | None:
    """Message metadata (d reference/metadata): event_type and event_payload. {} removes it, as None."""
    metadata = call.structure("metadata", "invalid_metadata_format")
    if metadata is None or metadata == {}:
        return None
    fits = (
        isinstance(metadata, dict) and isinstance(metadata.get("event_type"), str) and metadata["event_type"]
    )
    if not fits or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    return {"event_type": metadata["event_type"], "event_payload": metadata["event_payload"]}


def check_update_length(text: str) -> None:
    if len(text.encode()) > MAX_UPDATE_BYTES:
        raise SlackError("msg_too_long")


def _judge(call: Call, findings: Findings) -> None:
    if findings.errors:
        raise SlackError(
            "invalid_blocks", errors=findings.errors, response_metadata={"messages": findings.errors}
        )
    if findings.too_long:
        raise SlackError("msg_blocks_too_long")
    call.warn(*findings.warnings)


def _check_types(call: Call, blocks: list[Any], findings: Findings) -> None:
    for index, block in enumerate(blocks):
        kind = str(block.get("type")) if isinstance(block, dict) else ""
        if kind in call.slack.refused_blocks:
            findings.error(f"/blocks/{index}/type", f"unsupported type: {kind}")


def _check_files(call: Call, value: Any) -> None:
    """Every slack_file of the blocks is a file of this workspace."""
    if isinstance(value, list):
        for item in value:
            _check_files(call, item)
    elif isinstance(value, dict):
        reference = value.get("slack_file")
        if isinstance(reference, dict) and not _known(call, reference):
            message = "[ERROR] invalid slack file [json-pointer:/blocks]"
            raise SlackError("invalid_blocks", errors=[message], response_metadata={"messages": [message]})
        for item in value.values():
            _check_files(call, item)


def _known(call: Call, reference: Json) -> bool:
    files = call.slack.workspace.files
    if str(reference.get("id")) in files:
        return True
    url = reference.get("url")
    return isinstance(url, str) and any(f"/files/{key}/" in url for key in files)
