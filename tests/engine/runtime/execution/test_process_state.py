"""A step that changes what belongs to the whole process harms neither other steps nor the engine."""

import asyncio
import resource
import sqlite3
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from engine import Workflow
from engine.store.files.sqlite_errors import problem, remedy
from engine.testing import Harness


def lower_the_size_of_files() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))


def remove_the_streams() -> None:
    sys.stdout = sys.stderr = None


class Tee:
    """A stream of a step's own: it can be written to, and does not say whether it is closed."""

    def write(self, text: str) -> None: ...

    def flush(self) -> None: ...


class Odd:
    """Raises whatever it is asked."""

    def __getattr__(self, name: str) -> object:
        raise OSError(name)


def replace_the_streams() -> None:
    sys.stdout = sys.stderr = Tee()


def put_something_else_in_their_place() -> None:
    sys.stdout = sys.stderr = object()


def put_something_odd_in_their_place() -> None:
    sys.stdout = sys.stderr = Odd()


def remove_a_stream() -> None:
    del sys.stderr


def replace_the_path() -> None:
    sys.path = ("/added",)  # type: ignore[assignment]


class OddPath(list[str]):
    def __len__(self) -> int:
        raise OSError


def put_an_odd_path_in_its_place() -> None:
    sys.path = OddPath()


def remove_the_path() -> None:
    del sys.path


def clear_the_path() -> None:
    sys.path.clear()


def shut_the_threads_down() -> None:
    loop = asyncio.get_running_loop()
    loop._default_executor.shutdown()  # type: ignore[attr-defined]


def flows(harm: Callable[[], None]) -> Workflow:
    flow = Workflow("flow", owner="@ops", channel="#ops")

    @flow.step
    async def harms() -> str:
        await asyncio.to_thread(str)  # the threads are there
        harm()
        return "x" * 100_000

    @flow.step
    async def follows(harms: str) -> str:
        print("printed")
        return await asyncio.to_thread(lambda: harms[:1])

    return flow


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lower_the_size_of_files, "limited the size of a file that it may write for this process to 4096"),
        (remove_the_streams, "closed or removed sys.stdout. Signoff has put it back"),
        (put_something_else_in_their_place, "closed or removed sys.stdout. Signoff has put it back"),
        (clear_the_path, "from sys.path. Signoff has put it back"),
        (remove_the_path, "replaced sys.path by NoneType. Signoff has put it back"),
        (shut_the_threads_down, "shut down the threads of the event loop. Signoff has made new ones"),
    ],
)
async def test_a_change_of_the_process_is_put_back_when_its_step_ends(
    harm: Callable[[], None], told: str, caplog: pytest.LogCaptureFixture
) -> None:
    limit, path = resource.getrlimit(resource.RLIMIT_FSIZE), list(sys.path)
    streams = sys.stdout, sys.stderr
    async with Harness(flows(harm)) as harness:
        run = await harness.start("flow")
        assert (await harness.state(run)).run.state == "succeeded"
        assert harness.engine.store_problem == ""
    assert told in caplog.text
    assert f"Executing: harms of {run.id}" in caplog.text
    assert resource.getrlimit(resource.RLIMIT_FSIZE) == limit
    assert (sys.path, (sys.stdout, sys.stderr)) == (path, streams)


