"""Agent sessions: the status and title of a thread, and Slack's stop button. They end with this process.

Source: docs.slack.dev/ai/agent-sessions (d): `processing` ends after one hour, and a title is taken when the
session begins.
"""

from dataclasses import dataclass

from localslack.errors import ControlError
from localslack.people import who
from localslack.slack import Slack
from localslack.workspace.records import Json, Message

STATUSES = ("active", "processing", "suspended", "closed")
MAX_TITLE = 200
_PROCESSING_SECONDS = 3600


@dataclass
class Session:
    """`since`: when its status was set last."""

    channel: str
    thread: str
    status: str
    title: str
    initiator: str
    since: float

    def as_json(self) -> Json:
        return {
            "channel": self.channel,
            "thread_ts": self.thread,
            "status": self.status,
            "title": self.title,
            "initiator": self.initiator,
        }


def at(slack: Slack, channel: str, thread: str) -> Session | None:
    session: Session | None = slack.sessions.get((channel, thread))
    over = session is not None and slack.clock.now() >= session.since + _PROCESSING_SECONDS
    if session is not None and over and session.status == "processing":
        session.status = "active"
    return session


def put(slack: Slack, root: Message, status: str, title: str, initiator: str) -> Session:
    """Set a status; the session begins with it where there is none."""
    session = at(slack, root.channel, root.ts)
    if session is None:
        session = Session(root.channel, root.ts, status, title, initiator, slack.clock.now())
        slack.sessions[root.channel, root.ts] = session
    session.status, session.since = status, slack.clock.now()
    publish(slack, session)
    return session


def publish(slack: Slack, session: Session) -> None:
    channel, shown = slack.workspace.channels[session.channel], session.as_json()
    slack.live.publish(
        "session", lambda viewer: slack.workspace.sees(viewer, channel), lambda _: {"session": shown}
    )


async def stop(slack: Slack, body: Json) -> Json:
    """Press the stop button: `{"as": "U01ALICE", "channel": "C05DEPLOYS", "thread_ts": "…"}`."""
    person = who.person(slack, body.get("as"))
    channel = who.joined(slack, body.get("channel"), person)
    session = at(slack, channel.id, str(body.get("thread_ts")))
    if session is None or session.status != "processing":
        state = "no session" if session is None else f"one that is {session.status}"
        raise ControlError("no_stop_button", f"the thread has {state}, so it has no stop button")
    if not slack.manifest.wants("agent_session_stopped"):
        raise ControlError("no_stop_button", "the app does not subscribe to agent_session_stopped")
    slack.events.emit(
        "agent_session_stopped",
        {
            "type": "agent_session_stopped",
            "channel": channel.id,
            "thread_ts": session.thread,
            "user": person.id,
            "streaming_message_ts": [],
            "event_ts": slack.workspace.timestamps.next(),
        },
    )
    return {}


async def listed(slack: Slack, query: object) -> Json:
    found = [at(slack, *key) for key in slack.sessions]
    return {"sessions": [each.as_json() for each in found if each is not None]}
