"""Every code block of the README and of the pages in docs/ is executed, or run as it stands."""

import ast
import asyncio
import inspect
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from bot.cli.main import main
from bot.http.callbacks import signature
from localslack import Config, start

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
SIGNOFF = Path(sys.executable).with_name("signoff")


class Block(NamedTuple):
    page: Path
    language: str
    title: str | None
    """Name of the file that the block is."""
    text: str


def blocks(page: Path) -> list[Block]:
    fences = re.finditer(
        r'^(?P<indent> *)```(?P<language>\w*)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^(?P=indent)```$',
        page.read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    return [
        Block(
            page,
            fence["language"],
            fence["title"],
            re.sub(rf"^{fence['indent']}", "", fence["text"], flags=re.MULTILINE),
        )
        for fence in fences
    ]


def block_with(page: str, words: str) -> str:
    (found,) = (one.text for one in blocks(ROOT / page) if words in one.text)
    return found


RUN_BY_A_TEST_BELOW = (
    "make ",
    "signoff serve",
    "signoff runs",
    "-m localslack",
    "signoff db",
    "signoff audit verify",
    "signoff audit show",
    "signoff audit review",
    "signoff receipt",
    "signoff show deploy-8f3k",
    "signoff audit show --run",
)
"""Shell blocks have one of these, and a test of its own that runs them line by line."""
NOT_RUN = {
    ("docs/guides/agent-frameworks.md", "await "): "it needs a framework, as tests/bot/adapters have",
    ("docs/guides/agent-steps.md", "cases:"): "a file of cases, such as tests/bot/cli/test_eval.py scores",
    ("docs/guides/audit.md", "signoff audit accept"): "it needs a database that differs from its checkpoint",
    ("docs/guides/audit.md", "SIGNOFF_CHECKPOINT_TO"): "a setting, which test_checkpoint_copies.py reads",
    (
        "docs/guides/versions.md",
        "main",
    ): "it needs two versions in git, which tests/bot/cli/test_check_against.py makes",
    (
        "docs/guides/versions.md",
        "candidate",
    ): "it needs runs of two versions, as tests/crash/test_canary_killed.py has",
    (
        "docs/guides/versions.md",
        "signoff canary",
    ): "it needs runs of two versions, as tests/crash/test_canary_killed.py has",
    (
        "docs/reference/cli.md",
        "signoff ",
    ): "the usage of a command, which tests/bot/cli/test_cli_reference.py compares",
}
"""Blocks of the language `text`: page and words, with the reason."""


def test_no_block_is_left_out() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        fences = re.findall(r"^ *```", text, re.MULTILINE)
        assert len(fences) == 2 * len(blocks(page)), f"{page.name}: a block is not understood"
        for block in blocks(page):
            match block.language:
                case "python" | "console":
                    pass  # executed below
                case "yaml":
                    assert block.title, f"{page.name}: a YAML block is a file that the console block reads"
                case "json":
                    json.loads(block.text)
                case "sh" | "":
                    assert any(words in block.text for words in RUN_BY_A_TEST_BELOW), block
                case "text":
                    name = page.relative_to(ROOT).as_posix()
                    assert any(name == where and words in block.text for where, words in NOT_RUN), block
                case _:
                    pytest.fail(f"{page.name}: nothing runs a block of {block.language}")


def console_pages() -> list[Path]:
    return [page for page in PAGES if any(block.language == "console" for block in blocks(page))]


@pytest.mark.long
@pytest.mark.timeout(300)  # it runs pytest on the files of the page
@pytest.mark.parametrize("page", console_pages(), ids=lambda page: page.stem)
def test_the_console_prints_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    """In a folder with the files of the page and nothing else."""
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/bin").symlink_to(SIGNOFF.parent)
    for block in blocks(page):
        if block.title:
            file = tmp_path / block.title
            file.parent.mkdir(exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
        if block.language != "console":
            continue
        for command, shown in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", block.text, re.MULTILINE):
            done = subprocess.run(
                ["sh", "-c", command],
                cwd=tmp_path,
                env={**os.environ, "PYTHONWARNINGS": "ignore"},
                capture_output=True,
                text=True,
            )
            assert steady(done.stdout + done.stderr) == steady(shown), command


def steady(output: str) -> list[str]:
    """Return the lines without what differs from one time to the next."""
    return [re.sub(r"\bin \d+\.\d+s", "in 0.42s", line.rstrip()) for line in output.strip().splitlines()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
async def test_the_python_blocks_of_each_page_run(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one module a page, its tests included."""
    module = ModuleType(f"page_{page.stem.replace('-', '_')}")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(sys.modules, "ship", module)  # the file that the page's first block is
    space: dict[str, Any] = module.__dict__
    space.update(tmp_path=tmp_path, Path=Path)
    files = [block for block in blocks(page) if block.title]
    if any(f'Path("{file.title}")' in block.text for file in files for block in blocks(page)):
        for block in files:
            (tmp_path / str(block.title)).write_text(block.text, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
    for number, block in enumerate(one for one in blocks(page) if one.language == "python"):
        text = block.text.replace('Path("manifest.yaml")', f'Path("{ROOT / "manifest.yaml"}")')
        code = compile(text, f"{page.name}, block {number + 1}", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        result = eval(code, space)
        if inspect.iscoroutine(result):
            await result
    tests = [found for name, found in space.items() if name.startswith("test_")]
    for test in tests:
        await (test(tmp_path) if inspect.signature(test).parameters else test())
    pages_with_tests = ("README.md", "workflows.md", "approvals.md", "time.md", "failures.md")
    assert tests or page.name not in pages_with_tests


def test_the_http_page_verifies_a_callback_as_signoff_signs_it() -> None:
    space: dict[str, Any] = {}
    exec(block_with("docs/reference/http.md", "is_from_signoff"), space)
    is_from_signoff = space["is_from_signoff"]
    signed = signature("secret", 1_767_225_600, b"{}")
    assert is_from_signoff("secret", "1767225600", b"{}", signed)
    assert not is_from_signoff("secret", "1767225600", b"[]", signed)


@pytest.mark.parametrize("target", ["demo", "test"])
def test_make_has_the_targets(target: str) -> None:
    assert block_with("README.md", f"make {target}").strip() == f"make {target}"
    made = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr


@pytest.mark.long
def test_the_readmes_tests_pass_in_an_empty_folder(tmp_path: Path) -> None:
    """With the files that it names and nothing else, beside a helper module, by the command that it names."""
    texts = {
        "ship.py": block_with("README.md", 'Workflow("ship"'),
        "test_ship.py": block_with("README.md", "Harness(ship"),
    }
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    folder = tmp_path / "my-workflows"
    folder.mkdir()
    for name, text in texts.items():
        assert f"`my-workflows/{name}`:" in readme
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "helper.py").write_text("def helps() -> int:\n    return 1\n", encoding="utf-8")
    (folder / "ship.py").write_text(f"from helper import helps\n\n{texts['ship.py']}", encoding="utf-8")
    for command, said in (("pytest", "2 passed"), ("signoff check", "ship")):
        assert f".venv/bin/{command} my-workflows" in readme
        words = [str(SIGNOFF.with_name(command.split()[0])), *command.split()[1:], "my-workflows"]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
        assert (done.returncode, said in done.stdout) == (0, True), done.stdout + done.stderr


async def test_the_readme_leads_to_a_bot_that_serves(tmp_path: Path) -> None:
    """The lines of "Connect a real workspace", on a local Slack, with the README's own workflow."""
    slack = await start(Config(data=tmp_path / "slack", manifest=ROOT / "manifest.yaml"))
    flows = tmp_path / "my-workflows"
    flows.mkdir()
    (flows / "ship.py").write_text(block_with("README.md", 'Workflow("ship"'), encoding="utf-8")
    script = (
        block_with("README.md", "signoff serve")
        .replace("xoxb-…", slack.bot_token)
        .replace("xapp-…", slack.app_token)
        .replace(".venv/bin/signoff", f"exec {SIGNOFF}")
    )
    environment = {**os.environ, "SLACK_API_URL": slack.api_url, "SIGNOFF_PORT": "0"}
    bot = await asyncio.create_subprocess_exec(
        "sh", "-c", script, cwd=tmp_path, env=environment, stdout=asyncio.subprocess.PIPE
    )
    assert bot.stdout is not None
    line = (await asyncio.wait_for(bot.stdout.readline(), 30)).decode()
    bot.terminate()
    await bot.stdout.read()
    assert await bot.wait() == 0
    await slack.close()
    assert line.startswith("Signoff serves Local as @signoff in Socket Mode, with ship")


_SAID_OF_THE_DATABASE = ("checked", "paused", "Would fire at once", "It continues", "before")


@pytest.mark.long
def test_the_command_line_does_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Line by line in an empty folder, with the runs and the starter that there are.

    Commands share nothing but the folder, so most of them run in this process: starting one costs a second.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIGNOFF_CLI_DECIDES", "true")
    monkeypatch.setenv("SIGNOFF_GROUPS", '{"release-managers": ["U03CAROL"]}')
    monkeypatch.setenv("PATH", f"{SIGNOFF.parent}{os.pathsep}{os.environ['PATH']}")
    ids: list[str] = []

    def signoff(*arguments: str) -> str:
        code = main(arguments)
        said = capsys.readouterr()
        assert code == 0, f"signoff {' '.join(arguments)}\n{said.err}"
        return said.out

    for line in block_with("docs/guides/operating.md", "signoff runs").splitlines():
        words = shlex.split(line, comments=True)[1:]
        if "deploy-8f3k" in words or "deploy-2c9d" in words:
            waiting = json.loads(signoff("runs", "--state", "waiting", "--json"))["runs"]
            ids = [run["id"] for run in waiting] or ids
            words = [ids[0] if word.startswith("deploy-") else word for word in words]
        words = ["cli" if word in ("U012AB3CD", "webhook:alerts") else word for word in words]
        signoff(*words)
        if words[0] == "decide":
            signoff("run", "deploy", "version=1.4.3")
    states = [run["state"] for run in json.loads(signoff("runs", "--json"))["runs"]]
    assert states == ["cancelled", "succeeded"]
    assert "as it was written" in signoff(*block_with("docs/guides/audit.md", "audit verify\n").split()[1:])
    assert "request.opened" in signoff(*block_with("docs/guides/audit.md", "audit show").split()[1:])
    assert "deploy" in signoff(*block_with("docs/guides/audit.md", "audit review").split()[1:])
    for line in block_with("docs/guides/audit.md", "audit export").splitlines():
        assert "As recorded: " in signoff(*line.split()[1:])
    decided = json.loads(signoff("runs", "--state", "succeeded", "--json"))["runs"][0]["id"]
    receipts = block_with("docs/guides/audit.md", "receipt export").replace("deploy-8f3k", decided)
    done = subprocess.run(["sh", "-ec", receipts], capture_output=True, text=True)
    assert "Genuine" in done.stdout, done.stderr
    # In the order of the page: backup, restore, prospect, resume, vacuum.
    said = [
        signoff(*block.text.split()[1:])
        for block in blocks(ROOT / "docs/guides/backup.md")
        if block.text.startswith("signoff db")
    ]
    assert [words in one for words, one in zip(_SAID_OF_THE_DATABASE, said, strict=True)] == [True] * 5


_OF_THE_PLAYBOOKS = """
from signoff import Outcome, Retry, Workflow

deploy = Workflow("deploy", owner="U01ALICE", channel="#deploys")
go = deploy.approval("go", ask="Ship?", approvers=["U02BOB"], expires="4h")


@deploy.step(when=go.approved)
async def release(go: Outcome) -> str:
    return "out"


backup = Workflow("backup", owner="U01ALICE", channel="#deploys")


async def to_spare() -> str:
    return "spare"


@backup.step(retry=Retry(attempts=2, delay="1s"), alternative=to_spare)
async def keep_copy() -> str:
    raise OSError("the store does not answer")
"""


@pytest.mark.long
def test_the_playbooks_find_what_they_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command of the page, on a run that waits and on one that was rerouted."""
    monkeypatch.chdir(tmp_path)
    flows = tmp_path / "flows.py"
    flows.write_text(_OF_THE_PLAYBOOKS, encoding="utf-8")
    monkeypatch.setenv("SIGNOFF_WORKFLOWS", str(flows))

    def signoff(*arguments: str) -> str:
        code = main(arguments)
        said = capsys.readouterr()
        assert code == (1 if arguments[0] == "doctor" else 0), f"signoff {' '.join(arguments)}\n{said.err}"
        return said.out

    ids = {}
    for name in ("deploy", "backup"):
        signoff("run", name)
        ids[name] = json.loads(signoff("runs", name, "--json"))["runs"][0]["id"]
    said: dict[tuple[str, int, str], str] = {}
    lists = [block for block in blocks(ROOT / "docs/guides/playbooks.md") if block.language == "sh"]
    for number, block in enumerate(lists):
        for line in block.text.splitlines():
            words = shlex.split(line, comments=True)[1:]
            for name, id_ in ids.items():
                mine = [id_ if word == "deploy-8f3k" else word for word in words]
                said[name, number, " ".join(words)] = signoff(*mine)
    assert len(lists) == 4
    shown = "show deploy-8f3k"
    of_run = "audit show --run deploy-8f3k --type"
    for name, number, command, told in (
        ("deploy", 0, shown, "waits for people at go"),
        ("deploy", 0, shown, "may decide"),
        ("deploy", 0, f"{of_run} request", "request.unanswerable"),
        ("deploy", 0, "doctor", "No process serves"),
        ("backup", 1, f"{of_run} step", "step.retrying"),
        ("backup", 1, f"{of_run} step", "the store does not answer"),
        ("backup", 2, shown, "done by its alternative"),
        ("backup", 2, f"{of_run} step.rerouted", "step.rerouted"),
        ("deploy", 3, "audit verify", "as it was written"),
    ):
        assert told in said[name, number, command], said[name, number, command]


async def test_the_local_slack_starts_as_its_page_says(tmp_path: Path) -> None:
    words = shlex.split(block_with("docs/reference/local-slack.md", "-m localslack"))
    words = [{"8030": "0", "manifest.yaml": str(ROOT / "manifest.yaml")}.get(word, word) for word in words]
    slack = await asyncio.create_subprocess_exec(
        sys.executable,
        *words[1:],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert slack.stdout is not None
    line = await asyncio.wait_for(slack.stdout.readline(), 30)
    slack.terminate()
    await slack.stdout.read()
    assert await slack.wait() == 0
    assert line.startswith(b"Local Slack at http://127.0.0.1:")


def test_every_setting_is_explained() -> None:
    from bot.settings.config import Settings

    text = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    for field in Settings.model_fields.values():
        assert f"`{field.validation_alias}`" in text
