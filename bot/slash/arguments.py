"""Arguments of a slash command: a typed subcommand, or an error with the corrected command."""

import difflib
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.slash import reading
from bot.slash.argument_error import ArgumentError
from bot.slash.command import Command
from bot.slash.tokenizer import DASHES, UnclosedQuote, Word, split, unescape
from engine import NEWS
from engine.durations import InvalidDuration, seconds

_MEANT = {
    "log": "logs", "ls": "list", "workflows": "list", "start": "run", "info": "show", "describe": "show",
    "stop": "cancel", "abort": "cancel", "pending": "approvals", "delegate": "away", "repeat": "rerun",
    "picture": "graph", "cron": "schedules", "schedule": "schedules",
    "silence": "mute", "snooze": "mute", "hold": "pause", "continue": "resume", "unpause": "resume",
}  # fmt: skip
"""Words that people try, and the command that does it."""
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_LEADING_MINUS = re.compile(r"^[‒–—−](?=\.?\d)")


@dataclass(frozen=True, slots=True)
class Help(Command):
    pass


@dataclass(frozen=True, slots=True)
class List(Command):
    pass


@dataclass(frozen=True, slots=True)
class Run(Command):
    """Start `workflow`, empty for one to be chosen; `values` as texts, by field.

    `priority`: None for that of the workflow.
    """

    workflow: str
    values: Mapping[str, str]
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class Cancel(Command):
    run: str
    reason: str


@dataclass(frozen=True, slots=True)
class Pause(Command):
    """Pause a run or a workflow; `all` stands for every workflow."""

    target: str
    reason: str


@dataclass(frozen=True, slots=True)
class Resume(Command):
    target: str


@dataclass(frozen=True, slots=True)
class Mute(Command):
    """Mute the failures of a workflow or a run for so many seconds."""

    target: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Unmute(Command):
    target: str


@dataclass(frozen=True, slots=True)
class Subscribe(Command):
    """Send the news of a workflow to the channel; no `kinds`: all of them."""

    workflow: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unsubscribe(Command):
    workflow: str


@dataclass(frozen=True, slots=True)
class Subscriptions(Command):
    """Show of which workflows the channel gets the news."""


@dataclass(frozen=True, slots=True)
class Skip(Command):
    run: str
    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class Retry(Command):
    """Try a failed step again, or with `reroute` its alternative; `step` empty: the one that failed."""

    run: str
    step: str
    reroute: bool = False


@dataclass(frozen=True, slots=True)
class Rerun(Command):
    """Start a run again; `values`: fields with another value, as texts."""

    run: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fork(Command):
    """Retry a run from a step as a new run; empty: from the first that failed."""

    run: str
    step: str


@dataclass(frozen=True, slots=True)
class Logs(Command):
    """Of one run; `step` empty: of all its steps."""

    run: str
    step: str


@dataclass(frozen=True, slots=True)
class Canary(Command):
    """Compare the runs of a workflow's candidate with the others, or `promote` it or do a `rollback`.

    `since`: the start of the canary that a button was shown for, in seconds; None: the one there is.
    """

    workflow: str
    act: str = ""
    reason: str = ""
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Priority(Command):
    """Let a run come earlier or later where runs or steps wait."""

    run: str
    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Approvals(Command):
    pass


@dataclass(frozen=True, slots=True)
class Resources(Command):
    pass


@dataclass(frozen=True, slots=True)
class Reassign(Command):
    """Hand what a run waits for to a person or group."""

    run: str
    to: str


@dataclass(frozen=True, slots=True)
class Away(Command):
    """Name `to` as the caller's delegate, `until` then. Neither: show who is a delegate now."""

    until: str | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Back(Command):
    """End the delegation of the caller."""


def parse(text: str, command: str = "/workflow") -> Command:
    """Read the text after the command's name. Raises `ArgumentError`."""
    try:
        words = split(text)
    except UnclosedQuote as error:
        raise ArgumentError(
            f"The quote at character {error.at} is not closed: {error.rest[:60]}",
            "A value with spaces goes between two quotes.",
            _closed(text, error, command),
        ) from None
    if not words:
        return Help()
    name = words[0].text.translate(DASHES).casefold()
    parser = _PARSERS.get(_ALIASES.get(name, name))
    if parser is None:
        raise _unknown(words, command)
    return parser(words[1:], command)


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
    """The command with its quote closed at the end, if that is valid; else without the quote, or empty."""
    plain = unescape(text).strip()
    quote = error.rest[:1]
    before = plain[: len(plain) - len(error.rest.strip())]
    for corrected in (f"{plain}{_CLOSING.get(quote, quote)}", f"{before}{error.rest.strip()[1:]}"):
        try:
            parse(corrected, command)
        except ArgumentError:
            continue
        return f"{command} {corrected}"
    return ""


