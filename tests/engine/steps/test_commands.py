"""Commands: exact arguments, limits that hold, and processes that end with their step."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from engine import Actor, DefinitionErrors, Registry, Retry, RunRecord, StaticPeople, Workflow
from engine.authoring.dict_form import from_dict
from engine.compiler import compile_workflow
from engine.kernel.drawing import drawing
from engine.steps import process_tree
from engine.steps.captured import Captured
from engine.steps.execution import CommandResult
from engine.steps.process_tree import ProcessTree
from engine.testing import Harness

PEOPLE = StaticPeople(groups={"ops": ["U1"]})
TESTER = Actor("cli", "t")
ECHO = "import sys; print(sys.argv[1:])"


class Order(BaseModel):
    database: str = "orders"
    number: int = 7
    tags: list[str] = []


def python(code: str, *argv: str) -> list[str]:
    return [sys.executable, "-c", code, *argv]


def flow(argv: Any, **options: Any) -> Workflow:
    made = Workflow("nightly", owner="@ops", input=Order)
    made.command("backup", argv, **options)
    return made


async def ended(
    workflow: Workflow, input: Mapping[str, Any] | None = None, **options: Any
) -> tuple[str, Any, str, list[str]]:
    """Return state, output, error and log of the command."""
    async with Harness(workflow, people=PEOPLE, **options) as harness:
        run = await harness.start("nightly", input or {})
        step = await harness.step(run, "backup")
        return step.state, step.output, step.failure.message if step.failure else "", list(step.log)


async def test_a_value_makes_exactly_one_argument_and_never_reaches_a_shell() -> None:
    hostile = "a b; touch x $(id) `id` * 'q\" \n\\"
    argv = python(ECHO, "{input.database}", "n={input.number}", "$HOME", "*")
    state, output, error, _ = await ended(flow(argv), {"database": hostile})
    assert (state, error) == ("succeeded", "")
    assert output["stdout"] == f"{[hostile, 'n=7', '$HOME', '*']}\n"
    assert (output["exit_code"], output["stdout_bytes"]) == (0, len(output["stdout"]))


@pytest.mark.parametrize(
    ("argv", "value", "refused"),
    [
        (["{input.database}"], "--file=/etc/passwd", True),
        (["{input.database}.sql"], "-rf", True),
        (["--", "{input.database}"], "--file=x", False),
        (["db={input.database}"], "--file=x", False),
        (["{input.number}"], "orders", False),
        (["{input.database}"], "a\0b", True),
    ],
)
async def test_a_value_cannot_become_an_option(argv: list[str], value: str, refused: bool) -> None:
    made = flow(python(ECHO, *argv), retry=Retry(attempts=3))
    state, _, error, _ = await ended(made, {"database": value, "number": -7})
    assert state == ("waiting" if refused else "succeeded"), error
    assert not refused or "argv[3" in error


async def test_the_next_step_takes_the_result_or_the_model_that_it_prints() -> None:
    class Dump(BaseModel):
        rows: int

    made = Workflow("nightly", owner="@ops")
    made.command("backup", python("print('{{\"rows\": 3}}')"), output=Dump)
    made.command("plain", python("import sys; print(sys.stdin.read())"), stdin="{backup}")

    @made.step
    async def report(backup: Dump, plain: CommandResult) -> str:
        return f"{backup.rows} {plain.stdout.strip()} {plain.exit_code}"

    async with Harness(made, people=PEOPLE) as harness:
        run = await harness.start("nightly")
        assert await harness.output(run, "report") == '3 {"rows": 3} 0'


async def test_output_that_does_not_fit_the_model_fails_without_another_attempt() -> None:
    class Dump(BaseModel):
        rows: int

    made = flow(python('print(\'{{"rows": "many"}}\')'), output=Dump, retry=Retry(attempts=3))
    async with Harness(made, people=PEOPLE) as harness:
        run = await harness.start("nightly", {})
        step = await harness.step(run, "backup")
        assert step.failure is not None
        assert (step.attempt, step.failure.kind) == (1, "ContractError")
        assert "does not fit Dump at rows" in step.failure.message


@pytest.mark.parametrize(
    ("code", "attempts", "asked", "state"),
    [
        (3, 3, True, "waiting"),
        (4, 1, False, "failed"),
        (5, 1, True, "waiting"),
        (6, 1, False, "succeeded"),
        (7, 3, False, "failed"),
    ],
)
async def test_an_exit_code_has_the_outcome_that_the_author_gave_it(
    code: int, attempts: int, asked: bool, state: str
) -> None:
    made = flow(
        python(f"import sys; sys.stderr.write('disk full\\n'); sys.exit({code})"),
        exit_codes={3: "retry", 4: "fail", 5: "ask", 6: "ok"},
        retry=Retry(attempts=3, delay="1s", jitter=0, retry_on=(ConnectionError,) if code == 3 else None),
        on_failure=None if code == 3 else "fail",
    )
    async with Harness(made, people=PEOPLE) as harness:
        run = await harness.start("nightly", {})
        await harness.advance("10s")
        step = await harness.step(run, "backup")
        assert (step.attempt, step.state, bool(await harness.requests())) == (attempts, state, asked)
        if step.failure is not None:
            assert step.failure.message == f"{sys.executable} ended with exit code {code}: disk full"
        assert "disk full" in step.log


async def test_the_environment_is_what_the_author_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-hidden")
    monkeypatch.setenv("PGPASSWORD", "correct horse battery")
    code = "import os; print(sorted(os.environ)); print(os.environ['PGPASSWORD'], os.environ['LANG'])"
    made = flow(python(code), env=["PGPASSWORD", "LANG=C.UTF-8", "NOT_SET_ANYWHERE"])
    state, output, error, log = await ended(made)
    assert (state, error) == ("succeeded", "")
    names, values = output["stdout"].splitlines()
    listed = {"LANG", "PGPASSWORD", "STEP_ATTEMPT", "STEP_ID", "STEP_IDEMPOTENCY_KEY"}
    assert set(eval(names)) - {"LC_CTYPE"} == listed
    assert values == "[hidden] C.UTF-8"
    assert "correct horse" not in "\n".join(log)


async def test_commands_of_a_run_share_a_private_folder(tmp_path: Path) -> None:
    made = flow(python("open('dump', 'w').write('rows')"), cwd="work")
    made.command("check", python("print(open('work/dump').read())"), after=["backup"])
    async with Harness(made, people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("nightly", {})
        assert (await harness.output(run, "check"))["stdout"] == "rows\n"
        folder = tmp_path / "data" / "commands"
        assert (folder / run.id / "work" / "dump").read_text() == "rows"
        assert folder.stat().st_mode & 0o077 == 0


async def test_a_program_that_is_missing_fails_without_another_attempt() -> None:
    state, _, error, _ = await ended(flow(["no-such-program"], retry=Retry(attempts=3)))
    assert (state, error) == (
        "waiting",
        "no-such-program is not a program that the bot finds on its PATH. Install it there.",
    )


async def test_memory_is_limited() -> None:
    state, _, error, _ = await ended(flow(python("x = bytearray(400_000_000)"), memory_mb=200))
    assert state == "waiting"
    assert error.endswith("ended with exit code 1: MemoryError")
    state, _, error, _ = await ended(flow(python("x = bytearray(400_000_000)"), memory_mb=900))
    assert (state, error) == ("succeeded", "")


async def test_a_flood_of_output_is_bounded_and_told() -> None:
    code = "import sys\nfor _ in range(500): sys.stdout.write('line of output\\n' * 10_000)\nprint('the end')"
    state, output, error, log = await ended(flow(python(code), output_kb=2))
    assert (state, error) == ("succeeded", "")
    assert output["stdout_bytes"] == 75_000_008
    assert output["stdout"].endswith("line of output\nthe end\n")
    assert output["stdout"].startswith("line of output\n")
    assert len(output["stdout"]) <= 2000
    assert len(log) <= 200
    assert log[-2] == "the end"
    assert log[-1] == f"{sys.executable} wrote 75,000,008 bytes; Signoff keeps the last 2 kB."


def test_only_the_last_part_of_output_is_in_memory() -> None:
    captured = Captured(2000, lambda _: None)
    for number in range(1000):
        captured.add(f"{number:0999}\n".encode())
        assert captured.kept <= 3000
    assert (captured.total, captured.text) == (1_000_000, f"{998:0999}\n{999:0999}\n"[1000:])


FORKS = """
import os, signal, time
ready, begun = os.pipe()
for number in range(100):
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if number % 2:
            os.setsid()
        if number % 4 == 1 and os.fork():
            os._exit(0)
        os.write(begun, b'x')
        time.sleep(600)
        os._exit(0)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for _ in range(100):
    os.read(ready, 1)
