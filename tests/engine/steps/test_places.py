"""Commands in a sandbox and in sessions of tmux: what they see, and that a session outlives the bot."""

import asyncio
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from engine import DefinitionErrors, Retry, Workflow
from engine.compiler import compile_workflow
from engine.testing import Harness
from tests.engine.steps.outliving import (
    PEOPLE,
    TESTER,
    ends_once,
    files,
    killed_meanwhile,
    stopped_meanwhile,
)

needs_bwrap = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")
needs_tmux = pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")


def flow(script: str, **options: Any) -> Workflow:
    made = Workflow("nightly", owner="@ops", on_failure="fail")
    made.command("work", ["sh", "-c", script], **options)
    return made


async def ended(made: Workflow) -> tuple[str, str, str]:
    """Return state, standard output and error of the command."""
    async with Harness(made, people=PEOPLE) as harness:
        run = await harness.start("nightly")
        step = await harness.step(run, "work")
        return step.state, (step.output or {}).get("stdout", ""), step.failure.message if step.failure else ""


@needs_bwrap
async def test_a_sandbox_has_no_network_and_nothing_of_the_machine_but_its_system(tmp_path: Path) -> None:
    secret = tmp_path / "signoff.db"
    secret.write_text("secret")
    script = f"cat {secret} 2>&1; touch /usr/x 2>&1; echo kept > kept; cat kept; grep -c : /proc/net/dev"
    state, said, error = await ended(flow(script, where="sandbox"))
    assert (state, error) == ("succeeded", "")
    assert f"{secret}: No such file" in said
    assert "Read-only file system" in said
    assert said.endswith("kept\n1\n")  # the loopback device alone


@needs_bwrap
async def test_a_sandbox_shows_what_it_may_read_and_lets_nothing_be_written_there(tmp_path: Path) -> None:
    (tmp_path / "model").write_text("weights")
    script = f"cat {tmp_path}/model; touch {tmp_path}/x 2>&1 || true"
    state, said, _ = await ended(flow(script, where="sandbox", reads=[str(tmp_path)]))
    assert state == "succeeded"
    assert said.startswith("weights")
    assert "Read-only file system" in said
    assert os.listdir(tmp_path) == ["model"]


@needs_bwrap
async def test_a_link_that_a_command_made_leads_the_next_sandbox_nowhere(tmp_path: Path) -> None:
    made = Workflow("nightly", owner="@ops", on_failure="fail")
    made.command("link", ["ln", "-s", str(tmp_path), "inside"], where="sandbox")
    made.command("work", ["touch", "x"], where="sandbox", cwd="inside", after=["link"])
    state, _, error = await ended(made)
    assert (state, error) == ("failed", "The working folder inside is a link out of the folder of the run.")
    assert os.listdir(tmp_path) == []


@needs_bwrap
async def test_a_sandbox_with_the_network_has_that_of_the_machine() -> None:
    script = "grep -c : /proc/net/dev"
    on_the_machine = (await ended(flow(script)))[1]
    assert (await ended(flow(script, where="sandbox", network=True)))[1] == on_the_machine


@needs_bwrap
async def test_what_a_sandbox_started_ends_with_it() -> None:
    made = flow("(trap '' TERM; while :; do sleep 0.05; done) & sleep 60", where="sandbox")
    async with Harness(made, people=PEOPLE) as harness:
        run = await harness.engine.start("nightly", actor=TESTER)
        while not _processes_of(run.id):
            await asyncio.sleep(0.02)
        await harness.engine.cancel(run.id, actor=TESTER)
        await harness.run_until_idle()
        assert _processes_of(run.id) == []


