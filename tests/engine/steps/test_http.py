"""HTTP steps: what is sent, what follows from an answer, and what is never called."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import BaseModel

from engine import DefinitionErrors, Registry, Retry, StaticPeople, Workflow
from engine.authoring.dict_form import from_dict
from engine.compiler import compile_workflow
from engine.kernel.drawing import drawing
from engine.model.records.records import StepRecord
from engine.testing import Harness
from engine.tracing import span_id, traceparent

PEOPLE = StaticPeople(groups={"ops": ["U1"]})
TOKEN = "Xk3-90qLw7Rt-token"


class Order(BaseModel):
    item: str = "lamp"
    number: int = 7
    tags: list[str] = ["a", "b"]


class Desk:
    """A server on loopback. It keeps what it gets, and gives the answers in order; the last one again."""

    def __init__(self) -> None:
        self.got: list[tuple[web.Request, str]] = []
        self.answers: list[Callable[..., Any]] = [lambda: web.json_response({"id": 3})]
        self.server: TestServer

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.got.append((request, await request.text()))
        answer = self.answers[min(len(self.got), len(self.answers)) - 1]
        made = await answer(request) if inspect.iscoroutinefunction(answer) else answer()
        assert isinstance(made, web.StreamResponse)
        return made

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.port}{path}"


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", made.handle)
    made.server = TestServer(app)
    await made.server.start_server()
    yield made
    await made.server.close()


def flow(url: str, **options: Any) -> Workflow:
    made = Workflow("orders", owner="@ops", input=Order)
    made.http("create", url, **{"private": True, **options})
    return made


async def ended(workflow: Workflow, input: dict[str, Any] | None = None, advance: str = "") -> StepRecord:
    async with Harness(workflow, people=PEOPLE) as harness:
        run = await harness.start("orders", input or {})
        if advance:
            await harness.advance(advance)
        return await harness.step(run, "create")


def error_of(step: StepRecord) -> str:
    return step.failure.message if step.failure else ""


async def test_values_are_encoded_in_the_address_and_whole_in_the_json(desk: Desk) -> None:
    made = flow(
        desk.url("/items/{input.item}?q={input.item}&n={input.number}"),
        method="POST",
        json={"item": "{input.item}", "tags": "{input.tags}", "text": "{{{input.number}}}"},
        headers={"X-Item": "n{input.number}"},
    )
    step = await ended(made, {"item": "../a b?&#/ü"})
    assert (step.state, error_of(step)) == ("succeeded", "")
    request, body = desk.got[0]
    encoded = "..%2Fa%20b%3F%26%23%2F%C3%BC"
    assert request.raw_path == f"/items/{encoded}?q={encoded}&n=7"
    assert body == '{"item": "../a b?&#/ü", "tags": ["a", "b"], "text": "{7}"}'
    assert (request.headers["X-Item"], request.headers["Content-Type"]) == ("n7", "application/json")
    assert step.output == {"status": 200, "data": {"id": 3}, "text": "", "seconds": 0.0}


@pytest.mark.parametrize("value", ["", ".", ".."])
async def test_a_value_cannot_make_another_address(desk: Desk, value: str) -> None:
    step = await ended(flow(desk.url("/items/{input.item}/lock")), {"item": value})
    assert (step.state, desk.got) == ("waiting", [])
    assert "which makes another address" in error_of(step)


async def test_a_header_of_the_author_replaces_one_of_signoff(desk: Desk) -> None:
    headers = {"idempotency-key": "{input.item}", "content-type": "application/vnd.order+json"}
    await ended(flow(desk.url("/"), method="POST", json={}, headers=headers))
    sent = desk.got[0][0].headers
    assert sent.getall("Idempotency-Key") == ["lamp"]
    assert sent.getall("Content-Type") == ["application/vnd.order+json"]


async def test_a_request_carries_the_trace_of_its_run(desk: Desk) -> None:
    async with Harness(flow(desk.url("/")), people=PEOPLE) as harness:
        run = await harness.start("orders", {})
        await harness.run_until_idle()
    sent = desk.got[0][0].headers["traceparent"]
    assert sent == traceparent(run.trace_id, span_id(run.id, "create", 1))


@pytest.mark.parametrize("status", [408, 429, 500, 503])
async def test_it_is_tried_again_with_the_same_key_not_before_retry_after(desk: Desk, status: int) -> None:
    desk.answers = [
        lambda: web.Response(status=status, headers={"Retry-After": "30"}),
        lambda: web.json_response({"id": 3}),
    ]
    made = flow(desk.url("/items"), method="POST", json={}, retry=Retry(attempts=3, delay="1s", jitter=0))
    async with Harness(made, people=PEOPLE) as harness:
        run = await harness.start("orders", {})
        await harness.advance("29s")
        assert len(desk.got) == 1
        await harness.advance("2s")
        assert (await harness.step(run, "create")).state == "succeeded"
    keys = {request.headers["Idempotency-Key"] for request, _ in desk.got}
    assert (len(desk.got), len(keys)) == (2, 1)


@pytest.mark.parametrize(
    ("method", "status", "statuses", "state", "calls"),
    [
        ("GET", 500, {}, "waiting", 3),
        ("POST", 500, {}, "waiting", 1),
        ("GET", 404, {}, "waiting", 1),
        ("GET", 404, {404: "ok"}, "succeeded", 1),
        ("GET", 409, {409: "retry"}, "waiting", 3),
        ("GET", 500, {500: "fail"}, "failed", 1),
        ("GET", 503, {503: "ask"}, "waiting", 1),
    ],
)
async def test_what_follows_from_a_status(
    desk: Desk, method: str, status: int, statuses: dict[int, str], state: str, calls: int
) -> None:
    desk.answers = [lambda: web.Response(status=status, text="out of\nlamps")]
    step = await ended(flow(desk.url("/items?key=1"), method=method, statuses=statuses), advance="1m")
    assert (step.state, len(desk.got)) == (state, calls)
    if state != "succeeded":
        assert error_of(step) == f"{method} {desk.url('/items')} answered {status}: out of lamps"


async def test_no_answer_is_tried_again() -> None:
    step = await ended(flow("http://127.0.0.1:9/items"), advance="1m")
    assert (step.state, step.attempt) == ("waiting", 3)
    assert error_of(step).startswith("GET http://127.0.0.1:9/items got no answer: ")


async def test_an_answer_has_its_time(desk: Desk) -> None:
    called = asyncio.Event()

    async def silent(_: web.Request) -> web.StreamResponse:
        called.set()
        await asyncio.sleep(60)
        return web.Response()

    desk.answers = [silent]
    made = flow(desk.url("/items"), timeout="5s", retry=Retry(attempts=1))
    async with Harness(made, people=PEOPLE) as harness:
        start = asyncio.ensure_future(harness.start("orders", {}))
        await asyncio.wait_for(called.wait(), 20)
        harness.clock.move_to(harness.clock.now() + timedelta(seconds=6))
        step = await harness.step(await start, "create")
        assert step.failure is not None
        assert step.failure.kind == "TimeoutError"


async def test_the_answer_is_the_model_or_the_step_fails_once(desk: Desk) -> None:
    class Made(BaseModel):
        id: int

    assert (await ended(flow(desk.url("/"), output=Made))).output == {"id": 3}
    desk.answers = [lambda: web.json_response({"id": "three"})]
    step = await ended(flow(desk.url("/"), output=Made), advance="1m")
    assert (step.attempt, "does not fit Made at id" in error_of(step)) == (1, True)


async def test_a_large_answer_is_refused(desk: Desk) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        for _ in range(10_000):
            await answer.write(b"\0" * 65536)
        return answer

    desk.answers = [endless]
    step = await ended(flow(desk.url("/much"), output_kb=100), advance="1m")
    assert (step.attempt, "answered with more than 100 kB" in error_of(step)) == (1, True)


async def test_a_secret_reaches_the_server_and_nothing_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_TOKEN", TOKEN)
    secret = {"Authorization": "Bearer API_TOKEN"}
    desk.answers = [
        lambda: web.Response(status=400, text=f"bad {TOKEN}"),
    ]
    async with Harness(flow(desk.url("/items"), secret_headers=secret), people=PEOPLE) as harness:
        run = await harness.start("orders", {})
        step = await harness.step(run, "create")
        assert error_of(step).endswith("answered 400: bad [hidden]")
        assert TOKEN not in str(await harness.state(run))
        events = await harness.engine.events.of_run(run.id)
        assert TOKEN not in str([event.data for event in events])
    assert desk.got[0][0].headers["Authorization"] == f"Bearer {TOKEN}"
    desk.answers = [lambda: web.json_response({"you sent": f"Bearer {TOKEN}"})]
    step = await ended(flow(desk.url("/items"), secret_headers=secret))
    assert step.output["data"] == {"you sent": "Bearer [hidden]"}
    monkeypatch.delenv("API_TOKEN")
    step = await ended(flow(desk.url("/items"), secret_headers=secret))
    assert error_of(step) == (
        "The secret API_TOKEN is not set. Set it in the environment of Signoff, or name a folder of files "
        "with SIGNOFF_SECRETS_DIR."
    )


async def test_a_redirect_is_followed_without_the_secret_and_never_inside(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_TOKEN", TOKEN)
    elsewhere = Desk()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", elsewhere.handle)
    elsewhere.server = TestServer(app)
    await elsewhere.server.start_server()
    secret = {"X-Token": "API_TOKEN"}
    desk.answers = [lambda: web.Response(status=302, headers={"Location": elsewhere.url("/there")})]
    step = await ended(flow(desk.url("/"), secret_headers=secret))
    assert (step.state, error_of(step)) == ("succeeded", "")
    assert desk.got[0][0].headers["X-Token"] == TOKEN
    assert "X-Token" not in elsewhere.got[0][0].headers
    for inside in ("http://10.0.0.1/", "http://localhost:1/", "http://127.1/"):
        desk.answers = [lambda to=inside: web.Response(status=302, headers={"Location": to})]
        desk.got.clear()
        step = await ended(flow(desk.url("/")), advance="1m")
        assert (step.attempt, "inside this machine's networks" in error_of(step)) == (1, True), error_of(step)
    desk.answers = [lambda: web.Response(status=302, headers={"Location": "/again"})]
    assert "redirects more than 5 times" in error_of(await ended(flow(desk.url("/")), advance="1m"))
    elsewhere.got.clear()
    desk.answers = [lambda: web.Response(status=307, headers={"Location": elsewhere.url("/there")})]
    step = await ended(flow(desk.url("/"), method="POST", json={}))
    assert ("answered 307" in error_of(step), elsewhere.got) == (True, [])
    await elsewhere.server.close()


async def test_an_address_inside_the_network_is_not_called_unless_the_author_says_so(desk: Desk) -> None:
    for url in (desk.url("/"), f"http://localhost:{desk.server.port}/"):
        step = await ended(flow(url, private=False), advance="1m")
        assert (step.attempt, "Write private=True" in error_of(step)) == (1, True), error_of(step)
    assert desk.got == []


async def test_approvers_see_exactly_what_is_sent(desk: Desk) -> None:
    made = Workflow("orders", owner="@ops", input=Order)
    go = made.approval("go", ask="Order?", approvers=["@ops"], expires="4h")
    made.http(
        "create",
        desk.url("/items/{input.item}"),
        method="PUT",
        json={"n": "{input.number}", "by": "{go.outcome}"},
        headers={"X-Item": "{input.item}"},
        secret_headers={"Authorization": "Bearer API_TOKEN"},
        private=True,
        after=[go],
    )
    async with Harness(made, people=PEOPLE) as harness:
        await harness.start("orders", {"item": "a/b"})
        (request,) = await harness.requests()
        assert [(shown.label, shown.value) for shown in request.shown] == [
            ("create calls", f"PUT {desk.url('/items/a%2Fb')}"),
            ("create sends headers", "X-Item: a/b\nAuthorization: Bearer API_TOKEN (secret)"),
            ("create sends", '{"n": 7, "by": "{go.outcome}"}'),
        ]


@pytest.mark.parametrize(
    ("url", "options", "problem"),
    [
        (
            "https://{input.item}/x",
            {},
            "url is 'https://{input.item}/x'. Write it as https://host/path; a value",
        ),
        ("ftp://a/x", {}, "url is 'ftp://a/x'."),
        ("https://a/b c", {}, "url is 'https://a/b c'."),
        ("https://a/{x", {}, "url is 'https://a/{x': a brace holds no path."),
        ("https://admin:hunter2hunter2@a/x", {}, "url is 'https://"),
        ("https://a/{input.nmae}", {}, "url names input.nmae, but Order has no field nmae."),
        ("https://a/{input.tags}", {}, "url names input.tags, which is list[str], and makes one argument."),
        ("https://a/x", {"method": "FETCH"}, "method is 'FETCH'."),
        ("https://a/x", {"json": {}}, "A GET request has a body."),
        ("https://a/x", {"method": "POST", "json": {}, "body": "x"}, "json and body are given."),
        ("https://a/x", {"method": "POST", "json": {"a": "{input.nmae}"}}, "json.a names input.nmae"),
        (
            "https://a/x",
            {"headers": {"Authorization": "Bearer hunter2hunter2"}},
            "headers has a credential for",
        ),
        ("https://a/x", {"headers": {"a b": "c"}}, "headers has 'a b'."),
        (
            "https://a/x",
            {"secret_headers": {"X": "a-b c d"}},
            "secret_headers has no name of a variable for X.",
        ),
        (
            "http://a/x",
            {"secret_headers": {"X": "T"}, "private": False},
            "url begins with http://. Write https",
        ),
        ("https://a/x", {"statuses": {200: "ok"}}, "statuses names 200."),
        ("https://a/x", {"output_kb": 9000}, "output_kb is 9000."),
    ],
)
def test_a_mistake_in_a_request_is_named(url: str, options: dict[str, Any], problem: str) -> None:
    with pytest.raises(DefinitionErrors) as raised:
        compile_workflow(flow(url, **options))
    assert problem in str(raised.value)
    assert "hunter2" not in str(raised.value)


def test_the_dict_form_has_the_same_request() -> None:
    options = {"url": "https://a/{input.item}", "method": "POST", "json": {"n": "{input.number}"}}
    task = {"id": "create", "http": {**options, "statuses": {404: "ok"}}, "timeout": "5s"}
    written = {"id": "orders", "owner": "@ops", "input": Order, "tasks": [task]}
    from_data = compile_workflow(from_dict(written, Registry()))
    made = Workflow("orders", owner="@ops", input=Order)
    made.http(
        "create",
        "https://a/{input.item}",
        method="POST",
        json={"n": "{input.number}"},
        statuses={404: "ok"},
        timeout="5s",
    )
    assert from_data.definition.nodes == compile_workflow(made).definition.nodes
    assert [node.kind for node in drawing(from_data.definition, from_data.graph).nodes] == ["http"]


async def test_yaml_has_requests_and_the_next_task_takes_their_answer(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "orders.py").write_text(
        "from pydantic import BaseModel\n\n\nclass Order(BaseModel):\n    item: str\n\n\n"
        "class Made(BaseModel):\n    id: int\n"
    )
    (tmp_path / "flow.yaml").write_text(
        f"""
id: orders
owner: "@ops"
input: orders:Order
tasks:
  - id: create
    http:
      url: {desk.url("/items/{input.item}")}
      method: PUT
      private: true
      json: {{item: "{{input.item}}", count: 3}}
      headers: {{X-Team: ops}}
      statuses: {{404: ok}}
      output: orders:Made
    timeout: 5s
    retry: {{attempts: 2, delay: 1s}}
  - id: tell
    http: {{url: {desk.url("/told")}, method: POST, private: true, body: "made {{create.id}}"}}
"""
    )
    desk.answers = [lambda: web.Response(status=503), lambda: web.json_response({"id": 3})]
    async with Harness(tmp_path / "flow.yaml", people=PEOPLE) as harness:
        run = await harness.start("orders", {"item": "a/b"})
        await harness.advance("5s")
        assert (await harness.output(run, "tell"))["status"] == 200
    (refused, _), (create, sent), (tell, told) = desk.got
    assert refused.raw_path == create.raw_path == "/items/a%2Fb"
    assert (create.method, create.headers["X-Team"], sent) == ("PUT", "ops", '{"item": "a/b", "count": 3}')
    assert (tell.method, told) == ("POST", "made 3")
