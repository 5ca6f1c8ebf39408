"""A process that is killed: starts runs (`start 200`, `wait 1000`), or goes on with what it finds (`go-on`).

It imports what the bot imports, so that its start is the bot's, less Slack's answers.
"""

import asyncio
import gc
import sys
from pathlib import Path

gc.disable()  # as `bot.__main__` does

import bot.application  # noqa: E402
from bench.harness import STARTER, asks, engine_at  # noqa: E402
from engine import Workflow  # noqa: E402

slow = Workflow("slow", owner="@people")


@slow.step
async def one() -> int:
    await asyncio.sleep(0.05)
    return 1


@slow.step
async def two(one: int) -> int:
    await asyncio.sleep(0.05)
    return one


async def main(path: Path, what: str, count: int) -> None:
    assert bot.application
    async with engine_at(path, slow, asks) as of:
        if what == "go-on":
            print("ready", flush=True)
            await of.activity.idle()
            print("done", flush=True)
        else:
            workflow = "slow" if what == "start" else "asks"
            for start in range(0, count, 500):
                some = range(min(500, count - start))
                await asyncio.gather(*(of.start(workflow, actor=STARTER) for _ in some))
            print("under way", flush=True)
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 0))
