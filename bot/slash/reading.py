"""Arguments of the subcommands that read: show, runs, history, schedules, triggers, graph, report, logs."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from bot.slash.argument_error import ArgumentError
from bot.slash.commands import (
    GraphCommand,
    HealthCommand,
    InsightCommand,
    LogsCommand,
    ReportCommand,
    RunsCommand,
    ShowCommand,
    TriggersCommand,
)
from bot.slash.guess import nearest
from bot.slash.tokenizer import DASHES, Word, quote
from engine import OPEN_FAILURE

STATES: Mapping[str, tuple[str, ...]] = {
    "waiting": ("waiting",),
    "running": ("running", "compensating"),
    "pending": ("pending",),
    "paused": ("paused",),
    "done": ("succeeded",),
    "succeeded": ("succeeded",),
    "failed": ("failed", OPEN_FAILURE),
    "cancelled": ("cancelled",),
    "open": ("pending", "running", "waiting", "paused", "compensating"),
}
"""The words for states that people type, and the states that they stand for."""
_PAGE = re.compile(r"[1-9][0-9]{0,5}")
_LOG_PLACE = re.compile(r"(attempt|before)=(.*)", re.IGNORECASE | re.DOTALL)
_LOG_NUMBER = re.compile(r"[1-9][0-9]{0,5}")
_LOG_NUMBERS = {"attempt": "an attempt", "before": "a line"}
FILTERS = ("workflow", "state", "since", "text", "before", "q")


def show(words: list[Word], command: str) -> ShowCommand:
    """Read `show NAME|RUN`. Raises `ArgumentError`."""
    if len(words) > 1:
        raise ArgumentError(
            "show takes one workflow or one run.", corrected=f"{command} show {_plain(words[0])}"
        )
    return ShowCommand(_plain(words[0]) if words else None)


def runs(words: list[Word], command: str) -> RunsCommand:
    """Read `runs` with its filters, in any order. Raises `ArgumentError`."""
    values: dict[str, str] = {}
    mine = False
    for word in words:
        text = _plain(word)
        key, equals, value = text.partition("=")
        key = key.lstrip("-").casefold()
        value = word.shown.partition("=")[2] if key == "text" else value
        if equals and word.quoted:
            value = word.text.partition("=")[2]
        if equals:
            if key not in FILTERS or not value:
                raise _unknown(word, command)
        elif text.lstrip("-").casefold() == "mine":
            mine = True
            continue
        else:
            key, value = ("state", text.casefold()) if text.casefold() in STATES else ("workflow", text)
        if key in values:
            problem = f"runs takes one {key}, but “{value[:60]}” follows “{values[key][:60]}”."
            raise ArgumentError(problem, _USAGE)
        values[key] = value
    if values.get("state", "").casefold() not in ("", *STATES):
        raise ArgumentError(
            f"state: there is no state “{values['state'][:40]}”.",
            f"The states are {', '.join(STATES)}.",
            f"{command} runs {nearest(values['state'], STATES)}".strip(),
        )
    return RunsCommand(
        values.get("workflow", ""),
        values.get("state", "").casefold(),
        mine,
        values.get("since", ""),
        unquote(values["q"]) if "q" in values else values.get("text", ""),
        values.get("before", ""),
    )


_USAGE = "Filters are a workflow's name, a state such as failed, mine, since=2d and text=…"


def _unknown(word: Word, command: str) -> ArgumentError:
    return ArgumentError(
        f"“{word.text[:60]}” at character {word.at} is not a filter of runs.",
        _USAGE,
        f"{command} runs failed since=2d",
    )


def history(words: list[Word], command: str) -> RunsCommand:
    """Read `history NAME`. Raises `ArgumentError`."""
    if len(words) != 1:
        problem = "history takes one workflow." if words else "Which workflow?"
        raise ArgumentError(problem, f"Write {command} history NAME.", f"{command} list")
    return RunsCommand(workflow=_plain(words[0]), history=True)


def triggers(*, timed: bool) -> Callable[[list[Word], str], TriggersCommand]:
    """Return the parser of `schedules` or `triggers`."""
    name = "schedules" if timed else "triggers"

    def parser(words: list[Word], command: str) -> TriggersCommand:
        texts = [_plain(word) for word in words]
        pages = [text.partition("=")[2] for text in texts if text.startswith("page=")]
        names = [text for text in texts if not text.startswith("page=")]
        if len(names) > 1 or len(pages) > 1:
            raise ArgumentError(
                f"{name} takes one workflow.", corrected=f"{command} {name} {(names or [''])[0]}".strip()
            )
        page = pages[0] if pages else "1"
        if not _PAGE.fullmatch(page):
            raise ArgumentError(f"page: “{page[:40]}” is not a page.", corrected=f"{command} {name} page=2")
        return TriggersCommand(names[0] if names else "", timed, int(page))

    return parser


def health(words: list[Word], command: str) -> HealthCommand:
    """Read `health [NAME]`. Raises `ArgumentError`."""
    texts = [_plain(word) for word in words]
    pages = [text.partition("=")[2] for text in texts if text.startswith("page=")]
    names = [text for text in texts if not text.startswith("page=")]
    if len(names) > 1 or len(pages) > 1:
        corrected = f"{command} health {quote((names or [''])[0])}"
        raise ArgumentError("health takes one workflow.", corrected=corrected)
    if pages and not _PAGE.fullmatch(pages[0]):
        raise ArgumentError(f"page: “{pages[0][:40]}” is not a page.", corrected=f"{command} health page=2")
    return HealthCommand(names[0] if names else "", int(pages[0]) if pages else 1)


def insight(words: list[Word], command: str) -> InsightCommand:
    """Read `insight NAME [propose] [since=90d]`. Raises `ArgumentError`."""
    texts = [_plain(word) for word in words]
    spans = [text.partition("=")[2] for text in texts if text.casefold().startswith("since=")]
    names = [text for text in texts if not text.casefold().startswith("since=")]
    propose = len(names) == 2 and names[1].casefold() == "propose"
    if len(names) != 1 + propose or len(spans) > 1:
        problem = "insight takes one workflow, propose, and since=90d." if words else "Which workflow?"
        corrected = f"{command} insight {quote(names[0])}" if names else f"{command} list"
        raise ArgumentError(problem, f"Write {command} insight NAME.", corrected)
    workflow, _, step = names[0].partition(".")
    return InsightCommand(workflow, step, spans[0] if spans else "90d", propose)


def graph(words: list[Word], command: str) -> GraphCommand:
    """Read `graph NAME|RUN`. Raises `ArgumentError`."""
    if len(words) != 1:
        problem = "graph takes one workflow or one run." if words else "Which workflow or run?"
        raise ArgumentError(problem, f"Write {command} graph NAME or {command} graph RUN.", f"{command} list")
    return GraphCommand(_plain(words[0]))


def report(words: list[Word], command: str) -> ReportCommand:
    """Read `report RUN`. Raises `ArgumentError`."""
    if len(words) != 1:
        problem = "report takes one run." if words else "Which run?"
        raise ArgumentError(problem, f"Write {command} report RUN.", f"{command} runs")
    return ReportCommand(_plain(words[0]))


def logs(words: list[Word], command: str) -> LogsCommand:
    """Read `logs RUN STEP`, or a page of one attempt. Raises `ArgumentError`."""
    places = [match for word in words if (match := _LOG_PLACE.fullmatch(word.text))]
    texts = [word.text.translate(DASHES) for word in words if not _LOG_PLACE.fullmatch(word.text)]
    if not texts:
        raise ArgumentError("Which run?", f"Write {command} logs RUN.", f"{command} runs")
    run, step = texts[0], texts[1] if len(texts) > 1 else ""
    plain = f"{command} logs {quote(run)} {quote(step) if step else ''}".strip()
    if len(texts) > 2:
        raise ArgumentError("logs takes a run and a step.", corrected=plain)
    pages: dict[str, int] = {}
    for match in places:
        key, value = match[1].casefold(), match[2]
        if not _LOG_NUMBER.fullmatch(value):
            raise ArgumentError(
                f"{key}: “{value[:40]}” is not the number of {_LOG_NUMBERS[key]}.",
                f"Numbers begin at 1: write {key}=1.",
                plain,
            )
        pages[key] = int(value)
    if pages and not step:
        raise ArgumentError(
            f"{next(iter(pages))}: the step is missing. Each step has attempts of its own.",
            f"Write {command} logs RUN STEP attempt=1.",
            plain,
        )
    if "before" in pages and "attempt" not in pages:
        raise ArgumentError(
            "before: the attempt is missing. Each attempt has a log of its own.",
            f"Write {command} logs RUN STEP attempt=1 before=20.",
            plain,
        )
    return LogsCommand(run, step, pages.get("attempt", 0), pages.get("before", 0))


def _plain(word: Word) -> str:
    return word.text.translate(DASHES)
