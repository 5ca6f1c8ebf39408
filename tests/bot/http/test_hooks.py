"""Webhooks over real HTTP: who may post, what is taken, and that no delivery starts two runs."""

import asyncio
import hashlib
import hmac
import io
import json
import logging
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from pydantic import BaseModel

from bot.http.limits import MAX_BODY_BYTES
from bot.http.listening import listening
from bot.http.server import build_server
from engine import (
    Actor,
    DefinitionError,
    Engine,
    EngineSettings,
    FakeClock,
    StartLimits,
    Webhook,
    Workflow,
    fact,
)
from engine.store import queries
from tests.test_docs import block_with

DELIVERIES = Path(__file__).parent / "deliveries"
SECRET = "correct horse battery staple"


class Alert(BaseModel):
    service: str
    severity: str = "warning"
    count: int = 1


class Site:
    """An installation that serves webhooks, and those who post to it."""

    def __init__(self, engine: Engine, clock: FakeClock, url: str) -> None:
        self.engine, self.clock, self.url = engine, clock, url

    async def post(
        self, name: str, body: bytes | io.BytesIO, headers: Mapping[str, str] = {}
    ) -> tuple[int, dict[str, Any]]:
        given = {"Content-Type": "application/json", **headers}
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{self.url}/hooks/{name}", data=body, headers=given) as answer,
        ):
            return answer.status, await answer.json()

    async def tell(self, name: str, payload: Any, **headers: str) -> tuple[int, dict[str, Any]]:
        """Post JSON with the secret as a bearer token."""
        given = {"Authorization": f"Bearer {SECRET}", **headers}
        return await self.post(name, json.dumps(payload).encode(), given)

    async def runs(self) -> list[Any]:
        await self.engine.activity.idle()
        return (await self.engine.runs(limit=100))[0]


def alerts(name: str, *triggers: Any, **options: Any) -> Workflow:
    workflow = Workflow(name, owner="@on-call", input=Alert, triggers=triggers, **options)

    @workflow.step
    async def act(input: Alert) -> str:
        return input.service

    return workflow


def hook(name: str = "alerts", **options: Any) -> Webhook:
    mapping = {"service": "{payload.service}", "severity": "{payload.severity?}", "count": "{payload.count?}"}
    return Webhook(name, **{"secret": "ALERTS_SECRET", "input": mapping, **options})


DELIVERY = "{headers.x_github_delivery}"


async def site_of(folder: Path, clock: FakeClock, *workflows: Workflow, **settings: Any) -> Engine:
    chosen = EngineSettings(
        folder / "data",
        **{"variables": {"ALERTS_SECRET": SECRET}, "limits": StartLimits(50, 500), **settings},
    )
    engine = await Engine.open(folder / "signoff.db", clock=clock, settings=chosen)
    for workflow in workflows:
        engine.register(workflow)
    await engine.serve()
    return engine


async def problems() -> dict[str, str]:
    return {}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    clock = FakeClock()
    styles = ("github", "stripe", "slack", "grafana", "pagerduty", "sentry", "hmac")
    engine = await site_of(
        tmp_path,
        clock,
        alerts("incident", hook()),
        alerts("filtered", hook("filtered", filter=fact.payload.status == "firing")),
        alerts("keyed", hook("keyed", idempotency_key="{payload.id}")),
        alerts("small", hook("small", max_bytes=100)),
        alerts("whole", hook("whole", input="{payload}")),
        alerts("unset", hook("unset", secret="NOT_SET")),
        alerts("single", hook("single"), overlap="skip"),
        alerts("timed", hook("timed", signature="hmac", timestamp_header="X-Time", replay="1m")),
        alerts("by-header", hook("by-header", signature="github", idempotency_key=DELIVERY)),
        alerts(
            "timed-id",
            hook("timed-id", signature="hmac", timestamp_header="X-Time", idempotency_key=DELIVERY),
        ),
        alerts(
            "once-a-day",
            hook(
                "once-a-day",
                signature="github",
                idempotency_key=DELIVERY,
                dedup="{payload.service}",
                dedup_within="1d",
            ),
        ),
        alerts("calm", hook("calm", signature="github", idempotency_key=DELIVERY, debounce="1m")),
        alerts("equal", hook("equal", signature="github", idempotency_key=DELIVERY, equal_bodies=True)),
        alerts(
            "grouped",
            hook(
                "grouped",
                each="payload.alerts",
                filter=fact.element.status == "firing",
                input={"service": "{element.service}", "severity": "{payload.severity}"},
                dedup="{element.print}",
                dedup_within="1h",
            ),
        ),
        *(alerts(f"by-{style}", hook(style, signature=style)) for style in styles),
    )
    async with listening(build_server(problems=problems, clock=clock, engine=engine), "127.0.0.1", 0) as port:
        yield Site(engine, clock, f"http://127.0.0.1:{port}")
    await engine.close(grace=0)


