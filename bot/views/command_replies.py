"""Answers to the command: short, for one person, with the next step as a button."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from bot.notify_out.messages import NO_MESSAGES, OutsideMessages
from bot.views import button_values
from bot.views.blocks import (
    Element,
    actions,
    button,
    confirm,
    grey,
    section,
)
from bot.views.message import MENTIONED, Block, Message, Names, message
from bot.views.requests.altered import marked_message
from bot.views.requests.failure import open_failures
from bot.views.requests.full_content import MAX_POST_UNITS, block_units
from bot.views.requests.listed import LIST, request_blocks
from bot.views.runs.outside import outside_lines
from bot.views.runs.reasons import reasons_of
from bot.views.runs.result import results_block
from bot.views.runs.run import cancel_button, details_button, run_message
from bot.views.wording import channels, icons
from bot.views.wording.text import cut_line, escape, question_line, safe, some, unreadable_line
from bot.views.wording.times import localized, moment
from engine import (
    MAX_REQUESTS_SEARCHED,
    MAX_RUNS_COUNTED,
    Absence,
    DecisionResult,
    FoundRequests,
    ListPlace,
    ReasonedAct,
    RequestRecord,
    RunDetail,
    RunRecord,
    WorkflowRecord,
    place_in_list,
)
from engine.text import count

_MAX_WORKFLOWS, _MAX_NAMES = 15, 60
_MAX_REQUESTS, _MAX_REQUEST_BLOCKS = 10, 45
"""A message has 50 blocks. The others are the head, the button for several at once, the buttons to other
pages, and two last lines."""
_TOGETHER = "together"
UNREAD_TRIGGER = (
    "a trigger starts nothing since its row cannot be read: ask the operator to run `signoff audit verify`"
)
PAUSED_TRIGGER = f"{icons.PAUSED} paused"
_NO_URLS: Mapping[str, str] = {}


def show_button(text: str, what: str, label: str | None = None) -> dict[str, object]:
    """Return a button that answers like a subcommand, without typing it. `label`: for screen readers."""
    action_id = f"{button_values.SHOW}:{text.casefold()}"
    return button(text, action_id, button_values.encode("-", what), label=label)


def list_answer(workflows: Sequence[WorkflowRecord], command: str, now: datetime) -> Message:
    if not workflows:
        text = (
            "No workflow is loaded. Ask the operator to set SIGNOFF_WORKFLOWS to the workflow files and "
            "restart Signoff."
        )
        return message(text, section(text))
    names = ", ".join(safe(workflow.name, 60) for workflow in workflows[:_MAX_WORKFLOWS])
    return message(
        f"{count(len(workflows), 'workflow')}: {names}",
        section(f"*{count(len(workflows), 'workflow')}*"),
        *workflow_blocks(workflows, command, now, _MAX_WORKFLOWS),
    )


def workflow_blocks(
    workflows: Sequence[WorkflowRecord], command: str, now: datetime, most: int
) -> list[Block]:
    """At most so many workflows with a button each, then the names of the others. Also good for the Home."""
    blocks = [
        workflow_block(workflow, command, now, number) for number, workflow in enumerate(workflows[:most])
    ]
    if left_out := [safe(workflow.name, 40) for workflow in workflows[most:]]:
        blocks.append(grey(f"… and {len(left_out)} more: {some(left_out, _MAX_NAMES)}"))
    return blocks


def workflow_block(workflow: WorkflowRecord, command: str, now: datetime, number: int) -> Block:
    """Return a workflow as an entry of a list, with a button to run it. Also for the Home."""
    fields = (workflow.input_schema or {}).get("properties") or {}
    typed = [f"{name}=…" for name in list(fields)[:6]] + ["…"] * (len(fields) > 6)
    usage = " ".join([f"{command} run {workflow.name}", *typed])
    facts = [count(len(workflow.steps), "step"), f"owner {MENTIONED.ref(workflow.owner)}"]
    if workflow.triggers:
        facts.append(
            some([localized(trigger.description, 80, now) for trigger in workflow.triggers], 3, " · ")
        )
    upcoming = [trigger.upcoming for trigger in workflow.triggers if trigger.upcoming]
    if any(trigger.paused for trigger in workflow.triggers):
        facts.append(PAUSED_TRIGGER)
    elif upcoming:
        facts.append(f"next {moment(min(upcoming), now)}")
    if any(trigger.unreadable for trigger in workflow.triggers):
        facts.append(UNREAD_TRIGGER)
    elif workflow.triggers and not any(trigger.enabled for trigger in workflow.triggers):
        facts.append(
            "schedule off" if all(trigger.timed for trigger in workflow.triggers) else "triggers off"
        )
    what = f"{safe(workflow.description, 150)}\n" if workflow.description else ""
    head = f"*{safe(workflow.title, 100)}*\n{what}{' · '.join(facts)}"
    if not workflow.startable:
        return section(
            f"{head}\nOnly {MENTIONED.any_of(workflow.may_run)} can start it.", f"workflow:{number}"
        )
    return section(f"{head}\n`{_typed(usage)}`", f"workflow:{number}", run_button(workflow))


def run_button(workflow: WorkflowRecord, *, style: str | None = None) -> Element | None:
    """Return the button that starts the workflow or opens its form; None if the person may not start it."""
    if not workflow.startable:
        return None
    takes_input = bool((workflow.input_schema or {}).get("properties"))
    sure = confirm(f"Run {workflow.name}?", "It starts at once.", "Run", danger=False)
    return button(
        "Run…" if takes_input else "Run",
        button_values.START,
        button_values.encode(workflow.name, "start"),
        style=style,
        confirm=None if takes_input else sure,
        label=f"Run {workflow.name}",
    )


def started_answer(run: RunRecord, where: str) -> Message:
    """`where`: a sentence that says where it can be followed; mrkdwn."""
    text = f"{icons.RUN[run.state]} Started *{safe(run.short, 150)}*. {where}"
    if run.state == "pending":
        why = f"waits, because {localized(run.reason, 300)}" if run.reason else "waits for its turn"
        text = f"{icons.PENDING} *{safe(run.short, 150)}* {why}. {where}"
    return message(text, section(text), actions([details_button(run), cancel_button(run)]))


def again_answer(run: RunRecord, before: RunRecord, workflow: WorkflowRecord) -> Message:
    """Return the reply to a run that was started again with another input, perhaps from another channel."""
    where = f"Its message is in the conversation of {safe(before.short, 150)}."
    if run.channel is None or run.channel != before.channel:
        where = run_place(run, workflow, None, closed=False)
    text = f"{icons.RUN[run.state]} Started *{safe(run.short, 150)}*. {where}"
    left = (
        f"{safe(before.short, 150)} still waits for a decision. Abort it, or skip its step."
        if before.ended_at is None
        else ""
    )
    return message(text, section(f"{text}\n{left}".strip()))


def run_place(run: RunRecord, workflow: WorkflowRecord, channel: str | None, *, closed: bool) -> str:
    """A sentence that says where the run can be followed; mrkdwn.

    `channel`: where it was asked for. `closed`: nobody knows whether the bot can write there.
    """
    if run.channel is not None and run.channel == channel:
        if closed and workflow.channel:
            elsewhere = channels.reference(workflow.channel)
            return f"Its message appears here, or in {elsewhere} if Signoff cannot post here."
        return "Its message is in this conversation."
    if workflow.channel:
        return f"Its message is in {channels.reference(workflow.channel)}."
    return "It has no channel, so Signoff reports to its owner."


def run_answer(
    detail: RunDetail,
    now: datetime,
    names: Names = MENTIONED,
    acts: Sequence[ReasonedAct] = (),
    outside: OutsideMessages = NO_MESSAGES,
    *,
    may_cancel: bool = True,
) -> Message:
    """Return one run, step by step, with its buttons. `acts`: those of people that have a reason.
    `outside`: its messages outside Slack.

    `may_cancel`: whether a reader may cancel the run.
    """
    shown = run_message(detail, names, now, plan=False)
    run = detail.run
    buttons = [details_button(run), *([cancel_button(run)] if may_cancel and run.ended_at is None else [])]
    # The menu of the run's own message says the same as the buttons here.
    head = {name: value for name, value in shown.blocks[0].items() if name != "accessory"}
    # A pause that ended is over: what it was for is in the run's thread.
    acts = [act for act in acts if act.act != "pause" or run.state == "paused"]
    reasons = section(reasons_of(acts, detail.titles, names, now)) if acts else None
    results = results_block(detail)
    sent = section(lines) if (lines := outside_lines(outside, detail.titles, now)) else None
    failed = open_failures(detail, names)
    answer = message(shown.text, head, *shown.blocks[1:], failed, results, sent, reasons, actions(buttons))
    return marked_message(answer, detail.altered)


def counted_runs(total: int) -> str:
    """`42 runs`, as far as they are counted."""
    return count(total, "run") if total <= MAX_RUNS_COUNTED else f"over {MAX_RUNS_COUNTED:,} runs"


NOT_ALL_SEEN = (
    f"Signoff searches {MAX_REQUESTS_SEARCHED:,} open requests at a time. Newer ones are on the next page."
)


def none_waits(all_seen: bool, *, later: bool = False) -> str:
    """Return the text of an empty page. It says that nothing waits only if every open request was read.

    `later`: it is not the first page.
    """
    if all_seen:
        return f"{icons.DONE} No {'newer ' if later else ''}request waits for you."
    which = "next" if later else "oldest"
    return f"{icons.AT_RISK} None of the {which} {MAX_REQUESTS_SEARCHED:,} open requests waits for you."


@dataclass(frozen=True, slots=True)
class RequestPage:
    """The entries of a page of requests, with a line about the rest. `next`: where the next page begins."""

    blocks: list[Block]
    next: ListPlace | None


def approvals_answer(
    found: FoundRequests,
    now: datetime,
    *,
    after: ListPlace | None = None,
    urls: Mapping[str, str] = _NO_URLS,
) -> Message:
    """Return the requests that wait for this person, oldest first, each with its buttons.

    `after`: the place behind which the page begins; None: the first page. `urls`: see `request_blocks`.
    """
    requests, later = found.requests, after is not None
    page = request_page(found, now, _MAX_REQUESTS, _MAX_REQUEST_BLOCKS, urls, after)
    if not requests:
        text = none_waits(found.next is None, later=later)
        buttons = [*_turns(page.next, later=later), show_button("Newest runs", "runs")]
        return replace(message(text, section(text), *page.blocks, actions(buttons)), listing=True)
    head = count(found.total, "newer request" if later else "request")
    head = f"{'At least ' if found.next else ''}{head} {'waits' if found.total == 1 else 'wait'} for you"
    asks = "; ".join(question_line(request.ask, 120) for request in requests[:5])
    reply = message(
        f"{head}: {asks}",
        section(f"{icons.PEOPLE} *{head}*"),
        together_actions(requests, after),
        *page.blocks,
        turn_actions(page.next, later=later),
    )
    return replace(reply, listing=True)


def turn_actions(following: ListPlace | None, *, later: bool = False) -> Block | None:
    """Return the buttons to other pages of the list of requests. Also for the Home."""
    buttons = _turns(following, later=later)
    return actions(buttons) if buttons else None


def _turns(following: ListPlace | None, *, later: bool) -> list[Element]:
    turns = [show_button("Oldest", "approvals")] if later else []
    if following:
        turns.append(show_button("Newer", f"approvals after={quote(str(following), safe='/:')}"))
    return turns


def with_unreadable(reply: Message, number: int) -> Message:
    """Return a list with a line about the runs that it leaves out, without their ids; as it is for none."""
    if not number:
        return reply
    line = unreadable_line(number)
    return replace(
        reply,
        text=f"{reply.text} {line}",
        blocks=(*reply.blocks, grey(line)),
        instead=reply.instead and with_unreadable(reply.instead, number),
    )


def together_actions(requests: Sequence[RequestRecord], after: ListPlace | None = None) -> Block | None:
    """A button for those that may be approved at once, where there are several. Also good for the Home.

    `after`: the place behind which they are.
    """
    fitting = [request for request in requests if request.together]
    if len(fitting) < 2:
        return None
    text, place = f"Approve {len(fitting)} low-risk requests", _written(after)
    return actions(
        [
            button(
                f"{text}…", button_values.TOGETHER, button_values.encode(place or "-", "approve"), label=text
            )
        ],
        f"{_TOGETHER}:@{place}",
    )


def together_answer(results: Sequence[DecisionResult]) -> Message:
    """Return the reply to several approvals at once."""
    done = sum(result.accepted for result in results)
    head = f"{icons.DONE if done else icons.AT_RISK} {count(done, 'answer')} recorded."
    others = [
        f"• {question_line(result.request.ask if result.request else 'One of them', 200)}: "
        f"{channels.sentence(result.text, 300)}"
        for result in results
        if not result.accepted
    ]
    return message(head, section("\n".join([head, *others])))


def request_page(
    found: FoundRequests,
    now: datetime,
    most: int,
    most_blocks: int,
    urls: Mapping[str, str] = _NO_URLS,
    after: ListPlace | None = None,
) -> RequestPage:
    """At most so many questions, within so many blocks, and how many are left out. Also good for the Home.

    `urls`: see `request_blocks`. `after`: see `approvals_answer`.
    """
    blocks: list[Block] = []
    shown = 0
    for request in found.requests[:most]:
        entry = [
            block
            for block in request_blocks(
                request, now, shown, urls, _written(after), found.cards.get(request.id), found.user
            )
            if block
        ]
        is_full = len(blocks) + len(entry) >= most_blocks or block_units([*blocks, *entry]) > MAX_POST_UNITS
        if blocks and is_full:
            break
        blocks += entry
        shown += 1
    if shown < found.total:
        last = found.requests[shown - 1]
        more = f"… and {'at least ' if found.next else ''}{found.total - shown:,} more"
        return RequestPage([*blocks, grey(more)], ListPlace(last.opened_at, last.id))
    return RequestPage([*blocks, grey(NOT_ALL_SEEN)] if found.next else blocks, found.next)


def _written(place: ListPlace | None) -> str:
    return str(place) if place else ""


def in_list(block_id: str) -> bool:
    """Return whether a block is of a list of requests, and not of a request's own message."""
    return block_id.partition(":")[0] in (LIST, _TOGETHER)


