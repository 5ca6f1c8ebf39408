"""`signoff decision`: what rules would have decided about past runs."""

from collections import Counter
from typing import Annotated, Any

import typer

from bot.cli import formatting, heavy
from bot.cli.connection import connect
from bot.cli.options import Data, Json, duration_seconds, new_group
from bot.cli.output import CommandError, Output
from bot.views.wording.text import count

decision = new_group("decision", "Try the rules of decisions on past runs.")
MAX_CHANGES_SHOWN = 50


@decision.command()
def replay(
    named: Annotated[
        str,
        typer.Argument(
            metavar="WORKFLOW[.STEP]", help="The workflow, and its decision if it has several of them."
        ),
    ],
    since: Annotated[
        str, typer.Option("--since", metavar="DURATION", help="The age of the oldest runs, such as 30d.")
    ] = "30d",
    against: Annotated[
        str,
        typer.Option(
            "--against",
            metavar="PATH|REVISION",
            help="Rules of another version of the file, as a path or a Git revision. Default: those that "
            "are served.",
        ),
    ] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Print what rules would decide about the stored inputs of past runs, and what would change.

    It changes nothing.
    """
    workflow, _, step = named.partition(".")
    age = duration_seconds("--since", since)
    rules = _rules_of(against, workflow, step) if against else None
    chosen: dict[str, Any] = {"workflow": workflow, "step": step, "age": age, "rules": rules}
    with connect(data, workflows=True) as access:
        replayed = access.call("replay_decision", **chosen)
        while replayed["cursor"]:
            place = {"cursor": replayed["cursor"], "since": replayed["since"]}
            page = access.call("replay_decision", **chosen, **place)
            replayed = {**page, "decisions": replayed["decisions"] + page["decisions"]}
    del replayed["cursor"]
    output = Output(json)
    output.data(replayed)
    _print(output, replayed, against)


def _rules_of(against: str, workflow: str, step: str) -> Any:
    """Return the rules of another version. Raises `CommandError`."""
    contract = heavy.workflow_contracts(against).get(workflow)
    if contract is None:
        raise CommandError(f"--against {against}: there is no workflow {workflow}.")
    decisions = {name: node["decision"] for name, node in contract["nodes"].items() if node.get("decision")}
    if not step and len(decisions) == 1:
        return next(iter(decisions.values()))
    if step not in decisions:
        listed = ", ".join(decisions) or "none"
        raise CommandError(f"--against {against}: {workflow} has the decisions {listed}. Name one of them.")
    return decisions[step]


def _print(output: Output, replayed: dict[str, Any], against: str) -> None:
    decisions = replayed["decisions"]
    changed = [each for each in decisions if each["differs"]]
    name = f"{replayed['workflow']}.{replayed['step']}"
    rules = f"the rules of {against}" if against else "the rules"
    total = f"{count(len(decisions), 'decision')} since {formatting.clock(replayed['since'])}"
    if not changed:
        output.line(f"{name}: {total}. With {rules}, nothing changes.")
        return
    output.line(f"{name}: {total}. With {rules}, {len(changed):,} would change.")
    output.line()
    pairs = Counter((each["was"]["outcome"], _now(each)) for each in changed)
    output.table(
        ("Was", "Would be", "Decisions"),
        [(was, now, f"{number:,}") for (was, now), number in pairs.most_common()],
    )
    output.line()
    output.table(("Run", "Decided", "Was", "Would be", "Why"), map(_row, changed[:MAX_CHANGES_SHOWN]))
    if (more := len(changed) - MAX_CHANGES_SHOWN) > 0:
        output.line(f"The newest {MAX_CHANGES_SHOWN}; {more:,} more with --json.", style="dim")


def _now(decision: dict[str, Any]) -> str:
    return decision["now"]["outcome"] if decision["now"] else "cannot be decided"


def _row(decision: dict[str, Any]) -> tuple[str, ...]:
    return (
        decision["short"],
        formatting.clock(decision["at"]),
        decision["was"]["outcome"],
        _now(decision),
        formatting.one_line(decision["why"], 100),
    )