for _ in range(25):
    os.wait()
open('ready', 'w').close()
END
"""
"""A program that forks 100 others, half of them with a session of their own, and half of those orphans."""


async def begun(harness: Harness, run: RunRecord) -> ProcessTree:
    ready = harness.folder / "data" / "commands" / run.id / "ready"
    async with asyncio.timeout(20):
        while not ready.exists():
            await asyncio.sleep(0.01)
    return ProcessTree(f"{run.id}.backup")


async def gone(tree: ProcessTree) -> None:
    async with asyncio.timeout(20):
        while tree.alive():
            await asyncio.sleep(0.01)


async def left(harness: Harness) -> None:
    """The attempt has ended. On a busy machine that takes long enough to be reported."""
    await harness.run_until_idle()
    async with asyncio.timeout(20):
        while harness.engine.overruns:
            await asyncio.sleep(0.01)
    await harness.run_until_idle()


async def test_cancel_ends_the_whole_tree_also_what_ignores_sigterm() -> None:
    async with Harness(flow(python(FORKS.replace("END", "time.sleep(600)"))), people=PEOPLE) as harness:
        run = await harness.engine.start("nightly", {}, actor=TESTER)
        tree = await begun(harness, run)
        await harness.engine.cancel(run.id, actor=TESTER)
        await gone(tree)
        await left(harness)
        assert (await harness.state(run)).run.state == "cancelled"


async def test_a_timeout_ends_the_whole_tree_and_the_log_says_so() -> None:
    made = flow(python(FORKS.replace("END", "time.sleep(600)")), timeout="30s")
    async with Harness(made, people=PEOPLE) as harness:
        run = await harness.engine.start("nightly", {}, actor=TESTER)
        tree = await begun(harness, run)
        harness.clock.move_to(harness.clock.now() + timedelta(seconds=31))
        await gone(tree)
        await left(harness)
        step = await harness.step(run, "backup")
        assert step.failure is not None
        assert step.failure.kind == "TimeoutError"
        assert f"Stopped {sys.executable} with SIGTERM; SIGKILL ended 101 that ignored it." in step.log


async def test_what_a_command_leaves_behind_ends_with_it() -> None:
    made = flow(python(FORKS.replace("END", "os._exit(0)")))
    async with Harness(made, people=PEOPLE) as harness:
        run = await harness.start("nightly", {})
        step = await harness.step(run, "backup")
        assert step.state == "succeeded"
        assert any(line.startswith("Ended 100 processes that ") for line in step.log)
        assert not ProcessTree(f"{run.id}.backup").alive()


async def test_a_process_that_forks_and_ends_all_the_time_is_caught() -> None:
    made = flow(python("import os\nwhile True:\n    if os.fork(): os._exit(0)"))
    async with Harness(made, people=PEOPLE) as harness:
        run = await harness.start("nightly", {})
        assert (await harness.step(run, "backup")).state == "succeeded"
        assert not ProcessTree(f"{run.id}.backup").alive()


async def test_each_process_gets_one_sigterm_and_has_time_to_end() -> None:
    code = """