def page_of_list(block_id: str) -> ListPlace | None:
    """Return the place behind which the page with this block begins; None for the first page."""
    return place_in_list(block_id.partition("@")[2]) if in_list(block_id) else None


def paused_answer(run: RunRecord, command: str) -> Message:
    text = f"{icons.PAUSED} Paused *{safe(run.short, 150)}*. Running steps finish, and nothing new starts."
    how = f"`{safe(command, 40)} resume {safe(run.short, 150)}` resumes it."
    return message(text, section(f"{text}\n{how}"), actions([details_button(run)]))


def resumed_answer(run: RunRecord) -> Message:
    text = f"{icons.RUN[run.state]} *{safe(run.short, 150)}* continues."
    return message(text, section(text), actions([details_button(run)]))


def workflow_paused_answer(name: str, runs: int, command: str) -> Message:
    what = "All workflows are" if name == "*" else f"*{safe(name, 80)}* is"
    under_way = f", with {count(runs, 'run')} under way" if runs else ""
    text = f"{icons.PAUSED} {what} paused{under_way}."
    steps = "Running steps finish. " if runs else ""
    more = f"{steps}New runs wait, and schedules do not fire."
    how = f"`{safe(command, 40)} resume {safe('all' if name == '*' else name, 80)}` ends that."
    return message(text, section(f"{text} {more}\n{how}"))


