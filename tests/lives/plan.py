"""Random workflows as their author would write them, by seed: `w`, and `c`, which runs of `w` run."""

import random
import re
from typing import Any

from pydantic import BaseModel

from engine import (
    AskOwner,
    Breaker,
    Fatal,
    Outcome,
    Resource,
    Retry,
    Settled,
    Stage,
    StepContext,
    Workflow,
)
from engine.compiler import compile_workflow
from engine.compiler.compiled import Compiled
from engine.errors import DefinitionErrors
from engine.runtime.workflows.workflow_registry import WorkflowRegistry


class Job(BaseModel):
    """Input of every run of a life."""

    key: str


class Out(BaseModel):
    """Output of every step of a life."""

    n: int
    rows: list[Job] = []


RESOURCES = "resources=[Resource('one', at_once=1), Resource('two', at_once=2, breaker=Breaker(failures=3))]"
AT_ONCE = {"one": 1, "two": 2}


def source(rng: random.Random) -> tuple[str, str]:
    """Return the texts of `w` and of `c`; their steps ask `world.act(ctx)` what becomes of them."""
    return _workflow(rng, "w", rng.randint(1, 6)), _workflow(rng, "c", rng.randint(1, 3))


def _workflow(rng: random.Random, flow: str, count: int) -> str:
    options = [f"max_parallel_steps={rng.choice([1, 2])}"] if rng.random() < 0.3 else []
    if rng.random() < 0.4:
        options.append(f"max_active_runs=1, overlap={rng.choice(['queue', 'skip', 'cancel_previous'])!r}")
        if rng.random() < 0.5:
            options.append("concurrency_key='{input.key}'")
    if rng.random() < 0.2:
        options.append("on_failure='fail'")
    if rng.random() < 0.3:
        options.append(f"priority={rng.randint(-2, 2)}")
    if flow == "w":
        options.append(RESOURCES)
    lines = [
        f"{flow} = Workflow({flow!r}, owner='@owners', channel='#work', input=Job, {', '.join(options)})"
    ]
    names: list[str] = []
    for index in range(count):
        kind = rng.choices("gsc", [3, 5 if names else 7, 3 if flow == "w" else 0])[0]
        name = f"{kind}{index}"
        make_node = {"g": _approval, "s": _step, "c": _child}[kind]
        lines += [line.replace("w.", f"{flow}.", 1) for line in make_node(rng, name, names)]
        names.append(name)
    return "\n".join(_with_advisory(lines, names))


def _child(rng: random.Random, name: str, names: list[str]) -> list[str]:
    """A run of `c`, or one for each row of an earlier step."""
    options = _when(rng, names)
    lists = [other for other in names if other.startswith("s")]
    if lists and rng.random() < 0.6:
        options.append(f"each='{rng.choice(lists)}.rows', at_once={rng.randint(1, 2)}")
        if rng.random() < 0.5:
            options.append(f"tolerate={rng.randint(0, 1)}")
    else:
        options.append("input={'key': '{input.key}'}")
    return [f"{name} = w.child({name!r}, 'c', {', '.join(options)})"]


def _with_advisory(lines: list[str], names: list[str]) -> list[str]:
    """Where no later node names an approval, it says that it guards nothing."""
    text = "\n".join(lines)
    for name in names:
        if name.startswith("g") and len(re.findall(rf"\b{name}[:.]", text)) == 0:
            lines = [
                line.replace(f".approval({name!r},", f".approval({name!r}, advisory=True,") for line in lines
            ]
    return lines


_WHO = (
    "approvers=['@a']",
    "approvers=['@b']",
    "approvers=['U5']",
    "approvers=['@a', '@b']",
    "approvers=['@a', '@b'], quorum=2",
    "approvers=['@a', 'U5'], quorum='all'",
    "quorum={'@a': 1, '@b': 1}",
    "quorum={'@a': 2, '@owners': 1}, reject_quorum=2",
    "stages=[Stage('first', ['@a']), Stage('second', ['@owners', 'U5'])]",
)


def _approval(rng: random.Random, name: str, names: list[str]) -> list[str]:
    options = [rng.choice(_WHO)]
    if rng.random() < 0.2:
        options.append("veto=['U5']")
    options.append(f"expires={rng.choice(['1h', '5m', 'never'])!r}")
    if rng.random() < 0.3:
        options.append(f"on_expiry={rng.choice(['approve', 'reject'])!r}")
    if rng.random() < 0.3:
        options.append("remind_every='10m'")
    if rng.random() < 0.3:
        options.append("self_approval=True")
    if rng.random() < 0.3:
        options.append("revocable_for='2m'")
    if rng.random() < 0.3:
        options.append("comment={'approve': 'required', 'reject': 'optional'}")
    if names and rng.random() < 0.6:
        options.append(f"after=[{rng.choice(names)!r}]")
    options += _when(rng, names)
    return [f"{name} = w.approval({name!r}, ask='Go on?', {', '.join(options)})"]


