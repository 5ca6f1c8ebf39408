"""One life of an engine with a policy that asks: `policy_life.py FOLDER`. It ends with the run.

The file `answer` lets the approver approve. Each execution of a step is a line in the file `done`. The step
whose line begins as the file `hold` says never ends: the test kills the process there.
"""

import asyncio
import sys
from pathlib import Path

from engine import Actor, Decision, Engine, EngineSettings, StaticPeople, StepContext, Workflow
from engine.policies import read_policies

ASKS, APPROVES = Actor("slack", "U1"), Actor("slack", "U2")
PEOPLE = StaticPeople(groups={"ops": ["U1"], "managers": ["U2"]})
RULES = """
rules:
  - {name: eyes, at: step, when: step.name == "release", require: {by: ["@managers"]}, reason: Look at it.}
"""


def workflow(folder: Path) -> Workflow:
    made = Workflow("deploy", owner="@ops", on_failure="fail")

    async def done(line: str) -> None:
        with (folder / "done").open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
        hold = folder / "hold"
        if hold.exists() and line.startswith(hold.read_text()):
            await asyncio.Event().wait()

    @made.step
    async def build() -> str:
        await done("build")
        return "2.1"

    @made.step
    async def release(build: str, ctx: StepContext) -> str:
        await done(f"release with {ctx.idempotency_key}")
        return f"released {build}"

    return made


async def live(folder: Path) -> None:
    settings = EngineSettings(data_dir=folder / "data", policies=read_policies(RULES, "p.yaml"))
    engine = await Engine.open(folder / "signoff.db", settings=settings, people=PEOPLE)
    engine.register(workflow(folder))
    await engine.serve()
    run = await engine.start("deploy", key="once", actor=ASKS)
    ended = asyncio.ensure_future(engine.until_ended(run.id))
    while not ended.done():
        for request in (await engine.detail(run.id)).requests:
            if request.state == "open" and (folder / "answer").exists():
                await engine.decide(request.id, Decision("approve"), actor=APPROVES)
        await asyncio.sleep(0.02)
    await engine.close()


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1])))
