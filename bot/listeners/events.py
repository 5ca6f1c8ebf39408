"""What happens in the workspace: a Home is opened, people and groups change, channels open, tokens end."""

import logging
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.listeners import home
from bot.listeners.context import Context

log = logging.getLogger(__name__)


async def _review(context: Context) -> None:
    """People left: what those who stay can't complete goes to its owner."""
    if context.engine.serving:
        brought = await context.engine.review()
        if brought:
            log.warning("%d questions were brought to their owners: too few approvers are left", brought)


def register(app: AsyncApp, context: Context) -> None:
    @app.event("app_home_opened")
    async def opened(event: Mapping[str, Any]) -> None:
        if event.get("tab", "home") == "home":
            context.afterwards.start(home.publish(context, event["user"]), "publish a Home")

    @app.event("user_change")
    async def person_changed(event: Mapping[str, Any]) -> None:
        context.people.forget()
        if (event.get("user") or {}).get("deleted"):
            context.afterwards.start(_review(context), "look at what waits for people")

    @app.event("subteam_members_changed")
    async def group_changed() -> None:
        context.people.forget()
        context.afterwards.start(_review(context), "look at what waits for people")

    @app.event("member_joined_channel")
    async def joined(event: Mapping[str, Any]) -> None:
        context.mended(event["channel"])

    @app.event("tokens_revoked")
    async def revoked(event: Mapping[str, Any]) -> None:
        if (event.get("tokens") or {}).get("bot", True):  # tokens of people are of no use here
            context.api.refuse_token("token_revoked")

    @app.event("app_uninstalled")
    async def uninstalled() -> None:
        context.api.refuse_token("account_inactive")
