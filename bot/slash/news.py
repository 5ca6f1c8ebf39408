"""Arguments of the subcommands that choose what a channel is told."""

from bot.slash.argument_error import ArgumentError
from bot.slash.commands import MuteCommand, SubscribeCommand, UnmuteCommand, UnsubscribeCommand
from bot.slash.guess import nearest
from bot.slash.tokenizer import CHANNEL, DASHES, Word
from engine import NEWS
from engine.durations import InvalidDuration, seconds


def mute(words: list[Word], command: str) -> MuteCommand:
    """Read `mute NAME for=2h`. Raises `ArgumentError`."""
    if not words:
        raise ArgumentError(
            "Which workflow or run?", f"Write {command} mute NAME for=2h.", f"{command} runs failed"
        )
    target, lasting = words[0].text.translate(DASHES), [word.text for word in words[1:]]
    texts = list(filter(None, (text.removeprefix("for").lstrip("=").strip() for text in lasting)))
    try:
        return MuteCommand(target, seconds("".join(texts) or "1h"))
    except InvalidDuration as error:
        given = next(filter(_is_duration, texts), "2h")
        raise ArgumentError(
            f"for: “{' '.join(texts)[:60]}” {error.problem.rpartition(', which ')[2]}.",
            "Write it like for=30m, for=2h or for=1d.",
            f"{command} mute {target} for={given}",
        ) from None


def _is_duration(text: str) -> bool:
    try:
        return seconds(text) > 0
    except InvalidDuration:
        return False


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
    if place := next((word.shown for word in words[1:] if CHANNEL.match(word.text)), ""):
        raise ArgumentError(
            f"subscribe takes no channel, but “{place[:60]}” follows it.",
            "The news goes to the channel where you type the command.",
            f"{command} subscribe {name}",
        )
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
