"""Help: the subcommands that one person may use."""

from dataclasses import dataclass

from bot.views.blocks import actions, grey, section
from bot.views.command_replies import show_button
from bot.views.message import Message, message
from bot.views.wording.text import safe


@dataclass(frozen=True, slots=True)
class Abilities:
    """Abilities of a person. `starts`: start a workflow. `controls`: answer for one, or operate Signoff."""

    member: bool = True
    starts: bool = True
    controls: bool = True


_READ = (
    ("list", "the workflows"),
    ("show NAME", "what a workflow does, its triggers and its last runs"),
    ("show RUN", "one run, step by step"),
    ("runs", "the newest runs; filter with failed, mine, since=2d, text=…"),
    ("history NAME", "how the last runs of a workflow went"),
    ("schedules", "what the clock starts next"),
    ("triggers", "everything that starts workflows"),
    ("subscribe NAME", "get the news of a workflow in this channel; subscriptions lists them"),
    ("graph NAME", "the picture of a workflow or a run"),
    ("logs RUN STEP", "what a step logged"),
    ("resources", "what is in use, and how many steps wait"),
    ("canary NAME", "compare the runs of a candidate with the others"),
)
_START = (
    ("run", "choose a workflow and fill in its form"),
    ("run NAME key=value…", "start a run"),
    ("rerun RUN", "start it again; key=value changes the input"),
)
_OWN = (
    ("cancel RUN", "cancel a run"),
    ("pause RUN", "pause a run"),
    ("resume RUN", "continue a paused run"),
)
_CONTROL = (
    ("pause NAME", "pause a workflow; resume NAME ends it"),
    ("mute NAME for=2h", "tell nobody of its failures for a while; unmute NAME ends it"),
    ("retry RUN STEP", "try a failed step again"),
    ("reroute RUN STEP", "take the alternative of a failed step"),
    ("skip RUN STEP", "skip a step that has not started"),
    ("priority RUN N", "let a run come earlier or later"),
    ("fork RUN STEP", "retry from a step, as a new run"),
)
_PEOPLE = (
    ("approvals", "the requests that wait for you"),
    ("reassign RUN @colleague", "hand the open request of a run to a colleague or group"),
    ("away until fri to @colleague", "name a delegate while you are away"),
)


def help_answer(command: str, abilities: Abilities) -> Message:
    """Return the subcommands in groups."""
    name = safe(command, 40)
    if not abilities.member:
        text = (
            f"`{name}` is for full, active members of this workspace. Ask a member to run a workflow for you."
        )
        return message(text, section(text))
    groups = [
        ("See", _READ),
        ("Start", _START if abilities.starts else ()),
        ("Control runs that you started" if not abilities.controls else "Control", _OWN),
        ("Answer for a workflow", _CONTROL if abilities.controls else ()),
        ("Decide", _PEOPLE),
    ]
    shown = [
        section(f"*{title}*\n" + "\n".join(f"`{name} {usage}`  {what}" for usage, what in lines))
        for title, lines in groups
        if lines
    ]
    usages = ", ".join(usage for _, lines in groups for usage, _ in lines)
    return message(
        f"What you can do with {name}: {usages}",
        section(f"*What you can do with `{name}`*"),
        *shown,
        grey(
            'Put values with spaces in quotes: `note="two words"`',
            "The last four characters of a run's name are enough",
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
