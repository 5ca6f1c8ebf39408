"""The acting person and the channel: the checks that every act begins with."""

from localslack.errors import ControlError
from localslack.slack import Slack
from localslack.workspace.records import Channel, User


def person(slack: Slack, user_id: object) -> User:
    """The person one acts as; bots and deactivated people act not."""
    user = slack.workspace.users.get(user_id) if isinstance(user_id, str) else None
    if user is not None and slack.anybody_acts:
        return user
    if user is None or user.is_bot:
        people = ", ".join(user.id for user in slack.workspace.users.values() if not user.is_bot)
        raise ControlError(
            "user_not_found", f"as {user_id!r} is not a person of this workspace; there are {people}"
        )
    if user.deleted:
        raise ControlError("account_inactive", f"{user.real_name} is deactivated and can't act")
    return user


def channel(slack: Slack, channel_id: object, viewer: User | None = None) -> Channel:
    """The channel of that id, which `viewer` must be able to see."""
    known = slack.workspace.channels.get(channel_id) if isinstance(channel_id, str) else None
    if known is None or (viewer is not None and not slack.workspace.sees(viewer.id, known)):
        raise ControlError(
            "channel_not_found", f"channel {channel_id!r} does not exist, or this person is not in it"
        )
    return known


def joined(slack: Slack, channel_id: object, member: User) -> Channel:
    """A channel in which this person can write."""
    known = channel(slack, channel_id, member)
    if member.id not in known.members:
        raise ControlError("not_in_channel", f"{member.real_name} is not in #{known.name}; join it first")
    if known.is_archived:
        raise ControlError("is_archived", f"#{known.name} is archived")
    return known
