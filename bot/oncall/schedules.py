"""The schedules of the settings: each asked when somebody is asked to decide, and again at the click."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.oncall.calendar import Calendar
from bot.oncall.failures import FailureTimes
from bot.oncall.function import Function
from bot.oncall.http import HttpReader
from bot.oncall.services import IncidentIo, Opsgenie, PagerDuty
from bot.oncall.source import MAX_PEOPLE, OnCallFailed, Source
from bot.oncall.specs import (
    CalendarSpec,
    FunctionSpec,
    IncidentIoSpec,
    OnCallSetting,
    OpsgenieSpec,
    PagerDutySpec,
    ScheduleSpec,
)
from bot.slack.user_ids import USER_ID
from engine import Clock

__all__ = ["OnCall", "OnCallFailed"]
log = logging.getLogger(__name__)

_FRESH_SECONDS, _FAILED_SECONDS = 2.0, 10.0
"""How long an answer counts, and how long an error: as long as the groups of Slack."""
_ANSWER_SECONDS, _CLICK_SECONDS = 5.0, 1.0
"""Time for a source. A click has two seconds, of which Slack needs some for the person who clicked."""


class OnCall:
    """`names`: of the schedules, without `oncall:`."""

    def __init__(self, sources: Mapping[str, Source], people: Mapping[str, str], clock: Clock) -> None:
        self.names = tuple(sources)
        self.asked: set[str] = set()
        """Schedules that somebody needed since the start."""
        self._sources, self._people, self._clock = dict(sources), people, clock
        self._kept: dict[str, tuple[tuple[str, ...] | OnCallFailed, float]] = {}
        self._asking = {name: asyncio.Lock() for name in sources}
        self._http: HttpReader | None = None
        self.failures = FailureTimes(clock)

    @classmethod
    def of_setting(cls, setting: OnCallSetting, clock: Clock, secret: Callable[[str], str]) -> "OnCall":
        """Return the schedules of the settings. `secret`: returns the value of a secret by name."""
        http = HttpReader(secret)
        schedules = setting.spec.schedules
        sources = {name: _source(name, spec, http, setting.folder, clock) for name, spec in schedules.items()}
        on_call = cls(sources, setting.spec.people, clock)
        on_call._http = http
        return on_call

    async def now(self, name: str, seconds: float = _ANSWER_SECONDS) -> tuple[str, ...]:
        """Return a Slack user id or an e-mail address of each person on call, seconds old at most.

        `seconds`: that are left to answer. Raises `OnCallFailed`.
        """
        self.asked.add(name)
        within = min(_ANSWER_SECONDS, seconds) if seconds > _CLICK_SECONDS * 2 else seconds / 2
        try:
            async with asyncio.timeout(within), self._asking[name]:
                kept, at = self._kept.get(name, (None, 0.0))
                age = _FAILED_SECONDS if isinstance(kept, OnCallFailed) else _FRESH_SECONDS
                if kept is None or self._clock.monotonic() - at >= age:
                    kept = await self._answer(name)
        except TimeoutError:
            kept = OnCallFailed("The source did not answer in time.")
            if within >= _CLICK_SECONDS / 2:
                self._kept[name] = (kept, self._clock.monotonic())
        if isinstance(kept, OnCallFailed):
            raise OnCallFailed(f"The on-call schedule {name} cannot be looked up: {kept}")
        self.failures.ended(name)
        return kept

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()

    async def _answer(self, name: str) -> tuple[str, ...] | OnCallFailed:
        began = self._clock.monotonic()
        answer: tuple[str, ...] | OnCallFailed
        try:
            people = await self._sources[name].on_call(self._clock.now())
            answer = tuple(dict.fromkeys(self._known(each) for each in people))
            if len(answer) > MAX_PEOPLE:
                answer = OnCallFailed(f"It names {len(answer)} people, more than {MAX_PEOPLE}.")
        except OnCallFailed as error:
            answer = error
        except Exception as error:  # an answer of a shape that nobody expected
            log.warning("The on-call schedule %s cannot be read", name, exc_info=True)
            answer = OnCallFailed(f"Its answer cannot be read ({type(error).__name__}).")
        self._kept[name] = (answer, began)
        return answer

    def _known(self, person: str) -> str:
        """Return the Slack id that the settings give a person, else their address."""
        person = person.strip()
        mapped = self._people.get(person.casefold(), person)
        if "@" not in mapped and not USER_ID.fullmatch(mapped):
            raise OnCallFailed(
                f"{mapped[:80]} is neither a Slack user id nor an e-mail address. Add it under people in the "
                "file of SIGNOFF_ONCALL."
            )
        return mapped


def _source(name: str, spec: ScheduleSpec, http: HttpReader, folder: Path, clock: Clock) -> Source:
    match spec:
        case PagerDutySpec():
            return PagerDuty(spec, http)
        case OpsgenieSpec():
            return Opsgenie(spec, http)
        case IncidentIoSpec():
            return IncidentIo(spec, http)
        case CalendarSpec():
            return Calendar(spec, http, folder, clock)
        case FunctionSpec():
            return Function(spec, folder, name)
