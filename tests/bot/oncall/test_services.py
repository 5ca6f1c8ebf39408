"""PagerDuty, Opsgenie and incident.io, with the shapes of their documentation, over real HTTP."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.oncall.schedules import OnCall, OnCallFailed
from bot.oncall.specs import OnCallSetting, OnCallSpec
from engine import FakeClock
from tests.bot.oncall.stand_in import StandIn, stand_in

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
SECRETS = {"PD": "pd-key-123456", "OG": "og-key-123456", "IO": "io-key-123456"}


@pytest.fixture
async def service() -> AsyncIterator[StandIn]:
    async with stand_in() as service:
        yield service


def asking(spec: dict[str, Any], people: dict[str, str] | None = None, secrets: Any = None) -> OnCall:
    found = OnCallSpec.model_validate({"schedules": {"primary": spec}, "people": people or {}})
    known = SECRETS if secrets is None else secrets
    return OnCall.of_setting(OnCallSetting(found, Path()), FakeClock(NOW), lambda name: known.get(name, ""))


async def on_call(spec: dict[str, Any], **more: Any) -> tuple[str, ...]:
    schedules = asking(spec, **more)
    try:
        return await schedules.now("primary")
    finally:
        await schedules.close()


async def failure(spec: dict[str, Any], **more: Any) -> str:
    with pytest.raises(OnCallFailed) as failed:
        await on_call(spec, **more)
    return str(failed.value)


def pagerduty(email: str, level: int = 1, end: datetime | None = None, **user: str) -> dict[str, Any]:
    return {
        "user": {"id": "PT23IWX", "type": "user", "summary": "Tim", "email": email, **user},
        "schedule": {"id": "PI7DH85", "type": "schedule_reference", "summary": "Daily"},
        "escalation_policy": {"id": "PT20YPA", "type": "escalation_policy_reference"},
        "escalation_level": level,
        "start": (NOW - timedelta(hours=8)).isoformat(),
        "end": end.isoformat() if end else None,
    }


def page(*entries: dict[str, Any], more: bool = False) -> dict[str, Any]:
    return {"oncalls": list(entries), "limit": 100, "offset": 0, "more": more, "total": None}


async def test_pagerduty_says_who_is_on_call_for_a_schedule(service: StandIn) -> None:
    spec = {"source": "pagerduty", "schedule": "PI7DH85", "token": "PD", "url": service.url}
    over = pagerduty("late@example.com", end=NOW)
    service.answer = page(pagerduty("tim@example.com", level=2, end=NOW + timedelta(hours=1)), over)
    assert await on_call(spec) == ("tim@example.com",)
    path, query, headers = service.asked[0]
    assert path.startswith("/oncalls?")
    assert query["schedule_ids[]"] == "PI7DH85"
    assert query["include[]"] == "users"
    assert headers["Authorization"] == "Token token=pd-key-123456"
    assert headers["Accept"] == "application/vnd.pagerduty+json;version=2"


async def test_of_an_escalation_policy_the_first_level_alone_counts_unless_levels_says_more(
    service: StandIn,
) -> None:
    spec = {"source": "pagerduty", "escalation_policy": "PT20YPA", "token": "PD", "url": service.url}
    service.answer = page(pagerduty("first@example.com"), pagerduty("second@example.com", level=2))
    assert await on_call(spec) == ("first@example.com",)
    assert await on_call({**spec, "levels": [1, 2]}) == ("first@example.com", "second@example.com")
    assert await on_call({**spec, "levels": [3]}) == ()


async def test_pagerduty_is_read_to_its_last_page(service: StandIn) -> None:
    spec = {"source": "pagerduty", "schedule": "PI7DH85", "token": "PD", "url": service.url}
    service.pages = [page(pagerduty("a@example.com"), more=True), page(pagerduty("b@example.com"))]
    assert await on_call(spec) == ("a@example.com", "b@example.com")
    assert [asked[1]["offset"] for asked in service.asked] == ["0", "100"]


async def test_opsgenie_says_who_is_on_call_and_of_an_escalation_its_first_step_alone(
    service: StandIn,
) -> None:
    escalation = {
        "id": "e1",
        "name": "Team_escalation",
        "type": "escalation",
        "onCallParticipants": [
            {
                "id": "u2",
                "name": "now@example.com",
                "type": "user",
                "escalationTime": 0,
                "notifyType": "default",
            },
            {"id": "u3", "name": "later@example.com", "type": "user", "escalationTime": 10},
        ],
    }
    user = {"id": "u1", "name": "ann@example.com", "type": "user"}
    parent = {"id": "s1", "name": "Night shift", "enabled": True}
    service.answer = {
        "data": {"_parent": parent, "onCallParticipants": [user, escalation]},
        "took": 0.1,
        "requestId": "r1",
    }
    spec = {"source": "opsgenie", "schedule": "Night shift", "token": "OG", "url": service.url}
    assert await on_call(spec) == ("ann@example.com", "now@example.com")
    path, query, headers = service.asked[0]
    assert path.startswith("/v2/schedules/Night%20shift/on-calls?")
    assert query == {"scheduleIdentifierType": "name", "flat": "false"}
    assert headers["Authorization"] == "GenieKey og-key-123456"
    service.answer["data"]["_parent"]["enabled"] = False
    assert await on_call(spec) == ()


def entry(user: dict[str, str] | None, rotation: str = "R1", hours: int = 8) -> dict[str, Any]:
    return {
        "entry_id": "01G0J1EXE7AXZ2C93K61WBPYEH",
        "fingerprint": "f",
        "layer_id": "L1",
        "rotation_id": rotation,
        "start_at": "2026-03-02T08:00:00.500000Z",
        "end_at": f"2026-03-02T{8 + hours:02}:00:00Z",
        **({"user": user} if user else {}),
    }


LISA = {
    "id": "01FCN",
    "name": "Lisa",
    "email": "lisa@example.com",
    "role": "viewer",
    "slack_user_id": "U02AYNF2XJM",
}
SAM = {"id": "01FCO", "name": "Sam", "email": "sam@example.com", "role": "viewer"}


async def test_incident_io_says_who_is_on_call_after_overrides(service: StandIn) -> None:
    spec = {"source": "incident.io", "schedule": "01FDAG", "token": "IO", "url": service.url}
    entries = {
        "final": [entry(LISA), entry(SAM, hours=2)],
        "overrides": [entry(LISA)],
        "scheduled": [entry(SAM)],
    }
    service.answer = {"schedule_entries": entries}
    assert await on_call(spec) == ("U02AYNF2XJM",)
    _, query, headers = service.asked[0]
    assert query["schedule_id"] == "01FDAG"
    assert query["entry_window_start"] == "2026-03-02T10:00:00Z"
    assert headers["Authorization"] == "Bearer io-key-123456"
    entries["final"] = [entry(SAM), entry(None)]
    assert await on_call(spec) == ("sam@example.com",)


async def test_several_rotations_of_incident_io_need_a_choice(service: StandIn) -> None:
    spec = {"source": "incident.io", "schedule": "01FDAG", "token": "IO", "url": service.url}
    service.answer = {"schedule_entries": {"final": [entry(LISA), entry(SAM, "R2")]}}
    assert "has several rotations. Name one with rotation:" in await failure(spec)
    assert await on_call({**spec, "rotation": "R2"}) == ("sam@example.com",)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (401, "PagerDuty refused the token."),
        (404, "PagerDuty does not know the schedule."),
        (429, "PagerDuty limits how often it can be asked."),
        (302, "PagerDuty answered with the status 302."),
        (500, "PagerDuty answered with the status 500."),
        (b"<html>", "PagerDuty sent no JSON object."),
        (b"[]", "PagerDuty sent no JSON object."),
        ({"oncalls": "x"}, "PagerDuty sent an answer of an unknown shape."),
        (
            {"oncalls": [{"user": None}]},
            "PagerDuty named a person without an e-mail address and without an id.",
        ),
        ({"oncalls": [{"user": {"email": "a@b.cd"}, "end": "soon"}]}, "PagerDuty sent an invalid moment."),
        (page(pagerduty("", id="")), "PagerDuty named a person"),
        (page(pagerduty("", id="PXYZ")), "PXYZ is neither a Slack user id nor an e-mail address."),
        (page(pagerduty("Bob Miller")), "Bob Miller is neither a Slack user id nor an e-mail address."),
        (page(*(pagerduty(f"a{n}@b.cd") for n in range(51))), "It names 51 people, more than 50."),
        (page(pagerduty("a@b.cd"), more=True), "PagerDuty has too many people on call for one schedule."),
        (b"x" * 2_000_001, "PagerDuty sent more than 2 MB."),
    ],
)
async def test_an_error_of_the_source_is_an_error_and_never_an_empty_shift(
    service: StandIn, answer: Any, said: str
) -> None:
    spec = {"source": "pagerduty", "schedule": "PI7DH85", "token": "PD", "url": service.url}
    service.answer = answer
    text = await failure(spec)
    assert text.startswith("The on-call schedule primary cannot be looked up: ")
    assert said in text
    assert "pd-key" not in text


async def test_a_source_that_hangs_or_is_gone_is_an_error(service: StandIn) -> None:
    spec = {"source": "pagerduty", "schedule": "PI7DH85", "token": "PD", "url": service.url}
    service.hangs = True
    schedules = asking(spec)
    with pytest.raises(OnCallFailed, match="did not answer in time"):
        await schedules.now("primary", 1.2)
    with pytest.raises(OnCallFailed, match="did not answer in time"):
        await schedules.now("primary", 1.2)
    assert len(service.asked) == 1, "an error counts for some seconds, so that each click does not wait"
    await schedules.close()
    assert "cannot be reached" in await failure({**spec, "url": "http://127.0.0.1:9"})


async def test_a_token_that_is_not_set_is_named_and_nothing_is_asked(service: StandIn) -> None:
    spec = {"source": "opsgenie", "schedule_id": "s1", "token": "OG", "url": service.url}
    assert "The token of Opsgenie is missing: set OG" in await failure(spec, secrets={})
    assert service.asked == []


async def test_people_of_the_settings_come_before_addresses(service: StandIn) -> None:
    spec = {"source": "pagerduty", "schedule": "PI7DH85", "token": "PD", "url": service.url}
    service.answer = page(pagerduty("Tim@Example.com"), pagerduty("", id="PXYZ"))
    people = {"tim@example.com": "U012AB3CD", "pxyz": "U0XYZ"}
    assert await on_call(spec, people=people) == ("U012AB3CD", "U0XYZ")


async def test_an_answer_counts_for_two_seconds(service: StandIn) -> None:
    spec = {"source": "pagerduty", "schedule": "PI7DH85", "token": "PD", "url": service.url}
    found = OnCallSpec.model_validate({"schedules": {"primary": spec}})
    clock = FakeClock(NOW)
    schedules = OnCall.of_setting(OnCallSetting(found, Path()), clock, SECRETS.__getitem__)
    service.answer = page(pagerduty("a@example.com"))
    assert await schedules.now("primary") == await schedules.now("primary") == ("a@example.com",)
    service.answer = page(pagerduty("b@example.com"))
    clock.advance(timedelta(seconds=2))
    assert await schedules.now("primary") == ("b@example.com",)
    assert len(service.asked) == 2
    await schedules.close()
