"""Workflows whose journeys are cut off by kill -9: each step writes down that it executes, with its key."""

import os
import signal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from engine import (
    Action,
    ActionResult,
    Breaker,
    Every,
    Fatal,
    FileArrival,
    NotYet,
    Outcome,
    Plan,
    Poll,
    Quality,
    QueryChange,
    Resource,
    Retry,
    StepContext,
    Webhook,
    Workflow,
)

drill = Workflow("drill", owner="@on-call", channel="#incidents")


def executed(ctx: StepContext) -> int:
    """Write it down, and say how often this step of this run has executed."""
    line = f"{ctx.run_id} {ctx.step} {ctx.idempotency_key}\n"
    record = ctx.data_dir / "executed"
    with record.open("a", encoding="utf-8") as file:
        file.write(line)
    return record.read_text(encoding="utf-8").count(f"{ctx.run_id} {ctx.step} ")


@drill.step
def prepare(ctx: StepContext) -> str:
    executed(ctx)
    return "all is ready"


go = drill.approval(
    "go",
    ask="Go on: {prepare}?",
    approvers=["@on-call"],
    expires="4h",
    remind_every="1h",
    comment={"reject": "optional"},
)


def held(folder: Path) -> None:
    """Wait for the test, which holds the pipes' other ends; without pipes, return at once."""
    for name, mode in (("started", "w"), ("go-on", "r")):
        if (folder / name).exists():
            with (folder / name).open(mode):
                pass


@drill.step(when=go.approved)
def act(go: Outcome, ctx: StepContext) -> str:
    executed(ctx)
    ctx.log(f"acting in attempt {ctx.attempt}")
    held(ctx.data_dir)
    return "acted"


@drill.step
def finish(act: str, ctx: StepContext) -> str:
    executed(ctx)
    return act


@drill.step(when=go.rejected)
def stand_down(go: Outcome, ctx: StepContext) -> str:
    executed(ctx)
    return "stood down"


revising = Workflow("revising", owner="@on-call", channel="#incidents")


@revising.step
def plan(ctx: StepContext) -> str:
    executed(ctx)
    return ", ".join(["two", *(each.comment for each in ctx.feedback)])


fits = revising.approval(
    "fits", ask="Plan {plan}?", approvers=["@on-call"], expires="4h", remind_every="1h", revise=[plan]
)


@revising.step(when=fits.approved)
def build(plan: str, ctx: StepContext) -> str:
    executed(ctx)
    return plan


counting = Workflow("counting", owner="@on-call", channel="#incidents")


@counting.step
async def count(ctx: StepContext) -> int:
    executed(ctx)
    for number in range(ctx.checkpoints.get("next", 0), 5):
        with (ctx.data_dir / "counted").open("a", encoding="utf-8") as file:
            file.write(f"{number}\n")
        await ctx.checkpoint("next", number + 1)
    return 5


telling = Workflow("telling", owner="@on-call", channel="#incidents")


@telling.step
async def tell(ctx: StepContext) -> None:
    executed(ctx)
    for number in (1, 2):
        await ctx.notify("#incidents", f"told {number}")


silence = Workflow("silence", owner="@on-call", channel="#incidents")
heard = silence.approval(
    "heard", ask="Is anybody there?", approvers=["@on-call"], expires="2s", remind_every="1s", advisory=True
)


@silence.step(when=heard.expired)
def go_home(heard: Outcome, ctx: StepContext) -> None:
    executed(ctx)


broken = Workflow("broken", owner="@on-call", channel="#incidents")


@broken.step
def repair(ctx: StepContext) -> str:
    executed(ctx)
    if not (ctx.data_dir / "repaired").exists():
        raise Fatal("The pump is broken")
    return "repaired"


@broken.step
def pump(repair: str, ctx: StepContext) -> None:
    executed(ctx)


wobbly = Workflow("wobbly", owner="@on-call", channel="#incidents")


@wobbly.step(retry=Retry(attempts=9, delay="0.2s", backoff=1, retry_on=(ConnectionError,)))
def reach(ctx: StepContext) -> str:
    if executed(ctx) < 3:
        raise ConnectionError("nobody answers")
    return "reached"


@wobbly.step
def greet(reach: str, ctx: StepContext) -> None:
    executed(ctx)


late = Workflow("late", owner="@on-call", channel="#incidents")


@late.step(retry=Retry(attempts=1000, delay="1s", backoff=1, jitter=0, deadline="3s"))
def wait_for_it(ctx: StepContext) -> None:
    executed(ctx)
    raise ConnectionError("nobody answers")


ticking = Workflow("ticking", owner="@on-call", channel="#incidents", triggers=[Every("1s", quiet=True)])


@ticking.step
def tick(ctx: StepContext) -> None:
    executed(ctx)


class Note(BaseModel):
    text: str


hooked = Workflow(
    "hooked",
    owner="@on-call",
    channel="#incidents",
    input=Note,
    triggers=[Webhook("notes", secret="HOOK_SECRET", each="payload.notes", input={"text": "{element.text}"})],
)


@hooked.step
def take(input: Note, ctx: StepContext) -> str:
    executed(ctx)
    return input.text


waiting = Workflow("waiting", owner="@on-call", channel="#incidents")
nap = waiting.sleep("nap", "1s")


