"""The page of one run."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bot.console.parts import Parts, Reader
from bot.console.timeline import WIDTH, Bar, bars
from bot.console.wording import Wording, log_lines, value
from bot.graphs import pictures
from bot.listeners.targets import run_named
from bot.notify_out.messages import of_run
from bot.views.requests.quorum import who_may
from bot.views.requests.request_summary import ending, short_run, until
from bot.views.runs import steps
from bot.views.runs.outside import outside_lines
from bot.views.runs.reasons import reasons_of
from bot.views.runs.related import WORDS, named
from bot.views.runs.result import result_words
from bot.views.runs.run import headline_of, repeats, started_by
from bot.views.wording import icons
from bot.views.wording.plain_values import whole_text
from bot.views.wording.text import cut, escape, label, whole_question
from bot.views.wording.times import duration, usually
from bot.views.wording.visible import Visible
from engine import AttemptLog, EventRecord, ReasonedAct, RequestRecord, RunDetail, StepRecord
from engine.text import redacted

MAX_STEPS, MAX_LOGS, MAX_LOG_LINES = 300, 60, 100
_MAX_SHOWN = 4_000
Values = Mapping[str, Any]


async def one(parts: Parts, reader: Reader, text: str) -> Values:
    """Return a run by its id or short id. Raises `UnknownRun`, and `NotPossible` where several fit."""
    detail = await reader.seen.detail((await run_named(reader.seen, text)).id)
    run_id = detail.run.id
    events = await parts.engine.events.of_run(run_id)
    logs = await parts.engine.step_logs(run_id)
    acts = await parts.engine.reasoned_acts(run_id)
    outside = await of_run(parts.engine.deliveries, parts.engine, run_id)
    wording = await parts.wording(reader, detail, *(act.actor for act in acts))
    values = await asyncio.to_thread(_values, detail, events, logs, acts, wording)
    lines = outside_lines(outside, detail.titles, wording.now).splitlines()
    return {**values, "outside": [wording.rich(line) for line in lines]}


async def graph(parts: Parts, reader: Reader, run_id: str) -> str:
    """Return the picture of a run as it is now. Raises `UnknownRun`, `NoRenderer`."""
    run = (await reader.seen.detail(run_id)).run
    return await asyncio.to_thread(pictures.svg, asdict(await parts.engine.run_drawing(run.id)))


def _values(
    detail: RunDetail,
    events: Sequence[EventRecord],
    logs: Sequence[AttemptLog],
    acts: Sequence[ReasonedAct],
    wording: Wording,
) -> Values:
    run, names, now = detail.run, wording.names, wording.now
    drawn = bars(detail, events, now)
    shown, left_out = steps.lines(detail, names, now, MAX_STEPS)
    by_name = {step.step: step for step in detail.steps}
    return {
        "run": run,
        "headline": wording.rich(headline_of(detail, names)),
        "altered": detail.altered,
        "facts": [
            wording.rich(started_by(run, names, now)),
            usually(detail.usual_seconds),
            steps.progress(detail),
        ],
        "repeats": wording.rich(repeats(detail)) if detail.repeats_because else "",
        "transformed": detail.transformed,
        "reasons": wording.rich(reasons_of(acts, detail.titles, names, now)) if acts else "",
        "why": run.reason if run.ended_at is not None else "",
        "owner": wording.rich(names.ref(detail.owner)),
        "result": result_words(detail),
        "links": [
            {"url": link.url, "shown": link.url if link.withheld else wording.link(link.url, link.url)}
            for link in detail.links[:50]
        ],
        "steps": [
            _step(line, by_name[line.step], drawn.get(line.step, []), detail, wording) for line in shown
        ],
        "left_out": left_out,
        "width": WIDTH,
        "input": value(run.input) if run.input is not None else "",
        "outputs": [
            (detail.titles.get(step.step, step.step), value(step.output))
            for step in detail.steps[:MAX_STEPS]
            if step.output is not None
        ],
        "logs": [_log(log, detail) for log in logs[-MAX_LOGS:]],
        "logs_left": max(len(logs) - MAX_LOGS, 0),
        "requests": [request_values(each, detail, wording) for each in detail.requests],
        "related": [
            (each.id, each.short, WORDS[each.kind], each.step, *icons.run_state(each.state, ""))
            for each in named(detail)
        ],
        "picture": pictures.available(),
        "live": run.ended_at is None,
    }


def _step(
    line: steps.StepLine, step: StepRecord, drawn: list[Bar], detail: RunDetail, wording: Wording
) -> Values:
    title, *words = line.text.split(" · ")
    failure, took = step.failure, _took(step)
    said = _state_words(line, step, [word for word in words if word != took], detail)
    return {
        "title": title,
        "sign": line.sign or icons.STEP[line.state],
        "words": wording.rich(" · ".join([escape(said), *([line.due.mrkdwn] if line.due else [])])),
        "attempts": step.attempt or "",
        "took": took,
        "failure": wording.failure(failure) if failure else "",
        "bars": drawn,
        "timeline": "; ".join(bar.text for bar in drawn),
    }


def _state_words(line: steps.StepLine, step: StepRecord, words: list[str], detail: RunDetail) -> str:
    """Return `done · 2nd attempt`: the words of the run's message, with that of the state before them."""
    approved = any(each.step == step.step and each.is_of_approval for each in detail.requests)
    lacking = not words or (line.state == "succeeded" and not approved)
    return " · ".join([icons.STEP_WORDS[line.state]] * lacking + words)


def _took(step: StepRecord) -> str:
    if step.started_at is None or step.ended_at is None:
        return ""
    return duration((step.ended_at - step.started_at).total_seconds())


def _log(log: AttemptLog, detail: RunDetail) -> Values:
    return {
        "title": detail.titles.get(log.step, log.step),
        "attempt": log.attempt,
        "text": log_lines(log.lines, MAX_LOG_LINES),
        "running": not log.ended,
    }


def request_values(request: RequestRecord, detail: RunDetail | None, wording: Wording) -> Values:
    """Return a request: its question, who may decide, its decisions, and how it ended."""
    names, now = wording.names, wording.now
    is_open = request.state == "open"
    said = ""
    if not is_open and detail is not None:
        said = wording.rich(ending(request, detail, names, now))
    return {
        "id": request.id,
        "run": request.run_id,
        "short": short_run(request),
        "workflow": request.workflow,
        "kind": request.kind,
        "step": detail.titles.get(request.step, request.step) if detail else request.step,
        "ask": cut(Visible(whole_question(request.ask)), _MAX_SHOWN),
        "altered": request.altered,
        "open": is_open,
        "who": wording.rich(who_may(request, names, notify=False)) if is_open else "",
        "until": wording.rich(until(request, now)) if is_open else "",
        "opened": wording.moment(request.opened_at),
        "ending": said,
        "digest": request.coverage.digest,
        "receipt": request.kind == "approval" and request.state in ("decided", "expired"),
        "failure": wording.failure(request.failure) if request.failure else "",
        "shown": [
            (label(item.label), cut(Visible(redacted(whole_text(item.kind, item.value))), _MAX_SHOWN))
            for item in request.shown
        ],
        "value": value(request.value) if request.value is not None else "",
        "decisions": [
            {
                "choice": icons.CHOICES.get(decision.choice, decision.choice),
                "by": wording.rich(names.decider(decision.actor, decision.on_behalf)),
                "at": wording.moment(decision.at),
                "comment": cut(decision.comment, _MAX_SHOWN) if decision.comment.strip() else "",
                "digest": decision.digest,
            }
            for decision in request.decisions
        ],
    }
