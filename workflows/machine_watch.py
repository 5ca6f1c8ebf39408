"""Every few minutes: read a machine's sensor, check the readings, and ask before it breaks."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, Field

from signoff import Every, Outcome, Retry, StepContext, Workflow
from workflows.machine import example
from workflows.machine.memory import Known, Memory
from workflows.machine.quality import Checked, Tail, check
from workflows.machine.readings import Batch, SourceMissing, from_address, from_file, times
from workflows.machine.rule import Detector, Finding, Rule
from workflows.machine.sources import FIRST, source_of
from workflows.outside import private_hosts
from workflows.wording import count

MOST = 8000
"""Lines that one run takes: four weeks of readings."""
RULE = Rule()


class Watch(BaseModel):
    """Which machine. Where its readings are, the operator says: see `workflows.machine.sources`."""

    machine: str = Field(FIRST, max_length=60, description="A machine that the operator has named")


class Assessment(BaseModel):
    """Conclusion of one run. `finding`: the last serious one among the new readings."""

    serious: bool = False
    """Ask people now."""
    summary: str
    why: str = ""
    level: str = ""
    usual: str = ""
    since: str = ""
    finding: Finding | None = None


machine_watch = Workflow(
    "machine-watch",
    title="Machine watch",
    input=Watch,
    owner="@plant-ops",
    channel="#plant",
    description="Reads a machine's sensor, checks the readings, and asks people before the machine breaks.",
    result="{report}",
    triggers=[Every("5m", quiet=True)],
)


def memory(ctx: StepContext) -> Memory:
    return Memory(ctx.data_dir / "machine.sqlite3")


@machine_watch.step(retry=Retry(attempts=3, delay="5s", retry_on=(SourceMissing,)), timeout="1m")
async def read(input: Watch, ctx: StepContext) -> Batch:
    source = source_of(input.machine, os.environ)
    known = await asyncio.to_thread(memory(ctx).known, input.machine)
    if "://" in source:
        private = private_hosts(os.environ)
        batch = await from_address(source, known.cursor, ctx.now(), MOST, private)
    else:
        file = Path(source) if source else ctx.data_dir / "machine" / "readings.csv"
        if not source:
            await asyncio.to_thread(example.write, file, ctx.now())
        batch = await asyncio.to_thread(from_file, file, known.cursor, ctx.now(), MOST)
    ctx.log(count(len(batch.rows), "new line"))
    return batch


@machine_watch.step
def quality(input: Watch, read: Batch, ctx: StepContext) -> Checked:
    known = memory(ctx).known(input.machine)
    checked = check(read.rows, known.tail if known.cursor == read.begins else Tail())
    ctx.log(checked.summary)
    for one in checked.set_aside[:20]:
        ctx.log(f"set aside: {one.line!r}: {one.reason}")
    return checked


@machine_watch.step
def assess(input: Watch, read: Batch, quality: Checked, ctx: StepContext) -> Assessment:
    """Judge the new readings by the rule, and remember them: both or neither."""
    kept = memory(ctx)
    before = kept.conclusion(ctx.run_id)
    if before is not None:
        return Assessment.model_validate_json(before)
    known = kept.known(input.machine)
    detector = Detector(RULE, known.state, kept.history(input.machine))
    findings = [found for reading in quality.good if (found := detector.feed(reading))]
    latest = quality.good[-1].at if quality.good else ctx.now()
    finding = next((one for one in reversed(findings) if latest - one.at <= RULE.current), None)
    asks = finding is not None and latest >= ctx.now() - RULE.current and detector.may_ask(latest)
    if asks:
        detector.asked(latest)
    assessment = _assessment(quality, findings, finding, asks)
    last = max([*times(read.rows), *([read.begins.last_at] if read.begins.last_at else [])], default=None)
    after = Known(
        cursor=read.begins.model_copy(update={"offset": read.offset, "last_at": last}),
        tail=quality.tail,
        state=detector.state(),
    )
    forget = latest - RULE.baseline - timedelta(days=1)
    body = assessment.model_dump_json()
    if not kept.conclude(ctx.run_id, input.machine, body, read.begins, after, detector.learnt, forget):
        return Assessment(summary="Another run has judged these readings.")
    ctx.log(assessment.summary)
    return assessment


def _assessment(quality: Checked, findings: list[Finding], finding: Finding | None, asks: bool) -> Assessment:
    if finding is None:
        earlier = count(len(findings), "earlier one was", "earlier ones were")
        told = f", {earlier} serious" if findings else ""
        return Assessment(summary=f"Nothing serious: {quality.summary}{told}.")
    return Assessment(
        serious=asks,
        summary=f"{finding.reason} {'' if asks else 'People were asked less than a day ago.'}".strip(),
        why=finding.reason,
        level=f"{finding.level:.1f} °F",
        usual=f"{finding.usual:.1f} °F, give or take {finding.deviation:.1f}",
        since=f"{finding.since:%Y-%m-%d %H:%M} UTC",
        finding=finding,
    )


stop = machine_watch.approval(
    "stop",
    title="go-ahead",
    ask="Shut {input.machine} down?",
    show=[
        ("Level", "assess.level"),
        ("Usual", "assess.usual"),
        ("Since", "assess.since"),
        ("Why", "assess.why"),
        ("Readings", "quality.summary"),
    ],
    approvers=["@plant-ops"],
    # A person at the machine may start the run and answer it.
    self_approval=True,
    when=assess.output.serious == True,  # noqa: E712 - a condition, not a comparison
    remind_every="15m",
    expires="4h",
)


@machine_watch.step(when=stop.approved)
def shut_down(input: Watch, stop: Outcome, ctx: StepContext) -> str:
    memory(ctx).act(ctx.idempotency_key, input.machine, "shut down", ctx.now().isoformat())
    return f"{input.machine} was shut down"


@machine_watch.step(when=stop.rejected | stop.expired)
def keep_running(input: Watch, stop: Outcome, ctx: StepContext) -> str:
    why = "nobody answered within four hours" if stop.expired else stop.comment
    memory(ctx).act(ctx.idempotency_key, input.machine, f"kept running: {why}", ctx.now().isoformat())
    return f"{input.machine} keeps running: {why}"


@machine_watch.step
def report(assess: Assessment, shut_down: str | None, keep_running: str | None) -> str:
    return " ".join(filter(None, [assess.summary, shut_down or keep_running]))
