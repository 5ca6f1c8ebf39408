"""Steps in a process of their own: whatever happens in it only fails the step."""

import asyncio
import os
import signal
import socket
import sys
import textwrap
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from engine import Actor, DefinitionErrors, RunRecord, StaticPeople, Workflow
from engine.authoring.loader import load
from engine.compiler import compile_workflow
from engine.model.records.records import StepRecord
from engine.steps.child_messages import MODULE, error_data, packed
from engine.steps.child_messages import error_of as error_of_data
from engine.steps.process_tree import ProcessTree
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"ops": ["U1"]})
TESTER = Actor("cli", "t")

HEAD = """
import asyncio, ctypes, os, sys, time
from datetime import date
from pydantic import BaseModel
from signoff import Fatal, Retry, StepContext, Workflow


class Order(BaseModel):
    day: date = date(2026, 1, 5)
    items: list[str] = ["a"]


class Busy(Exception):
    def __init__(self, text: str, seconds: int) -> None:
        super().__init__(text)
        self.seconds = seconds


made = Workflow("nightly", owner="@ops", input=Order)
"""


def flow(folder: Path, body: str, options: str = "") -> Path:
    """A file with a workflow whose step `work` has this body."""
    file = folder / "flow.py"
    file.write_text(f"{HEAD}\n\n@made.step(run_in='process'{options})\n{textwrap.dedent(body)}\n")
    return file


async def ended(file: Path, advance: str = "") -> StepRecord:
    async with Harness(file, people=PEOPLE) as harness:
        run = await harness.start("nightly", {})
        if advance:
            await harness.advance(advance)
        return await harness.step(run, "work")


def error_of(step: StepRecord) -> str:
    return step.failure.message if step.failure else ""


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("os._exit(9)", "the process of the step ended with exit code 9"),
        ("ctypes.string_at(0)", "the process of the step was ended by SIGSEGV"),
        ("os.kill(os.getpid(), 9)", "the process of the step was ended by SIGKILL"),
        ("sys.exit(0)", "the process of the step ended with exit code 0"),
        ("sys.exit('no disk')", "the process of the step ended with exit code 1: no disk"),
    ],
)
async def test_a_process_that_ends_fails_the_attempt_and_is_tried_again(
    body: str, error: str, tmp_path: Path
) -> None:
    file = flow(tmp_path, f"def work() -> None:\n    {body}", ", retry=Retry(attempts=2, delay='1s')")
    step = await ended(file, "5s")
    assert (step.state, step.attempt, error_of(step)) == ("waiting", 2, error)


@pytest.mark.parametrize("kind", ["def", "async def"])
async def test_values_go_in_and_come_out_with_their_types(kind: str, tmp_path: Path) -> None:
    file = flow(
        tmp_path,
        f"""
        {kind} work(input: Order, ctx: StepContext) -> Order:
            assert isinstance(input.day, date)
            ctx.log(f"{{ctx.attempt}} {{ctx.step}} {{ctx.now():%H:%M}} {{os.getpid() != os.getppid()}}")
            print("printed")
            return Order(day=input.day, items=[*input.items, str(os.getpid())])


        @made.step
        def tell(work: Order) -> str:
            return f"{{work.day:%Y}} {{work.items[0]}} {{int(work.items[1]) != os.getpid()}}"
        """,
    )
    async with Harness(file, people=PEOPLE) as harness:
        run = await harness.start("nightly", {})
        assert await harness.output(run, "tell") == "2026 a True"
        assert set((await harness.step(run, "work")).log) == {"1 work 09:00 True", "printed"}


async def test_a_result_of_another_type_is_refused_as_elsewhere(tmp_path: Path) -> None:
    step = await ended(flow(tmp_path, "def work() -> int:\n    return 'many'", ", retry=Retry(attempts=3)"))
    assert step.failure is not None
    assert (step.failure.kind, step.attempt) == ("ContractError", 1)
    assert "the output of work does not fit its type" in error_of(step)


