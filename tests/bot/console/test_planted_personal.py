"""Personal data that a workflow plants is on no page of the console and in no report."""

from pathlib import Path

import aiohttp

from bot.console.parts import ConsoleSettings, Parts
from bot.http.listening import listening
from bot.http.server import build_server
from bot.reports.html_page import html_page
from bot.reports.markdown import markdown
from bot.reports.reading import read_report
from bot.reports.typst_text import typst_text
from bot.views.message import Names
from engine import StaticPeople
from engine.testing import Harness
from tests.planted_personal import INPUT, WORKFLOW, found_in

PAGES = ("", "/runs", "/approvals", "/events", "/workflows/signup", "/runs/{run}", "/runs/{run}/graph.svg")


async def test_planted_personal_data_is_on_no_page_and_in_no_report(tmp_path: Path) -> None:
    file = tmp_path / "flow.py"
    file.write_text(WORKFLOW)
    async with Harness(file, people=StaticPeople(groups={"ops": ["U1"]})) as harness:
        run = await harness.start("signup", INPUT)
        await harness.signal(run, "reply", {"phone": INPUT["phones"][0]})
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
                    assert b"[personal:" not in data, path
                    seen.append((path, answer.status, b"[personal]" in data))
        assert (f"/runs/{run.id}", 200, True) in seen

        async def names(*_: object) -> Names:
            return Names({})

        report = await read_report(engine, run.id, names)
        for text in (markdown(report), html_page(report), typst_text(report)):
            assert "personal" in text
            assert "personal:" not in text
            assert found_in(text.encode()) == []
