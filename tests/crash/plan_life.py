"""One life of an engine with a plan: `plan_life.py FOLDER`. It approves the plan, and ends with the run.

Each action and each undo is a line in the file `done`, where it begins and where it ends. One whose line
begins as the file `hold` says never ends: the test kills the process there. An item on the node `bad` fails.
"""

import asyncio
import sys
from pathlib import Path

from engine import (
    Action,
    Actor,
    Decision,
    Engine,
    EngineSettings,
    Fatal,
    Plan,
    StaticPeople,
    StepContext,
    Workflow,
)

ASKS, APPROVES = Actor("slack", "U1"), Actor("slack", "U2")
PEOPLE = StaticPeople(groups={"ops": ["U1"], "sre": ["U2"]})


def workflow(folder: Path) -> Workflow:
    async def done(line: str) -> None:
        with (folder / "done").open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
        hold = folder / "hold"
        if hold.exists() and line.startswith(hold.read_text()):
            await asyncio.Event().wait()

    async def drain(node: str, ctx: StepContext) -> str:
        if node == "bad":
            raise Fatal(f"{node} does not answer")
        await done(f"drain {node} begins with {ctx.idempotency_key}")
        await done(f"drain {node} ends")
        return f"{node} is drained"

    async def fill(node: str, result: str, ctx: StepContext) -> None:
        await done(f"fill {node}, {result}, begins with {ctx.idempotency_key}")
        await done(f"fill {node} ends")

    made = Workflow("fix", owner="@ops", on_failure="fail")

    @made.step
    async def propose() -> Plan:
        nodes = (folder / "nodes").read_text().split()
        items = [{"action": "drain", "input": {"node": node}, "why": "w"} for node in nodes]
        return Plan.model_validate({"items": items})

    made.plan(
        "repair", proposal=propose, actions=[Action(drain, undo=fill)], approvers=["@sre"], expires="1d"
    )
    return made


async def live(folder: Path) -> None:
    settings = EngineSettings(data_dir=folder / "data")
    engine = await Engine.open(folder / "signoff.db", settings=settings, people=PEOPLE)
    engine.register(workflow(folder))
    await engine.serve()
    run = await engine.start("fix", key="once", actor=ASKS)
    ended = asyncio.ensure_future(engine.until_ended(run.id))
    while not ended.done():
        for request in (await engine.detail(run.id)).requests:
            if request.state == "open":
                await engine.decide(request.id, Decision("approve"), actor=APPROVES)
        await asyncio.sleep(0.02)
    await engine.close()


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1])))
