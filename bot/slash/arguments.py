"""Arguments of a slash command: a typed subcommand, or an error with the corrected command."""

import difflib
import re
from collections.abc import Callable, Mapping
from contextlib import suppress

from bot.slash import deciding, news, reading, starting, steering
from bot.slash.argument_error import ArgumentError
from bot.slash.commands import (
    Command,
    GrantsCommand,
    HelpCommand,
    ListCommand,
    ResourcesCommand,
    SubscriptionsCommand,
    WorkersCommand,
)
from bot.slash.guess import nearest
from bot.slash.tokenizer import (
    CHANNEL,
    DASHES,
    InvalidQuote,
    QuoteInWord,
    UnclosedQuote,
    Word,
    split,
    unescape,
)

_MEANT = {
    "log": "logs", "ls": "list", "workflows": "list", "start": "run", "info": "show", "describe": "show",
    "stop": "cancel", "abort": "cancel", "pending": "approvals", "delegate": "away", "repeat": "rerun",
    "picture": "graph", "cron": "schedules", "objectives": "health", "slo": "health", "schedule": "schedules",
    "feedback": "insight", "accuracy": "insight",
    "silence": "mute", "snooze": "mute", "hold": "pause", "continue": "resume", "unpause": "resume",
}  # fmt: skip
"""Words that people try, and the command that does it."""


def parse(text: str, command: str = "/workflow") -> Command:
    """Read the text after the command's name. Raises `ArgumentError`."""
    try:
        return _read(text, command)
    except UnclosedQuote as error:
        raise ArgumentError(
            f"{error}: {error.rest[:60]}",
            "A value with spaces goes between two quotes.",
            _closed(text, error, command),
        ) from None
    except QuoteInWord as error:
        raise ArgumentError(
            f"{error}: {error.rest[:60]}",
            'Write a quote inside a value in double quotes as \\".',
        ) from None


def _read(text: str, command: str) -> Command:
    """As `parse`, but a quote that is wrong raises `InvalidQuote`: no correction is looked for."""
    words = [word for word in _words(text) if word.text]
    if not words:
        return HelpCommand()
    name = words[0].text.translate(DASHES).casefold()
    parser = _PARSERS.get(_ALIASES.get(name, name))
    if parser is not None or words[0].typed.translate(DASHES).startswith("-"):
        _require_flags(words, text, command)
    if parser is None:
        raise _unknown(words, command)
    return parser(words[1:], command)


_FREE_TEXT = {"cancel": 2, "pause": 2, "resume": 2, "skip": 3, "priority": 3, "canary": 3}
"""The words before the reason, by command."""
_FLAGGED = frozenset({"retry", "reroute", "rerun", "fork"})
"""Commands with their reason after `--reason`."""


_FLAGS = {"reason": _FLAGGED, "priority": {"run"}, "mine": {"runs"}}
"""The commands that take a flag, besides `--public`."""


def _words(text: str) -> list[Word]:
    """Return the words of a command, its free text as one. Raises `InvalidQuote`."""
    name = "".join(word.text for word in split(text, 1)[:1]).translate(DASHES).casefold()
    return split(text, _FREE_TEXT.get(name), reason=name in _FLAGGED)


_NEXT_FIELD = re.compile(r"\s+[A-Za-z_][A-Za-z0-9_.-]*=")
_CLOSING = {
    "“": "”",
    "„": "”",
    "‟": "”",
    "«": "»",
    "″": "″",
    "‘": "’",
    "‚": "’",
    "‛": "’",
    "‹": "›",
    "′": "′",
}


def _closed(text: str, error: UnclosedQuote, command: str) -> str:
    """Return the command with its quote closed before the next field or at the end, if that is valid.

    Else without the quote, or what the error of that suggests.
    """
    plain = unescape(text).strip()
    rest = error.rest.strip()
    before, mark = plain[: len(plain) - len(rest)], _CLOSING.get(rest[:1], rest[:1])
    ends = [field.start() for field in _NEXT_FIELD.finditer(rest)][:1]
    closed = [f"{before}{rest[:end]}{mark}{rest[end:]}" for end in [*ends, len(rest)]]
    for corrected in closed:
        with suppress(ArgumentError, InvalidQuote):
            _read(corrected, command)
            return f"{command} {corrected}"
    without = f"{before}{rest[1:]}"
    try:
        _read(without, command)
    except InvalidQuote:
        return f"{command} help"
    except ArgumentError as error:
        return error.corrected or f"{command} help"
    return f"{command} {without}"


