"""A secret reaches the step that names it, and no record of it."""

import logging
from pathlib import Path

import pytest

from engine import Actor, DefinitionErrors, Engine, EngineSettings, StaticPeople, Workflow
from engine.authoring.loader import load
from engine.testing import Harness
from engine.vault import Vault
from tests.planted_secret import FORMS, NAME, REFUSED, VALUE, WORKFLOW, found_below, found_in

PEOPLE = StaticPeople(groups={"ops": ["U1"]})


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(NAME, VALUE)
    file = tmp_path / "flow.py"
    file.write_text(WORKFLOW)
    return file


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    for form in FORMS:
        (tmp_path / "signoff.db-wal").write_bytes(b"\0\1" + form + b"\0")
        assert found_below(tmp_path)


async def test_a_planted_secret_is_nowhere(
    planted: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "installation"
    folder.mkdir()
    async with Harness(planted, people=PEOPLE, folder=folder) as harness:
        run = await harness.start("pay")
        await harness.advance("2m")
        state = await harness.state(run)
        steps = {step.step: step for step in state.steps}
        errors = {name: step.failure.message for name, step in steps.items() if step.failure}
        assert {name: said for name, said in REFUSED.items() if said not in errors.get(name, "")} == {}
        assert steps["logs"].output == len(VALUE)
        assert steps["threaded"].output == "ok"
        assert steps["says"].output["stdout"] == "[hidden]\n"
        assert "[hidden]" in str(await harness.engine.step_logs(run.id, "logs"))
        assert found_below(folder) == []
        assert [form for form in FORMS if form.decode() in str(state)] == []
    assert found_below(folder) == []


async def test_the_log_of_the_process_hides_it(planted: Path) -> None:
    from bot.cli.log_format import Formatter

    settings = EngineSettings(planted.parent / "data").resolved(planted.parent)
    settings.vault.reveal(NAME)
    record = logging.LogRecord("author", logging.WARNING, "", 0, "key %s", (VALUE,), None)
    assert found_in(Formatter(settings.vault.known).format(record).encode()) == []


async def test_a_missing_secret_is_named_at_load_and_fails_the_step_for_good(
    planted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(NAME)
    (found, _) = load([planted])
    assert found.secrets == {NAME}
    async with Harness(planted, people=PEOPLE) as harness:
        said = await harness.engine.secret_problems()
        assert said[0].startswith(f"The secret {NAME} is not set. Set it in the environment of Signoff")
        step = await harness.step(await harness.start("pay"), "threaded")
        assert step.failure is not None
        assert step.failure.message == said[0]
        assert step.attempt == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('KEY = secret("sk live 123")', "secret() has no name of a secret."),
        ('KEY = secret("PAYMENTS_KEY").reveal()', "is revealed while the file is loaded"),
        ("KEY = f\"{secret('PAYMENTS_KEY')}\"", "is not a text"),
    ],
)
def test_a_file_that_has_a_value_instead_of_a_name_is_refused(line: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "flow.py"
    file.write_text(f'from signoff import Workflow, secret\n{line}\nflow = Workflow("pay", owner="@ops")\n')
    with pytest.raises(DefinitionErrors) as refused:
        load([file])
    assert said in str(refused.value)
    assert "sk live" not in str(refused.value)


async def test_a_command_that_hangs_delays_no_step_of_a_workflow_without_secrets(tmp_path: Path) -> None:
    answer = tmp_path / "answer"
    wait = f"until test -e {answer}; do sleep 0.05; done; echo the-value-of-$0"
    vault = Vault({}, None, f"sh -c '{wait}' {{name}}")
    vault.expect({"pays": ["PAY_KEY"], "plain": []})
    plain = Workflow("plain", owner="@ops")

    @plain.step
    async def go() -> bool:
        return answer.exists()

    engine = await Engine.open(
        tmp_path / "signoff.db", people=PEOPLE, settings=EngineSettings(tmp_path / "data", vault=vault)
    )
    try:
        engine.register(plain)
        await engine.serve()
        run = await engine.start("plain", actor=Actor("slack", "U1"))
        await engine.activity.idle()
        (step,) = (await engine.detail(run.id)).steps
        assert step.output is False
        answer.touch()
        await vault.refresh("pays")
        assert vault.known.name_in("the-value-of-PAY_KEY") == "PAY_KEY"
    finally:
        answer.touch()
        await engine.close(grace=0)
