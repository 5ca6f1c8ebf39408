"""Events and exports of the log, as the command line shows them."""

from pathlib import Path
from typing import Any

from bot.cli import formatting
from bot.cli.formatting import plain
from bot.cli.output import CommandError, Output
from bot.terminal import printed_json
from bot.views.wording.text import count
from bot.views.wording.times import duration

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
    parts = [f"{name}: {_detail(value)}" for name, value in details.items()]
    text = ", ".join(sorted(parts, key=len))  # a long value is what the limit cuts
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


_WORKFLOW_HEAD = (
    "WORKFLOW", "ASKED", "APPROVED", "REJECTED", "SENT BACK", "RESPONDED", "EXPIRED", "WITHDRAWN",
    "OPEN", "HALF WITHIN", "95 % WITHIN",
)  # fmt: skip
_PERSON_HEAD = (
    "PERSON",
    "DECISIONS",
    "APPROVED",
    "REJECTED",
    "SENT BACK",
    "RESPONDED",
    "FOR OTHERS",
    "BY GRANT",
    "ALONE",
    "WITHIN 10 S",
    "HALF WITHIN",
)


def print_review(output: Output, review: dict[str, Any]) -> None:
    """Print how approvals of a period ended, and how people decided."""
    output.line(f"Approvals from {formatting.clock(review['since'])} to {formatting.clock(review['until'])}")
    if review["workflows"]:
        output.table(_WORKFLOW_HEAD, [_approvals_row(each) for each in review["workflows"]])
    else:
        output.line("No approval was asked, decided or open.")
    if review["people"]:
        output.line()
        output.table(_PERSON_HEAD, [_decider_row(each) for each in review["people"]])
    for each in review["people"]:
        if each["stamps"]:
            all_of = f"{plain(each['person'])} approved all of {each['decisions']} requests"
            output.line(f"{all_of}, {each['quick']} of them within 10 s of the question.")
    if review["events"]:
        output.line()
        output.table(("EVENT OF THE LOG", "NUMBER"), [(name, str(n)) for name, n in review["events"].items()])


def _approvals_row(each: dict[str, Any]) -> tuple[str, ...]:
    counts = ("asked", "approved", "rejected", "sent_back", "responded", "expired", "withdrawn", "open")
    times = _time(each["median_seconds"]), _time(each["p95_seconds"])
    return (each["workflow"], *(f"{each[name]:,}" for name in counts), *times)


def _decider_row(each: dict[str, Any]) -> tuple[str, ...]:
    counts = (
        "decisions",
        "approved",
        "rejected",
        "sent_back",
        "responded",
        "on_behalf",
        "by_grant",
        "by_break_glass",
        "quick",
    )
    return (each["person"], *(f"{each[name]:,}" for name in counts), _time(each["median_seconds"]))


def _time(seconds: float | None) -> str:
    return "-" if seconds is None else duration(seconds)
