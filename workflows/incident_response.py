"""An alert comes in: look the device up, find the cause, ask who is on call, then fix it or escalate."""

from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from signoff import Outcome, Retry, StepContext, Workflow
from workflows.incident.devices import Device, Devices, NoAnswer
from workflows.incident.diagnosis import Diagnosis
from workflows.incident.diagnosis import diagnose as find_cause


class Alert(BaseModel):
    """An alert of the monitoring."""

    device: str = Field("pump-07", max_length=60, description="For instance pump-07, fan-21 or press-03")
    metric: Literal["temperature", "vibration", "connection"] = "temperature"
    value: float = Field(96.5, description="The reading that raised the alert")


class Fixed(BaseModel):
    device: str
    command: str


class Ticket(BaseModel):
    number: int
    why: str


class Report(BaseModel):
    summary: str
    file: str


incident_response = Workflow(
    "incident-response", title="Incident response", input=Alert, owner="@on-call", channel="#incidents"
)


def devices(ctx: StepContext) -> Devices:
    return Devices(ctx.data_dir / "devices.sqlite3")


@incident_response.step
def enrich(input: Alert, ctx: StepContext) -> Device:
    week_ago = (ctx.now() - timedelta(days=7)).isoformat()
    device = devices(ctx).find(input.device, week_ago)
    ctx.log(f"{device.name} is a {device.kind} in {device.site}, at {device.load}% load")
    return device


@incident_response.step
def diagnosis(input: Alert, enrich: Device, ctx: StepContext) -> Diagnosis:
    found = find_cause(input.metric, input.value, enrich)
    for reason in found.why:
        ctx.log(reason)
    return found


@incident_response.step(after=[enrich])
def log_alert(input: Alert, ctx: StepContext) -> None:
    devices(ctx).log_alert(ctx.run_id, input.device, input.metric, input.value, ctx.now().isoformat())


@incident_response.step(when=diagnosis.output.severity == "critical")
def sound_alarm(diagnosis: Diagnosis, enrich: Device, ctx: StepContext) -> None:
    devices(ctx).sound_alarm(enrich.name)
    ctx.log(f"The alarm in {enrich.site} is on until {enrich.name} is dealt with")


approval = incident_response.approval(
    "approval",
    title="go-ahead",
    ask="Fix {input.device}: {diagnosis.fix}?",
    show=[
        ("Cause", "diagnosis.cause"),
        ("Severity", "diagnosis.severity"),
        ("Device", "enrich.kind"),
        ("Site", "enrich.site"),
        ("Reading", "input.value"),
        ("Why", "diagnosis.why"),
    ],
    approvers=["@on-call"],
    # A person on call who reports the alert may also act on it.
    self_approval=True,
    when=diagnosis.output.severity != "harmless",
    remind_every="10m",
    expires="1h",
)


@incident_response.step(
    when=approval.approved, timeout="20s", retry=Retry(attempts=3, delay="0.5s", retry_on=(NoAnswer,))
)
def apply_fix(input: Alert, diagnosis: Diagnosis, ctx: StepContext) -> Fixed:
    devices(ctx).command(ctx.idempotency_key, input.device, diagnosis.fix, ctx.now().isoformat())
    ctx.log(f"Told {input.device}: {diagnosis.fix}")
    return Fixed(device=input.device, command=diagnosis.fix)


@incident_response.step(when=approval.rejected | approval.expired)
def escalate(input: Alert, diagnosis: Diagnosis, approval: Outcome, ctx: StepContext) -> Ticket:
    why = "Nobody on call answered within an hour." if approval.expired else f"Rejected: {approval.comment}"
    number = devices(ctx).open_ticket(ctx.idempotency_key, input.device, why, ctx.now().isoformat())
    ctx.log(f"Ticket {number} is open: {diagnosis.cause}")
    return Ticket(number=number, why=why)


@incident_response.step(after=[log_alert, sound_alarm])
def report(
    input: Alert, diagnosis: Diagnosis, apply_fix: Fixed | None, escalate: Ticket | None, ctx: StepContext
) -> Report:
    if apply_fix:
        end = f"Fixed: {apply_fix.command}."
    elif escalate:
        end = f"Escalated as ticket {escalate.number}. {escalate.why}"
    else:
        end = "Nothing had to be done." if diagnosis.severity == "harmless" else "The fix was skipped."
    summary = f"{input.device}: {diagnosis.cause}. {end}"
    file = ctx.data_dir / "reports" / f"{ctx.run_id}.md"
    write(file, f"# {input.device}\n\n{summary}\n\n" + "".join(f"- {reason}\n" for reason in diagnosis.why))
    ctx.log(summary)
    return Report(summary=summary, file=file.name)


def write(file: Path, text: str) -> None:
    """Whole or not at all: a report that a crash cut in two would be worse than none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(file)
