"""Message of one failure that several runs share: the runs, and choices for all of them or for one."""

from dataclasses import replace
from datetime import datetime

from bot.views import button_values
from bot.views.blocks import (
    Element,
    Ids,
    action_rows,
    button,
    fields,
    grey,
    overflow,
    section,
    who_decides,
)
from bot.views.message import Block, Message, Names, message
from bot.views.requests import failure, muting, quorum, request_summary
from bot.views.requests.approval import details_button
from bot.views.requests.failure_acts import act_on_card
from bot.views.runs.run import subject_of
from bot.views.wording import icons
from bot.views.wording.text import safe, safe_lines, some
from bot.views.wording.times import at, moment, times
from engine import FailureCard, RequestRecord, RunDetail

MAX_RUNS_LISTED = 10
MAX_DECIDERS = 5


def card_message(
    card: FailureCard,
    detail: RunDetail,
    names: Names,
    now: datetime,
    history: failure.History = failure.UNKNOWN,
) -> Message:
    """`detail`: the run of the first request, whose message this is."""
    leader = card.leader
    ids = Ids("request", version_of(card))
    workflow, title = failure.workflow_of(leader), failure.title_of(leader, detail)
    why = failure.sentence(leader.failure, names)
    buttons = [
        *card_buttons(card, detail),
        details_button(leader),
        *muting.mute_button(leader, card, now),
    ]
    head = f"{icons.FAILED} *{workflow}* failed at *{title}* in {_runs(card.runs)}"
    shown = message(
        _spoken(card, f"{workflow} failed at {title} in {_runs(card.runs)}", why, names),
        section(f"{head}\n{safe_lines(why, 900)}", ids("head"), _menu(card, now)),
        fields(_fields(card, detail, names, now, history), ids("fields")),
        failure.recovery(card, now, ids),
        *(_run(card, request, now, ids) for request in card.open[:MAX_RUNS_LISTED]),
        _more(card, ids),
        muting.mute_line(card.mute, names, now, ids),
        _who_decides(card, names, ids),
        *action_rows(buttons if card.open_count else [], ids, "answer"),
        section(outcomes(card, names), ids("outcome")) if card.outcomes else None,
        grey(*_last(card), block_id=ids("facts")),
    )
    return replace(shown, several_runs=True)


def version_of(card: FailureCard) -> int:
    """Return a number that differs whenever the card shows something else."""
    return (
        card.leader.version
        + 2 * card.runs
        + sum(card.outcomes.values())
        + bool(card.recovered_run)
        + bool(card.claimer)
        + muting.version_of(card)
    )


def _runs(count: int) -> str:
    return f"{count:,} run{'' if count == 1 else 's'}"


def _menu(card: FailureCard, now: datetime) -> Element | None:
    """Return the rarer choices for all the runs."""
    if not card.open_count:
        return None
    options = {"Assign all to me": button_values.encode(card.leader.id, f"assign-all@{card.newest_place}")}
    return overflow({**options, **muting.mute_options(card.leader, card, now)}, button_values.FAILURE_MENU)


def _fields(
    card: FailureCard, detail: RunDetail, names: Names, now: datetime, history: failure.History
) -> list[tuple[str, str]]:
    pairs = [("Since", moment(card.leader.opened_at, now))]
    if card.last_failed_at is not None:
        pairs.append(("Last failure", moment(card.last_failed_at, now)))
    if history.last_success is not None:
        pairs.append(("Last success", moment(history.last_success, now)))
    newest = card.open[0] if card.open else card.leader
    if card.retried is not None and card.retried.decisions:
        decision = card.retried.decisions[-1]
        by, when = names.decider(decision.actor, decision.on_behalf), at(decision.at, now)
        pairs.append(("Tried", f"tried again by {by} {when}, failed again"))
    elif newest.failure and newest.failure.attempts:
        pairs.append(("Tried", f"{times(newest.failure.attempts)} in the newest run"))
    pairs.append(("Owner", names.ref(detail.owner)))
    if card.open_count:
        pairs.append(("Waiting", _runs(card.open_count)))
    return pairs


def _run(card: FailureCard, request: RequestRecord, now: datetime, ids: Ids) -> Block:
    """Return one run, with the button for the window that has its own choices."""
    run = safe(request_summary.short_run(request), 150)
    value = button_values.encode(request.id, "details")
    opened = button(
        "This run…",
        button_values.DETAILS_OF_REQUEST,
        value,
        label=f"Choices for {request_summary.short_run(request)}",
    )
    about = input_of(card, request) if request.run_id in card.readable else ""
    return section(f"{run}{about} · failed {at(request.opened_at, now)}", ids(f"run:{request.id}"), opened)


