"""Every working day: compare the infrastructure with what people approved, and ask about each difference."""

import json

from pydantic import BaseModel

from signoff import Cron, StepContext, Workflow
from workflows.infrastructure import plans


class Drift(BaseModel):
    environment: str
    summary: str
    approved: dict[str, str | int]
    """The variables that people approved last."""


drift = Workflow(
    "infrastructure-drift",
    title="Infrastructure drift",
    owner="@platform",
    channel="#deploys",
    description="Compares the infrastructure with what people approved, and asks about each difference.",
    result="{restore}",
    triggers=[Cron("0 7 * * 1-5", quiet=True)],
)


@drift.step(run_in="process", timeout="30m")
def look(ctx: StepContext) -> list[Drift]:
    found = []
    for file in sorted((ctx.data_dir / "infrastructure").glob(f"*/{plans.VARIABLES}")):
        approved = json.loads(file.read_text("utf-8"))
        plan = plans.make(file.parent, approved, file.parent / f"{ctx.run_id}.drift")
        if plan.changes:
            ctx.log(f"{file.parent.name} has drifted: {plan.summary}")
            found.append(Drift(environment=file.parent.name, summary=plan.summary, approved=approved))
    return found


@drift.step
async def restore(look: list[Drift], ctx: StepContext) -> str:
    """Each difference is a change that people approve like every other one."""
    for each in look:
        ctx.follow_up("infrastructure-change", {"environment": each.environment, **each.approved})
    drifted = ", ".join(f"{each.environment} ({each.summary})" for each in look)
    return f"People are asked to restore {drifted}." if look else "No drift."
