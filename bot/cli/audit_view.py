"""Events and exports of the log, as the command line shows them."""

from pathlib import Path
from typing import Any

from bot.cli import formatting
from bot.cli.output import CommandError, Output
from bot.terminal import printed_json
from bot.views.wording.text import count

MAX_DETAILS = 160


def print_exports(output: Output, files: list[Path], found: list[Any], breaks: list[str]) -> None:
    """Print what exports hold. Raises `CommandError` with what is wrong with them."""
    problems = [problem for each in found for problem in each.problems] + breaks
    number = sum(each.problem_count for each in found) + len(breaks)
    if number:
        more = [f"… and {number - len(problems)} more"] if number > len(problems) else []
        raise CommandError(
            f"Not as it was recorded: {count(number, 'place')}.", *(f"{each}." for each in problems), *more
        )
    for each in found:
        content = each.content
        pruned = f", {each.pruned:,} of them pruned: only their hashes are kept" if each.pruned else ""
        unproven = f", {each.unproven:,} of them from before there was a chain" if each.unproven else ""
        output.line(
            f"As recorded: {count(each.events + each.pruned, 'event')}, "
            f"{content['after'] + 1:,} to {content['events']:,}{pruned}{unproven}."
        )
        output.line(f"Exported {formatting.clock(content['at'])}. Digest up to its end: {content['digest']}")


def event_row(event: dict[str, Any]) -> tuple[str, ...]:
    place = ".".join(part for part in (event["run"] or event["workflow"] or "", event["step"] or "") if part)
    details = {name: value for name, value in event["data"].items() if value not in (None, "", [], {})}
    text = ", ".join(f"{name}: {_detail(value)}" for name, value in details.items())
    return (
        str(event["seq"]),
        formatting.clock(event["at"]),
        event["type"],
        formatting.actor(event["by"]),
        place,
        formatting.one_line(text, MAX_DETAILS),
    )


def _detail(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3g}"
    return value if isinstance(value, str) else printed_json(value, None)
