"""Change infrastructure: make a plan, ask people about exactly that plan, apply it, and check for drift."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from signoff import Fatal, Outcome, Retry, StepContext, Table, Workflow
from workflows.infrastructure import plans
from workflows.infrastructure.plans import Outdated, Plan


class Change(BaseModel):
    environment: Literal["staging", "production"] = "staging"
    servers: int = Field(3, ge=0, le=20, description="A number from 0 to 20")
    size: Literal["small", "large"] = "small"


class Applied(BaseModel):
    outdated: bool
    log: str


change = Workflow(
    "infrastructure-change",
    title="Infrastructure change",
    input=Change,
    owner="@platform",
    channel="#deploys",
    concurrency_key="{input.environment}",
    description="Plans a change of servers, asks the release managers about that plan, and applies it.",
    result="{report}",
)


def folder_of(input: Change, ctx: StepContext) -> Path:
    return ctx.data_dir / "infrastructure" / input.environment


def variables_of(input: Change) -> dict[str, object]:
    return {"servers": input.servers, "size": input.size}


@change.step(run_in="process", timeout="10m")
def plan(input: Change, ctx: StepContext) -> Plan:
    folder = folder_of(input, ctx)
    made = plans.make(folder, variables_of(input), folder / f"{ctx.run_id}.plan")
    ctx.log(f"Plan {made.digest[:12]}: {made.summary}")
    return made


go = change.approval(
    "go",
    title="go-ahead",
    ask="Apply this plan to {input.environment}?",
    show=[
        ("Servers", "input.servers"),
        ("Size", "input.size"),
        ("Plan", "plan.summary"),
        Table("Changes", "plan.changes"),
        ("Digest of the plan", "plan.digest"),
    ],
    when=plan.output.summary != "no change",
    approvers=["@release-managers"],
    risk="high",
    remind_every="1h",
    expires="8h",
    on_expiry="reject",
)


@change.step(when=go.approved, run_in="process", timeout="1h", retry=Retry(attempts=3, delay="5s"))
def apply(input: Change, plan: Plan, go: Outcome, ctx: StepContext) -> Applied:
    """Apply the plan that people read. A crash in the middle makes it outdated, so people are asked again."""
    folder = folder_of(input, ctx)
    plans.remember(folder, variables_of(input))
    try:
        log = plans.apply(folder, folder / f"{ctx.run_id}.plan", plan.digest)
    except Outdated as why:
        return Applied(outdated=True, log=str(why))
    ctx.log(log)
    return Applied(outdated=False, log=log)


@change.step(when=apply.output.outdated == True)  # noqa: E712 - a condition, not a comparison
async def plan_again(input: Change, apply: Applied, ctx: StepContext) -> str:
    """A new run makes a new plan and asks people again."""
    ctx.log(f"Nothing of this plan is applied now: {apply.log}.")
    return ctx.follow_up(change, input)


@change.step(when=apply.output.outdated == False, run_in="process", timeout="10m")  # noqa: E712 - as above
def drift(input: Change, apply: Applied, ctx: StepContext) -> str:
    """Plan once more: if something would still change, it is not as people approved it."""
    folder = folder_of(input, ctx)
    left = plans.make(folder, variables_of(input), folder / f"{ctx.run_id}.drift").changes
    if left:
        raise Fatal(f"{', '.join(each.resource for each in left[:10])} differ from the approved plan")
    return "no drift"


@change.step
async def report(input: Change, plan: Plan, plan_again: str | None, drift: str | None) -> str:
    if plan_again:
        return f"The plan was outdated. The run {plan_again} plans and asks again."
    if drift:
        return f"{input.environment}: {plan.summary}, {drift}."
    return f"{input.environment} stays as it is."
