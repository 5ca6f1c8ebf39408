"""Time zones of approvers: looked up when a request opens, and kept from then on."""

from collections import Counter
from contextlib import suppress
from functools import partial
from zoneinfo import available_timezones

from engine.errors import UnknownRun
from engine.kernel.requests import request_transitions
from engine.kernel.schedules.working_hours import APPROVERS
from engine.kernel.transition import Transition
from engine.model.people import look_up
from engine.model.records.change import Change
from engine.model.records.records import RequestRecord
from engine.model.states import IllegalTransition
from engine.runtime.access.authorization import Authorization
from engine.runtime.process.background import Background
from engine.runtime.queries.paging import open_requests
from engine.runtime.runs.live_runs import LiveRuns
from engine.store.store import Store


class TimeZones:
    """Sets the time zones of requests. Until a zone is found, working hours are in UTC."""

    def __init__(
        self, store: Store, runs: LiveRuns, authorization: Authorization, background: Background
    ) -> None:
        self._store, self._runs, self._authorization, self._background = (
            store,
            runs,
            authorization,
            background,
        )

    def start(self) -> None:
        """Set the time zones of requests that opened while the process ended."""
        self._background.start(self._set_all, "the zones of those who are asked")

    def on_change(self, change: Change) -> None:
        """Set time zones if the change opened a request."""
        if any(event.type == "request.opened" for event in change.events):
            for request in change.requests.values():
                if _needs_time_zone(request):
                    what = f"the zone of those who are asked at {request.id}"
                    self._background.start(partial(self._set_time_zone, request), what)

    async def _set_all(self) -> None:
        async for request in open_requests(self._store):
            if _needs_time_zone(request):
                await self._set_time_zone(request)

    async def _set_time_zone(self, request: RequestRecord) -> None:
        members = await self._authorization.members(request)
        zones: Counter[str] = Counter()
        known_zones = available_timezones()
        able = {user_id for resolved in members.values() if resolved for user_id in resolved.able}
        for person in (await look_up(self._authorization.people, sorted(able))).values():
            if person is not None and person.tz in known_zones:
                zones[person.tz] += 1
        most_common = zones.most_common(1)[0][0] if zones else "UTC"
        with suppress(IllegalTransition, UnknownRun):
            await self._runs.apply(request.run_id, partial(_in_zone, request.id, most_common))


def _needs_time_zone(request: RequestRecord) -> bool:
    return (
        request.state == "open" and request.policy.hours is not None and request.policy.hours.tz == APPROVERS
    )


def _in_zone(request_id: str, zone: str, transition: Transition) -> Change:
    request = transition.request(request_id)
    if not _needs_time_zone(request):
        raise IllegalTransition("its zone is known")
    return request_transitions.set_time_zone(transition, request, zone)