def workflow_resumed_answer(name: str, runs: int) -> Message:
    what = "All workflows are" if name == "*" else f"*{safe(name, 80)}* is"
    go = "goes" if runs == 1 else "go"
    text = f"{icons.RUNNING} {what} no longer paused."
    if runs:
        text += f" {count(runs, 'run')} {go} on."
    return message(text, section(text))


def prioritized_answer(run: RunRecord) -> Message:
    text = f"*{safe(run.short, 150)}* has the priority {run.priority} now."
    return message(text, section(text), actions([details_button(run)]))


def cancelled_answer(run: RunRecord) -> Message:
    text = f"{icons.CANCELLED} Cancelled *{safe(run.short, 150)}*."
    return message(text, section(text))


def recorded_answer(text: str) -> Message:
    """Return the reply to an answer that counts, while more answers are needed."""
    line = f"{icons.DONE} {safe(text, 900)}"
    return message(line, section(line))


def reassigned_answer(run: RunRecord, request: RequestRecord, names: Names) -> Message:
    """Return the reply to a person who reassigned a request."""
    line = f"{icons.DONE} Reassigned. {safe(run.short, 150)} now waits for {names.any_of(request.approvers)}."
    return message(line, section(line))


def away_answer(to: str, until: datetime, now: datetime, names: Names, command: str) -> Message:
    """Return the reply to a person who named a delegate."""
    who = names.person(to)
    line = f"{icons.DONE} {who} can decide for you until {moment(until, now)}."
    more = (
        "Each decision shows your name beside theirs. Open requests follow in a few seconds. "
        "A high-risk approval needs a delegate who is one of its approvers."
    )
    off = f"`{safe(command, 40)} away off` ends the delegation."
    return message(line, section(f"{line}\n{more}"), grey(off))


