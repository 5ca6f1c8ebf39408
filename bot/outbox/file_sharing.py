"""Uploads a file to Slack and shares it in a conversation."""

from bot.outbox.ports import Slack
from bot.outbox.reconcile import Destination
from bot.slack.call_results import CallResult, Limited, Rejected, Sent, Unreached
from bot.slack.web_api import SlackBusy, SlackRefused, SlackUnreachable
from bot.views.requests.full_content import File


async def share_file(slack: Slack, destination: Destination, file: File) -> CallResult:
    """Upload and share it. Only the last of the three calls shows anything to people."""
    try:
        size = {"filename": file.name, "length": len(file.content)}
        size |= {"alt_txt": file.alt} if file.alt else {}
        ticket = await slack.read("files.getUploadURLExternal", size)
    except SlackRefused as error:
        return error.rejected
    except SlackBusy:
        raise
    except SlackUnreachable as error:
        return Unreached(str(error))
    uploaded = await slack.upload(str(ticket["upload_url"]), file.content)
    if not isinstance(uploaded, Sent):
        return uploaded if isinstance(uploaded, Rejected) else Unreached("the file was not taken")
    shared = {
        "files": [{"id": ticket["file_id"], "title": file.title}],
        "channel_id": destination.channel,
        **({"initial_comment": file.comment} if file.comment else {}),
        **({"thread_ts": destination.thread_ts} if destination.thread_ts else {}),
    }
    outcome = await slack.write("files.completeUploadExternal", shared)
    if isinstance(outcome, Limited):
        raise SlackBusy("files.completeUploadExternal", outcome.seconds)
    return (
        Sent({"channel": destination.channel, "file": ticket["file_id"]})
        if isinstance(outcome, Sent)
        else outcome
    )
