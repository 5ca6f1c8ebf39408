"""Problems with people: told to the operator and logged, the same one once with the number of its runs."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.slack.people_notices import PeopleNotices
from engine import ApproverProblem, SystemClock


async def test_the_same_problem_in_many_runs_is_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    findings: asyncio.Queue[ApproverProblem] = asyncio.Queue()
    told: asyncio.Queue[str] = asyncio.Queue()

    async def tell(key: str, text: str) -> None:
        told.put_nowait(text)

    async def sleep(_: Any) -> None:
        while not findings.empty():
            await asyncio.sleep(0)

    review = SimpleNamespace(finding=findings.get)
    engine = cast(Any, SimpleNamespace(approver_review=review))

    async def names(ids: Any) -> dict[str, str]:
        return {each: "Bob Miller (@bob)" if each == "U02BOB" else each for each in ids}

    people = cast(Any, SimpleNamespace(notices=asyncio.Queue(), names=names))
    clock = cast(SystemClock, SimpleNamespace(sleep=sleep))
    notices = PeopleNotices(engine, people, cast(Any, SimpleNamespace(tell=tell)), clock)
    for number in range(600):
        text = f"ship-{number:04} asks “Ship {number}?” of U02BOB, who cannot complete it."
        findings.put_nowait(ApproverProblem(text, "ship", f"ship-{number:04}", "go U02BOB"))
    findings.put_nowait(ApproverProblem("Its owner @ops names no person.", "ship"))
    task = asyncio.create_task(notices.run())
    async with asyncio.timeout(10):
        text = await told.get()
    task.cancel()
    assert len(caplog.messages) == 2
    assert caplog.messages[0].startswith("ship-0000 asks")
    assert caplog.messages[0].endswith("The same holds for 599 more runs.")
    assert "of Bob Miller (@bob), who cannot complete it." in text
    assert "of U02BOB, who" in caplog.messages[0]  # the log has the ids, which do not change
    assert caplog.messages[1] in text