def absences_answer(
    user: str, absences: Sequence[Absence], now: datetime, names: Names, command: str
) -> Message:
    """Return the person's delegate, and the people whose delegate the person is."""
    lines = []
    for absence in absences:
        if absence.user_id == user:
            lines.append(f"{names.person(absence.to)} decides for you until {moment(absence.until, now)}.")
        elif absence.to == user:
            lines.append(
                f"You decide for {names.person(absence.user_id)} until {moment(absence.until, now)}."
            )
    text = "\n".join(lines) or "You have no delegate, and you are nobody's delegate."
    typed = safe(command, 40)
    usages = [f"`{typed} away until fri to @colleague` names a delegate"]
    if any(absence.user_id == user for absence in absences):
        usages.append(f"`{typed} away off` ends the delegation")
    return message(text, section(text), grey(*usages))


def pointing(content: Message, url: str) -> Message:
    """An answer to a click in a message that can no longer be changed. `url`: of the one that is current."""
    hint = f"Slack no longer lets Signoff update this message. See <{escape(url)}|the current message>."
    return message(content.text, *content.blocks, section(hint))


def too_large_form(url: str) -> Message:
    """Return the answer to a click on an approval whose form Slack cannot show. `url`: its page, or empty."""
    if not url:
        return refused_answer(
            "This form has more fields than Slack can show. Reject the request, or ask the operator to run "
            "signoff decide."
        )
    content = refused_answer("This form has more fields than Slack can show.")
    return replace(
        message(content.text, *content.blocks, section(f"<{escape(url)}|Answer it on the console>.")),
        refusal=True,
    )


_MAX_TYPED = 400
"""A longer command is not offered: its end would be missing."""


def refused_answer(problem: str, *more: str, expected: str = "", corrected: str = "") -> Message:
    """Return a refusal: one problem a line, the expected form, and the corrected command; plain text."""
    lines = [f"{icons.AT_RISK} {channels.sentence(problem, 900)}"]
    lines += [channels.sentence(line, 300) for line in more[:5]]
    if expected:
        lines.append(safe(expected, 900))
    if 0 < len(corrected) <= _MAX_TYPED:
        lines.append(f"Try `{_typed(corrected)}`.")
    text = "\n".join(lines)
    return replace(message(text, section(text)), refusal=True)


def _typed(command: str) -> str:
    """Return a command for use between backticks, so that people can copy it."""
    return escape(cut_line(command.replace("`", "'"), _MAX_TYPED))
