"""Declaring plans. A plan is a small graph of the shapes that the engine knows.

A step checks what an agent or a function proposes. An approval shows the checked plan. A mapped step that it
guards executes the items in their order, so each item is durable before the next.
"""

import inspect
from collections.abc import Callable, Iterable
from typing import Any, Unpack

from engine.authoring.alerts import Alerts
from engine.authoring.approval_options import ApprovalPolicy, approval_options, listed
from engine.authoring.display import Diff, Image, Link, Table
from engine.authoring.keywords import check_keywords, keywords_of
from engine.authoring.nodes import Nodes, StepOptions
from engine.authoring.operation_functions import operation_function
from engine.authoring.options import Duration, OnFailure, Retry, Undo
from engine.authoring.refs import ApprovalRef, Field, NodeRef, Ref
from engine.errors import DefinitionError
from engine.model.definition.conditions import Condition
from engine.model.definition.plans import RISKS
from engine.steps.plans import Action, ActionResult, PlanActions, PlanCheck, PlannedAction, actions_of


class PlanNodes(Nodes):
    """A plan is three nodes: its check, its approval, and its execution."""

    def plan(
        self,
        name: str,
        *,
        proposal: Ref | Field | str,
        actions: Iterable[Action | Callable[..., Any]],
        ask: str = "Execute this plan?",
        show: Iterable[str | tuple[str, str] | Link | Image | Table | Diff] = (),
        channel: str | None = None,
        max_items: int = 20,
        title: str | None = None,
        when: Condition | None = None,
        after: Iterable[Ref | str] = (),
        timeout: Duration | None = None,
        retry: Retry | None = None,
        on_failure: OnFailure | None = None,
        alerts: Alerts | None = None,
        **policy: Unpack[ApprovalPolicy],
    ) -> NodeRef:
        """Declare a plan that an agent or a function proposes, people approve, and Signoff executes.

        Signoff checks the plan, and shows people each item with its exact input. It executes the approved
        items one after the other. If one fails for good and the run ends, it undoes those before it, the last
        one first. Its output is a list of `ActionResult`.

        - `proposal`: the step that returns a `Plan`, or the path to one, such as `"propose.plan"`.
        - `actions`: the functions that a plan may use, or `Action(function, undo=…, risk="high")`.
        - `ask`: the question. Default: `"Execute this plan?"`.
        - `show`: what people see before the plan, as in `approval`. Default: nothing.
        - `channel`: where people are asked. Default: the workflow's.
        - `max_items`: the number of items that a plan may have, up to 50. Default: 20.
        - `title`: the name that people read. Default: `name`.
        - `when`: the condition under which it starts; otherwise it is skipped. Default: always.
        - `after`: the steps that end before it and that `proposal` does not name. Default: none.
        - `timeout`: how long an attempt of an item may take. Default: any time.
        - `retry`: how often Signoff tries an item. Default: once.
        - `on_failure`: what happens when the plan does not fit, or an item fails for good. Default: as the
          workflow says.
        - `alerts`: where the news of its failure goes, as in `Alerts(severity="high")`. Default: as the
          workflow says.

        Everything else says who decides, how, and until when; `ApprovalPolicy` lists it. `risk` is at least
        the highest risk of the actions.
        """
        check_keywords("plan", policy, keywords_of(PlanNodes.plan), _workflow_name(self))
        people_read = name if title is None else title
        known = actions_of(listed(actions))
        check, asks = f"{name}_check", f"{name}_ask"
        program = PlanCheck(_path(proposal, _workflow_name(self)), known, max_items)
        step = StepOptions(
            operation_function(check, program), None, Retry(attempts=1), on_failure, alerts=alerts,
            operation=program,
        )  # fmt: skip
        self._declare(check, f"{people_read}: check", when, listed(after), step=step)
        options = approval_options(
            {**policy, "risk": _highest(known, policy.get("risk", "normal"))},
            ask=ask,
            show=[*listed(show), Table("Plan", check)],
            channel=channel,
            advisory=False,
        )
        self._declare(asks, f"{people_read}: approval", None, (), approval=options)
        executes = PlanActions(known)
        step = StepOptions(
            _execution(name, executes),
            timeout,
            Retry(attempts=1) if retry is None else retry,
            on_failure,
            Undo(_undo(name, executes)) if any(action.undo is not None for action in known) else None,
            each=check,
            at_once=1,
            alerts=alerts,
            operation=executes,
        )
        self._declare(name, title, None, (ApprovalRef(asks),), step=step)
        return NodeRef(name)


def _workflow_name(nodes: Nodes) -> str:
    return str(getattr(nodes, "name", ""))


def _path(proposal: Any, workflow: object) -> str:
    if isinstance(proposal, Ref):
        return proposal.name
    if isinstance(proposal, Field):
        return repr(proposal).replace(".output", "", 1)
    if isinstance(proposal, str) and proposal.strip("{} "):
        return proposal.strip("{} ")
    raise DefinitionError(
        f"proposal is {proposal!r:.80}, which is not a step.",
        remedy='Name the step that returns the plan, as in proposal="propose".',
        workflow=str(workflow),
    )


def _highest(actions: Iterable[Action], risk: Any) -> Any:
    """Return the highest risk; another word stays, and the compiler refuses it."""
    risks = [risk, *(action.risk for action in actions)]
    return max(risks, key=RISKS.index) if all(each in RISKS for each in risks) else risk


def _execution(name: str, actions: PlanActions) -> Callable[..., Any]:
    """Return the function that executes one item."""

    async def execute(**outputs: Any) -> Any:
        ctx = outputs.pop("ctx")
        return await actions.execute(outputs, ctx)

    return _typed(execute, name, f"{name}_item", PlannedAction, ActionResult)


def _undo(name: str, actions: PlanActions) -> Callable[..., Any]:
    """Return the function that undoes one item."""

    async def take_back(**outputs: Any) -> None:
        ctx = outputs.pop("ctx")
        (done,) = outputs.values()
        await actions.take_back(done, ctx)

    return _typed(take_back, f"undo_{name}", name, ActionResult, None)


def _typed(function: Callable[..., Any], name: Any, takes: str, kind: Any, gives: Any) -> Callable[..., Any]:
    names = [takes, "ctx"] if takes.isidentifier() else ["ctx"]
    parameters = [inspect.Parameter(each, inspect.Parameter.KEYWORD_ONLY) for each in names]
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    function.__annotations__ = {takes: kind, "return": gives}
    function.__name__ = name if isinstance(name, str) else "execute"
    return function
