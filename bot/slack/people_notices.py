"""Tells the operator of requests that nobody can answer, unknown members, and channels that are not found."""

import asyncio
import logging
from datetime import timedelta

from bot.slack.operator_messages import Operator
from bot.slack.people import SlackPeople
from bot.views.wording.text import escape
from engine import ApproverProblem, Clock, Engine

log = logging.getLogger(__name__)

_GATHERING_INTERVAL = timedelta(seconds=2)
"""Findings within this time become one message."""
_MAX_LISTED = 20


class PeopleNotices:
    """Run it in a task while the bot serves."""

    def __init__(self, engine: Engine, people: SlackPeople, operator: Operator, clock: Clock) -> None:
        self._engine, self._people, self._operator, self._clock = engine, people, operator, clock
        self._found: list[str] = []
        self._any = asyncio.Event()

    async def run(self) -> None:
        """Until it is cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._gather_findings())
            tasks.create_task(self._gather_notices())
            tasks.create_task(self._tell())

    async def _gather_findings(self) -> None:
        while True:
            self._add(finding_line(await self._engine.approver_review.finding()))

    async def _gather_notices(self) -> None:
        while True:
            self._add(await self._people.notices.get())

    def _add(self, line: str) -> None:
        log.warning("%s", line)
        self._found.append(line)
        self._any.set()

    async def _tell(self) -> None:
        while True:
            await self._any.wait()
            await self._clock.sleep(_GATHERING_INTERVAL)
            self._any.clear()
            findings, self._found = self._found, []
            left_out = len(findings) - _MAX_LISTED
            listed = [f"• {escape(line)}" for line in findings[:_MAX_LISTED]]
            if left_out > 0:
                listed.append(f"• … and {left_out} more, which are in the log")
            head = "Some approvers or owners cannot be found or cannot answer:"
            await self._operator.tell(f"people:{findings[0]}", "\n".join([head, *listed]))


def finding_line(finding: ApproverProblem) -> str:
    """The workflow last: after the name `secret` and a colon, the log would hide what follows."""
    return f"{finding.text} (workflow {finding.workflow})"
