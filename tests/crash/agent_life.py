"""One life of an engine with an agent: `agent_life.py FOLDER CALLS`. It ends with the run.

It approves the call, and aborts what failed. `CALLS`: of the budget.

Each answer of the model and each call of a tool is a line in the file `done`, where it begins and where it
ends. One whose line is in the file `hold` never ends: the test kills the process there.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from engine import Actor, Budget, Decision, Engine, EngineSettings, StaticPeople, StepContext, Tool, Workflow

ASKS, APPROVES = Actor("slack", "U1"), Actor("slack", "U2")
PEOPLE = StaticPeople(groups={"ops": ["U1"], "sre": ["U2"]})


def workflow(folder: Path, calls: int) -> Workflow:
    async def done(line: str) -> None:
        with (folder / "done").open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
        hold = folder / "hold"
        if hold.exists() and line.startswith(hold.read_text()):
            await asyncio.Event().wait()

    async def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        number = sum(isinstance(each, ModelResponse) for each in messages)
        await done(f"model {number} begins")
        told = str(messages[-1])
        parts: list[Any] = [
            ToolCallPart("read_log", {"service": "web"}, tool_call_id="a"),
            ToolCallPart("restart", {"service": "web"}, tool_call_id="b"),
            TextPart("It runs." if "web is up" in told else f"It fails: {told}"),
        ]
        await done(f"model {number} ends")
        return ModelResponse(parts=[parts[number]])

    async def read_log(service: str) -> str:
        await done(f"read_log {service}")
        return "out of memory"

    async def restart(service: str, ctx: StepContext, force: bool = False) -> str:
        await done(f"restart {service} {force} begins with {ctx.idempotency_key}")
        await done(f"restart {service} {force} ends")
        return f"{service} is up"

    made = Workflow("alarm", owner="@ops")
    made.agent(
        "diagnose",
        model=FunctionModel(answer, model_name="written"),
        prompt="Why?",
        tools=[read_log, Tool(restart, approval="@sre")],
        budget=Budget(calls=calls, approvals=2),
        expires="1d",
    )
    return made


async def live(folder: Path, calls: int) -> None:
    settings = EngineSettings(data_dir=folder / "data")
    engine = await Engine.open(folder / "signoff.db", settings=settings, people=PEOPLE)
    engine.register(workflow(folder, calls))
    await engine.serve()
    run = await engine.start("alarm", key="once", actor=ASKS)
    ended = asyncio.ensure_future(engine.until_ended(run.id))
    while not ended.done():
        for request in (await engine.detail(run.id)).requests:
            if request.state == "open":
                by, choice = (APPROVES, "approve") if request.kind == "approval" else (ASKS, "abort")
                await engine.decide(request.id, Decision(choice), actor=by)
        await asyncio.sleep(0.02)
    await engine.close()


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), int(sys.argv[2])))
