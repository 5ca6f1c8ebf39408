"""Custom steps of Workflow Builder: a person runs a workflow of Slack's that has a step of the app.

Source: docs.slack.dev/reference/events/function_executed (d), /reference/types/interactivity-type (d). The
local Slack has no Workflow Builder: each execution is a workflow with this one step.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from localslack.errors import ControlError
from localslack.ids import make_id
from localslack.people import who
from localslack.slack import Slack
from localslack.workspace.records import Json

INTERACTIVITY = "slack#/types/interactivity"
_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "string": str, "boolean": bool, "integer": int, "number": (int, float),
}  # fmt: skip


@dataclass
class Execution:
    """A step that runs until the app completes it. `state`: running, succeeded or failed."""

    id: str
    callback_id: str
    person: str
    outputs_wanted: Mapping[str, Any]
    state: str = "running"
    outputs: Json = field(default_factory=dict)
    error: str = ""

    def as_json(self) -> Json:
        return {
            "id": self.id,
            "callback_id": self.callback_id,
            "as": self.person,
            "state": self.state,
            "outputs": self.outputs,
            "error": self.error,
        }


async def run(slack: Slack, body: Json) -> Json:
    """Run a step: `{"as": "U01ALICE", "callback_id": "ask", "inputs": {…}}`. It goes on in the background."""
    person = who.person(slack, body.get("as"))
    callback_id, inputs = body.get("callback_id"), body.get("inputs") or {}
    declared = slack.manifest.functions.get(callback_id) if isinstance(callback_id, str) else None
    if declared is None:
        known = ", ".join(slack.manifest.functions) or "none"
        raise ControlError(
            "no_such_function", f"the manifest has no function {callback_id!r}; it has: {known}"
        )
    if not isinstance(inputs, dict):
        raise ControlError("invalid_inputs", "inputs must be an object")
    wanted = declared["input_parameters"]
    for name in inputs:
        if name not in wanted or wanted[name]["type"] == INTERACTIVITY:
            raise ControlError("invalid_inputs", f"nobody can set the input {name!r} of {callback_id}")
    values = {name: _value(name, spec, inputs) for name, spec in wanted.items() if name in inputs}
    missing = [
        name
        for name, spec in wanted.items()
        if spec.get("is_required") and name not in inputs and spec["type"] != INTERACTIVITY
    ]
    if missing:
        raise ControlError("missing_inputs", f"{callback_id} needs: {', '.join(missing)}")
    for name, spec in wanted.items():
        if spec["type"] == INTERACTIVITY and body.get("interactive", True):
            interactor = {"id": person.id, "secret": make_id("S")}
            values[name] = {"interactor": interactor, "interactivity_pointer": make_id("P")}
    execution = Execution(make_id("Fx"), str(callback_id), person.id, declared["output_parameters"])
    slack.executions[execution.id] = execution
    slack.events.execute(
        {
            "type": "function_executed",
            "function": {"id": make_id("Fn"), "callback_id": callback_id, "type": "app"},
            "inputs": values,
            "function_execution_id": execution.id,
            "workflow_execution_id": make_id("Wx"),
            "event_ts": slack.workspace.timestamps.next(),
            "bot_access_token": make_id("xwfp-"),
        }
    )
    return execution.as_json()


def _value(name: str, spec: Mapping[str, Any], inputs: Json) -> Any:
    kind = _KINDS.get(spec["type"], str)
    value = inputs[name]
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ControlError("invalid_inputs", f"the input {name} must be a {spec['type']}, not {value!r}")
    return value


async def executions(slack: Slack, query: Any) -> Json:
    return {"executions": [each.as_json() for each in slack.executions.values()]}
