"""Only a named environment file, or the one in the installation's folder, decides about code and tokens."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.slack.addresses import is_loopback, reveals_token

PUBLIC_KEY = """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
-----END PUBLIC KEY-----
"""
FLOW = """
from pathlib import Path

from signoff import Workflow

Path(__file__).with_name("was-executed").touch()
flow = Workflow("{name}", owner="@ops")


@flow.step
def work() -> None: ...
"""
Signoff = Callable[..., tuple[int, str, str]]


@pytest.fixture
def signoff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Signoff:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def env(file: Path, name: str, mode: int = 0o600) -> Path:
    """An environment file that has a workflow of this name loaded; gives the folder of the workflow."""
    code = file.parent / f"code-{name}"
    code.mkdir(parents=True)
    (code / "flow.py").write_text(FLOW.format(name=name))
    file.write_text(f"SIGNOFF_WORKFLOWS={code / 'flow.py'}\n")
    file.chmod(mode)
    return code


def executed(code: Path) -> bool:
    return (code / "was-executed").exists()


@pytest.mark.parametrize("command", [("check",), ("run", "evil"), ("schedules",)])
def test_the_file_of_the_working_directory_is_ignored_and_that_is_said(
    signoff: Signoff, tmp_path: Path, command: tuple[str, ...]
) -> None:
    evil = env(tmp_path / ".env", "evil")
    _, _, err = signoff(*command)
    assert not executed(evil)
    assert f"{tmp_path / '.env'} is ignored: only {tmp_path / '.signoff' / '.env'} is read" in err
    assert "name it: --env .env" in err


def test_a_file_of_another_program_is_not_worth_a_word(signoff: Signoff, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("NODE_ENV=production\n")
    assert "ignored" not in signoff("check")[2]


@pytest.mark.parametrize("words", [("--env", "own.env", "check"), ("check", "--env=own.env")])
def test_a_named_file_is_read(signoff: Signoff, tmp_path: Path, words: tuple[str, ...]) -> None:
    own = env(tmp_path / "own.env", "own")
    assert signoff(*words)[0] == 0
    assert executed(own)
    assert "SIGNOFF_ENV" not in os.environ


def test_the_file_in_the_folder_of_the_database_is_read(
    signoff: Signoff, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside, here = env(tmp_path / "site" / ".env", "beside"), env(tmp_path / ".signoff" / ".env", "here")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'site' / 'signoff.db'}")
    assert signoff("check")[0] == 0
    assert (executed(beside), executed(here)) == (True, False)
    monkeypatch.delenv("DATABASE_URL")
    assert signoff("check")[0] == 0
    assert executed(here)


@pytest.mark.parametrize(
    ("name", "mode", "said"),
    [
        (".signoff/.env", 0o644, "can be read or changed by others (mode 0644)"),
        ("named.env", 0o666, "can be changed by others (mode 0666)"),
    ],
)
def test_a_file_that_others_can_use_is_refused(
    signoff: Signoff, tmp_path: Path, name: str, mode: int, said: str
) -> None:
    code = env(tmp_path / name, "flow", mode)
    named = ["--env", name] if name == "named.env" else []
    exit_code, _, err = signoff("check", *named)
    assert (exit_code, executed(code)) == (1, False)
    assert said in err
    assert f"chmod 600 {tmp_path / name}" in err


@pytest.mark.skipif(os.geteuid() != 0, reason="needs two users")
@pytest.mark.parametrize("name", [".signoff/.env", "named.env"])
def test_a_file_of_another_user_is_refused(signoff: Signoff, tmp_path: Path, name: str) -> None:
    code = env(tmp_path / name, "flow", 0o600)
    os.chown(tmp_path / name, 65534, 65534)
    named = ["--env", name] if name == "named.env" else []
    exit_code, _, err = signoff("check", *named)
    assert (exit_code, executed(code)) == (1, False)
    assert "belongs to another user, who could choose which code runs" in err


def test_a_named_file_that_is_missing_is_refused(signoff: Signoff, tmp_path: Path) -> None:
    assert signoff("check", "--env", "prod.env")[::2] == (
        1, f"error: --env names {tmp_path / 'prod.env'}, and there is no such file.\n",
    )  # fmt: skip
    assert signoff("check", "--env")[2] == "error: --env needs the name of a file: --env /etc/signoff.env.\n"


def in_place_of_a_file(path: Path, kind: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "a folder":
        path.mkdir()
    elif kind == "a pipe":
        os.mkfifo(path, 0o600)
    elif kind == "a device":
        path.symlink_to("/dev/zero")
    elif kind == "a socket":
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path.name)
        Path(path.name).rename(path)
    else:
        path.symlink_to("nowhere")


@pytest.mark.parametrize(
    "kind", ["a folder", "a pipe", "a device", "a socket", "a link to a file that is missing"]
)
@pytest.mark.parametrize("named", [True, False])
def test_anything_else_in_the_place_of_the_file_is_named_and_never_waited_for(
    signoff: Signoff, tmp_path: Path, kind: str, named: bool
) -> None:
    path = tmp_path / ("own.env" if named else ".signoff/.env")
    in_place_of_a_file(path, kind)
    code, out, err = signoff("check", *(["--env", str(path)] if named else []))
    assert (code, out) == (1, "")
    assert f"{path} is {kind}, so no settings can be read from it. Put a text file in its place" in err


@pytest.mark.parametrize("kind", ["a folder", "a pipe", "a device", "a socket"])
@pytest.mark.parametrize(
    "command",
    [("receipt", "verify"), ("audit", "verify", "--checkpoint"), ("receipt", "verify", "x", "--key")],
)
def test_anything_else_in_the_place_of_a_document_is_refused_and_never_waited_for(
    signoff: Signoff, tmp_path: Path, kind: str, command: tuple[str, ...]
) -> None:
    in_place_of_a_file(tmp_path / "odd", kind)
    (tmp_path / "k.pub").write_text(PUBLIC_KEY, encoding="utf-8")
    key = () if "--key" in command else ("--key", "k.pub")
    code, _, err = signoff(*command, "odd", *key)
    assert (code, err) == (
        1,
        f"error: odd: it is {kind}, not a file. Name a text file that this user can read.\n",
    )


@pytest.mark.parametrize(
    ("url", "reveals"),
    [
        ("https://slack.com/api/", False),
        ("http://127.0.0.1:8765/api/", False),
        ("http://127.1.2.3/", False),
        ("http://[::1]:80/", False),
        ("http://localhost/", False),
        ("http://slack.com/api/", True),
        ("http://localhost.evil.example/", True),
        ("http://127.0.0.1.evil.example/", True),
        ("http://127.0.0.1@evil.example/", True),
        ("http://10.0.0.1/", True),
        ("ftp://example.com/", True),
        ("http://[::1/", True),
    ],
)
def test_a_token_leaves_this_machine_only_encrypted(url: str, reveals: bool) -> None:
    assert reveals_token(url) is reveals


def test_no_name_but_localhost_is_this_machine() -> None:
    assert not is_loopback("127.0.0.1.nip.io")


def test_a_client_does_not_send_its_token_over_plain_http(
    signoff: Signoff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNOFF_TOKEN", "token")
    code, _, err = signoff("ask", "gate", "Ship?", "--url", "http://signoff.example:3000")
    assert code == 1
    assert "would take the token over the network unencrypted. Use https://" in err


def test_a_file_that_is_too_large_for_settings_is_refused_at_once(signoff: Signoff, tmp_path: Path) -> None:
    file = tmp_path / "big.env"
    file.write_text("".join(f"V{number}=x\n" for number in range(300_000)))
    file.chmod(0o600)
    code, _, told = signoff("--env", str(file), "check")
    assert code == 1
    assert "big.env is larger than 256 KB. Write a text file with lines like NAME=value." in told
