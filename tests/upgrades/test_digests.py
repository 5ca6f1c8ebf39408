"""A new name of an option changes neither the digest of a definition nor that of a step's code."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from engine import Gate, Workflow
from engine.authoring.source_digest import with_stored_names
from engine.compiler import compile_workflow
from engine.model.definition.spec import Definition
from tests.upgrades.early_workflows import EARLY
from tests.upgrades.pending import WORKFLOWS
from tests.upgrades.test_upgrades import HERE, RELEASES

NEWEST = [(HERE / "0.1.0-answers.sql", WORKFLOWS), (HERE / "early" / "0.1.0-answers.sql", EARLY)]
EVERY = [
    *((each, WORKFLOWS) for each in RELEASES),
    *((each, EARLY) for each in (HERE / "early").glob("*.sql")),
]


def stored_definitions(release: Path) -> dict[str, str]:
    """By digest: the definitions that a release stored."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(release.read_text("utf-8"))
        return dict(database.execute("SELECT digest, canonical FROM definition"))


@pytest.mark.parametrize(("release", "workflows"), NEWEST, ids=["pending", "early"])
def test_unchanged_workflow_keeps_the_digest_that_the_last_release_stored(
    release: Path, workflows: Iterable[Workflow]
) -> None:
    stored = stored_definitions(release)
    for workflow in workflows:
        definition = compile_workflow(workflow).definition
        assert definition.digest() in stored
        assert Definition.model_validate_json(stored[definition.digest()]) == definition


@pytest.mark.parametrize(("release", "workflows"), EVERY, ids=lambda each: getattr(each, "stem", ""))
def test_unchanged_step_keeps_the_code_digest_that_every_release_stored(
    release: Path, workflows: Iterable[Workflow]
) -> None:
    text = release.read_text("utf-8")
    for workflow in workflows:
        for code in compile_workflow(workflow).code.values():
            assert code.digest in text, (workflow.name, code.step)


def test_step_digest_covers_the_options_of_retry_under_their_first_names() -> None:
    source = """@flow.step(
    when=go.approved, retry=engine.Retry(3, delay="1s", backoff=2, retry_on=(OSError,), max_delay="é"),
)
async def act(delay: str) -> str:
    return str(Retry(delay="1s"))
"""
    expected = """@flow.step(
    when=go.approved, retry=engine.Retry(3, first="1s", factor=2, on=(OSError,), cap="é"),
)
async def act(delay: str) -> str:
    return str(Retry(delay="1s"))
"""
    assert with_stored_names(source) == expected
    assert with_stored_names(expected) == expected
    assert with_stored_names("lambda: 3)") == "lambda: 3)"


def test_unchanged_gate_keeps_its_digest_when_the_words_of_the_code_change() -> None:
    gate = Gate("deploys", owner="@ops", channel="#ops", approvers="@release", expires="4h")
    digest = compile_workflow(gate).definition.digest()
    assert digest == "c6a453c0ea2669e1fb5cd2b931beb08f7b41fde051411da7d7a6089b5a22ea31"