def digest(message: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


async def test_a_delivery_starts_a_run_and_is_answered_with_its_id(site: Site) -> None:
    status, body = await site.tell("alerts", {"service": "checkout", "count": 3})
    (run,) = await site.runs()
    assert (status, body) == (202, {"run": run.id, "state": "started"})
    assert (run.state, run.trigger, run.actor) == ("succeeded", "webhook:alerts", Actor("webhook", "alerts"))
    assert run.input == {"service": "checkout", "severity": "warning", "count": 3}
    (row,) = [each for each in await site.engine.schedules() if each.workflow == "incident"]
    assert (row.description, row.enabled, row.last_fire_at) == (
        "webhook /hooks/alerts",
        True,
        site.clock.now(),
    )


async def test_the_same_delivery_five_times_at_once_starts_one_run(site: Site) -> None:
    answers = await asyncio.gather(*(site.tell("alerts", {"service": "checkout"}) for _ in range(5)))
    (run,) = await site.runs()
    assert {(status, body["run"]) for status, body in answers} == {(202, run.id)}
    assert sorted(body["state"] for _, body in answers) == ["repeated"] * 4 + ["started"]


def firing(service: str | None, fingerprint: str, status: str = "firing") -> dict[str, str]:
    named = {"service": service} if service else {}
    return {"status": status, "print": fingerprint, **named}


async def test_each_element_of_a_delivery_that_passes_the_filter_starts_a_run_once(site: Site) -> None:
    group = {"severity": "critical", "alerts": [
        firing("checkout", "a"), firing("cart", "b", "resolved"), firing(None, "c"), firing("search", "d"),
        firing("search", "d"),
    ]}  # fmt: skip
    status, body = await site.tell("grouped", group)
    runs = {run.input["service"]: run for run in await site.runs()}
    assert {name: run.input["severity"] for name, run in runs.items()} == {
        "checkout": "critical",
        "search": "critical",
    }
    assert (status, body["state"]) == (202, "started")
    checkout, cart, unnamed, search, same = body["runs"]
    assert checkout == {"run": runs["checkout"].id, "state": "started"}
    assert cart == {"run": None, "state": "filtered"}
    assert (search["run"], same) == (runs["search"].id, {"run": runs["search"].id, "state": "repeated"})
    assert (unnamed["run"], unnamed["state"]) == (None, "refused")
    assert unnamed["error"]["field"] == "service of payload.alerts.2"
    assert unnamed["error"]["message"].startswith("{element.service} is missing.")
    log = await site.engine._store.read(queries.events, 0, 500)
    events = [each for each in log if each.type == "trigger.refused"]
    assert ["service of payload.alerts.2: " in event.data["reason"] for event in events] == [True]
    _, again = await site.tell("grouped", group)
    assert [each["state"] for each in again["runs"]].count("repeated") == 3
    assert len(await site.runs()) == 2
    # Another delivery of the group, a while later: a fact that started a run is still the same one.
    later = {**group, "alerts": [firing("checkout", "a"), firing("pay", "e")]}
    _, body = await site.tell("grouped", later)
    assert [each["state"] for each in body["runs"]] == ["repeated", "started"]


@pytest.mark.parametrize(
    ("listed", "status", "words"),
    [
        (
            [firing("a", str(number)) for number in range(101)],
            422,
            "101 elements, and at most 100 are taken.",
        ),
        ("none", 422, "It is a text, and the trigger starts a run for each element of a list."),
        ([firing(None, "c")], 422, "{element.service} is missing."),
        ([firing("a", "c", "resolved")], 200, ""),
        ([], 200, ""),
    ],
)
async def test_a_list_that_cannot_be_taken_starts_nothing(
    site: Site, listed: Any, status: int, words: str
) -> None:
    answered, body = await site.tell("grouped", {"severity": "low", "alerts": listed})
    assert (answered, words in str(body)) == (status, True), body
    assert await site.runs() == []


async def test_a_delivery_that_a_limit_cut_off_is_completed_when_it_is_repeated(site: Site) -> None:
    group = {"severity": "low", "alerts": [firing("a", str(number)) for number in range(60)]}
    status, body = await site.tell("grouped", group)
    assert (status, len(await site.runs())) == (429, 50), body
    site.clock.advance(timedelta(minutes=1))
    assert (await site.tell("grouped", group))[0] == 202
    await site.engine.activity.idle()
    assert (await site.engine.runs(limit=100))[1] == 60


async def test_a_delivery_is_the_same_after_a_restart(site: Site, tmp_path: Path) -> None:
    _, first = await site.tell("alerts", {"service": "checkout"})
    await site.engine.close(grace=0)
    engine = await site_of(tmp_path, site.clock, alerts("incident", hook()))
    server = build_server(problems=problems, clock=site.clock, engine=engine)
    async with listening(server, "127.0.0.1", 0) as port:
        again = await Site(engine, site.clock, f"http://127.0.0.1:{port}").tell(
            "alerts", {"service": "checkout"}
        )
    assert again == (202, {"run": first["run"], "state": "repeated"})
    await engine.close(grace=0)


@pytest.mark.parametrize(
    ("name", "key"), [("alerts", "Idempotency-Key"), ("keyed", "")], ids=["header", "field"]
)
async def test_an_idempotency_key_names_the_delivery_whatever_else_is_in_it(
    site: Site, name: str, key: str
) -> None:
    async def sent(id_: str, count: int) -> str:
        headers = {key: id_} if key else {}
        _, body = await site.tell(name, {"service": "checkout", "count": count, "id": id_}, **headers)
        return str(body["run"])

    assert await sent("a", 1) == await sent("a", 2)
    assert await sent("a", 1) != await sent("b", 1)
    assert len(await site.runs()) == 2


async def test_a_delivery_without_its_idempotency_key_is_refused(site: Site) -> None:
    status, body = await site.tell("keyed", {"service": "checkout"})
    assert (status, body["error"]["field"]) == (422, "idempotency_key")
    assert body["error"]["message"] == "{payload.id} is missing. payload has service."


async def test_a_delivery_that_the_filter_holds_back_starts_nothing(site: Site) -> None:
    assert await site.tell("filtered", {"service": "checkout", "status": "resolved"}) == (
        200,
        {"run": None, "state": "filtered"},
    )
    assert await site.runs() == []
    status, body = await site.tell("filtered", {"service": "checkout"})
    assert (status, body["error"]["field"]) == (422, "filter")
    assert (await site.tell("filtered", {"service": "checkout", "status": "firing"}))[0] == 202


async def test_the_whole_body_can_be_the_input(site: Site) -> None:
    await site.tell("whole", {"service": "checkout", "count": 2})
    assert [run.input["count"] for run in await site.runs()] == [2]
    status, body = await site.tell("whole", {"service": "checkout", "color": "red"})
    assert (status, body["error"]["field"]) == (422, "color")
    assert (await site.tell("whole", [1]))[0] == 422


@pytest.mark.parametrize(
    ("payload", "field", "message"),
    [
        ({}, "service", "{payload.service} is missing. payload is an empty object, which has no fields."),
        (
            {"service": "checkout", "count": "many"},
            "count",
            '"many" is not a whole number. Write one such as 3, with digits alone.',
        ),
        ({"service": None}, "service", ""),
        ({"service": "checkout", "count": "/srv/my data/n"}, "count", '"n" is not a whole number.'),
    ],
)
async def test_a_delivery_that_does_not_fit_is_answered_with_the_field(
    site: Site, payload: Any, field: str, message: str
) -> None:
    status, body = await site.tell("alerts", payload)
    assert (status, body["error"]["field"]) == (422, field)
    assert body["error"]["message"].startswith(message), body
    assert await site.runs() == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
async def test_a_body_that_is_not_json_is_refused(site: Site, body: bytes) -> None:
    status, answer = await site.post("alerts", body, {"Authorization": f"Bearer {SECRET}"})
    assert status == 400, answer


async def test_json_that_is_sent_as_a_form_is_refused_with_the_header_to_send(site: Site) -> None:
    headers = {"Authorization": f"Bearer {SECRET}", "Content-Type": "application/x-www-form-urlencoded"}
    status, answer = await site.post("alerts", b' {"text": "up"}', headers)
    assert (status, "Send Content-Type: application/json." in str(answer)) == (415, True)


async def test_a_form_is_read_by_field_and_by_the_json_in_its_payload(site: Site) -> None:
    headers = {"Authorization": f"Bearer {SECRET}", "Content-Type": "application/x-www-form-urlencoded"}
    for form in ({"service": "by field"}, {"payload": json.dumps({"service": "in the payload"})}):
        assert (await site.post("alerts", urlencode(form).encode(), headers))[0] == 202
    assert {run.input["service"] for run in await site.runs()} == {"by field", "in the payload"}
    assert (await site.post("alerts", b"service=%ff", headers))[0] == 400


async def test_a_large_body_is_refused_before_it_is_read(site: Site) -> None:
    assert (await site.tell("small", {"service": "x" * 200}))[0] == 413
    huge = io.BytesIO(b'{"service": "' + b"x" * 10_000_000 + b'"}')
    status, body = await site.post("alerts", huge, {"Authorization": f"Bearer {SECRET}"})
    assert (status, str(MAX_BODY_BYTES) in body["error"]["message"]) == (413, True)
    assert await site.runs() == []


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", f"Basic {SECRET}", "Bearer \xff\u00e9"])
async def test_a_wrong_token_is_refused(site: Site, header: str) -> None:
    headers = {"Authorization": header} if header else {}
    status, _ = await site.post("alerts", b'{"service": "checkout"}', headers)
    assert (status, await site.runs()) == (401, [])


async def test_the_log_names_refused_requests_once_a_minute(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    for lines, seconds in ((1, 0), (1, 30), (2, 31)):
        site.clock.advance(timedelta(seconds=seconds))
        assert (await site.post("alerts", b"{}", {"Authorization": "Bearer wrong"}))[0] == 401
        assert sum("to the webhook alerts was refused" in line for line in caplog.messages) == lines


def signed(style: str, body: bytes, now: int, secret: str = SECRET) -> dict[str, str]:
    """Headers as that sender makes them."""
    match style:
        case "github":
            return {"X-Hub-Signature-256": f"sha256={digest(body, secret)}"}
        case "stripe":
            mac = digest(f"{now}.".encode() + body, secret)
            return {"Stripe-Signature": f"t={now},v1={'0' * 64},v1={mac},v0=old"}
        case "slack":
            mac = digest(f"v0:{now}:".encode() + body, secret)
            return {"X-Slack-Signature": f"v0={mac}", "X-Slack-Request-Timestamp": str(now)}
        case "grafana":
            return {"X-Grafana-Alerting-Signature": digest(body, secret)}
        case "pagerduty":
            return {"X-PagerDuty-Signature": f"v1={'0' * 64},v1={digest(body, secret)}"}
        case "sentry":
            return {"Sentry-Hook-Signature": digest(body, secret)}
        case "timed":
            return {"X-Signature": digest(f"{now}.".encode() + body, secret), "X-Time": str(now)}
    return {"X-Signature": digest(body, secret)}


BODY = json.dumps({"service": "checkout", "id": "evt_1", "event": {"id": "01D9"}}).encode()
STYLES = ["github", "stripe", "slack", "grafana", "pagerduty", "sentry", "hmac", "timed"]


@pytest.mark.parametrize("style", STYLES)
async def test_each_style_takes_its_own_signature_and_no_other(site: Site, style: str) -> None:
    now = int(site.clock.now().timestamp())
    right = signed(style, BODY, now)
    for wrong in (
        signed(style, BODY, now, "another secret"),
        signed(style, BODY + b" ", now),
        dict.fromkeys(right, ""),
        dict.fromkeys(right, "sha256=zz,v1=é"),
        {},
    ):
        status, _ = await site.post(style, BODY, wrong)
        assert (status, await site.runs()) == (401, []), wrong
    assert (await site.post(style, BODY, right))[0] == 202


@pytest.mark.parametrize("style", ["stripe", "slack", "timed"])
@pytest.mark.parametrize("age", [-301, 301])
async def test_a_signature_outside_the_replay_window_is_refused(site: Site, style: str, age: int) -> None:
    now = int(site.clock.now().timestamp())
    status, body = await site.post(style, BODY, signed(style, BODY, now + age))
    assert (status, await site.runs()) == (401, []), body


async def test_a_captured_delivery_with_another_id_starts_nothing_new(site: Site) -> None:
    headers = signed("github", BODY, 0)
    first = await site.post("github", BODY, {**headers, "X-GitHub-Delivery": "1", "Idempotency-Key": "1"})
    again = await site.post("github", BODY, {**headers, "X-GitHub-Delivery": "2", "Idempotency-Key": "2"})
    assert (first[1]["run"], again[1]["state"]) == (again[1]["run"], "repeated")


async def captured(site: Site, name: str, id_: str, headers: Mapping[str, str]) -> str:
    status, answer = await site.post(name, BODY, {**headers, "X-GitHub-Delivery": id_})
    assert status == 202, answer
    return str(answer["run"])


@pytest.mark.parametrize("name", ["by-header", "timed-id", "once-a-day", "calm"])
async def test_a_captured_delivery_starts_nothing_new_though_a_header_names_deliveries(
    site: Site, name: str
) -> None:
    now = int(site.clock.now().timestamp())
    headers = signed("timed" if name == "timed-id" else "github", BODY, now)
    first = await captured(site, name, "1", headers)
    assert {await captured(site, name, str(number), headers) for number in range(9)} == {first}
    if name != "timed-id":  # an old time is refused anyway
        site.clock.advance(timedelta(days=2))
        await site.runs()
        assert await captured(site, name, "10", headers) == first
    assert len(await site.runs()) == 1


async def test_a_captured_delivery_sent_nine_times_at_once_starts_one_run(site: Site) -> None:
    headers = signed("github", BODY, 0)
    taken = await asyncio.gather(*(captured(site, "by-header", str(number), headers) for number in range(9)))
    assert len(set(taken)) == len(await site.runs()) == 1


async def test_what_was_signed_is_kept_beside_the_run_that_it_started(site: Site, tmp_path: Path) -> None:
    headers = signed("github", BODY, 0)
    first = await captured(site, "by-header", "1", headers)
    await site.runs()
    with closing(sqlite3.connect(tmp_path / "signoff.db")) as connection:
        (row,) = connection.execute("SELECT run_id FROM trigger_fact WHERE fact LIKE 'signed:%'")
    assert row == (first,)


async def test_a_delivery_with_the_same_id_and_another_body_is_the_same_one(site: Site) -> None:
    first = await captured(site, "by-header", "1", signed("github", BODY, 0))
    other = BODY.replace(b"checkout", b"payments")
    headers = {**signed("github", other, 0), "X-GitHub-Delivery": "1"}
    assert (await site.post("by-header", other, headers))[1] == {"run": first, "state": "repeated"}


async def test_equal_deliveries_are_several_where_the_author_says_so(site: Site) -> None:
    headers = signed("github", BODY, 0)
    assert await captured(site, "equal", "1", headers) != await captured(site, "equal", "2", headers)


async def test_neither_secret_nor_body_is_in_an_answer_or_a_log(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answers = [
            await site.post("alerts", b"swordfish", {"Authorization": f"Bearer {SECRET}x"}),
            await site.post("alerts", b"swordfish", {"Authorization": f"Bearer {SECRET}"}),
            await site.post("github", b"swordfish", signed("github", b"another", 0)),
            await site.tell("alerts", {"swordfish": 1}),
        ]
    said = caplog.text + repr(site.engine.settings)
    assert SECRET not in said + str(answers)
    assert "swordfish" not in caplog.text
    assert [
        record.message for record in caplog.records if "the webhook alerts was refused" in record.message
    ] == ["a request to the webhook alerts was refused: the bearer token is wrong"]


async def test_a_webhook_without_its_secret_takes_nothing(site: Site) -> None:
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer NOT_SET"}):
        assert (await site.post("unset", b"{}", headers))[0] == 503
    assert (await site.post("nowhere", b"{}"))[0] == 404
    said = [text for text in await site.engine.unset_variables() if "webhook:unset" in text]
    assert said == [
        "NOT_SET is not set, so the trigger webhook:unset of unset starts nothing. "
        "Set it in the environment of Signoff."
    ]
    await site.engine.set_schedule("unset", None, False, actor=Actor("cli", "root"))
    assert await site.engine.unset_variables() == []


async def test_a_webhook_that_is_off_takes_nothing(site: Site) -> None:
    await site.engine.set_schedule("incident", None, False, actor=Actor("cli", "root"))
    status, body = await site.tell("alerts", {"service": "checkout"})
    assert (status, await site.runs()) == (409, [])
    assert "signoff triggers enable incident" in body["error"]["message"]
    await site.engine.set_schedule("incident", None, True, actor=Actor("cli", "root"))
    assert (await site.tell("alerts", {"service": "checkout"}))[0] == 202


async def test_a_flood_of_new_deliveries_is_slowed_down_and_known_ones_are_answered(site: Site) -> None:
    for number in range(50):
        assert (await site.tell("alerts", {"service": f"s{number}"}))[0] == 202
    status, body = await site.tell("alerts", {"service": "one more"})
    assert (status, "The webhook alerts has started 50 runs" in body["error"]["message"]) == (429, True)
    assert (await site.tell("alerts", {"service": "s1"}))[1]["state"] == "repeated"
    assert (await site.tell("whole", {"service": "another webhook"}))[0] == 202


def test_two_workflows_cannot_have_the_same_webhook(tmp_path: Path) -> None:
    async def register() -> None:
        engine = await Engine.open(tmp_path / "signoff.db", settings=EngineSettings(tmp_path))
        engine.register(alerts("one", hook()))
        try:
            engine.register(alerts("two", hook()))
        finally:
            await engine.close(grace=0)

    with pytest.raises(DefinitionError, match="The webhook alerts already starts one"):
        asyncio.run(register())


EXAMPLES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "alertmanager": (
        {"Authorization": f"Bearer {SECRET}"},
        {"service": "checkout", "severity": "critical", "summary": "5% of requests fail"},
    ),
    "grafana": (
        {},
        {
            "service": "db-1",
            "severity": "warning",
            "summary": "[FIRING:1] Disk almost full Infrastructure (db-1 warning)",
        },
    ),
    "pagerduty": (
        {"X-Webhook-Id": "3bfcba42"},
        {
            "service": "checkout",
            "severity": "high",
            "summary": "Checkout does not answer (https://acme.pagerduty.com/incidents/PGR0VU2)",
        },
    ),
    "github": (
        {"X-GitHub-Event": "release", "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958"},
        {"service": "checkout", "severity": "warning", "summary": "v1.4.2 by octocat"},
    ),
    "sentry": (
        {"Sentry-Hook-Resource": "issue", "Request-ID": "4711"},
        {
            "service": "checkout",
            "severity": "error",
            "summary": "ZeroDivisionError: division by zero in checkout.totals in average",
        },
    ),
}
"""By sender: the headers of its delivery, signature aside, and the input that the guide makes of it."""


@pytest.mark.parametrize("sender", EXAMPLES)
async def test_the_example_of_the_guide_maps_a_real_delivery(sender: str, tmp_path: Path) -> None:
    space: dict[str, Any] = {}
    exec(block_with("docs/guides/triggers.md", "class Incident"), space)
    exec(block_with("docs/guides/triggers.md", "alertmanager = Webhook("), space)
    headers, expected = EXAMPLES[sender]
    body = (DELIVERIES / f"{sender}.json").read_bytes()
    workflow = Workflow("example", owner="@on-call", input=space["Incident"], triggers=[space[sender]])

    @workflow.step
    async def act() -> None: ...

    clock = FakeClock()
    engine = await site_of(tmp_path, clock, workflow, variables={f"{sender.upper()}_SECRET": SECRET})
    async with listening(build_server(problems=problems, clock=clock, engine=engine), "127.0.0.1", 0) as port:
        site = Site(engine, clock, f"http://127.0.0.1:{port}")
        status, answer = await site.post(sender, body, {**signed(sender, body, 0), **headers})
        assert (status, answer["state"]) == (202, "started")
        assert [run.input for run in await site.runs()] == [expected]
    await engine.close(grace=0)


async def test_a_run_belongs_to_the_trace_of_its_delivery(site: Site) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    await site.tell("alerts", {"service": "checkout"}, traceparent=f"00-{trace}-00f067aa0ba902b7-01")
    await site.tell("alerts", {"service": "billing"})
    newest, first = await site.runs()
    assert first.trace_id == trace
    assert newest.trace_id != trace
