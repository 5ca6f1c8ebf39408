"""Log of the process, as text and as JSON: where in a run a line belongs, and what it hides."""

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.log_format import AddsPlace, Formatter, JsonFormatter
from bot.serving.run_log import log_run
from engine import StaticPeople
from engine.testing import Harness
from signoff import Fatal, Retry, Workflow

SECRET = "Xk3-90qLw7Rt-token"


class Written:
    """A log that a test reads."""

    def __init__(self, formatter: Formatter) -> None:
        self.stream = io.StringIO()
        handler = logging.StreamHandler(self.stream)
        handler.setFormatter(formatter)
        handler.addFilter(AddsPlace())
        self.logger = logging.Logger("signoff.test", logging.INFO)
        self.logger.addHandler(handler)
        self.handler = handler

    @property
    def lines(self) -> list[str]:
        return self.stream.getvalue().splitlines()


@pytest.fixture
def runs() -> Iterator[Written]:
    written = Written(JsonFormatter([SECRET]))
    logger = logging.getLogger("signoff.runs")
    logger.addHandler(written.handler)
    level = logger.level
    # Not by assignment: a logger remembers which levels it writes until `setLevel`.
    logger.setLevel(logging.INFO)
    yield written
    logger.removeHandler(written.handler)
    logger.setLevel(level)


def flow() -> Workflow:
    made = Workflow("ship", owner="@ops", on_failure="fail")
    library = logging.getLogger("signoff.runs")

    @made.step(retry=Retry(attempts=2, delay="1s"))
    async def build() -> str:
        library.info("connecting with %s", SECRET)
        raise ConnectionError(f"refused {SECRET}")

    @made.step
    async def fine() -> int:
        return 1

    @made.step(after=["fine"])
    async def bad() -> None:
        raise Fatal("gone")

    return made


async def test_each_attempt_and_each_run_ends_with_a_line_that_has_its_trace(runs: Written) -> None:
    async with Harness(flow(), people=StaticPeople(groups={"ops": ["U1"]})) as harness:
        run = await harness.start("ship")
        await harness.advance("10s")
        for event in await harness.engine.events.of_run(run.id):
            await log_run(event)
    said = [json.loads(line) for line in runs.lines]
    assert {entry["trace"] for entry in said} == {run.trace_id}
    assert {entry["run"] for entry in said} == {run.id}
    texts = [(entry["level"], entry["message"]) for entry in said]
    assert ("INFO", "connecting with [hidden]") in texts
    assert any(text.startswith(f"fine of {run.short} succeeded after") for _, text in texts)
    assert ("INFO", f"build of {run.short} failed, and is repeated: refused [hidden]") in texts
    assert ("WARNING", f"bad of {run.short} failed: gone") in texts
    assert any(level == "WARNING" and text.startswith(f"{run.short} failed") for level, text in texts)
    assert SECRET not in runs.stream.getvalue()


def test_an_error_is_one_line_of_json_without_secrets() -> None:
    written = Written(JsonFormatter([SECRET]))
    try:
        raise ValueError(f"with {SECRET}\nand a line")
    except ValueError:
        written.logger.exception("it failed", exc_info=sys.exc_info())
    (line,) = written.lines
    entry = json.loads(line)
    assert (entry["level"], entry["logger"], entry["message"]) == ("ERROR", "signoff.test", "it failed")
    assert "ValueError" in entry["exception"]
    assert "[hidden]" in entry["exception"]
    assert SECRET not in line


@given(st.text())
def test_every_message_is_one_line_of_json(text: str) -> None:
    written = Written(JsonFormatter([]))
    written.logger.info("%s", text)
    (line,) = written.stream.getvalue().splitlines()[:1]
    assert written.stream.getvalue() == f"{line}\n"
    assert isinstance(json.loads(line)["message"], str)


def test_a_line_of_text_names_the_run() -> None:
    written = Written(Formatter([]))
    written.logger.info("it ends", extra={"run": "ship-1", "trace": "t1\nforged"})
    (line,) = written.lines
    assert "it ends run=ship-1 trace=t1" in line