async def test_errors_keep_their_class_text_and_traceback(tmp_path: Path) -> None:
    body = "def work() -> None:\n    raise Busy('full', 5)"
    classify = "lambda error: f'{error.seconds}s' if type(error).__mro__[1] is Busy else None"
    step = await ended(flow(tmp_path, body, f", retry=Retry(attempts=2, classify={classify})"), "6s")
    assert step.failure is not None
    assert (step.failure.kind, step.failure.message, step.attempt) == ("Busy", "full", 2)
    assert "raise Busy('full', 5)" in (step.failure.detail or "")
    only = ", retry=Retry(attempts=2, delay='1s', retry_on=(ConnectionError,))"
    for raised, attempts in (("ConnectionResetError('x')", 2), ("KeyError('x')", 1), ("Fatal('x')", 1)):
        step = await ended(flow(tmp_path, f"def work() -> None:\n    raise {raised}", only), "5s")
        assert (step.attempt, step.failure and step.failure.kind) == (attempts, raised.partition("(")[0])


async def test_checkpoints_and_progress_work(tmp_path: Path) -> None:
    file = flow(
        tmp_path,
        """
        def work(ctx: StepContext) -> list[int]:
            if "at" in ctx.checkpoints:
                ctx.progress(3, of=4, text="nearly")
                return ctx.checkpoints["at"]
            ctx.checkpoint("at", [1, 2])
            assert ctx.checkpoints["at"] == [1, 2]
            os._exit(1)
        """,
        ", retry=Retry(attempts=2, delay='1s')",
    )
    async with Harness(file, people=PEOPLE) as harness:
        run = await harness.start("nightly", {})
        await harness.advance("5s")
        assert await harness.output(run, "work") == [1, 2]
    for call, error in (
        ("ctx.progress(-1)", "ctx.progress in work: done is -1. Give a number from 0 up."),
        ("ctx.progress(object())", "Give a number from 0 up."),
        ("ctx.checkpoint('a', object())", "The checkpoint 'a' of work can't be stored as JSON"),
    ):
        step = await ended(flow(tmp_path, f"def work(ctx: StepContext) -> None:\n    {call}"))
        assert error in error_of(step)


async def test_an_async_step_awaits_sleep_and_checkpoints(tmp_path: Path) -> None:
    file = flow(
        tmp_path,
        """
        async def work(ctx: StepContext) -> float:
            began = ctx.now()
            await ctx.checkpoint("at", 1)
            await ctx.sleep(30)
            return (ctx.now() - began).total_seconds()
        """,
    )
    async with Harness(file, people=PEOPLE) as harness:
        run = await harness.start("nightly", {})
        await harness.advance("1m")
        assert await harness.output(run, "work") == 30


@pytest.mark.parametrize(
    "call", ["ctx.notify('#a', 'x')", "ctx.follow_up('a')", "ctx.service('a')", "ctx.rows([], int)"]
)
async def test_the_rest_of_the_context_is_refused(call: str, tmp_path: Path) -> None:
    step = await ended(flow(tmp_path, f"def work(ctx: StepContext) -> None:\n    {call}"))
    name = call.partition("(")[0]
    assert error_of(step).startswith(f'{name} does not work in a step with run_in="process".')


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (", poll=Poll(deadline='2h')", 'run_in="process" does not go with poll.'),
        (", quality=Quality(reject_over='20%')", 'run_in="process" does not go with quality.'),
    ],
)
async def test_what_does_not_go_with_it_is_refused_at_load(
    options: str, problem: str, tmp_path: Path
) -> None:
    file = flow(tmp_path, "def work() -> list[int]:\n    return []", options)
    file.write_text("from signoff import Poll, Quality\n" + file.read_text())
    with pytest.raises(DefinitionErrors, match=problem):
        await ended(file)


async def test_a_file_that_changed_since_it_was_loaded_does_not_execute(tmp_path: Path) -> None:
    file = flow(tmp_path, "def work() -> int:\n    return 1")
    async with Harness(file, people=PEOPLE) as harness:
        flow(tmp_path, "def work() -> int:\n    return 2")
        run = await harness.start("nightly", {})
        assert "has other code for this step than Signoff has loaded" in error_of(
            await harness.step(run, "work")
        )


FORKS = """
def work(ctx: StepContext) -> None:
    import signal

    if os.fork() == 0:
        os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    (ctx.data_dir / f"ready{os.getpid()}").touch()
    time.sleep(600)
"""


async def begun(harness: Harness, run: RunRecord) -> ProcessTree:
    async with asyncio.timeout(20):
        while len(list((harness.folder / "data").glob("ready*"))) < 2:
            await asyncio.sleep(0.01)
    return ProcessTree(f"{run.id}.work")


