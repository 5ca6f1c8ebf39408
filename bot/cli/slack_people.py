"""Slack's people for a command that has a token: who may decide is looked up now, here too."""

from contextlib import AsyncExitStack

from pydantic import SecretStr

from bot.cli.output import CommandError
from bot.oncall.of_settings import on_call_of
from bot.settings.config import Settings
from bot.slack.people import SlackPeople
from bot.slack.preflight import PreflightFailed, preflight
from bot.slack.web_api import SlackApi
from engine import People, SystemClock


async def slack_people(stack: AsyncExitStack, token: SecretStr, settings: Settings) -> People:
    """Return the people of the token's workspace. Raises `CommandError` if Slack refuses the token."""
    api = await stack.enter_async_context(SlackApi(token.get_secret_value(), base_url=settings.api_url))
    try:
        identity = await preflight(api)
    except PreflightFailed as failure:
        raise CommandError(str(failure)) from None
    people = SlackPeople(
        api,
        SystemClock(),
        team_id=identity.team_id,
        groups=settings.groups,
        on_call=on_call_of(settings, SystemClock()),
    )
    stack.push_async_callback(people.close)
    return people
