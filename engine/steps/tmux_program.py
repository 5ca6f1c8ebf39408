"""Program in a session of tmux: executes a command, keeps its output in files, and notes its exit code.

It is executed by its path, with the standard library alone, and outlives the bot.
"""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

MAX_KEPT_BYTES = 16_000_000
"""Of each stream in its file. Later output shows in the session, and its end is kept."""


class Stream:
    """Copies one stream of the command to its file and to the session."""

    def __init__(self, source: Any, path: Path, tail: int) -> None:
        self.total = 0
        self.tail = b""
        self._source, self._most = source, tail
        self._file = path.open("wb", buffering=0)
        self.thread = threading.Thread(target=self._copy, daemon=True)
        self.thread.start()

    def _copy(self) -> None:
        while part := os.read(self._source.fileno(), 65536):
            self._file.write(part[: max(MAX_KEPT_BYTES - self.total, 0)])
            self.total += len(part)
            self.tail = (self.tail + part)[-self._most :]
            sys.stdout.buffer.write(part)
            sys.stdout.buffer.flush()


def main(folder: Path) -> int:
    """Execute what `begin.json` in the folder says. The file is removed: it may hold secrets."""
    begin = json.loads((folder / "begin.json").read_text("utf-8"))
    (folder / "begin.json").unlink()
    process = subprocess.Popen(  # noqa: S603
        begin["argv"],
        executable=begin["program"],
        cwd=begin["cwd"],
        env=begin["env"],
        stdin=subprocess.PIPE if begin["stdin"] else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    streams = {
        name: Stream(getattr(process, name), folder / name, begin["tail"]) for name in ("stdout", "stderr")
    }
    if process.stdin is not None:
        try:
            process.stdin.write(begin["stdin"].encode())
            process.stdin.close()
        except BrokenPipeError:  # it reads no more
            pass
    code = process.wait()
    for stream in streams.values():
        # A process that it left behind may hold the pipe open.
        stream.thread.join(2.0)
    note = {"code": code} | {
        name: {"total": stream.total, "tail": stream.tail.decode("utf-8", "replace")}
        for name, stream in streams.items()
    }
    beside = folder / "end.json.new"
    beside.write_text(json.dumps(note), "utf-8")
    beside.replace(folder / "end.json")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
