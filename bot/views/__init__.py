"""Pure functions: records to Block Kit. How they look and speak is in one place each:
signs in `signs`, times in `times`, escaping and cutting in `text`, limits in `parts`."""

from bot.views.approval import approval_message
from bot.views.blocked import Blocked, blocked_line, blocked_message
from bot.views.direct_messages import outcome_message
from bot.views.failure import UNKNOWN, History, failure_message
from bot.views.message import MENTIONED, Message, Names
from bot.views.question import question_message
from bot.views.run import run_message
from bot.views.thread import actor_of, thread_line

__all__ = [
    "MENTIONED",
    "UNKNOWN",
    "Blocked",
    "History",
    "Message",
    "Names",
    "actor_of",
    "approval_message",
    "blocked_line",
    "blocked_message",
    "failure_message",
    "outcome_message",
    "question_message",
    "run_message",
    "thread_line",
]
