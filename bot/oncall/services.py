"""PagerDuty, Opsgenie and incident.io: who is on call for one of their schedules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from bot.oncall.http import HttpReader, listed
from bot.oncall.source import OnCallFailed, covers, moment
from bot.oncall.specs import IncidentIoSpec, OpsgenieSpec, PagerDutySpec
from bot.slack.user_ids import USER_ID

_MAX_PAGES, _PAGE_SIZE = 10, 100
_MAX_DEPTH = 5
"""Escalations, teams and schedules within one another in an answer of Opsgenie."""


@dataclass(frozen=True, slots=True)
class PagerDuty:
    """See https://developer.pagerduty.com/api-reference, List all of the on-calls."""

    spec: PagerDutySpec
    http: HttpReader

    async def on_call(self, at: datetime) -> Sequence[str]:
        token = await self.http.token(self.spec.token, "PagerDuty")
        headers = {
            "Authorization": f"Token token={token}",
            "Accept": "application/vnd.pagerduty+json;version=2",
        }
        query = [("include[]", "users"), ("limit", str(_PAGE_SIZE))]
        if self.spec.schedule:
            query.append(("schedule_ids[]", self.spec.schedule))
        else:
            query.append(("escalation_policy_ids[]", self.spec.escalation_policy))
        people: list[str] = []
        for page in range(_MAX_PAGES):
            offset = ("offset", str(page * _PAGE_SIZE))
            answer = await self.http.json(f"{self.spec.url}/oncalls", headers, [*query, offset], "PagerDuty")
            entries = listed(answer.get("oncalls"), "PagerDuty")
            people += [_pagerduty_person(each) for each in entries if self._counts(each, at)]
            if not answer.get("more"):
                return people
        raise OnCallFailed("PagerDuty has too many people on call for one schedule.")

    def _counts(self, entry: Mapping[str, Any], at: datetime) -> bool:
        by_level = bool(self.spec.escalation_policy) or "levels" in self.spec.model_fields_set
        if by_level and entry.get("escalation_level") not in self.spec.levels:
            return False
        start, end = moment(entry.get("start"), "PagerDuty"), moment(entry.get("end"), "PagerDuty")
        return covers(start, end, at)


def _pagerduty_person(entry: Mapping[str, Any]) -> str:
    user = entry.get("user")
    name = (user.get("email") or user.get("id")) if isinstance(user, dict) else None
    if not isinstance(name, str) or not name:
        raise OnCallFailed("PagerDuty named a person without an e-mail address and without an id.")
    return name


@dataclass(frozen=True, slots=True)
class Opsgenie:
    """See https://docs.opsgenie.com/docs/who-is-on-call-api."""

    spec: OpsgenieSpec
    http: HttpReader

    async def on_call(self, at: datetime) -> Sequence[str]:
        token = await self.http.token(self.spec.token, "Opsgenie")
        name = self.spec.schedule or self.spec.schedule_id
        url = f"{self.spec.url}/v2/schedules/{quote(name, safe='')}/on-calls"
        # A flat answer has the later steps of an escalation too.
        query = [("scheduleIdentifierType", "name" if self.spec.schedule else "id"), ("flat", "false")]
        answer = await self.http.json(url, {"Authorization": f"GenieKey {token}"}, query, "Opsgenie")
        data = answer.get("data")
        if not isinstance(data, dict):
            raise OnCallFailed("Opsgenie sent an answer of an unknown shape.")
        parent = data.get("_parent")
        if isinstance(parent, dict) and parent.get("enabled") is False:
            return []
        return list(_participants(data.get("onCallParticipants"), _MAX_DEPTH))


def _participants(value: Any, depth: int) -> Iterator[str]:
    """Yield the e-mail addresses of users, of an escalation those of its first step alone."""
    if not depth:
        raise OnCallFailed("Opsgenie sent an answer of an unknown shape.")
    for each in listed(value, "Opsgenie"):
        if each.get("escalationTime"):
            continue
        if each.get("type") == "user":
            if not isinstance(each.get("name"), str):
                raise OnCallFailed("Opsgenie named a person without an e-mail address.")
            yield each["name"]
        elif each.get("onCallParticipants"):
            yield from _participants(each["onCallParticipants"], depth - 1)


@dataclass(frozen=True, slots=True)
class IncidentIo:
    """See https://docs.incident.io/api-reference/schedule-entries-v2/list."""

    spec: IncidentIoSpec
    http: HttpReader

    async def on_call(self, at: datetime) -> Sequence[str]:
        token = await self.http.token(self.spec.token, "incident.io")
        window = [_utc(at), _utc(at + timedelta(seconds=1))]
        query = [
            ("schedule_id", self.spec.schedule),
            ("entry_window_start", window[0]),
            ("entry_window_end", window[1]),
        ]
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{self.spec.url}/v2/schedule_entries"
        answer = await self.http.json(url, headers, query, "incident.io")
        found = answer.get("schedule_entries")
        if not isinstance(found, dict) or answer.get("pagination_meta", {}).get("after"):
            raise OnCallFailed("incident.io sent an answer of an unknown shape.")
        entries = [
            each
            for each in listed(found.get("final"), "incident.io")
            if covers(
                moment(each.get("start_at"), "incident.io"), moment(each.get("end_at"), "incident.io"), at
            )
            and self.spec.rotation in ("", each.get("rotation_id"))
        ]
        if len({each.get("rotation_id") for each in entries}) > 1:
            raise OnCallFailed(
                "The schedule of incident.io has several rotations. Name one with rotation: in the file of "
                "SIGNOFF_ONCALL."
            )
        return [name for each in entries if (name := _incident_io_person(each))]


def _incident_io_person(entry: Mapping[str, Any]) -> str:
    """Return the Slack id, else the address; empty for a shift that nobody has."""
    user = entry.get("user")
    if user is None:
        return ""
    slack_id = user.get("slack_user_id") if isinstance(user, dict) else None
    if isinstance(slack_id, str) and USER_ID.fullmatch(slack_id):
        return slack_id
    name = (user.get("email") or user.get("id")) if isinstance(user, dict) else None
    if not isinstance(name, str) or not name:
        raise OnCallFailed("incident.io named a person without an e-mail address and without an id.")
    return name


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
