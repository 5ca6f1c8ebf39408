"""Events of the workspace: a Home is opened, people, groups and channels change, tokens end."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.listeners import home
from bot.listeners.context import Context

Event = Mapping[str, Any]


def register(app: AsyncApp, context: Context) -> None:
    _register_people(app, context)
    _register_channels(app, context)

    @app.event("app_home_opened")
    async def opened(event: Event) -> None:
        if event.get("tab", "home") == "home":
            context.open_homes.note(event["user"], context.clock.monotonic())
            if not event.get("view"):
                context.open_homes.unknown(event["user"])
            context.background.start(home.publish(context, event["user"]), "publish a Home")
            context.background.start(_keep_homes(context), "keep who has a Home open")

    @app.event("tokens_revoked")
    async def revoked(event: Event) -> None:
        if (event.get("tokens") or {}).get("bot", True):  # tokens of people are of no use here
            context.api.refuse_token("token_revoked")

    @app.event("app_uninstalled")
    async def uninstalled() -> None:
        context.api.refuse_token("account_inactive")


async def _keep_homes(context: Context) -> None:
    if context.kept_homes is not None:
        ages = context.open_homes.ages(context.clock.monotonic())
        await context.kept_homes.keep(ages, context.clock.now())


def _review(context: Context) -> None:
    """Review requests after people left: those that the rest can't complete go to the owner."""
    if context.engine.serving:
        context.engine.approver_review.review_in_background()


def _register_people(app: AsyncApp, context: Context) -> None:
    """Apply the change that an event carries, so that Slack need not be asked again."""
    people = context.people

    @app.event("user_change")
    async def person_changed(event: Event) -> None:
        if people.directory.changed(event.get("user") or {}):
            _review(context)

    @app.event("team_join")
    async def person_joined(event: Event) -> None:
        people.directory.changed(event.get("user") or {})

    @app.event("subteam_members_changed")
    async def members_changed(event: Event) -> None:
        people.user_groups.members_changed(event)
        _review(context)

    @app.event("subteam_updated")
    async def group_changed(event: Event) -> None:
        people.user_groups.changed(event.get("subteam") or {})
        _review(context)

    @app.event("subteam_created")
    async def group_created(event: Event) -> None:
        people.user_groups.changed(event.get("subteam") or {})


def _register_channels(app: AsyncApp, context: Context) -> None:
    people = context.people

    @app.event("member_joined_channel")
    async def joined(event: Event) -> None:
        people.channel_members.joined(event["channel"], str(event.get("user")))
        context.channel_opened(event["channel"])

    @app.event("member_left_channel")
    async def left(event: Event) -> None:
        people.channel_members.left(event["channel"], str(event.get("user")))
        _review(context)

    @app.event("channel_left")
    @app.event("group_left")
    async def left_by_the_bot(event: Event) -> None:
        people.channel_members.forget(str(event.get("channel")))
        _review(context)

    @app.event("channel_unarchive")
    @app.event("group_unarchive")
    async def unarchived(event: Event) -> None:
        context.channel_opened(event["channel"])

    @app.event("channel_created")
    async def created(event: Event) -> None:
        channel = event.get("channel") or {}
        people.channels.learn(str(channel.get("id")), str(channel.get("name") or ""))

    @app.event("channel_rename")
    @app.event("group_rename")
    async def renamed(event: Event) -> None:
        channel = event.get("channel") or {}
        people.channels.renamed(str(channel.get("id")), str(channel.get("name") or ""))
        _review(context)
