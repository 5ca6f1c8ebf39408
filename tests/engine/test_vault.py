"""Where secrets come from, and what is said where they do not come."""

import asyncio
import os
import sys
import threading
from pathlib import Path

import pytest

from engine import Fatal
from engine.errors import SecretUnavailable
from engine.vault import VAULT, Vault, command_problem, reveal

LONG = "correct-horse"


def folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_a_file_comes_before_the_environment(tmp_path: Path) -> None:
    vault = Vault({"A": "from-environment", "B": "from-environment"}, folder(tmp_path, A="from-a-file\n"))
    assert (vault.reveal("A"), vault.reveal("B")) == ("from-a-file", "from-environment")
    assert set(vault.known) == {"from-a-file", "from-environment"}


def test_lines_of_a_file_end_with_a_newline_alone(tmp_path: Path) -> None:
    assert (
        Vault({}, folder(tmp_path, A="first-line\r\nsecond-line\r\n")).reveal("A")
        == "first-line\nsecond-line"
    )


def test_credentials_of_systemd_are_found(tmp_path: Path) -> None:
    vault = Vault({"CREDENTIALS_DIRECTORY": str(folder(tmp_path, A=LONG))})
    assert vault.reveal("A") == LONG


def test_a_file_that_changes_gives_the_new_value_and_hides_both(tmp_path: Path) -> None:
    vault = Vault({}, folder(tmp_path, A="the-first-value"))
    first = vault.reveal("A")
    folder(tmp_path, A="the-second-value")
    assert (first, vault.reveal("A")) == ("the-first-value", "the-second-value")
    assert vault.known.hide("the-first-value the-second-value") == "[hidden] [hidden]"


def test_the_command_is_asked_once_and_again_after_five_minutes(tmp_path: Path) -> None:
    program = "import sys; open(sys.argv[2], 'a').write('.'); print(sys.argv[1] + '-value')"
    now = [0.0]
    command = f'{sys.executable} -c "{program}" {{name}} {tmp_path / "asked"}'
    vault = Vault({}, None, command, lambda: now[0])
    assert [vault.reveal("KEY_1"), vault.reveal("KEY_1")] == ["KEY_1-value", "KEY_1-value"]
    assert (tmp_path / "asked").read_text() == "."
    now[0] = 301.0
    vault.reveal("KEY_1")
    assert (tmp_path / "asked").read_text() == ".."


async def test_the_command_is_asked_before_a_step_and_never_on_the_loop(tmp_path: Path) -> None:
    vault = Vault({}, None, f'{sys.executable} -c "import sys; print(sys.argv[1] * 3)" {{name}}')
    vault.expect({"flow": ["NAME"]})
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0)
            ticks += 1

    ticking = asyncio.create_task(tick())
    await vault.refresh("flow")
    ticking.cancel()
    assert ticks > 10
    assert vault.known.name_in("NAMENAMENAME") == "NAME"


class Gate(Vault):
    """A vault whose command answers when the test lets it."""

    def __init__(self, environ: dict[str, str] | None = None) -> None:
        self.time = 0.0
        super().__init__(environ or {}, None, "ask {name}", lambda: self.time)
        self.open, self.asked, self.begun = threading.Event(), list[str](), threading.Event()
        self.fails = False

    def _asked(self, name: str) -> str:
        self.asked.append(name)
        self.begun.set()
        assert self.open.wait(20)
        if self.fails:
            raise SecretUnavailable(f"The secret {name} cannot be read.")
        return f"{name}-value-{self.asked.count(name)}"


async def test_a_command_that_hangs_holds_only_the_workflow_that_names_its_secret() -> None:
    vault = Gate()
    vault.expect({"pays": ["KEY"], "plain": []})
    pays = [asyncio.create_task(vault.refresh("pays")) for _ in range(3)]
    await vault.refresh("plain")
    await asyncio.to_thread(vault.begun.wait, 20)
    assert not any(each.done() for each in pays)
    pays[0].cancel()
    vault.open.set()
    await asyncio.gather(*pays[1:])
    assert (vault.asked, vault.reveal("KEY")) == (["KEY"], "KEY-value-1")


async def test_names_in_the_environment_are_not_asked_for() -> None:
    vault = Gate({"KEY": LONG})
    vault.open.set()
    vault.expect({"pays": ["KEY", "OTHER"]})
    await vault.refresh("pays")
    assert vault.asked == ["OTHER"]


