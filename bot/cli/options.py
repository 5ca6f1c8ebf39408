"""Options and arguments that several commands share, each with one meaning, and how a group is made."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.slack.user_ids import USER_ID
from engine.durations import InvalidDuration, seconds

Json = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else.")]
Data = Annotated[
    Path | None,
    typer.Option(
        "--data", metavar="DIR", help="Folder that has signoff.db. Default: the folder of DATABASE_URL."
    ),
]
To = Annotated[
    Path | None, typer.Option("--to", metavar="FILE", help="New file to write. Default: print the document.")
]
Url = Annotated[
    str,
    typer.Option(
        "--url",
        metavar="URL",
        envvar="SIGNOFF_URL",
        help="Address where Signoff serves, such as http://127.0.0.1:3000.",
    ),
]
RequestId = Annotated[
    str,
    typer.Argument(metavar="REQUEST", help="Id of a request, or of a run that waits for one decision only."),
]
RunId = Annotated[
    str, typer.Argument(metavar="RUN", help="Id of a run, its short form, or the end of either.")
]


def new_group(name: str, help_text: str) -> typer.Typer:
    """Return a group of commands, as `signoff db`."""
    group = typer.Typer(name=name, help=help_text, rich_markup_mode=None)
    group.callback()(lambda: None)
    return group


def check_user_id(text: str, option: str = "") -> str:
    """Return a Slack user id. Raises `BadParameter` for any other text."""
    if not USER_ID.fullmatch(text):
        raise typer.BadParameter(
            f"{option} {text!r}".strip() + " is not a user id like U012AB3CD. "
            "Copy it in Slack: profile, ⋮, Copy member ID."
        )
    return text


def whole_number(option: str, least: int, most: int) -> Callable[[str | int], int]:
    """Return a parser of whole numbers within these bounds. It raises `BadParameter`."""

    def parse(text: str | int) -> int:
        if not str(text).isdecimal() or not least <= int(text) <= most:
            raise typer.BadParameter(f"{option} {text} is not a whole number from {least} to {most}.")
        return int(text)

    return parse


def duration_seconds(option: str, text: str) -> float:
    """Return a duration in seconds. Raises `BadParameter`."""
    try:
        return seconds(text)
    except InvalidDuration:
        raise typer.BadParameter(f"{option} {text} is not a duration. Write it like 30m, 2h or 1d.") from None


def moment_or_age(option: str, text: str) -> str | float:
    """Return a moment as text with its zone, or the number of seconds that it is ago. Raises `BadParameter`.

    A date is its midnight, and a time without a zone counts, in the zone of this machine.
    """
    try:
        return seconds(text)
    except InvalidDuration:
        pass
    try:
        return datetime.fromisoformat(text).astimezone().isoformat()
    except (ValueError, OverflowError):
        raise typer.BadParameter(
            f"{option} {text} is neither an age such as 30d, nor a date such as 2026-01-31, nor a time such "
            "as 2026-01-31T09:00."
        ) from None
