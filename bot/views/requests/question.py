"""Message of a clarification: an approver's question to the requester, in the approval's thread."""

from datetime import datetime

from bot.views.blocks import Ids, action_rows, grey, section
from bot.views.message import Message, Names, message
from bot.views.requests import request_summary
from bot.views.requests.approval import choice_buttons
from bot.views.wording import icons
from bot.views.wording.text import question_line, quote
from bot.views.wording.times import at, moment
from engine import RequestRecord, RunDetail


def question_message(question: RequestRecord, detail: RunDetail, names: Names, now: datetime) -> Message:
    """Return the question with its button while it is open; later its record, with the answer."""
    ids = Ids("request", question.version)
    about = next((request for request in detail.requests if request.id == question.clarification.about), None)
    who = names.actor(question.requester)
    to = names.any_of(question.approvers, notify=question.state == "open")
    head = f"{who} asks {to}:"
    facts = [f"about “{question_line(about.ask, 200)}”" if about else "", at(question.opened_at, now)]
    open_ = question.state == "open"
    if open_ and question.clock.expires_at is not None:
        facts.append(
            f"the deadline is paused until it is answered, or until {moment(question.clock.expires_at, now)}"
        )
    spoken = f"{icons.PEOPLE} {head} {question_line(question.ask, 300)}"
    if open_ and question.clock.expires_at is not None:
        spoken += f" · until {moment(question.clock.expires_at, now)}"
    ending = "" if open_ else request_summary.ending(question, detail, names, now)
    return message(
        spoken if open_ else f"{ending.splitlines()[0]} · {question_line(question.ask, 300)}",
        section(f"{head}\n{quote(question.ask, 1800)}", ids("ask")),
        section(ending, ids("outcome")) if ending else None,
        *(action_rows(choice_buttons(question), ids, "answer") if open_ else ()),
        grey(*facts, block_id=ids("facts")),
    )