@pytest.mark.parametrize(
    "harm",
    [
        replace_the_streams,
        put_something_odd_in_their_place,
        remove_a_stream,
        replace_the_path,
        put_an_odd_path_in_its_place,
    ],
    ids=lambda harm: harm.__name__,
)
async def test_whatever_a_step_leaves_behind_its_end_and_those_of_others_are_recorded(
    harm: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("stdout", "stderr", "path"):
        monkeypatch.setattr(sys, name, getattr(sys, name))  # put back after the test
    innocent = Workflow("innocent", owner="@ops", channel="#ops")

    @innocent.step
    def works() -> str:
        return "done"

    async with Harness(flows(harm), innocent) as harness:
        run = await harness.start("flow")
        assert (await harness.state(run)).steps[0].state in ("succeeded", "waiting")
        for _ in range(2):
            run = await harness.start("innocent")
            assert (await harness.state(run)).run.state == "succeeded"


CLOSED = """
import asyncio, logging, os, sys
from engine import Workflow
from engine.testing import Harness

logging.basicConfig(level="WARNING")
flow = Workflow("flow", owner="@ops", channel="#ops")

@flow.step
async def harms() -> None:
    {harm}

@flow.step(after=[harms])
async def follows() -> None:
    print("printed", flush=True)

async def main() -> None:
    async with Harness(flow) as harness:
        run = await harness.start("flow")
        assert (await harness.state(run)).run.state == "succeeded"
    print("the last line", file=sys.stderr)

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ("os.close(2)", "closed file descriptor 2. Signoff has opened it again"),
        ("os.close(1)", "closed file descriptor 1. Signoff has opened it again"),
        ("sys.stderr.close()", "closed or removed sys.stderr. Signoff has put it back"),
        ("sys.stdout.close()", "closed or removed sys.stdout. Signoff has put it back"),
        ("sys.stdout.close(), sys.stderr.close()", "closed or removed sys.stderr. Signoff has put it back"),
    ],
)
async def test_a_stream_of_the_process_that_a_step_closed_is_opened_again(harm: str, told: str) -> None:
    program = CLOSED.format(harm=harm)
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=PIPE, stderr=PIPE)
    output, errors = await process.communicate()
    assert (process.returncode, output) == (0, b"printed\n"), errors.decode()
    assert told in errors.decode()
    assert errors.endswith(b"the last line\n")
    assert b"Logging error" not in errors


async def test_a_loop_whose_threads_were_shut_down_for_good_gets_new_ones() -> None:
    flow = Workflow("flow", owner="@ops", channel="#ops")

    @flow.step
    async def harms() -> None:
        await asyncio.get_running_loop().shutdown_default_executor()

    @flow.step(after=[harms])
    async def follows() -> str:
        return await asyncio.to_thread(lambda: "done")

    async with Harness(flow) as harness:
        run = await harness.start("flow")
        assert await harness.output(run, "follows") == "done"


async def test_a_change_is_put_back_while_its_step_still_executes(caplog: pytest.LogCaptureFixture) -> None:
    flow = Workflow("flow", owner="@ops", channel="#ops")

    @flow.step
    async def harms() -> str:
        lower_the_size_of_files()
        async with asyncio.timeout(10):
            while resource.getrlimit(resource.RLIMIT_FSIZE)[0] == 4096:
                await asyncio.sleep(0.01)
        return "free again"

    async with Harness(flow) as harness:
        run = await harness.start("flow")
        assert await harness.output(run, "harms") == "free again"


async def test_what_steps_add_to_the_path_stays_there(caplog: pytest.LogCaptureFixture) -> None:
    flow = Workflow("flow", owner="@ops", channel="#ops")

    @flow.step
    async def adds() -> None:
        sys.path.append("/added")

    async with Harness(flow) as harness:
        await harness.start("flow")
        assert sys.path[-1] == "/added"
        sys.path.pop()
    assert "Signoff has put" not in caplog.text


async def test_a_limit_on_the_size_of_files_is_named_and_not_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "table.db"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE t (a)")
        resource.setrlimit(resource.RLIMIT_FSIZE, (16_384, hard))
        try:
            with pytest.raises(sqlite3.OperationalError) as caught:
                database.executescript("BEGIN; INSERT INTO t VALUES (zeroblob(1000000)); COMMIT")
            text = problem(caught.value, path)
            assert text.startswith("This process may write no file beyond 16384 bytes (RLIMIT_FSIZE)")
            advice = remedy(caught.value, path)
            assert "Signoff puts it back within seconds where the system allows it" in advice
            assert "If this lasts longer, restart Signoff" in advice
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            database.rollback()
