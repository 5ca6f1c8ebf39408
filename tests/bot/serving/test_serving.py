"""How `signoff serve` ends, and what its log shows."""

import asyncio
import io
import logging
import os
import signal
import sys
import time

import pytest

from bot.cli.log_format import Formatter
from bot.cli.output import CommandError
from bot.cli.serving import how_to_stop, until_stopped
from bot.serving.shutdown import StopRequest, end_on_sigterm

INTERVAL = 0.01
"""Seconds between two looks at the handler of SIGTERM."""


async def waits() -> None:
    await asyncio.Event().wait()


async def cancels_all() -> None:
    asyncio.get_running_loop().call_soon(lambda: [task.cancel() for task in asyncio.all_tasks()])
    await waits()


async def stops_the_loop() -> None:
    asyncio.get_running_loop().call_soon(asyncio.get_running_loop().stop)
    await waits()


async def exits_in_a_callback() -> None:
    asyncio.get_running_loop().call_soon(sys.exit, 7)
    await waits()


@pytest.mark.parametrize("work", [cancels_all, stops_the_loop, exits_in_a_callback])
def test_a_loop_that_a_step_ends_is_an_error_so_that_a_supervisor_starts_again(work) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(CommandError, match="Nobody stopped Signoff: a step, or a library that it uses"):
        until_stopped(work(), StopRequest())


def test_sigterm_ends_without_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    ending = StopRequest()

    async def work() -> None:
        end_on_sigterm(ending)
        signal.raise_signal(signal.SIGTERM)
        await waits()

    until_stopped(work(), ending)
    assert "Stopped." in capsys.readouterr().err


@pytest.mark.parametrize("replaced_by", [signal.SIG_IGN, signal.SIG_DFL])
def test_sigterm_stops_the_process_although_a_step_replaced_its_handler(
    replaced_by: signal.Handlers, capsys: pytest.CaptureFixture[str]
) -> None:
    ending = StopRequest()

    async def work() -> None:
        end_on_sigterm(ending, INTERVAL)
        signal.signal(signal.SIGTERM, replaced_by)
        async with asyncio.timeout(10):
            while signal.getsignal(signal.SIGTERM) is replaced_by:
                await asyncio.sleep(0.01)
        signal.raise_signal(signal.SIGTERM)
        await waits()

    until_stopped(work(), ending)
    assert "Stopped." in capsys.readouterr().err


def test_sigterm_stops_the_process_although_a_library_took_its_handler_in_the_loop(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    ending, theirs = StopRequest(), asyncio.Event()

    async def work() -> None:
        end_on_sigterm(ending, INTERVAL)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, theirs.set)
        async with asyncio.timeout(10):
            while "put its own back" not in caplog.text:
                await asyncio.sleep(0.01)
        signal.raise_signal(signal.SIGTERM)
        await waits()

    until_stopped(work(), ending)
    assert "Stopped." in capsys.readouterr().err
    assert not theirs.is_set()


def test_a_handler_that_nobody_replaced_is_not_reported(caplog: pytest.LogCaptureFixture) -> None:
    ending = StopRequest()

    async def work() -> None:
        end_on_sigterm(ending, INTERVAL)
        for _ in range(3):  # the handler is looked at before each of them ends
            await asyncio.sleep(INTERVAL)
        signal.raise_signal(signal.SIGTERM)
        await waits()

    until_stopped(work(), ending)
    assert "put its own back" not in caplog.text


def test_the_start_says_when_sigint_is_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert how_to_stop().startswith(f"kill {os.getpid()} stops: Ctrl-C is ignored")
        signal.signal(signal.SIGINT, signal.default_int_handler)
        assert how_to_stop() == "Ctrl-C stops."
    finally:
        signal.signal(signal.SIGINT, before)


def test_the_log_says_that_sigint_ended_the_process(caplog: pytest.LogCaptureFixture) -> None:
    # A test that runs in the background of a shell begins with a SIGINT that is ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    async def work() -> None:
        signal.raise_signal(signal.SIGINT)
        await waits()

    try:
        until_stopped(work(), StopRequest())
    finally:
        signal.signal(signal.SIGINT, before)
    assert "SIGINT ended Signoff: Ctrl-C, or a step" in caplog.text


def test_a_stop_succeeds_although_its_last_line_cannot_be_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        pass

    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    until_stopped(work(), StopRequest())


def test_an_error_of_our_own_stays_one() -> None:
    async def work() -> None:
        raise RuntimeError("a fault")

    with pytest.raises(RuntimeError, match="a fault"):
        until_stopped(work(), StopRequest())


def test_credentials_reach_the_log_at_no_level() -> None:
    try:
        raise ConnectionError("GET https://bob:Q7pa55@host/")
    except ConnectionError:
        info = sys.exc_info()
    record = logging.LogRecord("a", logging.DEBUG, "f", 1, "sent %s", ("xoxq Q7secret01",), info)
    text = Formatter(["Q7secret01"]).format(record)
    assert "Q7" not in text
    assert "https://[hidden]@host/" in text


def test_a_long_message_is_shortened_in_the_log_and_hides_its_credentials() -> None:
    """A library at DEBUG can log a text of any size, and each character takes time."""
    secret = "Q7secret01"
    message = "x" * 9_995 + secret + "y" * 20_000_000
    record = logging.LogRecord("a", logging.INFO, "f", 1, "%s", (message,), None)
    began = time.process_time()
    text = Formatter([secret]).format(record)
    assert time.process_time() - began < 1
    assert len(text) < 11_000
    assert "Q7" not in text
    assert text.endswith("… (20,010,005 characters in all)")


def test_a_long_traceback_is_shortened_in_the_log() -> None:
    try:
        raise ValueError("x" * 1_000_000)
    except ValueError:
        record = logging.LogRecord("a", logging.ERROR, "f", 1, "failed", (), sys.exc_info())
    text = Formatter(()).format(record)
    assert "failed" in text
    assert "in test_a_long_traceback_is_shortened_in_the_log" in text
    assert len(text) < 12_000
