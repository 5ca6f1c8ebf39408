"""The name of this process, as people read it."""

import os
import socket


def own_name() -> str:
    """Return the machine and the number of the process there."""
    return f"{socket.gethostname()}-{os.getpid()}"
