"""`signoff policy`: check the rules of a policy file, try them, and see what they did."""

import time
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli import formatting, heavy
from bot.cli.connection import ask, connect
from bot.cli.options import Data, Json, duration_seconds, new_group
from bot.cli.output import CommandError, Output
from bot.views.wording.text import count

policy = new_group("policy", "Check and try the policies of the installation.")
File = Annotated[Path, typer.Argument(metavar="FILE", help="The policy file.")]
Since = Annotated[
    str, typer.Option("--since", metavar="DURATION", help="The age of the oldest entries, such as 30d.")
]
WORDS = {"allow": "allowed", "require": "asked", "deny": "denied"}
MAX_SHOWN = 50


@policy.command()
def check(
    file: File,
    people: Annotated[
        bool,
        typer.Option(
            "--people",
            help="Look up people in Slack, or in SIGNOFF_GROUPS, to check that they can give the approvals.",
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Check a policy file and print every mistake."""
    output = Output(json)
    policies, problems = heavy.check_policies(_text(file), str(file))
    warnings: list[str] = []
    if people and policies is not None:
        problems, warnings = heavy.check_policy_people(policies, str(file))
    names = [rule.name for rule in policies.rules] if policies else []
    output.data({"problems": problems, "rules": names, **({"warnings": warnings} if people else {})})
    for problem in problems:
        output.line(problem, style="red")
    for warning in warnings:
        output.line(warning, style="yellow")
    if policies is None or problems:
        raise typer.Exit(1)
    output.table(
        ("Rule", "Effect", "At", "When"),
        [
            (rule.name, rule.effect, ", ".join(sorted(rule.at)), formatting.one_line(rule.when, 80))
            for rule in policies.rules
        ],
    )
    output.line(f"{count(len(policies.rules), 'rule')}. Digest {policies.digest}.")


@policy.command("test")
def try_cases(file: File, json: Json = False) -> None:
    """Evaluate the cases of a policy file, and compare the decisions with those that it expects."""
    output = Output(json)
    cases = heavy.try_cases(_text(file), str(file))
    output.data({"cases": [_case(case) for case in cases]})
    output.table(
        ("Line", "Case", "Expected", "Decided", "Rules", "Result"),
        [
            (
                str(case.line),
                formatting.one_line(case.name, 60),
                case.expected,
                case.ruling.decision,
                ", ".join(rule.name for rule in case.ruling.matched),
                "passed" if case.passed else "failed",
            )
            for case in cases
        ],
    )
    failed = sum(not case.passed for case in cases)
    output.line(f"{count(len(cases), 'case')}, {failed} failed.", style="red" if failed else "")
    if failed:
        raise typer.Exit(1)


@policy.command()
def replay(file: File, since: Since = "30d", data: Data = None, json: Json = False) -> None:
    """Print what a policy file would have allowed, asked and denied in past runs. It changes nothing."""
    began = time.monotonic()
    chosen: dict[str, Any] = {
        "text": _text(file),
        "file": str(file),
        "age": duration_seconds("--since", since),
    }
    with connect(data, workflows=True) as access:
        page = access.call("replay_policies", **chosen)
        runs = page["runs"]
        while page["cursor"]:
            place = {"cursor": page["cursor"], "since": page["since"]}
            page = access.call("replay_policies", **chosen, **place)
            runs += page["runs"]
    seconds = time.monotonic() - began
    output = Output(json)
    output.data({"since": page["since"], "seconds": round(seconds, 2), "runs": runs})
    totals = Counter(run["decision"] for run in runs)
    parts = ", ".join(f"{totals[effect]:,} {word}" for effect, word in WORDS.items())
    since_when = formatting.clock(page["since"])
    output.line(f"{count(len(runs), 'run')} since {since_when}: {parts}. It took {seconds:.1f} s.")
    _print_rules(output, runs)
    _print_runs(output, [run for run in runs if run["decision"] != "allow"])


@policy.command()
def status(since: Since = "30d", data: Data = None, json: Json = False) -> None:
    """Print the policies in use, with what each asked and denied, and its exceptions."""
    output = Output(json)
    found = ask(data, "policy_status", workflows=True, age=duration_seconds("--since", since))
    output.data(found)
    if not found["digest"]:
        output.line("There is no policy file. Set SIGNOFF_POLICIES=FILE.")
    if found["rules"]:
        output.table(
            ("Rule", "Effect", "Asked", "Denied", "Exceptions", "Last"),
            [
                (
                    each["rule"],
                    each["effect"],
                    f"{each['asked']:,}",
                    f"{each['denied']:,}",
                    f"{each['exceptions']:,}",
                    formatting.clock(each["last"]) if each["last"] else "",
                )
                for each in found["rules"]
            ],
        )
    if found["digest"]:
        output.line(f"Since {formatting.clock(found['since'])}. Digest {found['digest']}.", style="dim")
    if found["more"]:
        output.line("These are the newest 10,000 entries of the log; there are more.", style="yellow")


def _print_rules(output: Output, runs: list[dict[str, Any]]) -> None:
    """Print each rule with the number of runs in which it applied."""
    rules = Counter((name, effect) for run in runs for name, effect in _rules(run))
    if rules:
        output.line()
        rows = [(name, WORDS[effect], f"{number:,}") for (name, effect), number in rules.most_common()]
        output.table(("Rule", "Would have", "Runs"), rows)


def _rules(run: dict[str, Any]) -> set[tuple[str, str]]:
    return {(rule["rule"], rule["effect"]) for rule in run["rules"]}


def _print_runs(output: Output, runs: list[dict[str, Any]]) -> None:
    if not runs:
        return
    newest = runs[::-1][:MAX_SHOWN]
    output.line()
    output.table(("Run", "Started", "Would be", "Why"), map(_row, newest))
    if (more := len(runs) - len(newest)) > 0:
        output.line(f"The newest {MAX_SHOWN}; {more:,} more with --json.", style="dim")


def _row(run: dict[str, Any]) -> tuple[str, ...]:
    first = run["rules"][0] if run["rules"] else {"step": "", "rule": "default"}
    where = f" at {first['step']}" if first["step"] else ""
    return (run["short"], formatting.clock(run["at"]), WORDS[run["decision"]], f"{first['rule']}{where}")


def _case(case: Any) -> dict[str, Any]:
    rules = {"expected": case.expected, "passed": case.passed, **case.ruling.as_json()}
    return {"name": case.name, "line": case.line, "at": case.at, **rules}


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError as error:
        raise CommandError(
            f"{file} cannot be read ({error.strerror}). Give the path of a policy file."
        ) from None
    except UnicodeDecodeError:
        raise CommandError(f"{file} is not UTF-8. Save it as UTF-8.") from None
