"""Tells the operator what another program has changed in the database."""

import logging

from bot.slack.operator_messages import Operator
from bot.views.wording.text import escape
from engine import Engine

log = logging.getLogger(__name__)


async def tell_altered(engine: Engine, operator: Operator) -> None:
    """Say it in the log and to the operator as it is found; until it is cancelled."""
    if text := engine.log_problem or engine.log_warning:
        await operator.tell("log", escape(text))
    while True:
        text = await engine.alteration()
        log.error("%s", text)
        await operator.tell(f"altered:{text}", escape(text))
