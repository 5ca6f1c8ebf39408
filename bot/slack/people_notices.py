"""Tells the operator of requests that nobody can answer, unknown members, and channels that are not found."""

import asyncio
import logging
from datetime import timedelta

from bot.slack.display_names import with_people
from bot.slack.operator_messages import Operator
from bot.slack.people import SlackPeople
from bot.views.wording.text import count, escape
from engine import ApproverProblem, Clock, Engine

log = logging.getLogger(__name__)

_GATHERING_INTERVAL = timedelta(seconds=2)
"""Findings within this time become one message."""
_MAX_LISTED = 20


class PeopleNotices:
    """Run it in a task while the bot serves."""

    def __init__(self, engine: Engine, people: SlackPeople, operator: Operator, clock: Clock) -> None:
        self._engine, self._people, self._operator, self._clock = engine, people, operator, clock
        self._found: dict[tuple[str, str], list[str]] = {}
        """Lines by problem: the same one in several runs is told once, with their number."""
        self._any = asyncio.Event()

    async def run(self) -> None:
        """Until it is cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._gather_findings())
            tasks.create_task(self._gather_notices())
            tasks.create_task(self._tell())

    async def _gather_findings(self) -> None:
        while True:
            finding = await self._engine.approver_review.finding()
            line = finding_line(finding)
            self._add((finding.workflow, finding.alike or line), line)

    async def _gather_notices(self) -> None:
        while True:
            notice = await self._people.notices.get()
            self._add(("", notice), notice)

    def _add(self, problem: tuple[str, str], line: str) -> None:
        self._found.setdefault(problem, []).append(line)
        self._any.set()

    async def _tell(self) -> None:
        while True:
            await self._any.wait()
            await self._clock.sleep(_GATHERING_INTERVAL)
            self._any.clear()
            findings, self._found = [_grouped(lines) for lines in self._found.values()], {}
            for line in findings:
                log.warning("%s", line)
            left_out = len(findings) - _MAX_LISTED
            listed = [f"• {escape(await with_people(self._people, line))}" for line in findings[:_MAX_LISTED]]
            if left_out > 0:
                listed.append(f"• … and {left_out} more, which are in the log")
            head = "Some approvers, owners or channels cannot be found or cannot answer:"
            await self._operator.tell(f"people:{findings[0]}", "\n".join([head, *listed]))


def _grouped(lines: list[str]) -> str:
    """Return the first line of the same problem, with the number of the others."""
    others = len(dict.fromkeys(lines)) - 1
    return f"{lines[0]} The same holds for {count(others, 'more run')}." if others else lines[0]


def finding_line(finding: ApproverProblem) -> str:
    """The workflow last: after the name `secret` and a colon, the log would hide what follows."""
    if not finding.workflow:
        return finding.text  # it concerns a policy, so all workflows
    return f"{finding.text} (workflow {finding.workflow.replace('_', '-')})"
