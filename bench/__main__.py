"""`make bench` measures everything; `make bench ARGS="steps lists"` a part of it.

Prints a table, and one JSON line a figure to `bench.jsonl`.
"""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from bench import (
    clicks,
    command_line,
    console,
    consumers,
    directory,
    floods,
    huge,
    lists,
    maps,
    members,
    queues,
    replays,
    restarts,
    schedules,
    servers,
    steps,
    triggers,
    workers,
)
from bench.figures import HEADER, Figure, with_slopes
from bench.peer import Peer

WORKLOADS: dict[str, Callable[[Peer], Coroutine[Any, Any, list[Figure]]]] = {
    "steps": steps.measure,
    "maps": maps.measure,
    "clicks": clicks.measure,
    "restarts": restarts.measure,
    "schedules": schedules.measure,
    "triggers": triggers.measure,
    "lists": lists.measure,
    "console": console.measure,
    "consumers": consumers.measure,
    "directory": directory.measure,
    "huge": huge.measure,
    "replays": replays.measure,
    "floods": floods.measure,
    "command_line": command_line.measure,
    "queues": queues.measure,
    "servers": servers.measure,
    "workers": workers.measure,
    "members": members.measure,
}
PEER = Path(".venv-peer")


def main(arguments: list[str]) -> int:
    alone = "--no-peer" in arguments
    names = [name for name in arguments if name != "--no-peer"] or list(WORKLOADS)
    unknown = sorted(set(names) - set(WORKLOADS))
    if unknown:
        print(f"There is no workload {', '.join(unknown)}. There are {', '.join(WORKLOADS)}, and --no-peer.")
        return 2
    peer = Peer.none() if alone or not {"steps", "clicks"} & set(names) else Peer.measured(PEER)
    figures: list[Figure] = []
    print(HEADER)
    for name in names:
        measured = with_slopes(asyncio.run(WORKLOADS[name](peer)))
        figures += measured
        for figure in measured:
            print(figure.row(), flush=True)
    Path("bench.jsonl").write_text("".join(f"{figure.line()}\n" for figure in figures), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
