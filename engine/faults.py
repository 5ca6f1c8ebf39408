"""Named points where a test may kill the process. Unarmed, a point costs one comparison.

Armed by the environment alone, before the process starts: `SIGNOFF_FAULT=decision.committed`, or
`decision.committed:3` for the third time that the point is reached.
"""

import itertools
import os
import signal

FAULT_POINTS = {
    "store.written": "a transaction is written and not yet committed",
    "store.committed": "a transaction is committed and nobody knows yet",
    "attempt.started": "an attempt's start is durable and it has not begun",
    "attempt.executed": "a step has executed and nothing of it is written",
    "attempt.recorded": "a step's result is on its way to the disk",
    "checkpoint.kept": "a checkpoint is durable and its step does not know yet",
    "notify.kept": "a step's message is durable and its step does not know yet",
    "decision.committed": "a decision is durable and the click has no answer",
    "use.counted": "an approval by a grant is durable and nobody knows yet",
    "glass.broken": "an approval by break-glass is durable and its review is not asked",
    "wait.due": "a retry, reminder or expiry is due and not yet done",
    "schedule.started": "a schedule has started its run and is still due",
    "child.started": "a child run is there and its parent does not know yet",
    "follow_up.started": "a follow-up run is there and its row is still due",
    "child.told": "a child run has been told to its parent and its row is still due",
    "trigger.started": "a fact has started its run and its sender does not know yet",
    "recovery.resumed": "a run goes on after a crash, others have not yet",
    "outbox.advanced": "events were turned into messages wanted, none is posted",
    "delivery.begun": "a post is about to begin",
    "delivery.posted": "Slack has a message and the bot has not noted it",
    "delivery.noted": "a message is noted and the next one has not begun",
}

_NAME, _, _TIMES = os.environ.get("SIGNOFF_FAULT", "").partition(":")
_times = itertools.count(1)


def reach(name: str) -> None:
    """Die here, as by kill -9, if this is the armed point."""
    if name == _NAME and next(_times) == int(_TIMES or 1):
        os.kill(os.getpid(), signal.SIGKILL)