def _variables_of_the_server(run_id: str) -> bytes:
    """Return the environment of the server of tmux that has the session of a run."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            if b"new-session" in command and run_id.encode() in command:
                return (folder / "environ").read_bytes()
        except OSError:
            continue
    raise AssertionError("there is no such server")


def _processes_of(run_id: str) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if run_id.encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


async def test_without_its_program_a_place_is_refused_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}")
    (tmp_path / "sh").symlink_to("/bin/sh")
    for where, package in (("sandbox", "bubblewrap"), ("tmux", "tmux")):
        _, _, error = await ended(flow("true", where=where))
        assert f"Install the package {package}" in error


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"where": "chroot"}, "where is 'chroot'. Use process, sandbox, container or tmux."),
        ({"where": "sandbox", "reads": ["models"]}, "reads has 'models'. Give absolute paths"),
        (
            {"where": "sandbox", "cwd": "/"},
            "cwd is '/', and a sandbox writes to the folder of its run alone.",
        ),
        (
            {"where": "sandbox", "cwd": "../.."},
            "cwd is '../..', and a sandbox writes to the folder of its run",
        ),
        ({"network": True}, "network is given, and where is 'process'."),
        ({"where": "tmux", "reads": ["/srv"]}, "reads is given, and where is 'tmux'."),
        ({"where": "sandbox", "network": "yes"}, "network is 'yes'. Write True or False."),
    ],
)
def test_a_place_that_cannot_be_is_a_mistake(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(DefinitionErrors) as found:
        compile_workflow(flow("true", **options))
    assert problem in str(found.value)


async def test_approvers_see_where_a_command_executes() -> None:
    made = Workflow("nightly", owner="@ops")
    go = made.approval("go", ask="Go?", approvers=["@ops"], expires="1h")
    made.command("work", ["true"], where="sandbox", reads=["/srv/models"], after=[go])
    async with Harness(made, people=PEOPLE) as harness:
        await harness.start("nightly")
        (request,) = await harness.requests()
        assert "a sandbox without a network, which also reads /srv/models" in str(
            [item.value for item in request.shown]
        )


@needs_tmux
async def test_a_session_gives_output_and_exit_code_and_gets_no_variable_of_the_bot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "Xk3-90qLw7Rt-token")
    async with Harness(flow("env; sleep 60", where="tmux"), people=PEOPLE) as harness:
        run = await harness.engine.start("nightly", actor=TESTER)
        while not _processes_of(run.id):
            await asyncio.sleep(0.02)
        assert b"Xk3-90qLw7Rt" not in _variables_of_the_server(run.id)
        await harness.engine.cancel(run.id, actor=TESTER)
    state, said, error = await ended(flow("env", where="tmux"))
    assert (state, error) == ("succeeded", "")
    assert "STEP_ATTEMPT=1" in said
    assert "Xk3-90qLw7Rt" not in said
    assert (await ended(flow("echo no; exit 7", where="tmux")))[2] == "sh ended with exit code 7: no"


@needs_tmux
async def test_a_session_is_executed_again_by_a_retry_and_not_found_again() -> None:
    made = flow('echo "$STEP_ATTEMPT"; exit 3', where="tmux", exit_codes={3: "ok"})
    assert (await ended(made))[1] == "1\n"
    failing = Workflow("nightly", owner="@ops", on_failure="fail")
    script = 'echo x >> tries; [ "$(wc -l < tries)" = 2 ]'
    failing.command(
        "work",
        ["sh", "-c", script],
        where="tmux",
        exit_codes={1: "retry"},
        retry=Retry(attempts=2, delay="1s"),
    )
    async with Harness(failing, people=PEOPLE) as harness:
        run = await harness.start("nightly")
        await harness.advance("5s")
        assert (await harness.step(run, "work")).state == "succeeded"


@needs_tmux
async def test_cancelling_a_run_ends_its_session() -> None:
    async with Harness(flow("sleep 60", where="tmux"), people=PEOPLE) as harness:
        run = await harness.engine.start("nightly", actor=TESTER)
        while not _processes_of(run.id):
            await asyncio.sleep(0.02)
        await harness.engine.cancel(run.id, actor=TESTER)
        await harness.run_until_idle()
        assert _processes_of(run.id) == []


@needs_tmux
@pytest.mark.parametrize("ends", ["while the bot is down", "after the restart"])
async def test_a_session_lives_on_when_the_bot_is_killed_and_is_found_again(
    tmp_path: Path, ends: str
) -> None:
    run_id = await killed_meanwhile(tmp_path, 'where="tmux"')
    assert _processes_of(run_id)
    if ends == "while the bot is down":
        (files(tmp_path, run_id) / "go-on").touch()
        async with asyncio.timeout(30):
            while _processes_of(run_id):
                await asyncio.sleep(0.02)
    await ends_once(tmp_path, run_id, "Found the session")


@needs_tmux
async def test_a_session_lives_on_when_signoff_stops(tmp_path: Path) -> None:
    run_id = await stopped_meanwhile(tmp_path, 'where="tmux"')
    assert _processes_of(run_id)
    await ends_once(tmp_path, run_id, "Found the session")
