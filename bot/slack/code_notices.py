"""Tells a person and the operator that wrong one-time codes were entered in the person's name."""

import logging

from bot.slack.call_results import Sent
from bot.slack.operator_messages import Operator, SlackWriter
from bot.views.wording import icons
from bot.views.wording.text import safe
from bot.views.wording.times import duration
from engine import OneTimeCodes, WrongCodes

log = logging.getLogger(__name__)

_ACCOUNTS = {"cli": "operating-system account", "api": "token"}
"""Kinds of accounts that enter codes, by the source of their actor."""


class CodeNotices:
    """Run it in a task while the bot serves."""

    def __init__(self, one_time_codes: OneTimeCodes, slack: SlackWriter, operator: Operator) -> None:
        self._one_time_codes, self._slack, self._operator = one_time_codes, slack, operator

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            alarm = await self._one_time_codes.alarms.get()
            try:
                await self._tell(alarm)
            except Exception:
                log.exception("Nobody could be told of wrong one-time codes of %s", alarm.user_id)

    async def _tell(self, alarm: WrongCodes) -> None:
        lasts = duration(alarm.locked_for.total_seconds())
        by, person = alarm.by, f"<@{alarm.user_id}>"
        if by.source == "slack":
            entered, where = f"by {person}", "your Slack account"
            remedy = "If it was another person, end the sessions of this account in Slack."
        else:
            account = f"{_ACCOUNTS.get(by.source, by.source)} {safe(by.id, 80)}"
            entered, where = f"in the name of {person}, with the {account}", f"the {account}"
            remedy = "If it was another person, find out who uses that account."
        await self._operator.tell(
            f"codes:{alarm.user_id}",
            f"{icons.AT_RISK} Five wrong one-time codes were entered {entered}. Signoff accepts no code from "
            f"this person for {lasts}. {remedy}",
        )
        opened = await self._slack.write("conversations.open", {"users": alarm.user_id})
        if not isinstance(opened, Sent):
            return
        text = (
            f"{icons.AT_RISK} Five wrong one-time codes were entered in your name, with {where}. Signoff "
            f"accepts no code from you for {lasts}. If it was not you, tell the operator: another person "
            f"uses {where}."
        )
        channel = opened.data["channel"]["id"]
        await self._slack.write("chat.postMessage", {"channel": channel, "text": text})
