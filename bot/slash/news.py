"""Arguments of the subcommands that choose what a channel is told."""

from bot.slash.argument_error import ArgumentError
from bot.slash.commands import MuteCommand, SubscribeCommand, UnmuteCommand, UnsubscribeCommand
from bot.slash.guess import nearest
from bot.slash.tokenizer import DASHES, Word
from engine import NEWS
from engine.durations import InvalidDuration, seconds


def mute(words: list[Word], command: str) -> MuteCommand:
    """Read `mute NAME for=2h`. Raises `ArgumentError`."""
    if not words:
        raise ArgumentError(
            "Which workflow or run?", f"Write {command} mute NAME for=2h.", f"{command} runs failed"
        )
    target, lasting = words[0].text.translate(DASHES), [word.text for word in words[1:]]
    texts = [text.removeprefix("for").lstrip("=").strip() for text in lasting]
    text = "".join(texts) or "1h"
    try:
        return MuteCommand(target, seconds(text))
    except InvalidDuration as error:
        raise ArgumentError(
            f"for: “{text[:60]}” {error.problem.rpartition(', which ')[2]}.",
            "Write it like for=30m, for=2h or for=1d.",
            f"{command} mute {target} for=2h",
        ) from None


def unmute(words: list[Word], command: str) -> UnmuteCommand:
    """Read `unmute NAME`. Raises `ArgumentError`."""
    if len(words) != 1:
        raise ArgumentError(
            "unmute takes one workflow or run.", f"Write {command} unmute NAME.", f"{command} runs failed"
        )
    return UnmuteCommand(words[0].text.translate(DASHES))


def subscribe(words: list[Word], command: str) -> SubscribeCommand:
    """Read `subscribe NAME KIND…`. Raises `ArgumentError`."""
    if not words:
        raise ArgumentError("Which workflow?", f"Write {command} subscribe NAME.", f"{command} list")
    name, *rest = (word.text.translate(DASHES) for word in words)
    kinds = tuple(dict.fromkeys(kind for text in rest for kind in text.casefold().split(",") if kind))
    if unknown := [kind for kind in kinds if kind not in NEWS]:
        raise ArgumentError(
            f"There is no kind of news called “{unknown[0][:40]}”.",
            f"The kinds are {', '.join(NEWS)}. Without a kind, the channel gets all of them.",
            " ".join([command, "subscribe", name, *filter(None, (nearest(kind, NEWS) for kind in kinds))]),
        )
    return SubscribeCommand(name, kinds)


def unsubscribe(words: list[Word], command: str) -> UnsubscribeCommand:
    """Read `unsubscribe NAME`. Raises `ArgumentError`."""
    if len(words) != 1:
        raise ArgumentError(
            "Which workflow?", f"Write {command} unsubscribe NAME.", f"{command} subscriptions"
        )
    return UnsubscribeCommand(words[0].text.translate(DASHES))
