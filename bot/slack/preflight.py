"""Before the bot connects: do its tokens open the doors they must? Each refusal with its exact remedy."""

from dataclasses import dataclass

from bot.slack import scopes
from bot.slack.errors import token_problem
from bot.slack.web_api import SlackApi, SlackBusy, SlackRefused, SlackUnreachable

_APP_TOKEN = (
    "Make an app-level token with the scope connections:write (Basic Information) and set SLACK_APP_TOKEN."  # noqa: S105
)
_NO_SOCKET_MODE = "Socket Mode is turned off for this app. Turn it on on the app's page, under Socket Mode."
_APP = {
    "invalid_auth": f"Slack does not know the app-level token. {_APP_TOKEN}",
    "not_authed": f"Slack received no app-level token. {_APP_TOKEN}",
    "token_revoked": f"The app-level token was revoked. {_APP_TOKEN}",
    "not_allowed_token_type": f"SLACK_APP_TOKEN is not an app-level token (xapp-). {_APP_TOKEN}",
    "missing_scope": f"The app-level token lacks connections:write. {_APP_TOKEN}",
    "no_permission": f"The app-level token may not open connections. {_APP_TOKEN}",
    "forbidden_team": "The app-level token belongs to another workspace's app. Use both tokens of one app.",
    "access_denied": _NO_SOCKET_MODE,
    "socket_mode_not_enabled": _NO_SOCKET_MODE,
}


class PreflightFailed(Exception):
    """Slack won't have us. `problems`: (setting, what is wrong and the remedy).

    `fatal`: trying again would not help.
    """

    def __init__(self, problems: list[tuple[str, str]], *, fatal: bool = True) -> None:
        self.problems, self.fatal = problems, fatal
        super().__init__("\n".join(f"{name}: {what}" for name, what in problems))


@dataclass(frozen=True, slots=True)
class Identity:
    """Identity of the bot. `lacking`: scopes that it was not granted, each with what needs it.

    `granted`: the scopes that it has; None where Slack's answer does not say.
    """

    team_id: str
    team: str
    url: str
    user_id: str
    name: str
    bot_id: str
    lacking: dict[str, str]
    granted: frozenset[str] | None = None


async def preflight(api: SlackApi, app_token: str | None = None) -> Identity:
    """Ask Slack who we are and, where `app_token` is given, whether it opens connections.

    Raises `PreflightFailed`. A missing scope is not a failure: everything that works without it goes on.
    """
    problems: list[tuple[str, str]] = []
    fatal = True
    identity: Identity | None = None
    try:
        identity = await _identity(api)
    except SlackRefused as error:
        problems.append(("SLACK_BOT_TOKEN", token_problem(error.code)))
    except SlackUnreachable as error:
        raise PreflightFailed([("SLACK_API_URL", _unreachable(error))], fatal=False) from None
    if app_token is not None:
        try:
            await api.read_with_headers("apps.connections.open", token=app_token)
        except SlackRefused as error:
            problems.append(("SLACK_APP_TOKEN", app_token_problem(error.code)))
        except SlackUnreachable as error:
            problems.append(("SLACK_API_URL", _unreachable(error)))
            fatal = identity is None
    if problems or identity is None:
        raise PreflightFailed(problems, fatal=fatal)
    return identity


def app_token_problem(code: str) -> str:
    """Return what is wrong with the app-level token, and the remedy."""
    return _APP.get(code, f"Slack refused it ({code}). {_APP_TOKEN}")


async def _identity(api: SlackApi) -> Identity:
    answer, headers = await api.read_with_headers("auth.test")
    granted = headers.get("x-oauth-scopes")
    return Identity(
        team_id=str(answer.get("team_id", "")),
        team=str(answer.get("team", "")),
        url=str(answer.get("url", "")),
        user_id=str(answer.get("user_id", "")),
        name=str(answer.get("user", "")),
        bot_id=str(answer.get("bot_id", "")),
        # A proxy may have dropped or emptied the header: that says nothing about the scopes.
        lacking=scopes.missing(granted) if granted else {},
        granted=scopes.granted_in(granted) if granted else None,
    )


def _unreachable(error: SlackUnreachable) -> str:
    if isinstance(error, SlackBusy):
        return f"Slack takes no more calls for {error.seconds:g} s. Signoff asks again then."
    return f"Slack did not answer ({error}). Check the network, the proxy and SLACK_API_URL."