import os, signal, sys, time
got = []
signal.signal(signal.SIGTERM, lambda *_: got.append(1))
open('ready', 'w').close()
while not got: time.sleep(0.01)
time.sleep(0.2)
open('got', 'w').write(str(len(got)))
"""
    async with Harness(flow(python(code)), people=PEOPLE) as harness:
        run = await harness.engine.start("nightly", {}, actor=TESTER)
        tree = await begun(harness, run)
        await harness.engine.cancel(run.id, actor=TESTER)
        await gone(tree)
        await left(harness)
        assert (harness.folder / "data" / "commands" / run.id / "got").read_text() == "1"


async def test_without_proc_the_group_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = ProcessTree("none.backup")
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(600)"
    process = await asyncio.create_subprocess_exec(
        *python(code), stdout=asyncio.subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    await process.stdout.readline()
    tree.leader = process.pid
    monkeypatch.setattr(process_tree, "_PROC", Path("/nowhere"))
    assert await tree.stop() == 1
    assert await process.wait() == -signal.SIGKILL


async def test_processes_of_an_attempt_that_the_bot_did_not_survive_end_first() -> None:
    """As after `kill -9`: a program of the run's step goes on."""
    made = Workflow("nightly", owner="@ops")
    orphan: asyncio.subprocess.Process | None = None

    @made.step
    async def before(ctx: Any) -> None:
        nonlocal orphan
        mark = {"STEP_ID": f"{ctx.run_id}.backup", "PATH": os.environ["PATH"]}
        orphan = await asyncio.create_subprocess_exec("sleep", "600", env=mark)

    made.command("backup", python("print('alone')"), after=[before])
    async with Harness(made, people=PEOPLE) as harness:
        run = await harness.start("nightly")
        step = await harness.step(run, "backup")
        assert step.log[0] == "Ended 1 process that an interrupted attempt had left."
        assert orphan is not None
        assert await orphan.wait() == -signal.SIGKILL


