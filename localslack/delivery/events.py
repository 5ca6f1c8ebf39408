"""Events to the app: only those it subscribed to, retried as Slack does.

Source: docs.slack.dev/apis/events-api (d): retried nearly at once, after 1 minute and after 5 minutes.
"""

import asyncio

from localslack.clock import Clock
from localslack.config import AppSpec, TeamSpec
from localslack.delivery.envelope import ACK_SECONDS, Ack, Delivery, Envelope
from localslack.ids import make_id
from localslack.manifest import Manifest
from localslack.workspace.records import Json

RETRY_AFTER = (0.0, 60.0, 300.0)
_REASONS = {"operation_timeout": "timeout", "not_connected": "connection_failed", "http_error": "http_error"}


class Events:
    """Sends events in the background and remembers the newest payload of each kind for `redeliver`."""

    def __init__(
        self, clock: Clock, delivery: Delivery, manifest: Manifest, team: TeamSpec, app: AppSpec
    ) -> None:
        self._clock = clock
        self._delivery = delivery
        self._manifest = manifest
        self._team = team
        self._app = app
        self._tasks: set[asyncio.Task[None]] = set()
        self._newest: dict[str, Envelope] = {}

    def emit(self, subscription: str, event: Json) -> bool:
        """Send `event` if the app subscribed to `subscription` (`message.im` for a message there)."""
        if not self._manifest.wants(subscription):
            return False
        self.execute(event)
        return True

    def execute(self, event: Json) -> None:
        """Send an event that needs no subscription, such as that a custom step is to be executed."""
        envelope = Envelope("events_api", self._callback(event))
        self._newest["event"] = envelope
        task = asyncio.create_task(self._deliver(envelope))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def request(self, name: str, envelope: Envelope) -> Ack:
        """Send a command or an interaction, which Slack never repeats."""
        self._newest[name] = envelope
        return await self._delivery.send(envelope)

    async def redeliver(self, name: str) -> Ack | None:
        """The newest payload of that kind once more; None when there was none."""
        envelope = self._newest.get(name)
        if envelope is None:
            return None
        if envelope.kind == "events_api":
            envelope = Envelope("events_api", envelope.payload, retry=(1, "timeout"))
        return await self._delivery.send(envelope)

    async def sent(self) -> None:
        """Return when the events under way were answered, or were not for the first time."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=ACK_SECONDS)

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _deliver(self, envelope: Envelope) -> None:
        ack = await self._delivery.send(envelope)
        for number, delay in enumerate(RETRY_AFTER, start=1):
            if ack.ok or ack.no_retry:
                return
            await self._clock.sleep(delay)
            reason = _REASONS[ack.outcome]
            ack = await self._delivery.send(Envelope("events_api", envelope.payload, retry=(number, reason)))

    def _callback(self, event: Json) -> Json:
        event_id = make_id("Ev")
        return {
            "token": self._app.verification_token,
            "team_id": self._team.id,
            "context_team_id": self._team.id,
            "context_enterprise_id": None,
            "api_app_id": self._app.id,
            "event": event,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(self._clock.now()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": self._team.id,
                    "user_id": self._app.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{event_id}",
        }
