"""Arguments of the subcommands that steer a run or a workflow."""

import re
from collections.abc import Callable

from bot.slash.argument_error import ArgumentError
from bot.slash.commands import (
    CanaryCommand,
    CancelCommand,
    PauseCommand,
    ResumeCommand,
    RetryCommand,
    SkipCommand,
)
from bot.slash.guess import nearest
from bot.slash.reason_flag import free_text, reason_flag
from bot.slash.tokenizer import DASHES, Word


def cancel(words: list[Word], command: str) -> CancelCommand:
    """Read `cancel RUN REASON`. Raises `ArgumentError`."""
    if not words:
        raise ArgumentError("Which run?", f"Write {command} cancel RUN.", f"{command} runs")
    return CancelCommand(words[0].text.translate(DASHES), free_text(words[1:]))


def pause(words: list[Word], command: str) -> PauseCommand:
    """Read `pause RUN|NAME REASON`. Raises `ArgumentError`."""
    if not words:
        raise ArgumentError(
            "Which run or workflow?",
            f"Write {command} pause RUN or {command} pause NAME.",
            f"{command} runs",
        )
    return PauseCommand(words[0].text.translate(DASHES), free_text(words[1:]))


def resume(words: list[Word], command: str) -> ResumeCommand:
    """Read `resume RUN|NAME REASON`. Raises `ArgumentError`."""
    if not words:
        raise ArgumentError(
            "Which run or workflow?",
            f"Write {command} resume RUN or {command} resume NAME.",
            f"{command} runs",
        )
    return ResumeCommand(words[0].text.translate(DASHES), free_text(words[1:]))


def skip(words: list[Word], command: str) -> SkipCommand:
    """Read `skip RUN STEP REASON`; without a step, the answer names the steps. Raises `ArgumentError`."""
    if not words:
        raise ArgumentError("Which run and which step?", f"Write {command} skip RUN STEP.", f"{command} runs")
    run, *step = (word.text.translate(DASHES) for word in words[:2])
    return SkipCommand(run, "".join(step), free_text(words[2:]))


def retry(name: str) -> Callable[[list[Word], str], RetryCommand]:
    """Return the parser of `retry RUN STEP --reason TEXT` or `reroute`."""

    def parser(words: list[Word], command: str) -> RetryCommand:
        if not words:
            raise ArgumentError("Which run?", f"Write {command} {name} RUN STEP.", f"{command} runs failed")
        reason, named = reason_flag(words)
        texts = [word.text.translate(DASHES) for word in named]
        return RetryCommand(texts[0], " ".join(texts[1:]), name == "reroute", reason)

    return parser


def canary(words: list[Word], command: str) -> CanaryCommand:
    """Read `canary NAME promote|rollback`. Raises `ArgumentError`."""
    if not words:
        raise ArgumentError("Which workflow?", f"Write {command} canary NAME.", f"{command} list")
    name = words[0].text.translate(DASHES)
    typed = words[1].text if len(words) > 1 else ""
    act = typed.casefold()
    if act not in ("", "promote", "rollback"):
        raise ArgumentError(
            f"“{typed[:60]}” is not a command for a canary.",
            f"Write {command} canary NAME promote, or {command} canary NAME rollback.",
            " ".join([command, "canary", name, nearest(act, ("promote", "rollback"))]).strip(),
        )
    reason = free_text(words[2:])
    shown = re.match(r"since=([0-9]{1,12})(?:\s+|$)", reason)
    return CanaryCommand(
        name, act, reason[shown.end() :] if shown else reason, int(shown[1]) if shown else None
    )
