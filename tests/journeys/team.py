"""A release that two groups approve, one after the other, with values that they may change."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from engine import Outcome, Stage, Workflow

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
    form=Plan,
    proposed=plan,
    stages=[Stage("on call", ["@on-call"]), Stage("release", ["@release-managers"])],
    expires="4h",
    on_expiry="reject",
)


@ship.step(when=go.approved)
async def release(go: Outcome[Plan]) -> str:
    assert go.value is not None
    return f"{go.value.version} with {go.value.replicas} replicas in {', '.join(go.value.regions)}"


colour = Workflow("colour", owner="@platform", channel="#deploys")
which = colour.approval(
    "which", ask="Which environment goes live?", choose=["blue", "green"], approvers=["@on-call"],
    expires="1h", self_approval=True,
)  # fmt: skip


@colour.step(when=which.approved)
async def switch(which: Outcome[str]) -> str:
    return f"{which.value} is live"


pay = Workflow("pay", owner="@platform", channel="#deploys")
sure = pay.approval("sure", ask="Pay 20,000 to Lamps Ltd?", approvers=["@on-call"], expires="1h", undo="30m")


@pay.step(when=sure.approved)
async def transfer(sure: Outcome) -> str:
    return "paid"


class Lamp(BaseModel):
    name: str = "lamp"


lamps = Workflow("lamps", input=Lamp, owner="@platform", channel="#deploys")
lamps.approval("buy", ask="Buy a {input.name}?", approvers=["@release-managers"], expires="1h", risk="low")

vault = Workflow("vault", owner="@platform", channel="#deploys")
vault.approval(
    "open", ask="Open the vault?", approvers=["@release-managers"], expires="1h", risk="high", confirm="vault"
)

archive = Workflow("archive", owner="@platform", channel="#deploys")
archive.approval(
    "erase", ask="Erase the archive of 2019?", approvers=["@on-call"], expires="1h", risk="high",
    one_time_code=True,
)  # fmt: skip
