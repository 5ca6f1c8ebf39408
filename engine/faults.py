"""Named places where a test may kill the process. Unarmed, a place costs one comparison.

Armed by the environment alone, before the process starts: `SIGNOFF_FAULT=decision.committed`, or
`decision.committed:3` for the third time that the place is reached.
"""

import itertools
import os
import signal

PLACES = (
    "attempt.started",
    "attempt.executed",
    "decision.committed",
    "delivery.begun",
    "delivery.posted",
)

_NAME, _, _TIMES = os.environ.get("SIGNOFF_FAULT", "").partition(":")
_times = itertools.count(1)


def place(name: str) -> None:
    """Die here, as by kill -9, if this is the armed place."""
    if name == _NAME and next(_times) == int(_TIMES or 1):
        os.kill(os.getpid(), signal.SIGKILL)
