"""`functions.*`: the app completes a custom step, once.

Source: docs.slack.dev/reference/methods/functions.completeSuccess (d) and /functions.completeError (d).
"""

from localslack.api.call import Call, Method
from localslack.errors import SlackError
from localslack.people.functions import Execution
from localslack.workspace.records import Json


async def complete_success(call: Call) -> Json:
    execution = _running(call)
    outputs = call.structure("outputs", "parameter_validation_failed")
    if not isinstance(outputs, dict):
        raise SlackError("parameter_validation_failed")
    wanted = execution.outputs_wanted
    lacking = [name for name, spec in wanted.items() if spec.get("is_required") and name not in outputs]
    wrong = [name for name, value in outputs.items() if name not in wanted or not isinstance(value, str)]
    if lacking or wrong:
        raise SlackError("parameter_validation_failed", response_metadata={"messages": [*lacking, *wrong]})
    _end(call, execution, "succeeded", outputs=outputs)
    return {}


async def complete_error(call: Call) -> Json:
    execution = _running(call)
    _end(call, execution, "failed", error=call.required("error"))
    return {}


def _end(
    call: Call, execution: Execution, state: str, *, outputs: Json | None = None, error: str = ""
) -> None:
    execution.state, execution.outputs, execution.error = state, outputs or {}, error
    person, ended = execution.person, execution.as_json()
    call.slack.live.publish("function", lambda viewer: viewer == person, lambda _: {"execution": ended})


def _running(call: Call) -> Execution:
    execution: Execution | None = call.slack.executions.get(call.required("function_execution_id"))
    if execution is None:
        raise SlackError("function_execution_not_found")
    if execution.state != "running":
        raise SlackError("execution_not_in_running_state")
    return execution


METHODS = {
    "functions.completeSuccess": Method(complete_success, ()),
    "functions.completeError": Method(complete_error, ()),
}