async def test_names_that_all_fail_are_asked_at_once_and_rest_together() -> None:
    vault = Gate()
    vault.fails = True
    names = {"A", "B", "C", "D", "E"}
    vault.expect({"pays": names})
    first = asyncio.create_task(vault.refresh("pays"))
    while len(vault.asked) < len(names):
        await asyncio.sleep(0)
    vault.time = 10.0
    vault.open.set()
    await first
    for vault.time in (10.0, 40.0):
        await vault.refresh("pays")
    assert set(vault.asked) == names
    assert len(vault.asked) == len(names)
    vault.time = 41.0
    await vault.refresh("pays")
    assert len(vault.asked) == 2 * len(names)


async def test_on_the_loop_the_last_value_serves_while_the_command_is_asked_again() -> None:
    vault = Gate()
    vault.open.set()
    assert await asyncio.to_thread(vault.reveal, "KEY") == "KEY-value-1"
    vault.open.clear()
    vault.time = 301.0
    assert vault.reveal("KEY") == "KEY-value-1"
    in_thread = asyncio.create_task(asyncio.to_thread(vault.reveal, "KEY"))
    vault.open.set()
    assert await in_thread == "KEY-value-2"
    assert vault.asked == ["KEY", "KEY"]
    assert vault.known.hide("KEY-value-1 KEY-value-2") == "[hidden] [hidden]"


async def test_a_fresh_answer_does_not_wait_for_another_secret() -> None:
    vault = Gate()
    vault.open.set()
    vault.find("KEY")
    vault.open.clear()
    slow = asyncio.create_task(asyncio.to_thread(vault.find, "SLOW"))
    while "SLOW" not in vault.asked:
        await asyncio.sleep(0)
    assert vault.find("KEY") == "KEY-value-1"
    assert not slow.done()
    vault.open.set()
    await slow


@pytest.mark.parametrize(
    ("vault", "said"),
    [
        (Vault({}), "The secret A is not set. Set it in the environment of Signoff, or name a folder"),
        (Vault({}, Path("/run/x")), "Set it in the environment of Signoff, or in the file /run/x/A."),
        (Vault({"A": "  "}), "The secret A is not set."),
        (Vault({"A": "s3cret"}), "The secret A has 6 characters. Signoff cannot hide one with fewer than 8"),
        (Vault({}, None, "true {name}"), "or give it to the command of SIGNOFF_SECRETS_COMMAND"),
    ],
)
def test_a_secret_that_no_step_gets_is_named_with_the_remedy(vault: Vault, said: str) -> None:
    with pytest.raises(Fatal) as refused:
        vault.reveal("A")
    assert said in str(refused.value)
    assert "s3cret" not in str(refused.value)
    assert vault.problems(["A"]) == [str(refused.value)]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("false {name}", "ended with exit code 1. Try it as the user of Signoff."),
        ("/nowhere/program {name}", "could not be started (No such file or directory)."),
        (
            f"{sys.executable} -c \"import sys; sys.stdout.buffer.write(b'\\xff'*9)\" {{name}}",
            "did not print UTF-8",
        ),
    ],
)
def test_a_command_that_fails_is_told_without_its_output(command: str, said: str) -> None:
    vault = Vault({}, None, command)
    for _ in range(2):
        with pytest.raises(SecretUnavailable) as refused:
            vault.reveal("A")
        assert said in str(refused.value)


@pytest.mark.parametrize("kind", ["folder", "large", "bytes", "pipe", "link", "loop"])
def test_a_file_that_cannot_be_read_is_told_and_nothing_else_is_tried(kind: str, tmp_path: Path) -> None:
    match kind:
        case "folder":
            (tmp_path / "A").mkdir()
        case "large":
            (tmp_path / "A").write_text("x" * 64_001)
        case "pipe":
            os.mkfifo(tmp_path / "A")
        case "link":
            (tmp_path / "A").symlink_to("missing")
        case "loop":
            (tmp_path / "A").symlink_to("A")
        case _:
            (tmp_path / "A").write_bytes(b"\xff" * 20)
    vault = Vault({"A": "from-environment"}, tmp_path)
    with pytest.raises(SecretUnavailable, match="The secret A cannot be read"):
        vault.reveal("A")


@pytest.mark.parametrize("name", ["../A", "a/b", "", "1A", "A" * 101])
def test_a_name_leads_out_of_no_folder(name: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    folder(tmp_path, A=LONG)
    assert Vault({name: LONG}, tmp_path / "in").find(name) == ""


def test_a_secret_is_revealed_in_a_step_alone() -> None:
    with pytest.raises(Fatal, match="is revealed in a step alone"):
        reveal("A")
    token = VAULT.set(Vault({"A": LONG}))
    try:
        assert reveal("A") == LONG
    finally:
        VAULT.reset(token)


@pytest.mark.parametrize("command", ["pass", "{name}", "pass show", 'pass "{name}', "  "])
def test_a_command_needs_the_name(command: str) -> None:
    assert command_problem(command)
