"""An alert comes in: look the device up, find the cause, and act by its severity.

Critical: the person on call is paged and the device shut down at once, and people decide about the fix.
Warning: a ticket, then a diagnostic report. All paths join at `resolve`.
"""

from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, Field

from signoff import Outcome, Retry, StepContext, Webhook, Workflow, fact
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
    "incident-response",
    title="Incident response",
    input=Alert,
    owner="@on-call",
    channel="#incidents",
    description="Finds the cause of an alert and acts by its severity. People decide about a critical fix.",
    result="{resolve.summary}",
    triggers=[
        # Alertmanager posts groups of alerts to /hooks/incidents; each firing alert starts one run.
        Webhook(
            "incidents",
            secret="INCIDENTS_SECRET",  # noqa: S106 - the name of an environment variable
            each="payload.alerts",
            filter=fact.element.status == "firing",
            input={
                "device": "{element.labels.device}",
                "metric": "{element.labels.metric}",
                "value": "{element.annotations.value}",
            },
            dedup="{element.fingerprint}",
            dedup_within="1h",
        )
    ],
)


def devices(ctx: StepContext) -> Devices:
    return Devices(ctx.data_dir / "devices.sqlite3")


@incident_response.step
def enrich(input: Alert, ctx: StepContext) -> Device:
    week_ago = (ctx.now() - timedelta(days=7)).isoformat()
    device = devices(ctx).find(input.device, week_ago)
    ctx.log(f"{device.name} ({device.kind}, {device.site}) is at {device.load}% load")
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
def page_on_call(input: Alert, diagnosis: Diagnosis, enrich: Device, ctx: StepContext) -> None:
    text = f"{enrich.name} in {enrich.site}: {diagnosis.cause}"
    devices(ctx).page(ctx.idempotency_key, enrich.name, text, ctx.now().isoformat())
    ctx.log(f"Paged the person on call. The alarm in {enrich.site} is on until {enrich.name} is dealt with")


@incident_response.step(when=diagnosis.output.severity == "critical")
def shut_down(diagnosis: Diagnosis, enrich: Device, ctx: StepContext) -> None:
    """Safety does not wait for people: the fix that needs a decision comes after it."""
    devices(ctx).enter_safe_mode(enrich.name, ctx.now().isoformat())
    ctx.log(f"{enrich.name} is in safe mode")


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
    when=diagnosis.output.severity == "critical",
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


@incident_response.step(when=diagnosis.output.severity == "warning")
def open_ticket(input: Alert, diagnosis: Diagnosis, ctx: StepContext) -> Ticket:
    why = f"{diagnosis.cause}. Proposed: {diagnosis.fix}."
    number = devices(ctx).open_ticket(ctx.idempotency_key, input.device, why, ctx.now().isoformat())
    ctx.log(f"Ticket {number} is open: {diagnosis.cause}")
    return Ticket(number=number, why=why)


@incident_response.step
def diagnostic_report(input: Alert, diagnosis: Diagnosis, open_ticket: Ticket, ctx: StepContext) -> Report:
    summary = f"{input.device}: {diagnosis.cause}. Ticket {open_ticket.number}."
    return write_report(ctx, f"{ctx.run_id}-diagnosis.md", input.device, summary, diagnosis.why)


@incident_response.step(after=[log_alert, page_on_call, shut_down])
def resolve(
    input: Alert,
    diagnosis: Diagnosis,
    apply_fix: Fixed | None,
    escalate: Ticket | None,
    open_ticket: Ticket | None,
    diagnostic_report: Report | None,
    ctx: StepContext,
) -> Report:
    if apply_fix:
        end = f"Fixed: {apply_fix.command}."
    elif escalate:
        end = f"Escalated as ticket {escalate.number}. {escalate.why}"
    elif open_ticket:
        end = f"Ticket {open_ticket.number} proposes: {diagnosis.fix}."
    else:
        end = "Nothing had to be done." if diagnosis.severity == "harmless" else "The fix was skipped."
    summary = f"{input.device}: {diagnosis.cause}. {end}"
    ctx.log(summary)
    return write_report(ctx, f"{ctx.run_id}.md", input.device, summary, diagnosis.why)


def write_report(ctx: StepContext, name: str, device: str, summary: str, why: list[str]) -> Report:
    """Write the file whole or not at all: a report that a crash cut in two would be worse than none."""
    file = ctx.data_dir / "reports" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    reasons = "".join(f"- {reason}\n" for reason in why)
    unfinished.write_text(f"# {device}\n\n{summary}\n\n{reasons}", encoding="utf-8")
    unfinished.replace(file)
    return Report(summary=summary, file=name)
