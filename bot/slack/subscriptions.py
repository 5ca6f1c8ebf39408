"""The events that Signoff subscribes to, each with its reason. The manifest is held against this list."""

EVENTS: dict[str, str] = {
    "app_home_opened": "to show the Home of a person",
    "app_mention": "to answer people who mention it",
    "app_uninstalled": "to say at once that nothing can be delivered any more",
    "channel_created": "to find a new channel by name",
    "channel_left": "to know that it can no longer read who is in a channel",
    "channel_rename": "to find a renamed channel by name",
    "channel_unarchive": "to update messages and post in a channel again at once",
    "group_left": "to know that it can no longer read who is in a private channel",
    "group_rename": "to find a renamed private channel by name",
    "group_unarchive": "to update messages and post in a private channel again at once",
    "link_shared": "to show the state of a run below a link to it",
    "member_joined_channel": "to post as soon as it is invited, and to know who is in a channel",
    "member_left_channel": "to ask for other approvers when a person leaves a channel",
    "message.im": "to answer what people write to it",
    "subteam_created": "to find a new group of approvers",
    "subteam_members_changed": "to ask for other approvers when a person leaves a group",
    "subteam_updated": "to know that a group was disabled or renamed",
    "team_join": "to know new people",
    "tokens_revoked": "to say at once that nothing can be delivered any more",
    "user_change": "to ask for other approvers when a person leaves the workspace",
}

THREAD_EVENTS: dict[str, str] = {
    "message.channels": "to say how to decide when a person writes a verdict in the thread of a request",
    "message.groups": "to do so in private channels",
}
"""Further events with `SIGNOFF_READ_THREADS=on`. `signoff manifest --read-threads` adds them."""

AGENT_EVENTS: dict[str, str] = {
    "agent_session_stopped": "to hear of Slack's stop button in the thread of a run",
}
"""Further events with `SIGNOFF_AGENT_VIEW=on`. `signoff manifest --agent-view` adds them."""


def wanted_events(*, read_threads: bool, agent: bool = False) -> dict[str, str]:
    """Return each event that Signoff needs with these settings, with its reason."""
    return EVENTS | (THREAD_EVENTS if read_threads else {}) | (AGENT_EVENTS if agent else {})