_PUBLIC = frozenset({"--public", "-public"})
"""A phone makes one long dash of two short ones."""


def public(text: str) -> tuple[bool, str]:
    """Return whether the answer is for the whole channel, and the command without the flag that says so."""
    try:
        words = split(text)
    except UnclosedQuote:
        return False, text  # `parse` says what is wrong
    flags = [
        word
        for word in words
        if word.typed.translate(DASHES).casefold() in _PUBLIC and text.startswith(word.typed, word.at - 1)
    ]
    rest = text
    for flag in reversed(flags):
        rest = f"{rest[: flag.at - 1].rstrip()} {rest[flag.at - 1 + len(flag.typed) :].lstrip()}".strip()
    return bool(flags), rest


def run_command(command: str, workflow: str, values: Mapping[str, str], priority: int | None = None) -> str:
    """Return the arguments that start a run with these values."""
    pairs = [f"{key}={shlex.quote(value)}" for key, value in values.items()]
    flag = [] if priority is None else [f"--priority={priority}"]
    return " ".join([command, "run", workflow, *flag, *pairs])


def _unknown(words: list[Word], command: str) -> ArgumentError:
    typed = words[0].text
    word = typed.casefold()
    close = [_MEANT[word]] if word in _MEANT else difflib.get_close_matches(word, COMMANDS, n=1, cutoff=0.5)
    rest = " ".join(word.typed for word in words[1:])
    return ArgumentError(
        f"There is no command “{typed[:60]}”.",
        f"The commands are {', '.join(COMMANDS[:-1])} and {COMMANDS[-1]}.",
        f"{command} {close[0]} {rest}".strip() if close else f"{command} help",
    )


def _nothing(name: str, result: Command) -> Callable[[list[Word], str], Command]:
    def parser(words: list[Word], command: str) -> Command:
        if words:
            raise ArgumentError(
                f"{name} takes no arguments, but “{words[0].text[:60]}” follows it.",
                corrected=f"{command} {name}",
            )
        return result

    return parser


def _run(words: list[Word], command: str) -> Run:
    if not words:
        return Run("", {})
    name = words[0].text.translate(DASHES)
    priority, rest = _priority_flag(words, command)
    return Run(name, _values(rest, command), priority)


_PRIORITY = re.compile(r"-+priority(?:=(.*))?", re.IGNORECASE)


def _priority_flag(words: list[Word], command: str) -> tuple[int | None, list[Word]]:
    """Return the number of `--priority=N` or `--priority N`, and the words without it."""
    for place, word in enumerate(words):
        flag = _PRIORITY.fullmatch(word.typed.translate(DASHES))
        if place and flag:
            after = words[place + 1].text if flag[1] is None and place + 1 < len(words) else ""
            rest = [*words[:place], *words[place + (2 if after else 1) :]]
            corrected = " ".join([command, "run", words[0].typed, "--priority=5"])
            return _priority_number(flag[1] or after, corrected), rest
    return None, words


def _priority_number(text: str, corrected: str) -> int:
    plain = _LEADING_MINUS.sub("-", text).removeprefix("+")
    if not re.fullmatch(r"-?[0-9]{1,4}", plain):
        raise ArgumentError(
            f"The priority is “{text[:60]}”.", "Give a whole number from -10 to 10.", corrected
        )
    return int(plain)


def _priority(words: list[Word], command: str) -> Priority:
    if len(words) < 2:
        raise ArgumentError(
            "Which run, and which priority?", f"Write {command} priority RUN 5.", f"{command} runs"
        )
    run = words[0].text.translate(DASHES)
    number = _priority_number(words[1].text, f"{command} priority {run} 5")
    return Priority(run, number, " ".join(word.text for word in words[2:]))


def _canary(words: list[Word], command: str) -> Canary:
    if not words:
        raise ArgumentError("Which workflow?", f"Write {command} canary NAME.", f"{command} list")
    name, *rest = (word.text for word in words)
    name, act = name.translate(DASHES), rest[0].casefold() if rest else ""
    if act not in ("", "promote", "rollback"):
        raise ArgumentError(
            f"“{rest[0][:60]}” is not an act on a canary.",
            f"Write {command} canary NAME promote, or {command} canary NAME rollback.",
            f"{command} canary {name}",
        )
    shown = re.fullmatch(r"since=([0-9]{1,12})", rest[1]) if len(rest) > 1 else None
    reason = " ".join(rest[2 if shown else 1 :])
    return Canary(name, act, reason, int(shown[1]) if shown else None)


def _values(words: list[Word], command: str) -> dict[str, str]:
    """The `key=value` pairs behind the first word."""
    values: dict[str, str] = {}
    for number, word in enumerate(words[1:], 1):
        key, value = _pair(word, words, number, command)
        if key in values:
            raise ArgumentError(
                f"{key} is given twice, the second time at character {word.at}.", "Give each field once."
            )
        values[key] = value
    return values


