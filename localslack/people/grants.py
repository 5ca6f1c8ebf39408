"""Rights of the app after an interaction: open one modal within 3 seconds, answer 5 times within 30 minutes.

Source: docs.slack.dev/interactivity/handling-user-interaction and .../reference/methods/views.open (d).
"""

from dataclasses import dataclass

from localslack.clock import Clock
from localslack.errors import SlackError
from localslack.ids import secret

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 30 * 60.0
RESPONSE_USES = 5


@dataclass
class Trigger:
    """user: who acted; view: the modal it came from, when it came from one."""

    id: str
    user: str
    view: str | None
    until: float
    used: bool = False


class Triggers:
    """The trigger_ids given out."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: dict[str, Trigger] = {}

    def give(self, user: str, view: str | None = None) -> str:
        now = self._clock.now()
        if len(self._held) > 10_000:
            self._held = {key: trigger for key, trigger in self._held.items() if trigger.until > now}
        key = f"{int(now * 1000)}.{secret(12)}.{secret(32).lower()}"
        self._held[key] = Trigger(key, user, view, now + TRIGGER_SECONDS)
        return key

    def take(self, key: str) -> Trigger:
        """Use a trigger; SlackError when it is unknown, used or too old."""
        trigger = self._held.get(key)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._clock.now() > trigger.until:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger


@dataclass
class ResponseUrl:
    """Where answers go. ts: the message acted on, when there is one; ephemeral: whether that is one."""

    id: str
    user: str
    channel: str
    ts: str | None
    ephemeral: bool
    until: float
    uses: int = 0


class ResponseUrls:
    """The response_urls given out."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: dict[str, ResponseUrl] = {}

    def give(
        self,
        user: str,
        channel: str,
        *,
        ts: str | None = None,
        ephemeral: bool = False,
    ) -> str:
        now = self._clock.now()
        if len(self._held) > 10_000:
            self._held = {key: grant for key, grant in self._held.items() if grant.until > now}
        key = secret()
        self._held[key] = ResponseUrl(key, user, channel, ts, ephemeral, now + RESPONSE_SECONDS)
        return key

    def take(self, key: str) -> ResponseUrl:
        """Use an address once more; SlackError `used_url` or `expired_url` as Slack answers."""
        grant = self._held.get(key)
        if grant is None or self._clock.now() > grant.until:
            raise SlackError("expired_url", status=404)
        if grant.uses >= RESPONSE_USES:
            raise SlackError("used_url", status=404)
        grant.uses += 1
        return grant
