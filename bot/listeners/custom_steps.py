"""Custom steps of Workflow Builder: *Run a workflow* and *Ask at a gate*.

The person who runs the workflow of Slack is the requester, as Slack itself names them: the author of that
workflow cannot choose them. `bot.outbox.custom_steps` completes the step when the run has ended.
"""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.listeners.context import Context, once, slack_actor
from bot.outbox.custom_steps import CustomSteps
from engine import InvalidInput, NotAllowed, SignoffError, StoreBroken, StoreBusy, WorkflowRecord

RUN, ASK = "signoff_run", "signoff_ask"
_NOBODY = (
    "Slack does not say who runs this workflow. Start it with a link or a shortcut, not with a schedule or "
    "an event."
)
_QUESTION = ("question", "details", "link")


class _Refused(Exception):
    """The step cannot begin; the text says why."""


def register(app: AsyncApp, context: Context) -> None:
    steps = context.custom_steps
    if steps is None:
        return

    @app.function(RUN)
    async def run(event: Mapping[str, Any]) -> None:
        await _begin(context, steps, event)

    @app.function(ASK)
    async def ask(event: Mapping[str, Any]) -> None:
        await _begin(context, steps, event)


async def _begin(context: Context, steps: CustomSteps, event: Mapping[str, Any]) -> None:
    """Start the run of a step, once for each execution. Slack sends the event again until this returns."""
    execution = str(event["function_execution_id"])
    if await steps.begun(execution):
        return
    try:
        await _start(context, steps, event, execution)
    except (StoreBroken, StoreBusy):
        raise  # nothing can be kept, so Slack has to send it again
    except InvalidInput as error:
        await steps.refuse(execution, " ".join(error.lines))
    except (_Refused, SignoffError) as error:
        await steps.refuse(execution, str(error))


async def _start(context: Context, steps: CustomSteps, event: Mapping[str, Any], execution: str) -> None:
    inputs = event.get("inputs") or {}
    user = _interactor(inputs)
    await context.member(user)
    gate = event["function"]["callback_id"] == ASK
    name = _text(inputs, "gate" if gate else "workflow")
    workflow = await context.seen_by(user).startable(name)
    if workflow.gate is not gate:
        raise _Refused(f"{workflow.name} is {'not ' if gate else ''}a gate. Use the other step of Signoff.")
    if gate:
        values: Mapping[str, Any] = {field: _text(inputs, field) for field in _QUESTION if inputs.get(field)}
    else:
        values = _values(_text(inputs, "input"))
    await _start_run(context, steps, workflow, values, user, execution)


async def _start_run(
    context: Context,
    steps: CustomSteps,
    workflow: WorkflowRecord,
    values: Mapping[str, Any],
    user: str,
    execution: str,
) -> None:
    parsed = context.engine.parse_input(workflow.name, values)
    key = once(execution)
    # First the row: a crash after it is noticed, and the step fails. A crash before it changes nothing.
    await steps.note(execution, user, f"{workflow.name}-{key}", asks=workflow.gate)
    await context.engine.start(workflow.name, parsed, actor=slack_actor(user), key=key)


def _interactor(inputs: Mapping[str, Any]) -> str:
    interactivity = inputs.get("interactivity")
    interactor = interactivity.get("interactor") if isinstance(interactivity, Mapping) else None
    user = interactor.get("id") if isinstance(interactor, Mapping) else None
    if not isinstance(user, str) or not user:
        raise NotAllowed(_NOBODY)
    return user


def _text(inputs: Mapping[str, Any], name: str) -> str:
    value = inputs.get(name) or ""
    if not isinstance(value, str):
        raise _Refused(f"{name}: {value!r:.80} is not a text.")
    return value.strip()


def _values(text: str) -> Mapping[str, str]:
    """Return the fields of an input: one `field=value` on each line."""
    values: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        field, sign, value = line.partition("=")
        if not sign or not field.strip():
            raise _Refused(f"input: {line[:80]!r} is not field=value. Write one field on each line.")
        if field.strip() in values:
            raise _Refused(f"input: {field.strip()[:80]} is given twice.")
        values[field.strip()] = value.strip()
    return values
