"""`signoff contracts drift` lists the triggers whose newest facts do not fit."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path

import pytest

from bot.cli.main import main
from engine import InvalidInput
from engine.testing import Harness

FLOW = """
from pydantic import BaseModel
from signoff import Webhook, Workflow


class Order(BaseModel):
    cents: int


bill = Workflow("bill", input=Order, owner="@dev", channel="#deploys",
                triggers=[Webhook("orders", secret="S", input="{payload}")])


@bill.step
async def charge(input: Order) -> int:
    return input.cents
"""


async def deliver(folder: Path, *payloads: object) -> None:
    async with Harness(folder / "flow.py", folder=folder) as harness:
        for payload in payloads:
            with suppress(InvalidInput):
                await harness.deliver("orders", payload)


def test_drift_is_listed_until_a_fact_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "flow.py").write_text(FLOW)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIGNOFF_WORKFLOWS", "flow.py")
    monkeypatch.setenv("S", "0123456789abcdef")
    asyncio.run(deliver(tmp_path, {"cents": 1}, {"cents": 1, "vat": 2}, {"cents": "x"}))
    assert main(["contracts", "drift", "--data", str(tmp_path), "--json"]) == 1
    (drift,) = json.loads(capsys.readouterr().out)["drift"]
    assert (drift["contract"], drift["facts"]) == ("bill.input", 2)
    assert "cents" in drift["last"]
    asyncio.run(deliver(tmp_path, {"cents": 3}))
    assert main(["contracts", "drift", "--data", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "The newest facts of all triggers fit.\n"
