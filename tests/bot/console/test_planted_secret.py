"""A secret that a workflow plants is on no page of the console and in no report."""

from pathlib import Path

import aiohttp
import pytest

from bot.console.parts import ConsoleSettings, Parts
from bot.http.listening import listening
from bot.http.server import build_server
from bot.reports.html_page import html_page
from bot.reports.markdown import markdown
from bot.reports.reading import read_report
from bot.views.message import Names
from engine import StaticPeople
from engine.testing import Harness
from tests.planted_secret import NAME, VALUE, WORKFLOW, found_in

PAGES = ("", "/runs", "/approvals", "/events", "/workflows/pay", "/runs/{run}", "/runs/{run}/graph.svg")


async def test_a_planted_secret_is_on_no_page_and_in_no_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NAME, VALUE)
    file = tmp_path / "flow.py"
    file.write_text(WORKFLOW)
    async with Harness(file, people=StaticPeople(groups={"ops": ["U1"]})) as harness:
        run = await harness.start("pay")
        engine, clock = harness.engine, harness.clock

        async def problems() -> dict[str, str]:
            return {}

        parts = Parts(engine, clock, ConsoleSettings("open"), lambda: None, lambda: None)
        app = build_server(problems=problems, clock=clock, engine=engine, console=parts)
        seen = []
        async with listening(app, "127.0.0.1", 0) as port, aiohttp.ClientSession() as http:
            for page in PAGES:
                path = page.format(run=run.id)
                async with http.get(f"http://127.0.0.1:{port}/console{path}") as answer:
                    data = await answer.read()
                    assert found_in(data) == [], path
                    seen.append((answer.status, b"[hidden]" in data))
        assert (200, True) in seen

        async def names(*_: object) -> Names:
            return Names({})

        report = await read_report(engine, run.id, names)
        for text in (markdown(report), html_page(report)):
            assert "[hidden]" in text
            assert found_in(text.encode()) == []
