"""The bot scopes that Signoff needs, each with its reason. The manifest is held against this list."""

from collections.abc import Collection

NEEDED: dict[str, str] = {
    "app_mentions:read": "to answer people who mention it",
    "commands": "to offer its slash command",
    "chat:write": "to post and update messages",
    "chat:write.public": "to post in public channels without being invited",
    "im:write": "to send direct messages",
    "links:read": "to see links to runs that people share",
    "links:write": "to show the state of a run below a link to it",
    "users:read": "to see who clicked and whether they are a full, active member",
    "usergroups:read": "to see who is in a group of approvers",
    "files:write": "to put pictures and logs into a run's thread",
    "channels:read": "to find public channels by name",
    "groups:read": "to find private channels by name",
    "channels:history": "to check whether a message arrived before Signoff posts it again, and with "
    "SIGNOFF_READ_THREADS=on to answer verdicts that people write in threads",
    "groups:history": "the same in private channels",
    "im:history": "the same in direct messages, and to answer what people write there",
}

AGENT: dict[str, str] = {"assistant:write": "to have the agent view, with SIGNOFF_AGENT_VIEW=on"}
"""Further scopes with that setting. `signoff manifest --agent-view` adds them."""

SLACKBOT: dict[str, str] = {"mcp:connect": "to let Slackbot call Signoff, with SIGNOFF_SLACKBOT=on"}
"""Further scopes with that setting. `signoff manifest --http` adds them."""

OPTIONAL: dict[str, str] = {
    **AGENT,
    **SLACKBOT,
    "users:read.email": "to find people on call by their e-mail address",
}
"""Scopes that an operator adds for a feature. The manifest does not have them."""


def granted_in(header: str) -> frozenset[str]:
    """Return the scopes in the `x-oauth-scopes` header: names divided by commas."""
    return frozenset(filter(None, (scope.strip() for scope in header.split(","))))


def missing(granted: str) -> dict[str, str]:
    """Return the needed scopes that are not in the `x-oauth-scopes` header."""
    granted_scopes = granted_in(granted)
    return {scope: why for scope, why in NEEDED.items() if scope not in granted_scopes}


def needless(granted: Collection[str]) -> list[str]:
    """Return the granted scopes that Signoff never uses."""
    return sorted(set(granted) - NEEDED.keys() - OPTIONAL.keys())


def scope_problem(needed: str) -> str:
    """Return which scope the app lacks, what it is needed for, and the remedy. `needed`: Slack's own word."""
    first = needed.split(",")[0].strip()
    reason = NEEDED.get(first) or OPTIONAL.get(first)
    why = f", needed {reason}" if reason else ""
    return (
        f"The app lacks the scope {needed or 'for this call'}{why}. "
        "Add it on the app's page under OAuth & Permissions, then install the app again."
    )
