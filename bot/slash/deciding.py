"""Arguments of the subcommands about who decides."""

import re
from urllib.parse import unquote

from bot.slash.argument_error import ArgumentError
from bot.slash.commands import ApprovalsCommand, AwayCommand, BackCommand, ReassignCommand
from bot.slash.dates import EXAMPLES, is_moment, is_past
from bot.slash.tokenizer import CHANNEL, DASHES, Word
from engine import place_in_list

_REFERENCE = re.compile(r"@|oncall:|[USW](?=[A-Z0-9]*\d)[A-Z0-9]{3,}$")
"""Typed by hand: a name with its @, or an id. Ids without a digit may be names, and come as mentions."""


def approvals(words: list[Word], command: str) -> ApprovalsCommand:
    """Read `approvals`, or a later page of it from a button. Raises `ArgumentError`."""
    if not words:
        return ApprovalsCommand()
    key, _, value = words[0].text.partition("=")
    place = unquote(value)
    if len(words) == 1 and key == "after" and place_in_list(place):
        return ApprovalsCommand(place)
    raise ArgumentError(
        f"approvals takes no arguments, but “{words[0].text[:60]}” follows it.",
        corrected=f"{command} approvals",
    )


def reassign(words: list[Word], command: str) -> ReassignCommand:
    """Read `reassign RUN @colleague`. Raises `ArgumentError`."""
    words = [word for word in words if word.text.casefold() != "to"]
    texts = [word.text.translate(DASHES) for word in words]
    if len(texts) > 2 and _is_reference(words[1]):
        raise ArgumentError(
            f"reassign takes one person or group, but “{words[2].text[:60]}” follows "
            f"“{words[1].shown[:60]}”.",
            corrected=f"{command} reassign {texts[0]} {texts[1]}",
        )
    if len(texts) > 2 and not CHANNEL.match(words[1].text):
        name = " ".join(word.text for word in words[1:])
        raise _no_mention(name, f"{command} reassign {texts[0]} @{texts[1].casefold()}")
    if len(texts) != 2:
        raise ArgumentError(
            "reassign needs a run and a person or group.",
            f"Write {command} reassign RUN @colleague.",
            f"{command} approvals",
        )
    _require_mention(words[1], f"{command} reassign {texts[0]} @{texts[1]}")
    return ReassignCommand(*texts)


def away(words: list[Word], command: str) -> AwayCommand | BackCommand:
    """Read `away until DAY to @colleague`. Raises `ArgumentError`."""
    texts = [word.text.translate(DASHES) for word in words]
    if not texts:
        return AwayCommand()
    if [text.casefold() for text in texts] in (["off"], ["back"], ["over"]):
        return BackCommand()
    moment: list[str] = []
    delegates: list[Word] = []
    into_moment = True
    for word, text in zip(words, texts, strict=True):
        if CHANNEL.match(text):
            raise ArgumentError(
                "A delegate is one person, not a channel.",
                corrected=f"{command} away until fri to @colleague",
            )
        if text.casefold() in ("until", "to"):
            into_moment = text.casefold() == "until"
        elif into_moment and not _is_reference(word):
            moment.append(text)
        else:
            delegates.append(word)
    until = " ".join(moment)
    if until and len(delegates) == 1:
        name = delegates[0].text.translate(DASHES)
        _require_mention(delegates[0], f"{command} away until {until} to @{name}")
        return AwayCommand(until, name)
    raise _incomplete_away(until, [word.text.translate(DASHES) for word in delegates], command)


def _is_reference(word: Word) -> bool:
    return word.mention or _REFERENCE.match(word.text) is not None


def _require_mention(word: Word, corrected: str) -> None:
    """Raise `ArgumentError` for a name without its @: Slack says whom it means only where it is a mention."""
    if not (_is_reference(word) or CHANNEL.match(word.text)):
        raise _no_mention(word.text, corrected)


def _no_mention(name: str, corrected: str) -> ArgumentError:
    return ArgumentError(
        f"“{name[:60]}” is not a mention, so Signoff cannot tell whom you mean.",
        "Write the name with an @ before it, and choose the person or group that Slack offers.",
        corrected,
    )


def _incomplete_away(until: str, delegates: list[str], command: str) -> ArgumentError:
    if len(delegates) > 1:
        problem = f"away takes one delegate, but “{delegates[1][:60]}” follows “{delegates[0][:60]}”."
    elif delegates:
        problem = "When are you back? The end is missing."
    elif until and is_past(until):
        problem = f"“{until[:60]}” is in the past. Name a later moment, like {EXAMPLES}."
    elif until:
        problem = "Who decides for you? The delegate is missing."
    else:
        problem = "The end and the delegate are missing."
    moment = until if is_moment(until) else "fri"
    written = bool(delegates) and delegates[0].startswith("@")
    return ArgumentError(
        problem,
        f"{command} away off ends a delegation.",
        f"{command} away until {moment} to {delegates[0] if written else '@colleague'}",
        delegates[0] if delegates and not written else "",
    )
