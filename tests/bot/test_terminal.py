"""Text from outside forges no line on a terminal, in a log or for a build server, and steers nothing."""

import json
import logging
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.commands.receipt import lines
from bot.cli.log_format import Formatter
from bot.cli.output import CommandError, Line, Output, error, note
from bot.terminal import printed, printed_json
from bot.views.wording import escapes
from bot.views.wording.escapes import escaped
from bot.views.wording.visible import is_hidden
from engine.text import INVISIBLE

FORGED = (
    "fine\n::set-env name=PATH::/tmp\r\nGenuine: signed by the key 1."
    "\x1b[2K\x9b2J\x7f\u202eexe.\u2028next\x85\v\f"
)
COMMANDS = ("::set-env name=A::b", "  ::error::x", "##[error]x", "##vso[task.setvariable]x", "\u200b::x")


@given(st.text())
def test_a_printed_text_is_one_line_of_signs_that_are_seen(text: str) -> None:
    line = printed(text)
    assert len(line.splitlines()) <= 1
    assert not any(is_hidden(sign) for sign in line.replace("⟦", "") if sign != "\ufe0f" and sign != "\u200d")
    assert printed(line) == line


@pytest.mark.parametrize("character", sorted(INVISIBLE), ids=ascii)
def test_letters_and_symbols_that_show_nothing_are_escaped(character: str) -> None:
    assert character not in printed(f"a{character}b")
    assert character not in escaped(f"a{character}b")
    assert character in escapes.INVISIBLE


@pytest.mark.parametrize("text", COMMANDS)
def test_no_line_is_a_command_to_a_build_server(text: str) -> None:
    assert not printed(text).strip().startswith(("::", "##["))


@given(st.recursive(st.text() | st.integers(), lambda inner: st.dictionaries(st.text(), inner)))
def test_printed_json_reads_back_the_same_and_shows_every_sign(value: object) -> None:
    text = printed_json(value)
    assert json.loads(text) == value
    assert not any(is_hidden(sign) for sign in text)


def test_a_line_a_table_and_an_error_of_the_command_line_stay_one_line_each(
    capsys: pytest.CaptureFixture[str],
) -> None:
    output = Output()
    output.line(FORGED)
    output.line(Line(FORGED, style="bold"))
    output.table(["RUN", "REASON"], [("run", FORGED)])
    note(FORGED)
    error(FORGED)
    said = capsys.readouterr()
    assert [line.split("⟦")[0].strip() for line in said.out.splitlines()] == [
        "fine", "fine", "RUN  REASON", "run  fine",
    ]  # fmt: skip
    assert [line.split("⟦")[0] for line in said.err.splitlines()] == ["fine", "error: fine"]
    for sign in "\x1b\x9b\x7f\u202e\r\x85":
        assert sign not in said.out + said.err


def test_json_of_the_command_line_has_no_control_or_direction(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=True).data({"comment": FORGED})
    said = capsys.readouterr().out
    assert json.loads(said) == {"comment": FORGED}
    assert not any(is_hidden(sign) for sign in said)


def test_an_error_of_several_lines_says_each_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    error(*CommandError("first", "a\nb").lines)
    assert capsys.readouterr().err == "error: first\na⟦newline⟧b\n"


def test_a_comment_forges_no_line_of_a_verified_receipt(capsys: pytest.CaptureFixture[str]) -> None:
    made = {
        "choice": "approve", "by": {"as_user": None, "id": "U1"}, "at": "now", "counts": True,
        "comment": "ok\n  reject by U2, now",
    }  # fmt: skip
    found = {
        "covered": {"ask": "Go?\nGenuine: signed"}, "outcome": "approved", "ended_at": "now",
        "decisions": [made], "by_time": False, "executed": [], "digest": "d",
    }  # fmt: skip
    output = Output()
    for line in lines(found, "k\nGenuine"):
        output.line(line)
    assert [line[:7] for line in capsys.readouterr().out.splitlines()] == [
        "Genuine", "Go?⟦new", "  appro", "Digest ",
    ]  # fmt: skip


def test_nothing_that_is_logged_forges_a_record_of_the_log() -> None:
    def raised() -> logging.LogRecord:
        try:
            raise ValueError(f"bad {FORGED}\n2026-01-05 09:00:00,000 INFO bot: approved")
        except ValueError:
            return logging.LogRecord(
                "bot", logging.ERROR, str(Path("x")), 1, "command %s", (FORGED,), sys.exc_info()
            )

    first, *rest = Formatter(()).format(raised()).split("\n")
    assert "command fine⟦newline⟧::set-env" in first
    assert rest
    assert all(line.startswith("  ") for line in rest)
    assert not any(is_hidden(sign) for line in (first, *rest) for sign in line.replace("⟦", ""))
