"""`agents.sessions.*`: the status and the title of an agent session, which is a thread.

Source: docs.slack.dev/ai/agent-sessions (d), /reference/methods/agents.sessions.setStatus (d) and
/reference/methods/agents.sessions.rename (d). The names of the errors are those of similar methods (?).
"""

from localslack import sessions
from localslack.api.call import Call, Method
from localslack.errors import SlackError
from localslack.workspace.records import Json, Message

STOPPED = "agent_session_stopped"


async def set_status(call: Call) -> Json:
    root, status = _root(call), call.required("status")
    if status not in sessions.STATUSES:
        raise SlackError("invalid_status")
    title, initiator = call.text("title"), call.text("initiator_user_id")
    if len(title) > sessions.MAX_TITLE:
        raise SlackError("title_too_long")
    known = sessions.at(call.slack, root.channel, root.ts)
    if known is None and initiator:
        members = call.slack.workspace.channels[root.channel].members
        if initiator not in members:
            raise SlackError("user_not_in_channel")
    if not call.slack.manifest.wants(STOPPED):
        call.warn("missing_agent_session_stopped_event_subscription")
    session = sessions.put(call.slack, root, status, title, initiator)
    return {"agent_status": session.status, "status": session.status, "title": session.title}


async def rename(call: Call) -> Json:
    root, title = _root(call), call.required("title")
    session = sessions.at(call.slack, root.channel, root.ts)
    if session is None:
        raise SlackError("session_not_found")
    if len(title) > sessions.MAX_TITLE:
        raise SlackError("title_too_long")
    session.title = title
    sessions.publish(call.slack, session)
    return {"title": title}


def _root(call: Call) -> Message:
    if not call.slack.manifest.agent:
        raise SlackError("not_an_agent")
    channel = call.channel("channel_id")
    if not call.is_member(channel):
        raise SlackError("not_in_channel")
    message = call.slack.workspace.message(channel.id, call.required("thread_ts"))
    if message is None or message.is_reply or message.ephemeral_to is not None:
        raise SlackError("invalid_thread_ts")
    return message


METHODS = {
    "agents.sessions.setStatus": Method(set_status, ("chat:write",)),
    "agents.sessions.rename": Method(rename, ("chat:write",)),
}
