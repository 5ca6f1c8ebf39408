"""Slack's error codes in plain sentences: the same words in messages, in the log and on `/readyz`."""

_INSTALL = (
    "Install the app to the workspace again (OAuth & Permissions) and set SLACK_BOT_TOKEN to the new token."
)

_TOKEN = {
    "invalid_auth": f"Slack does not know the bot token. {_INSTALL}",
    "not_authed": f"Slack received no bot token. {_INSTALL}",
    "account_inactive": f"The app was removed from the workspace, or the workspace was deleted. {_INSTALL}",
    "token_revoked": f"The bot token was revoked. {_INSTALL}",
    "token_expired": f"The bot token expired. Turn token rotation off for this app. {_INSTALL}",
    "not_allowed_token_type": f"SLACK_BOT_TOKEN is not a bot token. {_INSTALL}",
    "org_login_required": "The workspace is being moved to an organization. Try again when that is done.",
    "team_access_not_granted": "The app is not approved for this workspace. Ask an owner to approve it.",
}
TOKEN = frozenset(_TOKEN)
"""Slack takes no call of the bot: nothing can be delivered to anybody, and nobody can be looked up."""


def token_problem(code: str) -> str:
    """Return what is wrong with the bot token, with Slack's code, and the remedy."""
    sentence = _TOKEN.get(code, f"Slack refuses the bot token. {_INSTALL}")
    what, _, remedy = sentence.partition(". ")
    return f"{what} ({code}). {remedy}"