@pytest.mark.parametrize("how", ["cancel", "timeout"])
async def test_cancel_and_timeout_end_the_whole_tree(how: str, tmp_path: Path) -> None:
    file = flow(tmp_path, FORKS, ", timeout='30s'")
    async with Harness(file, people=PEOPLE) as harness:
        run = await harness.engine.start("nightly", {}, actor=TESTER)
        tree = await begun(harness, run)
        assert len(tree.alive()) == 2
        if how == "cancel":
            await harness.engine.cancel(run.id, actor=TESTER)
        else:
            harness.clock.move_to(harness.clock.now() + timedelta(seconds=31))
        async with asyncio.timeout(20):
            while tree.alive():
                await asyncio.sleep(0.01)
            while harness.engine.overruns:
                await asyncio.sleep(0.01)
        await harness.run_until_idle()
        step = await harness.step(run, "work")
        if how == "timeout":
            assert step.failure is not None
            assert step.failure.kind == "TimeoutError"
            stopped = "Stopped the process of the step with SIGTERM; SIGKILL ended 2 that ignored it."
            assert stopped in step.log
        else:
            assert (await harness.state(run)).run.state == "cancelled"


async def test_each_element_has_a_process(tmp_path: Path) -> None:
    file = flow(
        tmp_path,
        "def work(word: str) -> int:\n    return os.getpid() if word != 'b' else os._exit(3)",
        ", each='input.items', tolerate=1",
    )
    async with Harness(file, people=PEOPLE) as harness:
        run = await harness.start("nightly", {"items": ["a", "b", "c"]})
        (one, _, three) = [element["value"] for element in await harness.output(run, "work")]
        assert len({one, three, os.getpid()}) == 3


async def test_a_fork_that_comes_back_gives_no_second_result(tmp_path: Path) -> None:
    body = """
    def work(ctx: StepContext) -> str:
        if os.fork() == 0:
            return "child"
        os.wait()
        ctx.log("odd \\udc80")
        return "parent"
    """
    step = await ended(flow(tmp_path, body))
    assert (step.state, step.output, len(step.log)) == ("succeeded", "parent", 1)


async def test_what_it_leaves_behind_ends_with_it(tmp_path: Path) -> None:
    body = """
    def work() -> int:
        import subprocess, threading

        threading.Thread(target=time.sleep, args=(600,)).start()
        subprocess.Popen(["sleep", "600"], start_new_session=True)
        return 1
    """
    async with Harness(flow(tmp_path, body), people=PEOPLE) as harness:
        run = await harness.start("nightly", {})
        assert await harness.output(run, "work") == 1
        assert not ProcessTree(f"{run.id}.work").alive()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="as Linux has it")
async def test_where_memory_is_short_the_process_ends_and_not_signoff(tmp_path: Path) -> None:
    body = "def work() -> str:\n    return open('/proc/self/oom_score_adj').read()"
    assert (await ended(flow(tmp_path, body))).output == "500\n"


async def test_without_signoff_the_process_ends_itself(tmp_path: Path) -> None:
    """As after `kill -9` of the bot."""
    file = flow(tmp_path, "def work() -> None:\n    time.sleep(600)")
    (made,) = load([file])
    code = compile_workflow(cast(Workflow, made.workflow), str(file)).code["work"]
    request = {
        "file": str(file), "workflow": "nightly", "step": "work", "digest": code.digest, "arguments": {},
        "run_id": "nightly-1", "name": "work", "attempt": 1, "idempotency_key": "k",
        "trace_id": "", "traceparent": "",
        "actor": {"source": "cli", "id": "t"}, "data_dir": str(tmp_path), "checkpoints": {},
    }  # fmt: skip
    ours, theirs = socket.socketpair()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", MODULE, str(theirs.fileno()), pass_fds=[theirs.fileno()], start_new_session=True
    )
    theirs.close()
    ours.sendall(packed(request))
    ours.close()
    async with asyncio.timeout(20):
        assert await process.wait() == -signal.SIGKILL


async def test_a_class_that_cannot_be_made_again_stands_as_the_nearest_that_can() -> None:
    class Odd(ValueError):
        def __init_subclass__(cls) -> None:
            raise TypeError("final")

    error = error_of_data(error_data(Odd("x")), {"Odd": Odd})
    assert (type(error).__name__, isinstance(error, ValueError), str(error)) == ("Odd", True, "x")
    group = error_of_data(error_data(ExceptionGroup("two", [KeyError("a"), OSError(2, "b")])), {})
    assert isinstance(group, ExceptionGroup)
    assert [type(each).__mro__[1] for each in group.exceptions] == [KeyError, FileNotFoundError]
