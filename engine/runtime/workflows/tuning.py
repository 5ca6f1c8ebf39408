"""Decisions with thresholds that approvers changed: the code of such a step, with a digest of its own."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import orjson

from engine.compiler.compiled import Compiled
from engine.compiler.nodes.step_code import StepCode
from engine.model.definition.decisions import DecisionSpec
from engine.model.versions.threshold import ThresholdSetting
from engine.steps.decision import Decision


def applies(setting: ThresholdSetting, compiled: Compiled) -> bool:
    """Return whether the file still has the thresholds that the setting changed."""
    code = compiled.code.get(setting.step)
    spec = code.operation if code else None
    return isinstance(spec, DecisionSpec) and spec.thresholds == dict(setting.base)


def tuned(compiled: Compiled, settings: Iterable[ThresholdSetting]) -> Compiled:
    """Return the workflow with the settings that apply to it. Its definition stays, its code is another."""
    code = {
        setting.step: _tuned_code(compiled.code[setting.step], setting)
        for setting in settings
        if setting.workflow == compiled.definition.name and applies(setting, compiled)
    }
    return replace(compiled, code={**compiled.code, **code}) if code else compiled


def _tuned_code(code: StepCode, setting: ThresholdSetting) -> StepCode:
    spec = code.operation
    assert isinstance(spec, DecisionSpec)
    changed = spec.model_copy(update={"thresholds": dict(setting.thresholds)})
    parts = [code.digest, setting.number, dict(setting.thresholds)]
    digest = hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return replace(code, function=_function(changed, setting), digest=digest, operation=changed)


def _function(spec: DecisionSpec, setting: ThresholdSetting) -> Any:
    """Return the function of the step. Its output says which setting it used, so that approvals cover it."""
    decision = Decision((), spec.default, spec.thresholds, None, spec.margin, checked=spec)
    starts = ", ".join(f"{outcome} from {start:g}" for outcome, start in setting.thresholds.items())

    async def execute(**outputs: Any) -> Mapping[str, Any]:
        ctx = outputs.pop("ctx")
        output = await decision.execute(outputs, ctx)
        return {**output, "why": f"{output['why']} (threshold setting {setting.number}: {starts})"}

    return execute
