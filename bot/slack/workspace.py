"""Slack's side of the process: it begins when Slack says who we are, and the engine works without it.

Slack may be out of reach at the start, or refuse a token. Then schedules, steps, health and the command line
go on, and Slack is asked again until it answers.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from datetime import timedelta

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

from bot import listeners
from bot.background import BackgroundTasks
from bot.graphs.pictures import available
from bot.http.spent import Spent
from bot.listeners import Context
from bot.listeners.home_updates import HomeUpdates
from bot.listeners.kept_homes import KeptHomes
from bot.oncall.of_settings import on_call_of
from bot.oncall.shift_watch import ShiftWatch
from bot.outbox.agent_sessions import AgentSessions
from bot.outbox.custom_steps import CustomSteps
from bot.outbox.log_readers import LogReaders
from bot.outbox.renderer import Renderer
from bot.outbox.service import Outbox, OutboxParts
from bot.serving.monitor import end
from bot.settings.config import Settings
from bot.slack.bolt_app import build_app
from bot.slack.code_notices import CodeNotices
from bot.slack.deferred_people import DeferredPeople
from bot.slack.operator_messages import Operator
from bot.slack.people import SlackPeople
from bot.slack.people_notices import PeopleNotices
from bot.slack.preflight import Identity, PreflightFailed, preflight
from bot.slack.registrations import WANTED
from bot.slack.socket_mode import SocketMode
from bot.slack.web_api import SlackApi
from bot.views.runs.page_link import RunPages
from bot.views.wording.text import escape
from engine import Clock, Engine, UnknownWorkflow

log = logging.getLogger(__name__)

FIRST_SECONDS = 5.0
"""For the first answer at the start; without it the engine begins alone."""
RETRY_INTERVAL = timedelta(seconds=5)
"""After Slack did not answer."""
REFUSED_RETRY_INTERVAL = timedelta(seconds=30)
"""After it refused a token: the operator has to act first."""


class Workspace:
    """`reach`, `start`, then `close`. `identity`, `outbox` and `socket` are there once Slack has answered."""

    def __init__(
        self,
        settings: Settings,
        api: SlackApi,
        engine: Engine,
        people: DeferredPeople,
        operator: Operator,
        clock: Clock,
        siblings: Callable[[], int] = lambda: 0,
        spent: Spent | None = None,
    ) -> None:
        """`siblings`: how many connections to Slack other processes hold on the same database.

        `spent`: what counts once.
        """
        self._siblings, self._spent = siblings, spent
        self._settings, self._api, self._engine, self._people = settings, api, engine, people
        self._operator, self._clock = operator, clock
        self._stack = AsyncExitStack()
        self._pages = RunPages((settings.console != "off" and settings.console_url) or "")
        self._app: AsyncApp | None = None
        self.identity: Identity | None = None
        self.outbox: Outbox | None = None
        self.socket: SocketMode | None = None
        self._known: SlackPeople | None = None
        self.missing = "Slack was not asked yet"
        """Why there is no Slack; empty once there is."""
        self._tried, self._at_work, self._attached = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def unanswered(self) -> str:
        """Why clicks are refused though Slack is reached: it does not say in time who people are."""
        return self._known.reads.problem if self._known is not None else ""

    @property
    def people(self) -> SlackPeople | None:
        """The people of the workspace; None before Slack has answered."""
        return self._known

    @property
    def team(self) -> str | None:
        """The id of the workspace; None before Slack has answered."""
        return self.identity.team_id if self.identity else None

    async def reach(self) -> None:
        """Ask Slack who we are; return when it has answered, or goes on being asked in the background."""
        self._task = asyncio.create_task(self._begin(), name="signoff-workspace")
        with suppress(TimeoutError):
            await asyncio.wait_for(self._tried.wait(), FIRST_SECONDS)

    async def start(self) -> None:
        """The engine is at work: deliver messages and take clicks, now or as soon as Slack has answered."""
        self._at_work.set()
        if self._people.source is not None:
            await self._attached.wait()

    async def close(self) -> None:
        if self._task is not None:
            await end(self._task)
        await self._stack.aclose()

    @property
    def connections(self) -> int:
        """How many connections to Slack this process holds or is about to make."""
        if self.socket is not None:
            return self.socket.wanted
        return WANTED if self._settings.mode == "socket" else 0

    @property
    def is_listening(self) -> bool:
        """Return whether requests of Slack's can be answered."""
        return self._app is not None

    async def dispatch(self, request: AsyncBoltRequest) -> BoltResponse:
        """Answer a request that came over HTTP. Slack sends an event again that gets a 503."""
        if self._app is None:
            return BoltResponse(status=503, body="Signoff has not reached Slack since it started.")
        return await self._app.async_dispatch(request)

    def nudge(self) -> None:
        """Deliver at once what waits for Slack."""
        if self.outbox is not None:
            self.outbox.nudge()

    async def _begin(self) -> None:
        try:
            identity = await self._introduce()
            people = self._known_people(identity)
            self._tried.set()
            await self._at_work.wait()
            await self._attach(identity, people)
        except Exception as error:
            self._engine.fail(error)
        finally:
            self._attached.set()

    async def _introduce(self) -> Identity:
        """Ask Slack who we are until it says so."""
        token = self._settings.app_token if self._settings.mode == "socket" else None
        while True:
            try:
                identity = await preflight(self._api, token.get_secret_value() if token else None)
            except PreflightFailed as failure:
                self._miss(str(failure))
                await self._clock.sleep(REFUSED_RETRY_INTERVAL if failure.fatal else RETRY_INTERVAL)
            else:
                return identity

    def _miss(self, why: str) -> None:
        if why != self.missing:
            log.error("%s Everything except Slack works. Signoff asks Slack again until it answers.", why)
        self.missing = why
        self._tried.set()

    async def _attach(self, identity: Identity, people: SlackPeople) -> None:
        await self._operator.check()
        await tell_lacking(self._operator, identity)
        self.outbox = outbox = self._outbox(people, identity)
        self._stack.push_async_callback(outbox.close)
        app = self._listening(people, outbox, identity)
        notices = PeopleNotices(self._engine, people, self._operator, self._clock)
        self._stack.push_async_callback(end, asyncio.create_task(notices.run()))
        if people.on_call is not None:
            watch = ShiftWatch(people.on_call, self._clock, self._shift_changed)
            self._stack.push_async_callback(end, asyncio.create_task(watch.run()))
        codes = CodeNotices(self._engine.one_time_codes, self._api, self._operator)
        self._stack.push_async_callback(end, asyncio.create_task(codes.run()))
        if self._engine.paused:
            going_on = asyncio.create_task(self._once_resumed(outbox))
            self._stack.push_async_callback(end, going_on)
        else:
            await outbox.start()
        await self._connect(app)
        self.identity, self.missing = identity, ""

    def _shift_changed(self) -> None:
        if self._engine.serving:
            self._engine.approver_review.review_in_background()

    async def _once_resumed(self, outbox: Outbox) -> None:
        await self._engine.resumed.wait()
        try:
            await outbox.start()
        except Exception as error:
            self._engine.fail(error)

    def _known_people(self, identity: Identity) -> SlackPeople:
        people = SlackPeople(
            self._api,
            self._clock,
            team_id=identity.team_id,
            groups=self._settings.groups,
            places=self._engine.places,
            on_call=on_call_of(self._settings, self._clock),
        )
        self._stack.push_async_callback(people.close)
        people.start()
        self._api.referring = people.channel_references.in_body
        self._people.source = self._known = people
        return people

    def _listening(self, people: SlackPeople, outbox: Outbox, identity: Identity) -> AsyncApp:
        background = BackgroundTasks()
        self._stack.push_async_callback(background.close)
        context = Context(
            self._engine, self._api, people, self._clock, background, self._settings.command,
            outbox.nudge, outbox.completeness.lacking, follow_logs=outbox.follow_logs,
            workspace_url=identity.url, pages=self._pages,
            read_threads=self._settings.read_threads == "on",
            kept_homes=KeptHomes(self._settings.data_dir / "open-homes.json"),
            spent=self._spent,
            custom_steps=self._custom_steps(),
            agent_sessions=self._agent_sessions(),
        )  # fmt: skip
        homes = asyncio.create_task(HomeUpdates(context).follow())
        self._stack.push_async_callback(end, homes)
        return build_app(self._api, identity, lambda app: listeners.register(app, context))

    def _custom_steps(self) -> CustomSteps | None:
        steps = CustomSteps(self._engine, self._api, self._clock)
        takes_more = self._settings.workflow_steps != "off"
        task = asyncio.create_task(steps.run(takes_more=takes_more))
        self._stack.push_async_callback(end, task)
        return steps if takes_more else None

    def _agent_sessions(self) -> AgentSessions | None:
        if self._settings.agent_view == "off":
            return None
        sessions = AgentSessions(self._engine, self._api, self._clock)
        self._stack.push_async_callback(end, asyncio.create_task(sessions.run()))
        return sessions

    async def _connect(self, app: AsyncApp) -> None:
        self._app = app
        if self._settings.mode == "http" or self._settings.app_token is None:
            return
        token = self._settings.app_token.get_secret_value()
        self.socket = SocketMode(app, token, self._clock, siblings=self._siblings)
        await self.socket.start()
        self._stack.push_async_callback(self.socket.close)

    def _outbox(self, people: SlackPeople, identity: Identity) -> Outbox:
        engine, clock = self._engine, self._clock

        def channel_of(workflow: str) -> str | None:
            try:
                return engine.workflow(workflow).channel
            except UnknownWorkflow:
                return None

        def owner_of(workflow: str) -> str | None:
            try:
                return engine.workflow(workflow).owner
            except UnknownWorkflow:
                return None

        return Outbox(
            OutboxParts(
                events=engine.events,
                deliveries=engine.deliveries,
                records=engine,
                people=people,
                slack=self._api,
                render=Renderer(
                    engine,
                    engine.deliveries,
                    people,
                    self._api,
                    clock,
                    identity.name,
                    engine.failure_cards,
                    engine.audience,
                    pages=self._pages,
                ),
                clock=clock,
                log_readers=LogReaders(engine.audience, people.channels, people, engine.seen_by),
                operator=self._settings.operator,
                bot_name=identity.name,
                loaded_channel=channel_of,
                loaded_owner=owner_of,
                channels=people.channels,
                followed=people.followed_channels,
                cards=engine.failure_cards,
                subscriptions=engine.subscriptions,
                reports=engine.reports,
                direct=True,
                settle=engine.grants.settle,
                pictures=self._settings.pictures == "on" and available(),
            )
        )


async def tell_lacking(operator: Operator, identity: Identity) -> None:
    """Say which scopes are missing, in the log and to the operator: what needs them would fail later."""
    if not identity.lacking:
        return
    needs = "; ".join(f"{scope} ({why})" for scope, why in identity.lacking.items())
    text = (
        f"The Slack app lacks {needs}. Add what is missing under OAuth & Permissions, Bot Token Scopes, "
        "and install the app to the workspace again."
    )
    log.warning("%s", text)
    await operator.tell("scopes", escape(text))
