"""The demo applies the policy file of the environment, as `signoff serve` does."""

from pathlib import Path

import pytest

from bot.demo.demo import demo_settings
from bot.errors import ConfigError
from bot.settings.engine_settings import LoadedWorkflows, engine_settings
from engine import Registry

RULE = "rules:\n  - {name: freeze, when: true, deny: Frozen.}\n"


def test_the_demo_applies_a_policy_file_and_refuses_a_wrong_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "policies.yaml"
    file.write_text(RULE)
    monkeypatch.setenv("SIGNOFF_POLICIES", str(file))
    settings = demo_settings(tmp_path / "demo")
    policies = engine_settings(settings, LoadedWorkflows((), Registry())).policies
    assert policies is not None
    assert [rule.name for rule in policies.rules] == ["freeze"]
    file.write_text(RULE.replace("deny", "forbid"))
    with pytest.raises(ConfigError, match="SIGNOFF_POLICIES") as refused:
        engine_settings(settings, LoadedWorkflows((), Registry()))
    assert "policies.yaml:2:" in str(refused.value)
    file.unlink()
    with pytest.raises(ConfigError, match="cannot be read"):
        engine_settings(settings, LoadedWorkflows((), Registry()))
