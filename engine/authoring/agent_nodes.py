"""Declaring agents. An agent is a small graph of the shapes that the engine knows.

Its turns are steps. A call that needs an approval ends a turn; an approval and a step that it guards follow,
and then the next turn. So a call waits as a row, and what executes is what people approved.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from engine.authoring.alerts import Alerts
from engine.authoring.approval_options import approval_options, listed
from engine.authoring.nodes import Nodes, StepOptions
from engine.authoring.operation_functions import operation_function
from engine.authoring.options import Duration, OnFailure, Retry
from engine.authoring.outcomes import Outcome, Settled
from engine.authoring.refs import ApprovalRef, NodeRef, Ref
from engine.errors import AgentRefused
from engine.model.definition.conditions import Condition
from engine.steps.agents.agent import Agent, AgentTurn, ApprovedCall, Budget
from engine.steps.agents.scripted_model import ScriptedModel
from engine.steps.agents.tools import Tool, tools_of


class AgentNodes(Nodes):
    """An agent is several nodes, so that a call of a tool can wait for people."""

    file: str

    def agent(
        self,
        name: str,
        *,
        model: str | ScriptedModel | Any,
        prompt: str | None = None,
        prompt_file: str | None = None,
        output: type[Any] | None = None,
        tools: Iterable[Tool | Callable[..., Any]] = (),
        budget: Budget | None = None,
        input_guards: Iterable[Callable[[str], Any]] = (),
        output_guards: Iterable[Callable[[Any], Any]] = (),
        expires: Duration | None = None,
        remind_every: Duration | None = None,
        revocable_for: Duration | None = None,
        risk: Literal["low", "normal", "high"] = "normal",
        respond: bool = False,
        title: str | None = None,
        when: Condition | None = None,
        after: Iterable[Ref | str] = (),
        timeout: Duration | None = "10m",
        retry: Retry | None = None,
        on_failure: OnFailure | None = None,
        alerts: Alerts | None = None,
    ) -> NodeRef:
        """Declare an agent: a model that calls tools until it has an answer, which is the step's output.

        Every answer of the model and every result of a tool is durable before the next: a crash repeats no
        call that ended. A call that needs an approval waits for people, who read the tool and all its
        arguments. It executes once, with these arguments.

        - `model`: the model, as pydantic-ai names it, or a `ScriptedModel(…)` for tests.
        - `prompt`: what the model is told, with `{input.field}` and `{step.field}`.
        - `prompt_file`: a file with the prompt, from the workflow's file, instead of `prompt`.
        - `output`: the Pydantic model of its answer. Default: a text.
        - `tools`: functions that it may call, or `Tool(function, approval="@group")`. Default: none.
        - `budget`: its limits, as in `Budget(calls=10)`. Default: `Budget()`.
        - `input_guards`: functions that get the prompt and raise `ValueError` to refuse it. The agent fails
          then. Default: none.
        - `output_guards`: functions that get the answer and raise `ValueError` to refuse it. The model is
          told why, and answers again. Default: none.
        - `expires`: how long an approval of a call stays open. Required if a tool needs one.
        - `remind_every`: the time between two reminders. Default: None, for no reminder.
        - `revocable_for`: how long any approver may revoke an approval. The call waits that long. Default:
          None.
        - `risk`: the risk of its approvals: `"high"` ones have stricter rules. Default: `"normal"`.
        - `respond`: approvers may respond with a text instead. The call is not executed, and the model is
          told the text. Default: False.
        - `title`: the name that people read. Default: `name`.
        - `when`: the condition under which it starts; otherwise it is skipped. Default: always.
        - `after`: the steps that end before it and that its prompt does not name. Default: none.
        - `timeout`: how long an attempt of a turn or of an approved call may take. Default: 10 minutes.
        - `retry`: how often Signoff tries a turn. Default: `Retry()`. An approved call is tried once.
        - `on_failure`: what happens when a turn fails for good. Default: as the workflow says.
        - `alerts`: where the news of its failure goes, as in `Alerts(severity="high")`. Default: as the
          workflow says.
        """
        people_read = name if title is None else title
        limits = Budget() if budget is None else budget
        known = tools_of(listed(tools))
        first = Agent(
            model=model,
            prompt=prompt,
            prompt_file=prompt_file,
            folder=Path(self.file).parent,
            result=str if output is None else output,
            tools=known,
            budget=limits,
            input_guards=listed(input_guards),
            output_guards=listed(output_guards),
        )
        mistaken = any(first.problems())
        approvals = 0 if mistaken else _approvals(first)
        turns = [f"{name}_1"]
        for number in range(approvals + 1):
            if number == 0:
                turn, function = first, operation_function(turns[0], first)
                starts, waits = when, listed(after)
            else:
                ask, call = f"{name}_ask_{number}", f"{name}_call_{number}"
                before, turns = turns[-1], [*turns, f"{name}_{number + 1}"]
                options = approval_options(
                    {
                        "approvers": f"{{{before}.approvers}}",
                        "expires": expires,  # type: ignore[typeddict-item]  # the compiler refuses None
                        "remind_every": remind_every,
                        "revocable_for": revocable_for,
                        "risk": risk,
                    },
                    ask=f"The agent asks to call {{{before}.tool}}.",
                    show=(),
                    channel=None,
                    advisory=False,
                    respond=respond,
                )
                self._declare(
                    ask,
                    f"{people_read}: approval {number}",
                    NodeRef(before).output.tool != "",
                    (),
                    approval=options,
                    part_of=name,
                )
                program = ApprovedCall(before, tuple(tool for tool in known if tool.approvers))
                step = StepOptions(
                    operation_function(call, program),
                    timeout,
                    Retry(attempts=1),
                    on_failure,
                    alerts=alerts,
                    operation=program,
                )
                self._declare(
                    call, f"{people_read}: call {number}", None, (ApprovalRef(ask),), step=step, part_of=name
                )
                turn = replace(first, before=before, approval=ask, call=call, last=number == approvals)
                types = {before: AgentTurn, ask: Outcome, call: Settled[str]}
                function = _typed(turns[-1], turn, types)
                starts, waits = ApprovalRef(ask).answered, ()
            step = StepOptions(
                function,
                timeout,
                Retry() if retry is None else retry,
                on_failure,
                alerts=alerts,
                operation=turn,
            )
            self._declare(
                turns[-1], f"{people_read}: turn {number + 1}", starts, waits, step=step, part_of=name
            )
        gives = _answer(name, turns, Any if mistaken else first.result)
        answer = StepOptions(gives, None, Retry(attempts=1), on_failure, alerts=alerts)
        self._declare(name, title, None, (), step=answer)
        return NodeRef(name)


def _approvals(agent: Agent) -> int:
    """Return for how many calls it may ask people."""
    if not any(tool.approval is not None for tool in agent.tools):
        return 0
    return int(agent.budget.approvals)


def _typed(name: str, turn: Agent, types: Mapping[str, Any]) -> Callable[..., Any]:
    """Return the function of a later turn, which takes what ended before it."""

    async def execute(**outputs: Any) -> Any:
        ctx = outputs.pop("ctx")
        return await turn.execute(outputs, ctx)

    return _with_parameters(execute, name, [*types, "ctx"], {**types, "return": AgentTurn})


def _answer(name: str, turns: list[str], output: Any) -> Callable[..., Any]:
    """Return the function of the step that gives the agent's answer."""

    async def answer(**outputs: Any) -> Any:
        ended = [turn for turn in outputs.values() if turn is not None]
        if not ended[-1].done:
            raise AgentRefused("The agent was stopped before it gave an answer.")
        return ended[-1].answer

    first, *later = turns
    types = {first: AgentTurn, **dict.fromkeys(later, AgentTurn | None), "return": output}
    return _with_parameters(answer, name, turns, types)


def _with_parameters(
    function: Callable[..., Any], name: Any, parameters: Iterable[str], types: Mapping[str, Any]
) -> Callable[..., Any]:
    kinds = [
        inspect.Parameter(each, inspect.Parameter.KEYWORD_ONLY) for each in parameters if each.isidentifier()
    ]
    function.__signature__ = inspect.Signature(kinds)  # type: ignore[attr-defined]
    function.__annotations__ = dict(types)
    function.__name__ = name if isinstance(name, str) else "execute"
    return function
