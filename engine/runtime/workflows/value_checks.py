"""Values that people enter in forms and send with signals, checked against the loaded workflow."""

from typing import Any

from engine.compiler.compiled import Compiled
from engine.compiler.types.inputs import checked_input
from engine.errors import InvalidInput, NotPossible
from engine.kernel.requests.form_options import invalid_options, takes_same_values
from engine.model.definition.spec import ApprovalSpec, WaitSpec
from engine.model.input.typed_input import parse_typed
from engine.model.records.records import RequestRecord
from engine.model.text.wording import same_json as same_value


def check_form(compiled: Compiled | None, request: RequestRecord, value: Any) -> Any:
    """Return the JSON of a form's values: the entered ones, else those that are up for approval.

    An unchanged field keeps its stored value. `compiled`: None where the workflow is not loaded. Raises
    `InvalidInput`, and `NotPossible` where the values cannot be checked.
    """
    assert request.form is not None
    loaded = compiled.graph.nodes.get(request.step) if compiled else None
    as_asked = (
        isinstance(loaded, ApprovalSpec) and loaded.form and takes_same_values(loaded.form, request.form.spec)
    )
    if compiled is None or not as_asked:
        raise NotPossible(
            f"The values cannot be checked: the form of {request.step} changed, or {request.workflow} "
            "is not loaded. Restore the earlier file, or reject this request and start a new run."
        )
    entered = (
        {request.form.spec.sole: value} if request.form.spec.sole and not isinstance(value, dict) else value
    )
    if not isinstance(entered, dict):
        raise InvalidInput(request.step, [("", "needs a value for each field, by name.")])
    current = request.value if isinstance(request.value, dict) else {}
    values, problems = parse_typed({**current, **entered}, request.form.spec.fields, current)
    if problems:
        raise InvalidInput(request.step, problems)
    checked = checked_input(compiled.forms[request.step], request.form.spec.fields, request.step, values)
    kept = {
        name: field_value for name, field_value in current.items() if same_value(values[name], field_value)
    }
    checked = {name: kept.get(name, field_value) for name, field_value in checked.items()}
    if problems := invalid_options(request.form.spec, checked):
        raise InvalidInput(request.step, problems)
    return checked


def check_payload(
    compiled: Compiled | None, workflow: str, node: WaitSpec, payload: Any, *, typed: bool
) -> Any:
    """Return the JSON of a signal's payload. `typed`: its values are texts as people type them.

    Raises `InvalidInput`, and `NotPossible` where it cannot be checked.
    """
    if node.payload is None:
        if payload:
            raise InvalidInput(node.signal, [("", "it has no payload; leave the values out.")])
        return None
    loaded = compiled.graph.nodes.get(node.name) if compiled else None
    if compiled is None or not isinstance(loaded, WaitSpec) or loaded.payload != node.payload:
        raise NotPossible(
            f"The payload cannot be checked: the model of {node.signal} changed, or {workflow} is "
            "not loaded. Restore the earlier file."
        )
    values, problems = parse_typed(payload or {}, node.payload) if typed else (payload, [])
    if problems:
        raise InvalidInput(node.signal, problems)
    return checked_input(compiled.payloads[node.name], node.payload, node.signal, values or {})