def with_nearest(text: str, name: str, nearest: str) -> str:
    """Return the arguments with the name that was probably meant; empty where nothing was."""
    words = _words(text)
    places = [
        place for place, word in enumerate(words) if place and word.text.translate(DASHES).endswith(name)
    ]
    if not (name and nearest and places):
        return ""
    typed = [word.typed for word in words]
    typed[places[0]] = words[places[0]].text.translate(DASHES).removesuffix(name) + nearest
    return " ".join(typed)


def channel_in(text: str) -> str:
    """Return the channel that stands where a command takes its workflow or run; empty without one."""
    return next((word.text for word in _words(text)[1:2] if CHANNEL.match(word.text)), "")


def target_in(text: str) -> str:
    """Return the word where a command takes its workflow or run; empty without one."""
    return next((word.text.translate(DASHES) for word in _words(text)[1:2]), "")


_PUBLIC = frozenset({"--public", "-public"})
"""A phone makes one long dash of two short ones."""


def public(text: str) -> tuple[bool, str]:
    """Return whether the answer is for the whole channel, and the command without the flag that says so."""
    try:
        words = _words(text)
    except InvalidQuote:
        return False, text  # `parse` says what is wrong
    flags = [
        word
        for word in (part for each in words for part in _flag_places(each, text))
        if word.typed.translate(DASHES).casefold() in _PUBLIC and text.startswith(word.typed, word.at - 1)
    ]
    rest = text
    for flag in reversed(flags):
        rest = f"{rest[: flag.at - 1].rstrip()} {rest[flag.at - 1 + len(flag.typed) :].lstrip()}".strip()
    return bool(flags), rest


_FLAG = re.compile(r"-{1,2}([A-Za-z][A-Za-z-]*)")


def _require_flags(words: list[Word], text: str, command: str) -> None:
    """Raise `ArgumentError` for a flag that the command does not have.

    A free text may have dashes, so that only a slip of `--public` at its ends is a flag there.
    """
    name = words[0].text.translate(DASHES).casefold()
    known = ["public", *(flag for flag, having in _FLAGS.items() if name in having)]
    for place, word in enumerate(words):
        parts = [] if word.quoted else _flag_places(word, text) if word.free else [word]
        for part in parts:
            flag = _FLAG.fullmatch(part.typed.translate(DASHES))
            typed = flag[1].casefold() if flag else ""
            if not typed or typed in known:
                continue
            keyed = typed in _KEYED.get(name, ())
            meant = "public" if _is_slip(typed, "public") else "" if keyed else nearest(typed, known)
            if (word.free or not place) and meant != "public":
                continue
            raise ArgumentError(
                f"There is no flag “{part.typed[:60]}”.",
                _flags_of(name, known),
                _with_flag(words, word, part, meant, command),
            )


def _flags_of(name: str, known: list[str]) -> str:
    """Return which flags a command takes; empty for none."""
    flags = [f"--{flag}" for flag in known if flag != "public" or name in _HARMLESS]
    if not flags:
        return ""
    return f"{name} takes {' and '.join(filter(None, [', '.join(flags[:-1]), flags[-1]]))}."


def _with_flag(words: list[Word], wrong: Word, part: Word, meant: str, command: str) -> str:
    """Return the command with the flag that was meant; without any where none is near."""
    flag = f"--{meant}" if meant else ""
    before, _, after = wrong.typed.partition(part.typed)
    if part.at > wrong.at:
        before, _, after = wrong.typed.rpartition(part.typed)
    parts = [f"{before}{flag}{after}" if word is wrong else word.typed for word in words]
    behind = words.index(wrong) + 1
    if not meant and behind < len(words) and not wrong.free:
        key = part.typed.translate(DASHES).lstrip("-").casefold()
        if key in _KEYED.get(words[0].text.translate(DASHES).casefold(), ()):
            parts[behind - 1 : behind + 1] = [f"{key}={words[behind].typed}"]
        elif _NUMBER.fullmatch(words[behind].text):  # a value of the flag, and no argument
            del parts[behind]
    return " ".join([command, *filter(None, parts)])


