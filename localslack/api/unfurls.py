"""Links that people share: the event that tells the app of them, and what it shows below each.

Source: docs.slack.dev/reference/events/link_shared (d) and /reference/methods/chat.unfurl (d). The local
Slack tells of posted messages only, and not of links in the composer.
"""

from typing import Any

from localslack import posting
from localslack.api.call import Call, Method
from localslack.blocks import check_message, complete
from localslack.errors import SlackError
from localslack.workspace.records import Json, Message

_MAX_UNFURLS = 5


async def unfurl(call: Call) -> Json:
    """Show content below links of a message. The second time it takes the place of the first."""
    call.required("channel")
    channel = call.slack.workspace.channels.get(call.text("channel"))
    ts = call.required("ts")
    message = call.slack.workspace.message(channel.id, ts) if channel is not None else None
    if message is None or message.ephemeral_to is not None:
        raise SlackError("cannot_find_message")
    unfurls = call.structure("unfurls", "invalid_unfurls_format")
    if not isinstance(unfurls, dict) or not unfurls:
        raise SlackError("missing_unfurls" if not unfurls else "invalid_unfurls_format")
    shown = [_attachment(call, message, str(url), content) for url, content in unfurls.items()]
    kept = [each for each in message.attachments or [] if each.get("from_url") not in unfurls]
    numbered = [{**each, "id": number} for number, each in enumerate([*kept, *shown], 1)]
    await posting.change(call.slack, message, attachments=numbered)
    return {}


def _attachment(call: Call, message: Message, url: str, content: Any) -> Json:
    domains = call.slack.manifest.unfurl_domains
    if url not in [found for found, _ in posting.links_in(message.text, domains)][:_MAX_UNFURLS]:
        raise SlackError("cannot_unfurl_url")
    if not isinstance(content, dict):
        raise SlackError("invalid_unfurls_format")
    blocks = content.get("blocks")
    if blocks is not None:
        if not isinstance(blocks, list):
            raise SlackError("invalid_blocks_format")
        findings = check_message(blocks, "/unfurls/blocks")
        if findings.errors:
            raise SlackError("invalid_blocks", errors=findings.errors)
        content = {**content, "blocks": complete(blocks)}
    app = call.slack.workspace.app
    made = {"from_url": url, "app_unfurl_url": url, "is_app_unfurl": True}
    return {**content, **made, "bot_id": app.bot_id, "app_id": app.id}


METHODS = {"chat.unfurl": Method(unfurl, ("links:write",))}
