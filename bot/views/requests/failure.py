"""Message of a step that failed for good: the cause, the effect, and the owner's choices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.views import button_values
from bot.views.blocks import Element, Ids, action_rows, button, fields, grey, overflow, section, who_decides
from bot.views.message import MENTIONED, Block, Message, Names, message
from bot.views.requests import muting, quorum, request_summary
from bot.views.requests.approval import details_button
from bot.views.requests.failure_acts import act_on_one
from bot.views.runs.undoing import is_undo
from bot.views.wording import channels, icons
from bot.views.wording.short_ids import short_id
from bot.views.wording.text import one_line, safe, safe_lines
from bot.views.wording.times import at, moment, times
from bot.views.wording.visible import Visible
from engine import AWAITED, Failure, FailureCard, RequestRecord, RunDetail
from engine.text import count

_MAX_REASONS = 5
_MAX_REASON = 300
"""Characters of a reason beside others."""


@dataclass(frozen=True, slots=True)
class History:
    """Earlier runs of the step: since when it fails, in how many runs, and when it last succeeded."""

    since: datetime | None = None
    runs: int = 0
    last_success: datetime | None = None


UNKNOWN = History()


def recovery(card: FailureCard, now: datetime, ids: Ids) -> Block | None:
    """Return the line that says that the step works again; None while it does not."""
    if not card.recovered_run or card.recovered_at is None:
        return None
    run = safe(short_id(card.recovered_run, card.recovered_at), 150)
    passed = f"{run} passed this step {at(card.recovered_at, now)}"
    text = f"{icons.DONE} It works again: {passed}, perhaps with another input."
    return section(text, ids(f"recovered:{card.recovered_run}"))


def failure_message(
    request: RequestRecord,
    detail: RunDetail,
    names: Names,
    now: datetime,
    history: History = UNKNOWN,
    card: FailureCard | None = None,
) -> Message:
    """`card`: what later runs say of the same step; None for a request of an earlier release."""
    ids = Ids("request", request.version + muting.version_of(card))
    open_ = request.state == "open"
    head = f"{icons.FAILED} *{workflow_of(request)}* failed at *{title_of(request, detail)}*"
    why = sentence(request.failure, names)
    outcome = "" if open_ else request_summary.ending(request, detail, names, now)
    menu = _menu(request, detail, muting.mute_options(request, card, now)) if open_ else None
    buttons = (
        [*choice_buttons(request, detail), details_button(request), *muting.mute_button(request, card, now)]
        if open_
        else []
    )
    return message(
        _spoken(request, detail, names, now, outcome),
        section(f"{head}\n{safe_lines(why, 900)}", ids("head"), menu),
        fields(_fields(request, detail, names, now, history), ids("fields")),
        recovery(card, now, ids) if card and open_ else None,
        muting.mute_line(card.mute, names, now, ids) if card and open_ else None,
        who_decides(quorum.who_may(request, names), ids) if open_ else None,
        *action_rows(buttons, ids, "answer"),
        section(outcome, ids("outcome")) if outcome else None,
        grey(*_last(request, detail, names, now), block_id=ids("facts")),
    )


def sentence(failure: Failure | None, names: Names = MENTIONED) -> str:
    """Return the failure as a sentence in plain text: the class name of an error alone says too little.

    `names`: of the people whose ids a denial of a policy holds.
    """
    if failure is None:
        return "It failed and gave no reason."
    text = one_line(names.failure(failure)) if failure.message.strip() else ""
    if " " in text:
        return text if text.endswith((".", "!", "?", "…")) else Visible(f"{text.rstrip(' ,;:') or text}.")
    what = one_line(failure.kind)
    statement = f"It stopped with {what}: {text}." if text else f"It stopped with {what} and gave no reason."
    return Visible(statement)


def open_failures(detail: RunDetail, names: Names) -> Block | None:
    """Return why the steps failed about which people are asked; None where there is no such step."""
    asked = [each for each in detail.requests if each.kind == "failure" and each.state in AWAITED]
    rows = [
        f"*{title_of(each, detail)}* failed: {channels.sentence(sentence(each.failure, names), _MAX_REASON)}"
        for each in asked[:_MAX_REASONS]
    ]
    if left := len(asked) - len(rows):
        rows.append(f"… and {count(left, 'failed step')} more")
    return section("\n".join(rows)) if rows else None


def _menu(request: RequestRecord, detail: RunDetail, spans: Mapping[str, str]) -> Element | None:
    """Return the rarer choices. `spans`: for which the failure can be muted."""
    return overflow({**_rarer_choices(request, detail), **spans}, button_values.FAILURE_MENU)


def _rarer_choices(request: RequestRecord, detail: RunDetail) -> dict[str, str]:
    """Return the choices to run it again with another input, and to take it over."""
    options = {"Assign to me": button_values.encode(request.id, "assign")}
    if detail.run.input and not is_undo(request.step):
        options = {"Edit input and run again": button_values.encode(request.id, "edit"), **options}
    return options


def rarer_buttons(request: RequestRecord, detail: RunDetail) -> list[Element]:
    """Return the choices of the menu as buttons."""
    return [
        button(word, f"{button_values.FAILURE_MENU}:{button_values.decode(value).word}", value)
        for word, value in _rarer_choices(request, detail).items()
    ]


def choice_buttons(request: RequestRecord, detail: RunDetail | None = None) -> list[Element]:
    """Return one button for each choice about one run. `detail`: None in a list, which reads no run."""
    acts = {choice: act_on_one(request, choice, detail) for choice in request.policy.choices}
    return [
        button(
            act.word,
            f"{button_values.DECIDE}:{choice}",
            button_values.encode(request.id, choice),
            style=act.style,
            confirm=act.confirmation,
            label=f"{act.word}: {request_summary.title_of(request, detail) if detail else request.ask}",
        )
        for choice, act in acts.items()
    ]


def _fields(
    request: RequestRecord, detail: RunDetail, names: Names, now: datetime, history: History
) -> list[tuple[str, str]]:
    pairs = []
    if history.since is not None:
        runs = f" ({history.runs} runs)" if history.runs > 1 else ""
        pairs.append(("Since", f"{moment(history.since, now)}{runs}"))
    if history.last_success is not None:
        pairs.append(("Last success", moment(history.last_success, now)))
    if request.failure and request.failure.attempts:
        pairs.append(("Tried", times(request.failure.attempts)))
    pairs += _before(request, detail, names, now)
    pairs.append(("Owner", names.ref(detail.owner)))
    pairs.append(("Failed", moment(request.opened_at, now)))
    pairs.append(("Run", safe(detail.run.short, 150)))
    return pairs


def _before(request: RequestRecord, detail: RunDetail, names: Names, now: datetime) -> list[tuple[str, str]]:
    """Return when the step failed before in this run, and the answers to that."""
    earlier = [
        each
        for each in detail.requests
        if each.kind == "failure" and each.step == request.step and each.opened_at < request.opened_at
    ]
    if not earlier:
        return []
    word = icons.OUTCOME.get(earlier[-1].outcome, (icons.DONE, "answered"))[1].lower()
    deciders = [names.decider(each.actor, each.on_behalf) for each in earlier[-1].decisions[-1:]]
    by = f" by {deciders[0]}" if deciders else ""
    more = f"{len(earlier)} times since " if len(earlier) > 1 else ""
    return [("Failed before", f"{more}{moment(earlier[0].opened_at, now)}, {word}{by}")]


def _last(request: RequestRecord, detail: RunDetail, names: Names, now: datetime) -> list[str]:
    if request.state != "open":
        return [request_summary.waited(request), safe(detail.run.short, 150)]
    kept = f"Finished steps are kept. Retry starts at {title_of(request, detail)}"
    if "retry" not in request.policy.choices:
        kept = "Finished steps are kept. A retry would read the same values"
    if is_undo(request.step):
        kept = f"The other steps are undone after this one. Retry starts at {title_of(request, detail)}"
    return [
        quorum.escalations(request, names),
        request_summary.until(request, now),
        f"{kept}. The log is in the run's thread",
    ]


def _spoken(request: RequestRecord, detail: RunDetail, names: Names, now: datetime, outcome: str) -> str:
    failed = f"{workflow_of(request)} failed at {title_of(request, detail)}"
    if outcome:
        return f"{outcome.splitlines()[0]} · {failed} ({safe(detail.run.short, 150)})"
    why = safe(sentence(request.failure, names), 400)
    choices = choices_in_words(request.policy.choices)
    line = f"{icons.FAILED} {failed}: {why} {quorum.who_may(request, names)}: {choices}"
    facts = filter(None, [line, quorum.escalations(request, names), request_summary.until(request, now)])
    return f"{' · '.join(facts)} ({safe(detail.run.short, 150)})"


def choices_in_words(choices: Sequence[str]) -> str:
    """`Retry, Skip step or Abort`, as the buttons say; mrkdwn."""
    shown = [icons.CHOICES.get(choice, safe(choice, 40)) for choice in choices]
    return " or ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


def workflow_of(request: RequestRecord) -> str:
    """Return the workflow's name as people read it; mrkdwn."""
    return safe(request.workflow.replace("_", "-"), 80)


def title_of(request: RequestRecord, detail: RunDetail) -> str:
    """Return the step's title; mrkdwn."""
    return safe(request_summary.title_of(request, detail), 60)
