"""Commands in containers: what they see, what bounds them, and that a container outlives the bot."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from engine import DefinitionErrors, Retry, Workflow
from engine.compiler import compile_workflow
from engine.testing import Harness
from tests.containers import busybox
from tests.engine.steps.outliving import (
    PEOPLE,
    TESTER,
    ends_once,
    files,
    killed_meanwhile,
    stopped_meanwhile,
)

__all__ = ["busybox"]
DIGEST = "a" * 64


def flow(image: str, script: str, **options: Any) -> Workflow:
    made = Workflow("nightly", owner="@ops", on_failure="fail")
    made.command("work", ["sh", "-c", script], where="container", image=image, **options)
    return made


async def ended(made: Workflow) -> tuple[str, str, str]:
    """Return state, standard output and error of the command."""
    async with Harness(made, people=PEOPLE) as harness:
        run = await harness.start("nightly")
        step = await harness.step(run, "work")
        assert _containers_of(run.id) == []
        return step.state, (step.output or {}).get("stdout", ""), step.failure.message if step.failure else ""


def _containers_of(run_id: str) -> list[str]:
    done = subprocess.run(
        ["podman", "ps", "--all", "--format", "{{.Names}}", "--filter", f"name={run_id}"],
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().split()


async def test_a_container_has_no_network_and_writes_to_the_folder_of_the_run_alone(
    busybox: str, tmp_path: Path
) -> None:
    (tmp_path / "model").write_text("weights")
    script = (
        f"cat {tmp_path}/model; touch {tmp_path}/x 2>&1; touch /x 2>&1; echo kept > kept; cat kept; ls -a . "
        "| grep containers; touch .containers/x; grep -c : /proc/net/dev; ls /root 2>&1"
    )
    state, said, _ = await ended(flow(busybox, script, reads=[str(tmp_path)], exit_codes={1: "ok"}))
    assert state == "succeeded"
    assert said.startswith("weights")
    assert said.count("Read-only file system") == 2
    assert "kept\n" in said
    assert "\n1\n" in said  # the loopback device alone
    assert os.listdir(tmp_path) == ["model"]


async def test_a_container_gets_the_declared_variables_alone(
    busybox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "Xk3-90qLw7Rt-token")
    monkeypatch.setenv("JOB_TOKEN", "Kz4-71pLw7Rt-token")
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:/of/the/machine")
    state, said, error = await ended(flow(busybox, "env", env=["PATH", "JOB_TOKEN", "LEVEL=high #1"]))
    assert (state, error) == ("succeeded", "")
    assert "LEVEL=high #1" in said
    assert "JOB_TOKEN=[hidden]" in said
    assert "STEP_ATTEMPT=1" in said
    assert "BOT_TOKEN" not in said
    assert "/of/the/machine" not in said


async def test_exit_code_and_last_line_of_a_container_are_told(busybox: str) -> None:
    assert (await ended(flow(busybox, "echo no >&2; exit 7")))[2] == "sh ended with exit code 7: no"


async def test_a_container_whose_image_or_program_is_missing_says_so(busybox: str) -> None:
    made = Workflow("nightly", owner="@ops", on_failure="fail")
    made.command("work", ["nothing-such"], where="container", image=busybox)
    state, _, error = await ended(made)
    assert state == "failed"
    assert "The container did not start: " in error
    assert "nothing-such" in error
    _, _, error = await ended(flow(f"sha256:{DIGEST}", "true"))
    assert "The container did not start: " in error


async def test_a_retry_executes_a_container_again(busybox: str) -> None:
    class Result(BaseModel):
        tries: int

    script = 'echo x >> tries; n=$(grep -c x tries); [ "$n" = 3 ] || exit $n; echo "{{\\"tries\\": $n}}"'
    made = flow(
        busybox,
        script,
        exit_codes={1: "retry", 2: "retry"},
        retry=Retry(attempts=3, delay="1s"),
        output=Result,
    )
    async with Harness(made, people=PEOPLE) as harness:
        run = await harness.start("nightly")
        await harness.advance("9s")
        step = await harness.step(run, "work")
        assert (step.state, step.output) == ("succeeded", {"tries": 3})
        assert _containers_of(run.id) == []


async def test_a_container_that_writes_without_end_is_bounded(busybox: str) -> None:
    made = flow(busybox, "yes 0123456789 | head -c 60000000; echo end", output_kb=10)
    async with Harness(made, people=PEOPLE) as harness:
        run = await harness.start("nightly")
        step = await harness.step(run, "work")
        assert step.state == "succeeded"
        assert step.output["stdout"].endswith("end\n")
        assert len(step.output["stdout"]) <= 10_000


async def test_memory_that_a_container_may_not_take_ends_it(busybox: str) -> None:
    made = flow(busybox, "x=$(yes | head -c 90000000); echo ${{#x}}", memory_mb=20)
    state, _, error = await ended(made)
    assert state == "failed"
    assert "exit code" in error


async def test_cancelling_a_run_ends_its_container(busybox: str) -> None:
    async with Harness(flow(busybox, "trap '' TERM; sleep 60"), people=PEOPLE) as harness:
        run = await harness.engine.start("nightly", actor=TESTER)
        while not _containers_of(run.id):
            await asyncio.sleep(0.02)
        await harness.engine.cancel(run.id, actor=TESTER)
        async with asyncio.timeout(30):
            while _containers_of(run.id):
                await asyncio.sleep(0.05)


async def test_a_container_whose_runtime_does_not_answer_is_left_alone(
    busybox: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = tmp_path / "called"
    broken = tmp_path / "podman"
    broken.write_text(f"#!/bin/sh\necho $1 >> {called}\necho no connection >&2\nexit 125\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    made = flow(busybox, "true")
    async with Harness(made, people=PEOPLE) as harness:
        step = await harness.step(await harness.start("nightly"), "work")
    assert step.failure is not None
    assert step.failure.message == "podman did not say which containers there are: no connection"
    assert called.read_text() == "ps\n"


async def test_without_a_runtime_the_step_names_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    async with Harness(flow(f"sha256:{DIGEST}", "true"), people=PEOPLE) as harness:
        step = await harness.step(await harness.start("nightly"), "work")
    assert step.failure is not None
    assert "neither podman nor docker is installed. Install the package podman" in step.failure.message


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"image": None}, "image is None, and a container needs the digest of one."),
        ({"image": "train:latest"}, "image is 'train:latest', and a container needs the digest"),
        ({"image": f"--privileged@sha256:{DIGEST}"}, "a container needs the digest"),
        ({"cwd": "../.."}, "cwd is '../..', and a container writes to the folder of its run alone."),
        ({"stdin": "{input}"}, "stdin is given, and a container that goes on"),
        ({"secret_env": {"KEY": "NAME"}}, "secret_env is given, and where is 'container'"),
        ({"reads": ["/a,b"]}, "reads has '/a,b', and a container takes no comma."),
        ({"where": "sandbox"}, "image is given, and where is 'sandbox'. Write where=\"container\"."),
    ],
)
def test_a_container_that_cannot_be_is_a_mistake(options: dict[str, Any], problem: str) -> None:
    made = Workflow("nightly", owner="@ops")
    made.command("work", ["true"], **{"where": "container", "image": f"sha256:{DIGEST}", **options})
    with pytest.raises(DefinitionErrors) as found:
        compile_workflow(made)
    assert problem in str(found.value)


async def test_approvers_see_the_image_by_its_digest() -> None:
    made = Workflow("nightly", owner="@ops")
    go = made.approval("go", ask="Go?", approvers=["@ops"], expires="1h")
    image = f"registry.example.com/train@sha256:{DIGEST}"
    made.command("work", ["train"], where="container", image=image, network=True, after=[go])
    async with Harness(made, people=PEOPLE) as harness:
        await harness.start("nightly")
        (request,) = await harness.requests()
        assert f"a container of {image} with the network" in str([item.value for item in request.shown])


@pytest.fixture
async def place(busybox: str, tmp_path: Path) -> AsyncIterator[str]:
    """Options of a command in a container. What is left of it is removed."""
    yield f'where="container", image="{busybox}"'
    for folder in (tmp_path / "data" / "commands").iterdir():
        for name in _containers_of(folder.name):
            await podman("rm", "--force", name)


async def podman(*arguments: str) -> None:
    process = await asyncio.create_subprocess_exec("podman", *arguments, stdout=asyncio.subprocess.DEVNULL)
    assert await process.wait() == 0


@pytest.mark.parametrize("ends", ["while the bot is down", "after the restart"])
async def test_a_container_lives_on_when_the_bot_is_killed_and_is_found_again(
    place: str, tmp_path: Path, ends: str
) -> None:
    run_id = await killed_meanwhile(tmp_path, place)
    (name,) = _containers_of(run_id)
    if ends == "while the bot is down":
        (files(tmp_path, run_id) / "go-on").touch()
        await podman("wait", name)
    await ends_once(tmp_path, run_id, "Found the container")
    assert _containers_of(run_id) == []


async def test_a_container_lives_on_when_signoff_stops(place: str, tmp_path: Path) -> None:
    run_id = await stopped_meanwhile(tmp_path, place)
    assert _containers_of(run_id)
    await ends_once(tmp_path, run_id, "Found the container")