def input_of(card: FailureCard, request: RequestRecord) -> str:
    """Return the input of a run on a card, after a dot; empty for one without texts. The failures on a card
    differ only in numbers and ids, so that a run has no error of its own to show."""
    subject = subject_of(card.inputs.get(request.run_id))
    return f" · {safe(subject, 150)}" if subject else ""


def _more(card: FailureCard, ids: Ids) -> Block | None:
    left = card.open_count - min(len(card.open), MAX_RUNS_LISTED)
    if left <= 0:
        return None
    return grey(f"and {left:,} older run{'' if left == 1 else 's'}", block_id=ids("more"))


def card_buttons(card: FailureCard, detail: RunDetail | None = None) -> list[Element]:
    """Return a button for each choice for all runs. `detail`: None in a list, which reads no run."""
    title = failure.title_of(card.leader, detail) if detail else card.leader.ask
    buttons = []
    for choice in _choices(card):
        act = act_on_card(card, choice, detail)
        text = f"{act.word} in all" if choice == "skip" else f"{act.word} all"
        buttons.append(
            button(
                f"{text} ({card.open_count:,})",
                f"{button_values.DECIDE_ALL}:{choice}",
                button_values.encode(card.leader.id, f"{choice}@{card.newest_place}"),
                style=act.style,
                confirm=act.confirmation,
                label=f"{text}: {title}",
            )
        )
    return buttons


def _choices(card: FailureCard) -> list[str]:
    """Return the choices for all runs. The rows of one run are accepted for that run alone."""
    return [choice for choice in card.leader.policy.choices if choice != "accept"]


def outcomes(card: FailureCard, names: Names) -> str:
    """Return what became of the answered runs: each outcome, in how many runs, and who chose it."""
    parts = []
    for outcome, number in card.outcomes.items():
        sign, word = icons.OUTCOME.get(None if outcome == "withdrawn" else outcome, (icons.DONE, outcome))
        again = min(card.failed_again, number) if outcome == "retry" else 0
        by = _by(card, outcome, names)
        if again:
            parts.append(f"{icons.FAILED} *Retried, failed again* in {_runs(again)}{by}")
        if number - again:
            parts.append(f"{sign} *{safe(word, 40)}* in {_runs(number - again)}{by}")
    return "\n".join(parts)


def _by(card: FailureCard, outcome: str, names: Names) -> str:
    """Return who chose an outcome, and in how many runs nobody did: ` by alice and bob`."""
    chose = [verdict for verdict in card.verdicts if verdict.outcome == outcome]
    who = list(dict.fromkeys(names.decider(verdict.actor, verdict.on_behalf) for verdict in chose))
    by = f" by {_listed(who)}" if who else ""
    silent = card.unanswered.get(outcome, 0)
    unanswered = f"nobody answered in time in {_runs(silent)}" if silent else ""
    return f"{by}{';' if by else ':'} {unanswered}" if unanswered else by


def _listed(who: list[str]) -> str:
    if len(who) <= MAX_DECIDERS:
        return " and ".join(filter(None, [", ".join(who[:-1]), who[-1]]))
    return some(who, MAX_DECIDERS)


def _who_decides(card: FailureCard, names: Names, ids: Ids) -> Block | None:
    shown = card.open[0] if card.open else card.leader
    return who_decides(" · ".join(_who_may(card, shown, names)), ids) if card.open_count else None


def _last(card: FailureCard) -> list[str]:
    if not card.open_count:
        return ["Every run is answered", safe(request_summary.short_run(card.leader), 150)]
    shown = card.open[0] if card.open else card.leader
    deadline = f"Each run has its own deadline, then {request_summary.without_answer(shown)}"
    return ["Finished steps are kept", deadline]


def _who_may(card: FailureCard, newest: RequestRecord, names: Names) -> list[str]:
    """Return who can decide the runs on a card, mrkdwn. A claimed card does not mention the owner."""
    if not card.claimer or newest.approvers == (card.claimer,):
        return [quorum.who_may(newest, names)]
    return [
        f"{names.person(card.claimer)} took over",
        f"Later runs: {quorum.who_may(newest, names, notify=False)}",
    ]


def _spoken(card: FailureCard, failed: str, why: str, names: Names) -> str:
    if not card.open_count:
        done = outcomes(card, names).replace("\n", " · ")
        return f"{done} · {failed}"
    shown = card.open[0] if card.open else card.leader
    works = f" {icons.DONE} It works again." if card.recovered_run else ""
    ask = f"{_who_may(card, shown, names)[0]}: {failure.choices_in_words(_choices(card))}."
    return f"{icons.FAILED} {failed}: {safe(why, 400)}{works} {ask}"
