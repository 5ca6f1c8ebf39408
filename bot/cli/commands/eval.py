"""`signoff eval`: score an agent on cases, and compare models and prompts."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import formatting, heavy
from bot.cli.options import Json
from bot.cli.output import CommandError, Output
from bot.views.wording.text import count


def eval(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The agent, such as alarm.diagnose.")],
    cases: Annotated[
        Path | None,
        typer.Option(
            "--cases",
            metavar="FILE",
            help="Cases as YAML or JSON Lines. Default: evals/NAME.yaml beside the workflow's file.",
        ),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            metavar="MODEL",
            help="Compare with this model: provider:name, or a variable of the workflow's file. Repeatable.",
        ),
    ] = None,
    prompt: Annotated[
        list[Path] | None,
        typer.Option("--prompt", metavar="FILE", help="Compare with this prompt. Repeatable."),
    ] = None,
    least: Annotated[
        float | None,
        typer.Option("--min", metavar="SCORE", help="Exit with 1 if a mean is lower, from 0 to 1."),
    ] = None,
    not_worse: Annotated[
        bool,
        typer.Option("--not-worse", help="Exit with 1 if a compared model or prompt has a lower mean."),
    ] = False,
    json: Json = False,
) -> None:
    """Score an agent on cases. No tool is executed: a case gives the results."""
    if least is not None and not 0 <= least <= 1:
        raise CommandError(f"--min is {least:g}.", "Give a number from 0 to 1, such as 0.8.")
    if not_worse and not (model or prompt):
        raise CommandError("--not-worse compares nothing.", "Give --model or --prompt.")
    output = Output(json)
    found = heavy.evaluate_agent(name, cases, model or [], prompt or [])
    output.data({"agent": name, "variants": [_as_json(each) for each in found]})
    rows = [
        (formatting.one_line(each.case, 40), *(f"{variant.scores[number].score:.2f}" for variant in found))
        for number, each in enumerate(found[0].scores)
    ]
    means = ("Mean", *(f"{variant.mean:.2f}" for variant in found))
    tokens = ("Tokens", *(f"{sum(each.tokens for each in variant.scores):,}" for variant in found))
    heads = [formatting.one_line(variant.variant, 30) for variant in found]
    output.table(("Case", *heads), [*rows, means, tokens])
    for variant in found:
        for each in variant.scores:
            if each.why and each.score < 1:
                output.line(formatting.one_line(f"{variant.variant}, {each.case}: {each.why}", 300))
    problems = list(_refusals(found, least, not_worse))
    for problem in problems:
        output.line(problem, style="red")
    if problems:
        raise typer.Exit(1)
    output.line(f"{count(len(rows), 'case')}.")


def _refusals(found: list[Any], least: float | None, not_worse: bool) -> list[str]:
    refused = []
    # Compared exactly: two decimals, as printed, would hide a loss.
    for variant in found:
        if least is not None and variant.mean < least:
            refused.append(f"{variant.variant}: the mean {variant.mean:.3f} is below {least:g}.")
        if not_worse and variant.mean < found[0].mean:
            worse = f"the mean {variant.mean:.3f} is worse than {found[0].mean:.3f}"
            refused.append(f"{variant.variant}: {worse} as declared.")
    return refused


def _as_json(variant: Any) -> dict[str, Any]:
    return {
        "variant": variant.variant,
        "mean": variant.mean,
        "cases": [
            {
                "case": each.case,
                "score": each.score,
                "why": each.why,
                "answer": each.answer,
                "calls": each.calls,
                "tokens": each.tokens,
            }
            for each in variant.scores
        ],
    }
