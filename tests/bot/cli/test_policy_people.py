"""The command line names the people of policies who could not give an approval."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli.doctor.diagnosis import _workflow_findings
from bot.cli.main import main
from bot.settings.config import read_settings

Signoff = Callable[..., tuple[int, str]]
FLOW = """
from signoff import Workflow

deploy = Workflow("deploy", owner="@platform")


@deploy.step
async def release() -> str:
    return "released"
"""
RULES = """rules:
  - name: eyes
    at: step
    when: step.name == "release"
    require: {by: ["@relese-managers"], people: 2}
    reason: Two release managers approve.
"""
NOBODY = "rule eyes: Its approval cannot be given. There is no group called @relese-managers"


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    groups = {"release-managers": ["U01", "U02", "U03"], "platform": ["U02"]}
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIGNOFF_WORKFLOWS", "flow.py")
    monkeypatch.setenv("SIGNOFF_GROUPS", json.dumps(groups))
    (tmp_path / "flow.py").write_text(FLOW, encoding="utf-8")
    path = tmp_path / "policies.yaml"
    path.write_text(RULES, encoding="utf-8")
    monkeypatch.setenv("SIGNOFF_POLICIES", str(path))
    return path


@pytest.fixture
def signoff(rules: Path, capsys: pytest.CaptureFixture[str]) -> Signoff:
    return lambda *arguments: (main(arguments), capsys.readouterr().out)


def test_a_policy_that_asks_an_unknown_group_is_named_with_its_line_and_the_nearest_one(
    signoff: Signoff, rules: Path
) -> None:
    assert signoff("policy", "check", "policies.yaml")[0] == 0
    for command in (("policy", "check", "policies.yaml", "--people"), ("check", "--people")):
        code, out = signoff(*command)
        assert code == 1
        assert f"policies.yaml:2: {NOBODY}" in out
        assert "Did you mean @release-managers?" in out


@pytest.mark.parametrize(
    ("people", "why"), [(3, "If U01 or U02 or U03 requests it"), (4, "3 people can decide")]
)
def test_a_policy_that_asks_more_people_than_there_are_is_named(
    signoff: Signoff, rules: Path, people: int, why: str
) -> None:
    text = RULES.replace("relese", "release").replace("people: 2", f"people: {people}")
    rules.write_text(text, encoding="utf-8")
    code, out = signoff("policy", "check", "policies.yaml", "--people")
    assert (code, why in out) == (1, True)
    rules.write_text(RULES.replace("relese", "release"), encoding="utf-8")
    for command in (("policy", "check", "policies.yaml", "--people"), ("check", "--people")):
        assert signoff(*command)[0] == 0


def test_doctor_names_the_people_of_a_policy(rules: Path) -> None:
    settings = read_settings(
        {"SIGNOFF_POLICIES": str(rules), "SIGNOFF_GROUPS": '{"ops": ["U012AB3CD"]}'}, None
    )
    found = [each.text for each in asyncio.run(_workflow_findings(settings, None, "signoff"))]
    assert any("policy eyes: Its approval cannot be given. There is no group" in text for text in found)
