"""One life of an engine whose step sends e-mail: `mail_life.py FOLDER PORT`. Ends when all are sent."""

import asyncio
import sys
from pathlib import Path

from bot.notify_out.service import NotifyOut
from bot.notify_out.specs import Mail, MailServer, Outside
from engine import Actor, Engine, EngineSettings, StepContext, SystemClock, Workflow

PLACES = ("mailto:ops@example.com", "mailto:sales@example.com")


def flow_of() -> Workflow:
    flow = Workflow("flow", owner="@ops", may_notify=PLACES)

    @flow.step
    async def tell(ctx: StepContext) -> None:
        for to in PLACES:
            await ctx.notify(to, "hello")

    return flow


async def live(folder: Path, port: int) -> None:
    mail = Mail(MailServer("127.0.0.1", port, "none"), "signoff@example.com", str)
    engine = await Engine.open(folder / "signoff.db", settings=EngineSettings(data_dir=folder / "data"))
    engine.register(flow_of())
    out = NotifyOut(engine, SystemClock(), Outside(mail, {}), str)
    await out.start()
    await engine.serve()
    run = await engine.start("flow", key="one", actor=Actor("cli", "t"))
    await engine.until_ended(run.id)
    while True:
        rows = await engine.deliveries.find(subject=run.id, kind="outside")
        if len(rows) == len(PLACES) and all(row.sent for row in rows):
            break
        await asyncio.sleep(0.02)
    await out.close()
    await engine.close()


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), int(sys.argv[2])))
