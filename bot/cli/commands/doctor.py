"""`signoff doctor`: whether this installation works, and what to do where it does not."""

from dataclasses import asdict

import typer

from bot.cli import heavy
from bot.cli.options import Data, Json
from bot.cli.output import Line, Output
from bot.cli.target import find_target

_SIGNS = {"ok": "✅", "warning": "🟠", "problem": "🔴"}
_STYLES = {"ok": "", "warning": "yellow", "problem": "red"}


def doctor(data: Data = None, json: Json = False) -> None:
    """Check tokens, scopes, clock, database, disk, channels and people, and print each remedy.

    It changes nothing. Exit code 1: at least one problem.
    """
    output = Output(json)
    findings = heavy.diagnose(find_target(data))
    output.data({"findings": [asdict(finding) for finding in findings]})
    for finding in findings:
        output.line(Line(f"{_SIGNS[finding.level]} {finding.area}: {finding.text}", _STYLES[finding.level]))
        if finding.remedy:
            output.line(Line(f"   {finding.remedy}", "dim"))
    problems = sum(finding.level == "problem" for finding in findings)
    if problems:
        output.line(Line(f"{problems} problem{'' if problems == 1 else 's'}.", "red"))
        raise typer.Exit(1)
    output.line(Line("No problems."))
