"""Answer about one workflow: its steps, its triggers, how its last runs went, and a button to run it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from bot.views.answers.run_charts import chart_in_text, chart_picture, charted, charts, range_in_words
from bot.views.answers.trigger_answers import trigger_lines
from bot.views.blocks import Element, actions, fields, section
from bot.views.command_replies import run_button, show_button
from bot.views.message import MENTIONED, Block, Message, message
from bot.views.runs.run import subject_of
from bot.views.runs.shown_state import shown_state
from bot.views.wording import channels, icons
from bot.views.wording.text import safe, safe_lines
from bot.views.wording.times import at, duration, usually
from bot.views.workflow_health import HealthFacts, ended_runs, health_line, is_done, under_way
from engine import Drawing, RunRecord, WorkflowRecord

_MAX_STEPS, _MAX_TRIGGERS, _MAX_RUNS = 25, 6, 5
_KINDS = {
    "approval": "asks people",
    "wait": "waits",
    "child": "runs another workflow",
    "command": "executes a command",
    "http": "sends an HTTP request",
    "sql": "executes an SQL statement",
    "agent": "asks a model",
    "tool": "executes an approved call of a tool",
    "decision": "decides by rules",
}


@dataclass(frozen=True, slots=True)
class WorkflowFacts:
    """Facts about a workflow besides its record. `runs`: its newest that the person may see."""

    runs: Sequence[RunRecord]
    usual_seconds: float | None = None
    health: HealthFacts | None = None


def workflow_answer(
    workflow: WorkflowRecord, drawing: Drawing, facts: WorkflowFacts, now: datetime, zone: tzinfo = UTC
) -> Message:
    """Return a workflow as a person needs it before they start or judge a run. `zone`: of the person."""
    runs = charted(facts.runs)
    if not runs:
        return _with_charts(workflow, drawing, facts, now, [])
    plain = _with_charts(workflow, drawing, facts, now, [chart_in_text(runs)])
    plain = replace(plain, picture=chart_picture(runs, workflow.name))
    return replace(_with_charts(workflow, drawing, facts, now, charts(runs, zone)), instead=plain)


def _with_charts(
    workflow: WorkflowRecord, drawing: Drawing, facts: WorkflowFacts, now: datetime, shown: list[Block]
) -> Message:
    title = safe(workflow.title, 100)
    name = safe(workflow.name, 100)
    head = f"*{title}*" if workflow.title == workflow.name else f"*{title}* · {name}"
    ends = ends_line(facts, now)
    sign, healthy = health_line(workflow, facts.health or HealthFacts(facts.runs), now)
    pairs = [("Owner", MENTIONED.ref(workflow.owner))]
    if workflow.channel:
        pairs.append(("Channel", channels.reference(workflow.channel)))
    pairs.append(("Who may run it", _who_may_run(workflow)))
    pairs.append(("Input", _inputs(workflow)))
    runs = charted(facts.runs)
    spread = f" {range_in_words(runs)}" if runs else ""
    return message(
        f"{head}: {healthy} {ends}{spread}",
        section(head),
        section(safe_lines(workflow.description, 1000)) if workflow.description else None,
        section(f"{sign} {healthy}"),
        fields(pairs),
        section(f"*Steps*\n{_steps(drawing)}"),
        section("*Triggers*\n" + "\n".join(_triggers(workflow, now))),
        section("*Last runs*\n" + "\n".join([ends, *_runs(facts.runs, now)])),
        *shown,
        actions(_buttons(workflow)),
    )


def ends_line(facts: WorkflowFacts, now: datetime) -> str:
    """`✅ 18 of the last 20 done · 🔴 1 failed · usually 2 min`; mrkdwn."""
    ended = ended_runs(facts.runs)
    if not facts.runs:
        return "No runs of it are visible here yet."
    succeeded = [run for run in ended if run.state == "succeeded"]
    done = [run for run in ended if is_done(run)]
    failed = sum(run.state == "failed" for run in ended)
    parts = [f"{len(done)} of the last {len(ended)} done"] if len(ended) > 1 else ["1 done"] * len(done)
    if failed:
        parts.append(f"{icons.FAILED} {failed} failed")
    for words, refused in _refusals(succeeded).items():
        parts.append(f"{icons.SKIPPED} {refused} {words}")
    if skipping := sum(not run.refusal for run in succeeded) - len(done):
        parts.append(f"{icons.SKIPPED} {skipping} with skipped steps")
    if cancelled := sum(run.state == "cancelled" for run in ended):
        parts.append(f"{icons.CANCELLED} {cancelled} cancelled")
    parts += under_way(facts.runs)
    if usual := usually(facts.usual_seconds):
        parts.append(usual)
    if done and failed and done[0].ended_at is not None:
        parts.append(f"last success {at(done[0].ended_at, now)}")
    sign = icons.DONE if done else ""  # of the first count: how the last run ended stands above
    return f"{sign} {' · '.join(parts)}".strip()


def _refusals(runs: Sequence[RunRecord]) -> dict[str, int]:
    """Return the number of runs that a refused approval ended, in the words of the lists of runs."""
    counts: Counter[str] = Counter(run.refusal for run in runs)
    return {words: counts[refusal] for refusal, words in icons.REFUSALS.items() if counts[refusal]}


def _who_may_run(workflow: WorkflowRecord) -> str:
    return MENTIONED.any_of(workflow.may_run) if workflow.may_run else "every member"


def _inputs(workflow: WorkflowRecord) -> str:
    schema = workflow.input_schema or {}
    known = list(schema.get("properties") or {})
    required = set(schema.get("required") or ())
    shown = [safe(name, 40) + ("" if name in required else " (optional)") for name in known[:8]]
    left = [f"and {len(known) - 8} more"] if len(known) > 8 else []
    return ", ".join([*shown, *left]) or "none"


def _steps(drawing: Drawing) -> str:
    rows = []
    for number, node in enumerate(drawing.nodes[:_MAX_STEPS], 1):
        kind = " ".join(filter(None, [_KINDS.get(node.kind, ""), "for every element" if node.mapped else ""]))
        rows.append(f"{number}. {safe(node.title, 80)}" + (f" · {kind}" if kind else ""))
    if left := len(drawing.nodes) - _MAX_STEPS:
        rows += [f"… and {left} more, which the graph shows"] if left > 0 else []
    return "\n".join(rows)


def _triggers(workflow: WorkflowRecord, now: datetime) -> list[str]:
    rows = trigger_lines(workflow.triggers[:_MAX_TRIGGERS], now)
    if (left := len(workflow.triggers) - _MAX_TRIGGERS) > 0:
        rows.append(f"… and {left} more")
    return rows or ["People start it; it has no trigger."]


def _runs(runs: Sequence[RunRecord], now: datetime) -> list[str]:
    return [run_line(run, now) for run in runs[:_MAX_RUNS]]


def run_line(run: RunRecord, now: datetime) -> str:
    """`✅ ship-8f3k input "billing 1.4.2" · done after 21 s · started at 12:00`; mrkdwn."""
    sign, word = shown_state(run)
    subject = subject_of(run.input)
    took = ""
    if run.ended_at is not None:
        took = f" after {duration((run.ended_at - (run.started_at or run.created_at)).total_seconds())}"
    parts = [f"{sign} {safe(run.short, 100)}" + (f" {safe(subject, 60)}" if subject else "")]
    return " · ".join([*parts, f"{word}{took}", f"started {at(run.created_at, now)}"])


def _buttons(workflow: WorkflowRecord) -> list[Element]:
    run = run_button(workflow, style="primary")
    others = [
        show_button("All its runs", f"runs workflow={workflow.name}"),
        show_button("History", f"history {workflow.name}"),
        show_button("Graph", f"graph {workflow.name}"),
        show_button("Workflows", "list"),
    ]
    return [*([run] if run else []), *others]
