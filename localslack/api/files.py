"""files.*: the external upload flow (docs.slack.dev/messaging/working-with-files)."""

import mimetypes

from aiohttp import web

from localslack import posting, shapes
from localslack.api.call import Call, Method
from localslack.api.content import read_blocks
from localslack.errors import SlackError, invalid_arguments
from localslack.ids import make_id, secret
from localslack.slack import Slack
from localslack.workspace.records import Channel, File, Json

MAX_BYTES = 1_000_000_000  # (d) files up to 1 GB


async def get_upload_url(call: Call) -> Json:
    name, length = call.required("filename"), call.number("length", 0, 0, MAX_BYTES + 1)
    if length < 1:
        raise invalid_arguments("missing required field: length")
    if length > MAX_BYTES:
        raise SlackError("file_upload_size_restricted")
    kind = mimetypes.guess_type(name)[0] or "text/plain"
    app, now = call.slack.workspace.app, int(call.slack.clock.now())
    safe = name.replace("/", "_").replace("\\", "_")
    file = File(make_id("F"), safe, safe, kind, length, app.bot_user, now, alt=call.text("alt_txt"))
    call.slack.workspace.files[file.id] = file
    key = secret()
    call.slack.uploads[key] = file.id
    return {"upload_url": f"{call.slack.url}/upload/{key}", "file_id": file.id}


async def receive(slack: Slack, request: web.Request) -> web.Response:
    """POST /upload/{id}: the bytes, as the body or as a form's file."""
    file = slack.workspace.files.get(slack.uploads.get(request.match_info["id"], ""))
    if file is None:
        return web.Response(status=404, text="upload_url_not_found")
    if request.content_type == "multipart/form-data":
        try:
            form = await request.post()
        except (LookupError, ValueError):
            return web.Response(status=400, text="the form can't be read")
        parts = [part for part in form.values() if isinstance(part, web.FileField)]
        body = parts[0].file.read() if parts else b""
    else:
        body = await request.read()
    if len(body) != file.size:
        return web.Response(status=400, text=f"got {len(body)} bytes, {file.size} were announced")
    await slack.workspace.save_content(file, body)
    return web.Response(text=f"OK - {len(body)}")


async def complete_upload(call: Call) -> Json:
    slack = call.slack
    entries = call.structure("files", "invalid_arguments")
    if not isinstance(entries, list) or not entries:
        raise invalid_arguments("missing required field: files")
    files = [_uploaded(call, item) for item in entries]
    channel_ids = call.listing("channels") or call.listing("channel_id")
    channels = [_shared_to(call, channel_id) for channel_id in channel_ids]
    blocks = read_blocks(call)
    for item, file in zip(entries, files, strict=True):
        file.title = str(item.get("title") or file.title)
        file.complete = True
    await slack.workspace.save(*files)
    for channel in channels:
        await _share(call, channel, files, blocks)
    return {"files": [shapes.file(slack, file) for file in files]}


def _uploaded(call: Call, item: object) -> File:
    key = item.get("id") if isinstance(item, dict) else None
    file = call.slack.workspace.files.get(str(key))
    if file is None or file.id not in call.slack.workspace.contents:
        raise SlackError("file_not_found")
    return file


def _shared_to(call: Call, channel_id: str) -> Channel:
    channel = call.slack.workspace.channels.get(channel_id)
    if channel is None or (channel.kind != "channel" and not call.is_member(channel)):
        raise SlackError("channel_not_found")
    if not call.is_member(channel):
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


async def _share(call: Call, channel: Channel, files: list[File], blocks: list[Json] | None) -> None:
    thread = call.text("thread_ts") or None
    if thread and call.slack.workspace.message(channel.id, thread) is None:
        raise SlackError("thread_not_found")
    message = posting.bot_message(
        call.slack,
        channel.id,
        call.text("initial_comment"),
        files=[file.id for file in files],
        blocks=blocks or None,
        thread_ts=thread,
        subtype="file_share",
    )
    for file in files:
        file.shares.setdefault(channel.id, []).append(message.ts)
    await call.slack.workspace.save(*files)
    await posting.post(call.slack, message)


async def info(call: Call) -> Json:
    file = call.slack.workspace.files.get(call.required("file"))
    if file is None or not file.complete:
        raise SlackError("file_not_found")
    return {"file": shapes.file(call.slack, file), "comments": [], "response_metadata": {"next_cursor": ""}}


METHODS = {
    "files.getUploadURLExternal": Method(get_upload_url, ("files:write",)),
    "files.completeUploadExternal": Method(complete_upload, ("files:write",)),
    "files.info": Method(info, ("files:read",)),
}