def _pair(word: Word, words: list[Word], number: int, command: str) -> tuple[str, str]:
    key, equals, value = word.text.partition("=")
    key = key.translate(DASHES).lstrip("-")
    if equals and _KEY.fullmatch(key):
        return key.replace("-", "_"), _LEADING_MINUS.sub("-", value)
    what = f"“{word.text[:60]}” at character {word.at}"
    if "=" in (word.text, *(following.text for following in words[number + 1 : number + 2])):
        raise ArgumentError(
            f"{what} has a space beside its =.",
            "Write key=value without spaces around the =.",
            _without_spaces(words, command),
        )
    if equals:
        raise ArgumentError(f"{what} has no field name before the =.", "Write key=value.")
    raise ArgumentError(
        f"{what} is not key=value.",
        "Write key=value; a value with spaces goes in quotes.",
        _joined(words, number, command),
    )


def _without_spaces(words: list[Word], command: str) -> str:
    """`note = two` as `note=two`; empty where a key or a value is missing."""
    pairs = re.sub(r"\s*=\s*", "=", " ".join(word.typed for word in words[1:])).split()
    if any(not _KEY.fullmatch(key) or not value for key, _, value in (pair.partition("=") for pair in pairs)):
        return ""
    return " ".join([command, "run", words[0].typed, *pairs])


def _joined(words: list[Word], number: int, command: str) -> str:
    """`note=two words` as `note="two words"`, when a value stands before the stray word."""
    start = number - 1
    if start < 1 or "=" not in words[start].text:
        return ""
    end = number
    while end < len(words) and "=" not in words[end].text:
        end += 1
    key, _, value = words[start].text.partition("=")
    joined = " ".join([value, *(word.text for word in words[number:end])])
    rest = [word.typed for word in words[end:]]
    before = [word.typed for word in words[:start]]
    return " ".join([command, "run", *before, f"{key}={shlex.quote(joined)}", *rest])


def _logs(words: list[Word], command: str) -> Logs:
    texts = [word.text.translate(DASHES) for word in words]
    if not texts:
        raise ArgumentError("Which run?", f"Write {command} logs RUN.", f"{command} runs")
    if len(texts) > 2:
        raise ArgumentError("logs takes a run and a step.", corrected=f"{command} logs {texts[0]} {texts[1]}")
    return Logs(texts[0], texts[1] if len(texts) > 1 else "")


def _cancel(words: list[Word], command: str) -> Cancel:
    if not words:
        raise ArgumentError("Which run?", f"Write {command} cancel RUN.", f"{command} runs")
    return Cancel(words[0].text.translate(DASHES), " ".join(word.text for word in words[1:]))


def _pause(words: list[Word], command: str) -> Pause:
    if not words:
        raise ArgumentError(
            "Which run or workflow?",
            f"Write {command} pause RUN or {command} pause NAME.",
            f"{command} runs",
        )
    return Pause(words[0].text.translate(DASHES), " ".join(word.text for word in words[1:]))


def _resume(words: list[Word], command: str) -> Resume:
    if not words:
        raise ArgumentError(
            "Which run or workflow?",
            f"Write {command} resume RUN or {command} resume NAME.",
            f"{command} runs",
        )
    if len(words) > 1:
        target = words[0].text.translate(DASHES)
        raise ArgumentError("resume takes one run or workflow.", corrected=f"{command} resume {target}")
    return Resume(words[0].text.translate(DASHES))


def _mute(words: list[Word], command: str) -> Mute:
    if not words:
        raise ArgumentError(
            "Which workflow or run?", f"Write {command} mute NAME for=2h.", f"{command} runs failed"
        )
    target, lasting = words[0].text.translate(DASHES), [word.text for word in words[1:]]
    texts = [text.removeprefix("for").lstrip("=").strip() for text in lasting]
    text = "".join(texts) or "1h"
    try:
        return Mute(target, seconds(text))
    except InvalidDuration as error:
        raise ArgumentError(
            f"for {error.problem}.",
            "Write it like for=30m, for=2h or for=1d.",
            f"{command} mute {target} for=2h",
        ) from None


def _unmute(words: list[Word], command: str) -> Unmute:
    if len(words) != 1:
        raise ArgumentError(
            "unmute takes one workflow or run.", f"Write {command} unmute NAME.", f"{command} runs failed"
        )
    return Unmute(words[0].text.translate(DASHES))