def guarded(argv: Any, **options: Any) -> Workflow:
    made = Workflow("nightly", owner="@ops", input=Order)

    @made.step
    async def find(input: Order) -> str:
        return f"{input.database} 2026"

    go = made.approval("go", ask="Restore?", approvers=["@ops"], expires="4h", after=[find])
    made.command("restore", argv, after=[go], title="Restore it", **options)
    return made


async def test_approvers_see_the_exact_arguments_and_a_change_asks_them_again(tmp_path: Path) -> None:
    argv = ["echo", "--", "{find}", "{input.number}", "{go.outcome}"]
    async with Harness(guarded(argv), people=PEOPLE, folder=tmp_path) as harness:
        run = await harness.start("nightly", {"database": "a; b"})
        (request,) = await harness.requests()
        (shown,) = request.shown
        assert (shown.label, shown.value) == ("Restore it executes", "echo -- 'a; b 2026' 7 '{go.outcome}'")
    argv = ["echo", "--", "{find}", "DROP", "{input.number}", "{go.outcome}"]
    async with Harness(guarded(argv), people=PEOPLE, folder=tmp_path) as harness:
        (request,) = await harness.requests()
        assert request.coverage.again == "the code of Restore it changed"
        assert request.shown[0].value == "echo -- 'a; b 2026' DROP 7 '{go.outcome}'"
        await harness.decide("go", "approve", as_user="U1")
        assert (await harness.output(run, "restore"))["stdout"] == "-- a; b 2026 DROP 7 approved\n"


async def test_approvers_are_not_asked_about_a_command_that_could_not_execute() -> None:
    async with Harness(guarded(["echo", "{find}"]), people=PEOPLE) as harness:
        run = await harness.start("nightly", {"database": "--help"})
        step = await harness.step(run, "go")
        assert step.failure is not None
        assert "could read it as an option" in step.failure.message


CREDENTIAL = "postgres://admin:hunter2hunter2@db/orders"


