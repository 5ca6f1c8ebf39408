"""A release that two groups approve, one after the other, with values that they may change."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from engine import Diff, Form, Image, Link, Outcome, Stage, Table, Workflow

ship = Workflow("ship", owner="@platform", channel="#deploys")


class Plan(BaseModel):
    version: str = Field(description="As it is tagged")
    replicas: int = Field(3, ge=1, le=9)
    strategy: Literal["rolling", "blue-green"] = "rolling"
    regions: list[Literal["eu", "us", "asia"]] = Field(["eu"], min_length=1)
    on: date = date(2026, 11, 23)
    announce: bool = True


@ship.step
async def plan() -> Plan:
    return Plan(version="1.4.2")


go = ship.approval(
    "go",
    ask="Ship billing to production?",
    form=Form(Plan, defaults_from=plan),
    stages=[Stage("on call", ["@on-call"]), Stage("release", ["@release-managers"])],
    expires="4h",
    on_expiry="reject",
)


@ship.step(when=go.approved)
async def release(go: Outcome[Plan]) -> str:
    assert go.value is not None
    return f"{go.value.version} with {go.value.replicas} replicas in {', '.join(go.value.regions)}"


color = Workflow("color", owner="@platform", channel="#deploys")
which = color.approval(
    "which", ask="Which environment goes live?", choose=["blue", "green"], approvers=["@on-call"],
    expires="1h", self_approval=True,
)  # fmt: skip


@color.step(when=which.approved)
async def switch(which: Outcome[str]) -> str:
    return f"{which.value} is live"


pay = Workflow("pay", owner="@platform", channel="#deploys")
sure = pay.approval(
    "sure", ask="Pay 20,000 to Lamps Ltd?", approvers=["@on-call"], expires="1h", revocable_for="30m"
)


@pay.step(when=sure.approved)
async def transfer(sure: Outcome) -> str:
    return "paid"


class Lamp(BaseModel):
    name: str = "lamp"


lamps = Workflow("lamps", input=Lamp, owner="@platform", channel="#deploys")
lamps.approval(
    "buy", ask="Buy a {input.name}?", approvers=["@release-managers"], expires="1h", risk="low", advisory=True
)

vault = Workflow("vault", owner="@platform", channel="#deploys")
vault.approval(
    "open",
    ask="Open the vault?",
    approvers=["@release-managers"],
    expires="1h",
    risk="high",
    confirm="vault",
    advisory=True,
)

archive = Workflow("archive", owner="@platform", channel="#deploys")
archive.approval(
    "erase", ask="Erase the archive of 2019?", approvers=["@on-call"], expires="1h", risk="high",
    one_time_code=True, advisory=True,
)  # fmt: skip


class Change(BaseModel):
    before: dict[str, int | str]
    after: dict[str, int | str]
    tickets: list[dict[str, str]]
    old_config: str
    new_config: str
    chart: str
    build: str


class Chart(BaseModel):
    chart: str


review = Workflow("review", input=Chart, owner="@platform", channel="#deploys")


@review.step
async def collect(input: Chart) -> Change:
    return Change(
        before={"replicas": 3, "image": "billing:1.4.1", "region": "eu"},
        after={"replicas": 5, "image": "billing:1.4.2", "region": "eu"},
        tickets=[
            {"ticket": f"BILL-{number}", "title": f"Fix the rounding of invoices {number}", "by": "erin"}
            for number in range(1, 26)
        ],
        old_config="\n".join(f"setting_{number} = {number}" for number in range(200)),
        new_config="\n".join(f"setting_{number} = {number * (1 + number % 3)}" for number in range(200)),
        chart=input.chart,
        build="https://ci.example.com/builds/1842",
    )


review.approval(
    "ok",
    ask="Ship billing 1.4.2 to production?",
    show=[
        Link("Build", "collect.build"),
        Diff("Values", "collect.before", "collect.after"),
        Table("Tickets", "collect.tickets"),
        Diff("Configuration", "collect.old_config", "collect.new_config"),
        Image("Errors per minute", "collect.chart"),
    ],
    approvers=["@release-managers"],
    expires="4h",
    risk="high",
    advisory=True,
)


class Build(BaseModel):
    image: str


roll = Workflow("roll", owner="@platform", channel="#deploys")


@roll.step
async def build() -> Build:
    return Build(image="billing:1.4.2")


start = roll.approval(
    "start", ask="Roll out {build.image}?", approvers=["@on-call"], expires="1h", self_approval=True
)


@roll.step(when=start.approved)
async def apply(build: Build) -> str:
    return build.image
