"""Training: it continues at its checkpoint after a kill, and only a good, approved model goes live."""

import asyncio
import json
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from signoff import Fatal
from signoff.testing import Harness, StaticPeople
from workflows import model_training
from workflows.model_training import training
from workflows.training import digits

EPOCHS = 100
ROOT = Path(__file__).resolve().parents[2]
PEOPLE = StaticPeople(groups={"release-managers": ["U1"], "platform": ["U3"]})


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[Harness]:
    async with Harness(training, people=PEOPLE, folder=tmp_path) as harness:
        yield harness


def live(folder: Path) -> Any:
    file = folder / "data" / "models" / "live.json"
    return json.loads(file.read_text()) if file.exists() else None


@pytest.mark.long
async def test_an_approved_model_goes_live(harness: Harness) -> None:
    run = await harness.start("model-training", {"epochs": 3})
    (request,) = await harness.requests()
    digest = await harness.output(run, "train")
    assert [each.value for each in request.shown if each.label == "Digest"] == [digest]
    assert live(harness.folder) is None
    await harness.decide("go", "approve", as_user="U1")
    published = live(harness.folder)
    assert (published["digest"], published["file"]) == (digest, f"{run.id}/{digest}.joblib")
    assert [file.name for file in (harness.folder / "data" / "models" / run.id).iterdir()] == [
        f"{digest}.joblib"
    ]


@pytest.mark.long
async def test_a_model_that_is_not_good_enough_asks_nobody(harness: Harness) -> None:
    run = await harness.start("model-training", {"epochs": 1, "minimum": 0.999})
    assert await harness.requests() == []
    assert (await harness.output(run, "gate"))["why"] == "The accuracy is below 0.999."
    assert (await harness.output(run, "report")).endswith("is not used.")
    assert live(harness.folder) is None


@pytest.mark.long
async def test_a_model_that_is_worse_than_the_live_one_asks_nobody(harness: Harness) -> None:
    file = harness.folder / "data" / "models" / "live.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"file": "best/model.joblib", "digest": "d", "accuracy": 0.9999}))
    run = await harness.start("model-training", {"epochs": 1, "minimum": 0.5})
    assert (await harness.output(run, "gate"))["why"] == "The live model is better."
    assert live(harness.folder)["digest"] == "d"


@pytest.mark.long
async def test_another_model_than_the_approved_one_is_not_published(harness: Harness) -> None:
    run = await harness.start("model-training", {"epochs": 1, "minimum": 0.5})
    digest = await harness.output(run, "train")
    (harness.folder / "data" / "models" / run.id / f"{digest}.joblib").write_bytes(b"another")
    await harness.decide("go", "approve", as_user="U1")
    (request,) = await harness.requests()
    assert request.failure is not None
    assert "is not the file that was saved" in request.failure.message
    assert live(harness.folder) is None


async def test_without_the_extra_the_step_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "joblib", None)
    monkeypatch.delitem(sys.modules, "workflows.training.digits", raising=False)
    with pytest.raises(Fatal, match=r"Install scikit-learn: pip install 'signoff\[training\]'.* \(.*joblib"):
        model_training.digits()


async def life(folder: Path) -> None:
    async with Harness(training, people=PEOPLE, folder=folder) as here:
        await here.start("model-training", {"epochs": EPOCHS})


@pytest.mark.long
async def test_training_continues_at_its_checkpoint_after_the_bot_was_killed(tmp_path: Path) -> None:
    code = "import asyncio, sys, pathlib; from tests.workflows.test_model_training import life; "
    code += "asyncio.run(life(pathlib.Path(sys.argv[1])))"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, str(tmp_path), cwd=ROOT)
    async with asyncio.timeout(60):
        while (at_kill := epochs_kept(tmp_path)) < 5:
            assert process.returncode is None
            await asyncio.sleep(0.02)
    process.kill()
    await process.wait()
    assert 5 <= at_kill < EPOCHS
    async with Harness(training, people=PEOPLE, folder=tmp_path) as harness:
        await harness.advance("10s")
        (run,) = await harness.runs("model-training")
        log = "\n".join((await harness.step(run, "train")).log)
        assert epochs_kept(tmp_path) == EPOCHS
        resumed = await harness.output(run, "train")
    model = digits.new_model()
    for _ in range(EPOCHS):
        digits.train_epoch(model)
    again = digits.load(tmp_path / "data" / "models" / run.id, resumed)
    assert (again.coef_ == model.coef_).all()
    assert "Training continues after epoch " in log


def epochs_kept(folder: Path) -> int:
    file = folder / "signoff.db"
    if not file.exists():
        return 0
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        try:
            rows = database.execute("SELECT value FROM checkpoint WHERE key = 'saved'").fetchall()
        except sqlite3.OperationalError:  # before the first migration
            return 0
    return json.loads(rows[0][0])["epochs"] if rows else 0