def _subscribe(words: list[Word], command: str) -> Subscribe:
    if not words:
        raise ArgumentError("Which workflow?", f"Write {command} subscribe NAME.", f"{command} list")
    name, *rest = (word.text.translate(DASHES) for word in words)
    kinds = tuple(dict.fromkeys(kind for text in rest for kind in text.casefold().split(",") if kind))
    if unknown := [kind for kind in kinds if kind not in NEWS]:
        raise ArgumentError(
            f"There is no news called “{unknown[0][:40]}”.",
            f"The kinds are {', '.join(NEWS)}; without any, all of them.",
            f"{command} subscribe {name} {' '.join(kind for kind in kinds if kind in NEWS)}".strip(),
        )
    return Subscribe(name, kinds)


def _unsubscribe(words: list[Word], command: str) -> Unsubscribe:
    if len(words) != 1:
        raise ArgumentError(
            "Which workflow?", f"Write {command} unsubscribe NAME.", f"{command} subscriptions"
        )
    return Unsubscribe(words[0].text.translate(DASHES))


def _skip(words: list[Word], command: str) -> Skip:
    if len(words) < 2:
        raise ArgumentError("Which run and which step?", f"Write {command} skip RUN STEP.", f"{command} runs")
    run, step = (word.text.translate(DASHES) for word in words[:2])
    return Skip(run, step, " ".join(word.text for word in words[2:]))


def _rerun(words: list[Word], command: str) -> Rerun:
    if not words:
        raise ArgumentError("Which run?", f"Write {command} rerun RUN key=value…", f"{command} runs")
    return Rerun(words[0].text.translate(DASHES), _values(words, command))


def _fork(words: list[Word], command: str) -> Fork:
    if not words:
        raise ArgumentError("Which run?", f"Write {command} fork RUN STEP.", f"{command} runs")
    texts = [word.text.translate(DASHES) for word in words]
    return Fork(texts[0], " ".join(texts[1:]))


def _retry(name: str) -> Callable[[list[Word], str], Retry]:
    def parser(words: list[Word], command: str) -> Retry:
        if not words:
            raise ArgumentError("Which run?", f"Write {command} {name} RUN STEP.", f"{command} runs failed")
        texts = [word.text.translate(DASHES) for word in words]
        return Retry(texts[0], " ".join(texts[1:]), name == "reroute")

    return parser


def _reassign(words: list[Word], command: str) -> Reassign:
    texts = [word.text.translate(DASHES) for word in words if word.text.casefold() != "to"]
    if len(texts) != 2:
        raise ArgumentError(
            "reassign needs a run and a person or group.",
            f"Write {command} reassign RUN @colleague.",
            f"{command} approvals",
        )
    return Reassign(*texts)


def _away(words: list[Word], command: str) -> Away | Back:
    texts = [word.text.translate(DASHES) for word in words]
    folded = [text.casefold() for text in texts]
    if not texts:
        return Away()
    if folded in (["off"], ["back"], ["over"]):
        return Back()
    to = len(folded) - folded[::-1].index("to") if "to" in folded else None
    until = " ".join(texts[1 if folded[0] == "until" else 0 : to - 1 if to else None])
    delegates = texts[to:] if to else []
    if until and len(delegates) == 1:
        return Away(until, delegates[0])
    raise _incomplete_away(until, delegates, command)


def _incomplete_away(until: str, delegates: list[str], command: str) -> ArgumentError:
    if len(delegates) > 1:
        problem = f"away takes one delegate, but “{delegates[1][:60]}” follows “{delegates[0][:60]}”."
    elif delegates:
        problem = "When are you back? The end is missing."
    elif until:
        problem = "Who decides for you? The delegate is missing."
    else:
        problem = "The end and the delegate are missing."
    written = bool(delegates) and delegates[0].startswith("@")
    return ArgumentError(
        problem,
        f"{command} away off ends a delegation.",
        f"{command} away until {until or 'fri'} to {delegates[0] if written else '@colleague'}",
        delegates[0] if delegates and not written else "",
    )


_PARSERS: Mapping[str, Callable[[list[Word], str], Command]] = {
    "help": _nothing("help", Help()),
    "list": _nothing("list", List()),
    "run": _run,
    "show": reading.show,
    "runs": reading.runs,
    "history": reading.history,
    "schedules": reading.triggers(timed=True),
    "triggers": reading.triggers(timed=False),
    "graph": reading.graph,
    "logs": _logs,
    "cancel": _cancel,
    "pause": _pause,
    "resume": _resume,
    "mute": _mute,
    "unmute": _unmute,
    "skip": _skip,
    "retry": _retry("retry"),
    "reroute": _retry("reroute"),
    "rerun": _rerun,
    "fork": _fork,
    "priority": _priority,
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "subscriptions": _nothing("subscriptions", Subscriptions()),
    "approvals": _nothing("approvals", Approvals()),
    "reassign": _reassign,
    "away": _away,
    "resources": _nothing("resources", Resources()),
    "canary": _canary,
}
"""The parser of each subcommand, in the order in which people read the names."""
COMMANDS = tuple(_PARSERS)
_ALIASES = {"status": "show"}
"""Other names that work as well."""
