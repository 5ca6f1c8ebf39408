"""A console over real HTTP, with runs of every kind, and a person in front of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import BaseModel

from bot.console.parts import ConsoleSettings, Parts
from bot.http.listening import listening
from bot.http.server import build_server
from engine import (
    Actor,
    Decision,
    Engine,
    EngineSettings,
    Every,
    FakeClock,
    Objectives,
    Outcome,
    Person,
    Rule,
    StaticPeople,
    StepContext,
    Workflow,
)
from engine.policies import read_policies

PLANTED = "<script>alert('x')</script> & \"q\" ' ${1} {{7*7}} \u202egnp.exe"
SECRET = "password=hunter2-correct-horse"
ALICE = Actor("slack", "U1")
PEOPLE = StaticPeople(
    [
        Person("U1", f"Alice {PLANTED}", tz="Europe/Berlin"),
        Person("U2", "Bob"),
        Person("U01ALICE", "Alice Okafor"),
        Person("U07GUEST", "Gus Guest", outside=True),
        Person("U3", "Guest", outside=True),
        Person("U4", "Gone", active=False),
    ],
    {"managers": ["U2"]},
)


class Change(BaseModel):
    service: str = "billing"
    note: str = ""


class Site:
    """An installation with its console."""

    def __init__(self, engine: Engine, clock: FakeClock, url: str) -> None:
        self.engine, self.clock, self.url = engine, clock, url
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def get(self, path: str = "", **more: Any) -> tuple[int, str]:
        async with self.http.get(f"{self.url}/console{path}", allow_redirects=False, **more) as answer:
            return answer.status, await answer.text()

    async def post(self, path: str, **more: Any) -> tuple[int, str]:
        async with self.http.post(f"{self.url}/console{path}", allow_redirects=False, **more) as answer:
            return answer.status, await answer.text()

    async def sign_in(self, name: str = "ops") -> str:
        """Sign in with a new token, and return it."""
        token = await self.engine.principals.add(name, [], Actor("cli", "root"), console=True)
        status, text = await self.post("/sign-in", data={"token": token})
        assert status == 200, text
        return token

    def cookie(self, name: str = "signoff_console") -> str:
        found = [cookie for cookie in self.http.cookie_jar if cookie.key == name]
        return found[0].value if found else ""

    async def run(self, workflow: str = "deploy", **input_: str) -> str:
        """Start a run, and return its id once it waits or has ended."""
        run = await self.engine.start(workflow, input_, actor=ALICE)
        place = 0
        while (await self.engine.find_run(run.id)).state in ("pending", "running"):
            await self.engine.events.wait(place)
            place = await self.engine.events.newest()
        return run.id

    async def decide(self, run_id: str, choice: str, comment: str = "") -> None:
        request = next(each for each in await self.engine.requests(run_id=run_id))
        decided = Decision(choice, comment=comment)
        result = await self.engine.decide(request.id, decided, actor=Actor("slack", "U2"))
        assert result.accepted, result
        await self.engine.until_ended(run_id)


def workflows() -> list[Workflow]:
    deploy = Workflow(
        "deploy", owner="@managers", channel="#deploys", input=Change, triggers=[Every("1d")], title="Deploy"
    )

    @deploy.step
    async def build(input: Change, ctx: StepContext) -> dict[str, str]:
        ctx.log(f"building {input.note} with {SECRET}")
        return {"image": input.note or "billing:1", "credential": SECRET}

    go = deploy.approval(
        "go_live",
        ask="Ship {input.service}? {input.note}",
        approvers=["@managers"],
        expires="4h",
        after=[build],
        on_expiry="reject",
    )

    @deploy.step
    async def release(go_live: Outcome, build: dict[str, str]) -> str:
        return f"released {build['image']}"

    assert go is not None
    broken = Workflow("broken", owner="@managers", channel="#deploys", input=Change)

    @broken.step
    async def fall(input: Change) -> None:
        raise ValueError(f"no disk for {input.note}, {SECRET}")

    return [deploy, broken, refund()]


class Refund(BaseModel):
    amount: int = 5
    note: str = ""


def refund() -> Workflow:
    """A workflow with a decision that people answer, and with objectives."""
    refund = Workflow(
        "refund", owner="@managers", channel="#deploys", input=Refund, title="Refund",
        objectives=Objectives(success="99%", decide="4h"),
    )  # fmt: skip
    refund.decision(
        "check",
        rules=[Rule("input.amount > 100", points=80, reason="The amount is {input.amount}")],
        thresholds={"refuse": 60},
        default="pay",
        recommends={"refuse": "reject", "pay": "approve"},
        groups=["input.note"],
    )
    go = refund.approval(
        "go", ask="Refund {input.amount}?", show=[("Why", "check.why")], approvers=["@managers"], expires="4h"
    )

    @refund.step
    async def pay(input: Refund, go: Outcome) -> str:
        return f"paid {input.amount}"

    assert go is not None
    return refund


@asynccontextmanager
async def site(
    folder: Path, settings: ConsoleSettings, team: str | None = None, policies: str = ""
) -> AsyncIterator[Site]:
    """`policies`: the text of a policy file."""
    clock = FakeClock()
    rules = read_policies(policies, "policies.yaml") if policies else None
    chosen = EngineSettings(folder / "data", operator="U2", policies=rules)
    engine = await Engine.open(folder / "signoff.db", clock=clock, people=PEOPLE, settings=chosen)
    for workflow in workflows():
        engine.register(workflow)
    await engine.serve()

    async def problems() -> dict[str, str]:
        return {}

    parts = Parts(engine, clock, settings, lambda: None, lambda: team)
    app = build_server(problems=problems, clock=clock, engine=engine, console=parts)
    async with listening(app, "127.0.0.1", 0) as port:
        here = Site(engine, clock, f"http://127.0.0.1:{port}")
        yield here
        await here.http.close()
    await engine.close(grace=0)
    await asyncio.sleep(0)