@pytest.mark.parametrize(
    ("argv", "options", "problem"),
    [
        ("pg_dump orders", {}, "argv is 'pg_dump orders'. Write program and arguments as argv="),
        ([], {}, "argv is []."),
        (["pg_dump", 7], {}, "argv[1] is 7. Give texts."),
        (["{input.database}"], {}, "argv[0] is '{input.database}', and a value cannot choose the program."),
        (["pg_dump", "{input.databse}"], {}, "argv[1] names input.databse, but Order has no field databse."),
        (["pg_dump", "{input.tags}"], {}, "argv[1] names input.tags, which is list[str], and makes one"),
        (["pg_dump", "{input}"], {}, "argv[1] names input, which is Order, and makes one argument."),
        (["pg_dump", "{lod}"], {}, "The parameter lod names no step of this workflow."),
        (
            ["pg_dump", "{x"],
            {},
            "argv[1] is '{x': a brace holds no path. Write {step.field} for a value, and {{",
        ),
        (["pg_dump", CREDENTIAL], {}, "argv[1] has a credential in it"),
        (["pg_dump"], {"env": ["PGPASSWORD=hunter2hunter2"]}, "env has a credential for PGPASSWORD."),
        (["pg_dump"], {"env": ["A B"]}, "env names 'A B'."),
        (["pg_dump"], {"cwd": "{input.database}"}, "a value cannot choose the folder"),
        (["pg_dump"], {"stdin": 7}, "stdin is 7."),
        (["pg_dump"], {"output": 7}, "output is 7."),
        (["pg_dump"], {"exit_codes": {0: "ok"}}, "exit_codes names 0."),
        (["pg_dump"], {"exit_codes": {3: "again"}}, "exit_codes has 'again' for 3."),
        (["pg_dump"], {"memory_mb": 0}, "memory_mb is 0."),
        (["pg_dump"], {"output_kb": 5000}, "output_kb is 5000."),
        (["pg_dump"], {"timeout": 4}, "timeout is 4, which has no unit."),
    ],
)
def test_a_mistake_in_a_command_is_named(argv: Any, options: dict[str, Any], problem: str) -> None:
    with pytest.raises(DefinitionErrors) as raised:
        compile_workflow(flow(argv, **options))
    assert problem in str(raised.value)
    assert "hunter2" not in str(raised.value)


OPTIONS: dict[str, Any] = {
    "argv": ["pg_dump", "{input.database}"],
    "env": ["PATH", "LANG=C"],
    "cwd": "work",
    "stdin": "{input.number}",
    "exit_codes": {3: "retry"},
    "memory_mb": 100,
    "output_kb": 8,
}


def test_the_dict_form_has_the_same_command() -> None:
    task = {"id": "backup", "command": OPTIONS, "timeout": "5m", "retry": {"attempts": 3}}
    written = {"id": "nightly", "owner": "@ops", "input": Order, "tasks": [task]}
    from_data = compile_workflow(from_dict(written, Registry())).definition.nodes
    from_python = compile_workflow(flow(**OPTIONS, timeout="5m", retry=Retry(attempts=3))).definition.nodes
    assert from_data == from_python
    task["each"] = "input.tags"
    with pytest.raises(Exception, match="The task executes a command, but has 'each'"):
        from_dict(written, Registry())


async def test_yaml_has_commands_and_the_next_task_takes_their_output(tmp_path: Path) -> None:
    (tmp_path / "dumps.py").write_text(
        "from pydantic import BaseModel\n\n\nclass Dump(BaseModel):\n    rows: int\n"
    )
    (tmp_path / "flow.yaml").write_text(
        "id: nightly\nowner: '@ops'\ntasks:\n"
        "  - id: backup\n    command:\n      argv: [echo, '[3, 4]']\n      exit_codes: {3: retry}\n"
        "  - id: dump\n    command: {argv: [cat], stdin: '{{\"rows\": 3}}', output: 'dumps:Dump'}\n"
        "  - id: count\n    command: {argv: [echo, rows, '{dump.rows}']}\n"
    )
    async with Harness(tmp_path / "flow.yaml", people=PEOPLE) as harness:
        run = await harness.start("nightly")
        assert (await harness.output(run, "count"))["stdout"] == "rows 3\n"


def test_a_command_is_part_of_the_version_and_drawn_as_one() -> None:
    one, two = (compile_workflow(flow(["echo", word])) for word in ("one", "two"))
    assert one.digest != two.digest
    assert one.code["backup"].digest != two.code["backup"].digest
    assert [node.kind for node in drawing(one.definition, one.graph).nodes] == ["command"]