@waiting.step(after=[nap])
def wake(ctx: StepContext) -> None:
    executed(ctx)


word = waiting.wait_for("word", signal="word", model=Note, expires="1h", after=[wake])


@waiting.step
def obey(word: Note, ctx: StepContext) -> str:
    executed(ctx)
    return word.text


undoing = Workflow("undoing", owner="@on-call", channel="#incidents", on_failure="fail")


def put_back(take_out: str, ctx: StepContext) -> None:
    executed(ctx)


@undoing.step(undo=put_back)
def take_out(ctx: StepContext) -> str:
    executed(ctx)
    return "the fuse"


@undoing.step
def fall(take_out: str, ctx: StepContext) -> None:
    executed(ctx)
    raise Fatal("The ladder is gone")


INBOX = Path(os.environ.get("SIGNOFF_DATA_DIR", "/nowhere")).parent / "inbox"
arrived = Workflow(
    "arrived",
    owner="@on-call",
    channel="#incidents",
    input=Note,
    triggers=[FileArrival(str(INBOX), "*.txt", settle="0.2s", input={"text": "{file.name}"})],
)


@arrived.step
def read(input: Note, ctx: StepContext) -> str:
    executed(ctx)
    return input.text


queried = Workflow(
    "queried",
    owner="@on-call",
    channel="#incidents",
    input=Note,
    triggers=[
        QueryChange(
            "ORDERS_URL",
            "SELECT id, items FROM orders WHERE id > :cursor ORDER BY id",
            cursor="id",
            every="1s",
            each="row.items",
            input={"text": "{element}"},
        )
    ],
)


@queried.step
def pack(input: Note, ctx: StepContext) -> str:
    executed(ctx)
    return input.text


class Letter(BaseModel):
    to: str
    amount: int = Field(gt=0)


post = Resource("post", at_once=1, breaker=Breaker(failures=1, within="1m", open_for="1s"))
mapping = Workflow("mapping", owner="@on-call", channel="#incidents", resources=[post])


@mapping.step(quality=Quality(row=Letter, reject_over="50%"))
def letters(ctx: StepContext) -> list[dict[str, Any]]:
    executed(ctx)
    return [{"to": to, "amount": amount} for to, amount in (("ada", 3), ("bo", 0), ("cy", 5), ("di", 2))]


@mapping.step(each=letters, at_once=2, uses=["post"], retry=Retry(attempts=9, delay="0.1s", backoff=1))
def send(letter: Letter, ctx: StepContext) -> str:
    with (ctx.data_dir / "sent").open("a", encoding="utf-8") as file:
        file.write(f"{ctx.run_id} {letter.to} {ctx.idempotency_key}\n")
    if (ctx.data_dir / "sent").read_text(encoding="utf-8").count(f" {letter.to} ") < 2 and letter.to == "cy":
        raise ConnectionError("the post is closed")
    return letter.to


@mapping.step
def counted_letters(send: list[str], ctx: StepContext) -> int:
    executed(ctx)
    return len(send)


packing = Workflow("packing", owner="@on-call", channel="#incidents", input=Note)


@packing.step
def wrap(input: Note, ctx: StepContext) -> str:
    executed(ctx)
    return f"{input.text}, wrapped"


archiving = Workflow("archiving", owner="@on-call", channel="#incidents", input=Note)


@archiving.step
def keep(input: Note, ctx: StepContext) -> None:
    executed(ctx)


shipping = Workflow("shipping", owner="@on-call", channel="#incidents")
packed = shipping.child("packed", packing, input={"text": "a lamp"})


@shipping.step(after=[packed])
def close(ctx: StepContext) -> None:
    executed(ctx)
    ctx.follow_up(archiving, {"text": "closed"})


polling = Workflow("polling", owner="@on-call", channel="#incidents")


@polling.step(poll=Poll(deadline="10m", delay="1s", backoff=1))
def healthy(ctx: StepContext) -> str:
    if executed(ctx) < 4:
        raise NotYet("it starts")
    return "2026-01-05T20:00:00+00:00"


evening = polling.until("evening", at="{healthy}")


@polling.step(after=[evening])
def light(ctx: StepContext) -> None:
    executed(ctx)


planning = Workflow("planning", owner="@on-call", channel="#incidents", on_failure="fail")


@planning.step
def propose(ctx: StepContext) -> Plan:
    executed(ctx)
    items = [{"action": "scale", "input": {"to": to}, "why": "it is slow"} for to in (2, 3)]
    return Plan.model_validate({"items": items})


def scale(to: int, ctx: StepContext) -> int:
    with (ctx.data_dir / "scaled").open("a", encoding="utf-8") as file:
        file.write(f"{to} {ctx.idempotency_key}\n")
    return to


planning.plan(
    "repair",
    proposal=propose,
    actions=[Action(scale)],
    ask="Scale?",
    approvers=["@on-call"],
    expires="4h",
    on_expiry="reject",
)


@planning.step
def conclude(repair: list[ActionResult], ctx: StepContext) -> int:
    executed(ctx)
    return len(repair)


fatal = Workflow("fatal", owner="@on-call", channel="#incidents")


@fatal.step
def blow(ctx: StepContext) -> None:
    executed(ctx)
    os.kill(os.getpid(), signal.SIGKILL)
