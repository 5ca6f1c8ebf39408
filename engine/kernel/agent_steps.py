"""An agent of a run as one step, for people: its turns, approvals and calls are parts of it."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from engine.model.records.records import RunDetail, StepRecord, evolve
from engine.model.runs.transcript import TranscriptLine

_UNDER_WAY = frozenset({"running", "waiting", "retrying"})
_NOT_BEGUN = frozenset({"pending", "skipped", "cancelled"})
_ENDINGS = {"": "", "failed": " (failed)", "denied": " (denied)"}


def folded(detail: RunDetail) -> RunDetail:
    """Return the run with one step for each agent.

    While an agent is under way, that step is the part that executes or waits, with its own name and state.
    """
    if not detail.parts:
        return detail
    parts = parts_by_agent(detail)
    steps = []
    for step in detail.steps:
        if step.step in detail.parts:
            continue
        if step.step in parts:
            step = _as_one(step, parts[step.step], detail.transcripts.get(step.step, ()))
        steps.append(step)
    return evolve(detail, steps=tuple(steps))


def parts_by_agent(detail: RunDetail) -> dict[str, list[StepRecord]]:
    """Return the steps that are parts of each agent, in the order of the graph."""
    found: dict[str, list[StepRecord]] = {}
    for step in detail.steps:
        if agent := detail.parts.get(step.step):
            found.setdefault(agent, []).append(step)
    return found


def current(agent: str, parts: Sequence[str]) -> int | None:
    """Return the number of the part whose state people see; None: the step that gives the answer. Pure.

    `agent`: the state of that step. `parts`: the states of the parts, in the order of the graph.
    """
    for number, state in enumerate(parts):
        if state in _UNDER_WAY:
            return number
    # A call that failed is told to the model. Where a later turn began, it is not how the agent ended.
    begun = [number for number, state in enumerate(parts) if state not in _NOT_BEGUN]
    ended_in_failure = agent in _NOT_BEGUN and begun and parts[begun[-1]] == "failed"
    return begun[-1] if ended_in_failure else None


def _as_one(agent: StepRecord, parts: Sequence[StepRecord], said: Sequence[TranscriptLine]) -> StepRecord:
    part = current(agent.state, [each.state for each in parts])
    if part is not None:
        return parts[part]
    began = [each.started_at for each in parts if each.started_at is not None]
    started = min(began) if began and agent.started_at is not None else agent.started_at
    words = called(said)
    return evolve(agent, started_at=started, reason=words if agent.state == "succeeded" else agent.reason)


def called(said: Sequence[TranscriptLine]) -> str:
    """`called read_log 2 times, restart (denied)`; empty if no tool was called."""
    calls = [f"{line.tool}{_ENDINGS[line.ending]}" for line in _results(said)]
    grouped = [(call, len(list(same))) for call, same in groupby(calls)]
    named = [call if number == 1 else f"{call} {number} times" for call, number in grouped]
    return f"called {', '.join(named)}" if named else ""


def _results(said: Sequence[TranscriptLine]) -> Iterator[TranscriptLine]:
    return (line for line in said if line.by == "result")


def states_of_agents(parts: Mapping[str, str], states: Mapping[str, str]) -> dict[str, str]:
    """Return the state of each agent. `parts`: agents by part. `states`: by step that has one."""
    shown = {}
    for agent in dict.fromkeys(parts.values()):
        own = [states.get(part, "pending") for part, whole in parts.items() if whole == agent]
        state = states.get(agent, "pending")
        part = current(state, own)
        shown[agent] = state if part is None else own[part]
    return shown
