"""Workflows whose runs are left open in the databases that earlier releases made.

What their steps do must not change: an approval covers the code of the steps that it guards.
"""

from pydantic import BaseModel

from engine import AskOwner, Diff, Fatal, Form, Outcome, Retry, Stage, StepContext, Workflow


class Order(BaseModel):
    item: str = "pump"
    amount: float = 12345.67


class Change(BaseModel):
    replicas: int
    note: str = ""


ship = Workflow("ship", input=Order, owner="@ops", channel="#deploys")


@ship.step
async def plan(input: Order) -> Change:
    return Change(replicas=5, note=f"more {input.item}s")


go_live = ship.approval(
    "go_live",
    ask="Ship {input.item} for {input.amount}?",
    show=["plan.note", Diff("Plan", "input", "plan")],
    approvers=["@release"],
    form=Form(Change, defaults_from="plan"),
    expires="4h",
    on_expiry="reject",
    comment={"reject": "required"},
)


@ship.step(when=go_live.approved)
async def release(go_live: Outcome) -> str:
    return f"{go_live.value['replicas']} replicas"


staged = Workflow("staged", input=Order, owner="@ops", channel="#deploys")
both = staged.approval(
    "both",
    ask="Buy {input.item}?",
    stages=[Stage("first", ["@release"], quorum=2), Stage("second", ["U9"])],
    expires="2d",
)


@staged.step(when=both.approved)
async def buy(input: Order, both: Outcome) -> str:
    return input.item


revocable = Workflow("revocable", input=Order, owner="@ops", channel="#deploys")
take_back = revocable.approval(
    "take_back", ask="Delete {input.item}?", approvers=["@release"], expires="2d", revocable_for="1h"
)


@revocable.step(when=take_back.approved)
async def delete(input: Order) -> str:
    return f"{input.item} deleted"


fails = Workflow("fails", owner="@ops", channel="#deploys", on_failure=AskOwner(expires="2d"))


@fails.step
async def read_sensor() -> str:
    raise Fatal("the gateway is gone")


flaky = Workflow("flaky", input=Order, owner="@ops", channel="#deploys")
first = flaky.approval("first", ask="Pay {input.amount}?", approvers=["@release"], expires="2d")


@flaky.step(when=first.approved, retry=Retry(attempts=3, delay="10m"))
async def pay(input: Order, ctx: StepContext) -> float:
    if ctx.attempt == 1:
        raise RuntimeError("the bank is closed")
    return input.amount


WORKFLOWS = (ship, staged, revocable, fails, flaky)
