"""A random workflow as its author would write it, by seed."""

import random
import re
from typing import Any

from pydantic import BaseModel

from engine import AskOwner, Fatal, Outcome, Retry, Settled, Stage, StepContext, Workflow
from engine.compiler import compile_workflow
from engine.compiler.compiled import Compiled


class Out(BaseModel):
    """Output of every step of a life."""

    n: int


def source(rng: random.Random) -> str:
    """The text of a workflow file that defines `w`; its steps ask `world.act(ctx)` what becomes of them."""
    options = [f"max_parallel_steps={rng.choice([1, 2])}"] if rng.random() < 0.3 else []
    if rng.random() < 0.4:
        options.append(f"max_active_runs=1, overlap={rng.choice(['queue', 'skip'])!r}")
    if rng.random() < 0.2:
        options.append("on_failure='fail'")
    lines = [f"w = Workflow('w', owner='@owners', channel='#work', {', '.join(options)})"]
    names: list[str] = []
    for index in range(rng.randint(1, 6)):
        asks = rng.random() < 0.3
        name = f"{'g' if asks else 's'}{index}"
        lines += _approval(rng, name, names) if asks else _step(rng, name, names)
        names.append(name)
    return "\n".join(_with_advisory(lines, names))


def _with_advisory(lines: list[str], names: list[str]) -> list[str]:
    """Where no later node names an approval, it says that it guards nothing."""
    text = "\n".join(lines)
    for name in names:
        if name.startswith("g") and len(re.findall(rf"\b{name}[:.]", text)) == 0:
            lines = [
                line.replace(
                    f"{name} = w.approval({name!r},", f"{name} = w.approval({name!r}, advisory=True,"
                )
                for line in lines
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
    if not other.startswith("g") and rng.random() < 0.4:
        test = f"({other}.output.n < 5)"
    return [f"when={'~' if rng.random() < 0.3 else ''}{test}"]


class Candidate:
    """The `world` of a candidate file, which finds its life here."""

    life: Any = None

    async def act(self, ctx: StepContext) -> Out:
        return await self.life.act(ctx, candidate=True)  # type: ignore[no-any-return]


CANDIDATE = Candidate()
_IMPORTS = """\
from signoff import AskOwner, Fatal, Outcome, Retry, Settled, Stage, StepContext, Workflow
from tests.lives.plan import CANDIDATE as world, Out
"""


def candidate(rng: random.Random, text: str) -> str:
    """Return the text of a candidate file for a workflow of that text: other steps, the same options."""
    _, *steps = source(rng).split("\n")
    return "\n".join([_IMPORTS, text.split("\n")[0], *steps, ""])


def make(text: str, world: Any) -> Workflow:
    """The workflow of that text. Its steps find `world` by that name."""
    names = {
        "AskOwner": AskOwner, "Fatal": Fatal, "Out": Out, "Outcome": Outcome, "Retry": Retry,
        "Settled": Settled, "Stage": Stage, "StepContext": StepContext, "Workflow": Workflow, "world": world,
        "__name__": __name__,
    }  # fmt: skip
    exec(compile(text, "life.py", "exec"), names)
    made: Workflow = names["w"]
    return made


def compiled(text: str, world: Any) -> Compiled:
    """Return the compiled workflow. Raises `DefinitionErrors`."""
    return compile_workflow(make(text, world))