def _step(rng: random.Random, name: str, names: list[str]) -> list[str]:
    options = _when(rng, names)
    if rng.random() < 0.6:
        deadline = rng.choice(["", "", ", deadline='2m'"])
        options.append(
            f"retry=Retry(attempts={rng.randint(1, 4)}, delay={rng.choice(['1s', '5s', '1m'])!r}, "
            f"jitter=0{deadline})"
        )
    if rng.random() < 0.2:
        options.append("timeout='20s'")
    if rng.random() < 0.3:
        options.append(f"uses={rng.choice([['one'], ['two'], ['one', 'two']])}")
    match rng.random():
        case chance if chance < 0.15:
            options.append("on_failure='fail'")
        case chance if chance < 0.3:
            options.append("on_failure=AskOwner(expires='2h', remind_every='30m')")
    parameters = [f"{other}: {_kind(rng, other)}" for other in _some(rng, names)]
    return [
        f"@w.step({', '.join(options)})",
        f"async def {name}({', '.join([*parameters, 'ctx: StepContext'])}) -> Out:",
        "    return await world.act(ctx)",
    ]


def _kind(rng: random.Random, other: str) -> str:
    if other.startswith("c") and rng.random() < 0.6:  # it may be a list
        return rng.choice(["list[Out]", "list[Settled[Out]]", "Settled[list[Settled[Out]]]"])
    plain = "Outcome" if other.startswith("g") else "Out"
    return rng.choice([plain, plain, f"{plain} | None", f"Settled[{plain}]"])


def _some(rng: random.Random, names: list[str]) -> list[str]:
    return rng.sample(names, min(len(names), rng.randint(0, 2)))


def _when(rng: random.Random, names: list[str]) -> list[str]:
    if not names or rng.random() > 0.35:
        return []
    other = rng.choice(names)
    ends = "approved approved rejected answered" if other.startswith("g") else "succeeded failed skipped"
    test = f"{other}.{rng.choice(ends.split())}"
    if other.startswith("s") and rng.random() < 0.4:
        test = f"({other}.output.n < 5)"
    return [f"when={'~' if rng.random() < 0.3 else ''}{test}"]


class Candidate:
    """The `world` of a candidate file, which finds its life here."""

    life: Any = None

    async def act(self, ctx: StepContext) -> Out:
        return await self.life.act(ctx, candidate=True)  # type: ignore[no-any-return]


CANDIDATE = Candidate()
_IMPORTS = """\
from signoff import AskOwner, Breaker, Fatal, Outcome, Resource, Retry, Settled, Stage, StepContext, Workflow
from tests.lives.plan import CANDIDATE as world, Job, Out
"""


def candidate(rng: random.Random, text: str) -> str:
    """Return the text of a candidate file for a workflow of that text: other steps, the same options."""
    _, *steps = source(rng)[0].split("\n")
    return "\n".join([_IMPORTS, text.split("\n")[0], *steps, ""])


def names(world: Any) -> dict[str, Any]:
    """Return the names that a text uses. Its steps find `world` by that name."""
    return {
        "AskOwner": AskOwner, "Breaker": Breaker, "Fatal": Fatal, "Job": Job, "Out": Out, "Outcome": Outcome,
        "Resource": Resource, "Retry": Retry, "Settled": Settled, "Stage": Stage, "StepContext": StepContext,
        "Workflow": Workflow, "world": world,
    }  # fmt: skip


def make(texts: tuple[str, str], world: Any) -> list[Workflow]:
    """The workflows of those texts."""
    made = names(world) | {"__name__": __name__}
    for text in texts:
        exec(compile(text, "life.py", "exec"), made)
    return [made["w"], made["c"]]


def compiled(texts: tuple[str, str], world: Any) -> dict[str, Compiled]:
    """Return the compiled workflows by name. Raises `DefinitionErrors`."""
    registry = WorkflowRegistry()
    found = {workflow.name: compile_workflow(workflow) for workflow in make(texts, world)}
    for each in found.values():
        registry.add(each)
    if errors := registry.child_errors():
        raise DefinitionErrors(errors)
    return found