_KEYED: Mapping[str, tuple[str, ...]] = {
    "runs": reading.FILTERS,
    "schedules": ("page",),
    "triggers": ("page",),
    "insight": ("since",),
    "logs": ("attempt", "before"),
}
"""Arguments that are written NAME=VALUE and not as flags, by command."""
_NUMBER = re.compile(r"\d{1,9}[a-z]?", re.IGNORECASE)


def _flag_places(word: Word, text: str) -> list[Word]:
    """Return the word, or the first and the last of a free text: within one, a flag is text."""
    if not word.free or word.quoted:
        return [word]
    start = word.at - 1
    end = len(text.rstrip())
    first, last = text[start:].split(maxsplit=1)[0], text.rsplit(maxsplit=1)[-1]
    ends = [Word(first, word.at, first), Word(last, end - len(last) + 1, last)]
    return ends[:1] if end - start == len(first) else ends


_HARMLESS = frozenset({
    "help", "list", "show", "runs", "history", "schedules", "triggers", "graph", "report", "logs",
    "subscriptions", "approvals", "grants", "resources", "workers", "insight",
})  # fmt: skip
"""Commands that only read."""


def _is_slip(typed: str, name: str) -> bool:
    """Return whether one letter is wrong, missing or too many, or the letters are in another order."""
    if len(typed) == len(name):
        wrong = sum(letter != meant for letter, meant in zip(typed, name, strict=True))
        return wrong == 1 or sorted(typed) == sorted(name)
    longer, shorter = (typed, name) if len(typed) > len(name) else (name, typed)
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))


def _unknown(words: list[Word], command: str) -> ArgumentError:
    typed = words[0].text
    word = typed.casefold()
    close = [_MEANT[word]] if word in _MEANT else difflib.get_close_matches(word, COMMANDS, n=1, cutoff=0.5)
    if word not in _MEANT:  # what was typed may be no slip, and another command would change something
        close = [name for name in close if name in _HARMLESS or _is_slip(word, name)]
    rest = " ".join(word.typed for word in words[1:])
    corrected = _accepted(f"{close[0]} {rest}".strip(), command) if close else f"{command} help"
    return ArgumentError(
        f"There is no command “{typed[:60]}”.",
        "" if close else f"The commands are {', '.join(COMMANDS[:-1])} and {COMMANDS[-1]}.",
        corrected,
    )


def _accepted(text: str, command: str) -> str:
    """Return the command if its arguments are valid, else what its own error suggests."""
    try:
        parse(text, command)
    except ArgumentError as error:
        return error.corrected or f"{command} help"
    return f"{command} {text}"


def _nothing(name: str, result: Command) -> Callable[[list[Word], str], Command]:
    def parser(words: list[Word], command: str) -> Command:
        if words:
            raise ArgumentError(
                f"{name} takes no arguments, but “{words[0].text[:60]}” follows it.",
                corrected=f"{command} {name}",
            )
        return result

    return parser


_PARSERS: Mapping[str, Callable[[list[Word], str], Command]] = {
    "help": _nothing("help", HelpCommand()),
    "list": _nothing("list", ListCommand()),
    "run": starting.run,
    "show": reading.show,
    "runs": reading.runs,
    "history": reading.history,
    "schedules": reading.triggers(timed=True),
    "triggers": reading.triggers(timed=False),
    "health": reading.health,
    "insight": reading.insight,
    "graph": reading.graph,
    "report": reading.report,
    "logs": reading.logs,
    "cancel": steering.cancel,
    "pause": steering.pause,
    "resume": steering.resume,
    "mute": news.mute,
    "unmute": news.unmute,
    "skip": steering.skip,
    "retry": steering.retry("retry"),
    "reroute": steering.retry("reroute"),
    "rerun": starting.rerun,
    "fork": starting.fork,
    "priority": starting.priority,
    "subscribe": news.subscribe,
    "unsubscribe": news.unsubscribe,
    "subscriptions": _nothing("subscriptions", SubscriptionsCommand()),
    "approvals": deciding.approvals,
    "grants": _nothing("grants", GrantsCommand()),
    "reassign": deciding.reassign,
    "away": deciding.away,
    "resources": _nothing("resources", ResourcesCommand()),
    "workers": _nothing("workers", WorkersCommand()),
    "canary": steering.canary,
}
"""The parser of each subcommand, in the order in which people read the names."""
COMMANDS = tuple(_PARSERS)
_ALIASES = {"status": "show"}
"""Other names that work as well."""
