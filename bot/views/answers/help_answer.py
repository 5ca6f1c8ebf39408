"""Help: the subcommands that one person may use."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bot.views.blocks import actions, grey, section
from bot.views.command_replies import show_button
from bot.views.message import Message, message
from bot.views.wording.text import safe


@dataclass(frozen=True, slots=True)
class Abilities:
    """Abilities of a person. `starts`: start a workflow. `controls`: answer for one, or operate Signoff.

    `started`: has a run that has not ended. `responds`, `breaks_glass`: at some approval.
    """

    member: bool = True
    starts: bool = True
    controls: bool = True
    started: bool = True
    responds: bool = False
    breaks_glass: bool = False


Group = Literal["see", "start", "own", "control", "decide"]
"""`own`: of runs that the person started. `control`: for people who answer for a workflow."""


@dataclass(frozen=True, slots=True)
class Usage:
    """A line of the help: how a subcommand is written, and what it does."""

    group: Group
    written: str
    what: str


def help_answer(command: str, usages: Iterable[Usage], abilities: Abilities) -> Message:
    """Return the subcommands in groups, without those that the person may not use."""
    name = safe(command, 40)
    if not abilities.member:
        text = (
            f"`{name}` is for full, active members of this workspace. Ask a member to run a workflow for you."
        )
        return message(text, section(text))
    groups = _groups(usages, abilities)
    shown = [
        section(f"*{title}*\n" + "\n".join(f"`{name} {usage.written}`  {usage.what}" for usage in in_group))
        for title, in_group in groups
    ]
    special = _buttons_of_requests(abilities)
    written = ", ".join(usage.written for _, in_group in groups for usage in in_group)
    return message(
        f"What you can do with {name}: {written}",
        section(f"*What you can do with `{name}`*"),
        *shown,
        grey(*special) if special else None,
        grey(
            'Put values with spaces in quotes: `note="two words"`',
            "The end of a run's id is enough: `8f3k`, or `1126T234500Z` for the run of a schedule",
            "`--public` shares an answer in the channel",
        ),
        actions(
            [
                show_button("Workflows", "list"),
                show_button("Newest runs", "runs"),
                show_button("Waiting for me", "approvals"),
                *([show_button("Run…", "run")] if abilities.starts else []),
            ]
        ),
    )


def _buttons_of_requests(abilities: Abilities) -> list[str]:
    """Return a line for each button that only some requests have, and that this person may use."""
    lines = ["At some requests you can press *Respond* to answer with a text"] if abilities.responds else []
    if abilities.breaks_glass:
        lines.append("In an emergency you can approve some requests alone: *Details*, then *Break glass…*")
    return lines


def _groups(usages: Iterable[Usage], abilities: Abilities) -> list[tuple[str, list[Usage]]]:
    titles: dict[Group, str] = {"see": "See"}
    if abilities.starts:
        titles["start"] = "Start"
    if abilities.controls or abilities.starts or abilities.started:
        titles["own"] = "Control" if abilities.controls else "Control runs that you started"
    if abilities.controls:
        titles["control"] = "Answer for a workflow"
    titles["decide"] = "Decide"
    listed = list(usages)
    return [(title, [usage for usage in listed if usage.group == group]) for group, title in titles.items()]
