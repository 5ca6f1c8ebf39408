"""How a workflow is written: steps wired by parameter names, approvals, triggers.

The parameters of a step name what it needs: `input` is the run's input, `ctx` the step's context, every
other name is the step whose output it wants. An author's mistakes are found by `engine.compiler`.
"""

import inspect
import sys
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal, ParamSpec, TypeVar, Unpack, overload

from engine.authoring.agent_nodes import AgentNodes
from engine.authoring.alerts import Alerts
from engine.authoring.approval_options import (
    ApprovalPolicy,
    Shows,
    approval_options,
    listed,
    several,
)
from engine.authoring.earlier_inputs import EarlierInput
from engine.authoring.keywords import check_keywords, keywords_of
from engine.authoring.nodes import Node, StepOptions
from engine.authoring.objectives import Objectives
from engine.authoring.operation_nodes import OperationNodes
from engine.authoring.options import Alternative, AskOwner, Duration, OnFailure, Retry, Undo, Window
from engine.authoring.plan_nodes import PlanNodes
from engine.authoring.polling import Poll
from engine.authoring.quality import Quality
from engine.authoring.refs import ApprovalRef, Field, Ref, StepRef
from engine.authoring.resources import Resource
from engine.authoring.step_functions import not_a_function
from engine.authoring.triggers import Trigger
from engine.authoring.wait_nodes import WaitNodes
from engine.errors import DefinitionError
from engine.model.definition.conditions import Condition

P = ParamSpec("P")
R = TypeVar("R")


CREATED: ContextVar[list["Workflow"] | None] = ContextVar("CREATED", default=None)
"""Workflows created while a file is read, so that the loader reports those it cannot find."""


@dataclass(frozen=True, slots=True)
class WorkflowOptions:
    name: str
    title: str | None
    input: type[Any] | None
    owner: str
    channel: str | None
    triggers: tuple[Trigger, ...]
    max_active_runs: int | None
    overlap: str
    max_parallel_steps: int | None
    on_failure: OnFailure
    may_run: tuple[str, ...]
    may_cancel: tuple[str, ...]
    may_operate: tuple[str, ...]
    may_see: tuple[str, ...]
    description: str | None = None
    result: str | None = None
    gate: bool = False
    """It may be asked at from outside."""
    resources: tuple[Resource, ...] = ()
    concurrency_key: str | None = None
    priority: int = 0
    alerts: Alerts | None = None
    may_notify: tuple[str, ...] = ()
    objectives: Objectives | None = None
    earlier_inputs: tuple[EarlierInput, ...] = ()
    may_see_personal: tuple[str, ...] = ()


class Workflow(WaitNodes, OperationNodes, AgentNodes, PlanNodes):
    """A graph of steps, and how its runs start and who may act on them.

    - `owner`: the group (`@handle`) or person (member id) that answers for it and for its failures.
    - `input`: the Pydantic model of a run's input. None: runs take no input.
    - `channel`: where its messages go, as `#name` or channel id.
    - `title`: the name that people read. Default: `name`.
    - `triggers`: what starts its runs, such as `Cron`, `Every` and `Webhook`. People can start it too.
    - `max_active_runs`: the number of its runs that may be under way at once. None: any number.
    - `overlap`: what happens to a run beyond `max_active_runs`: it waits (`queue`), is skipped (`skip`),
      takes the place of the oldest one, which is cancelled (`cancel_previous`), or starts anyway (`allow`,
      only without `max_active_runs`).
    - `max_parallel_steps`: the number of steps of one run that may execute at once. None: any number.
    - `on_failure`: `AskOwner(…)` asks the owner about a step that failed for good; `"fail"` fails the run.
    - `may_run`, `may_cancel`: the groups and people who may start it and cancel its runs. Default: every
      full member may start it; the requester and the owner may cancel.
    - `may_operate`: the groups and people who, besides the owner, may pause and mute it, skip steps, change
      priorities, cancel its runs and end its canaries. They see all its runs.
    - `may_see`: the groups and people who see its runs instead of those who can read its channels. Everyone
      who takes part in a run sees it. For others the workflow does not exist.
    - `may_see_personal`: the groups and people who, if they see a run, may reveal its personal data. Default:
      nobody.
    - `may_notify`: the channels, groups, people and addresses, besides its own channel, to which its steps
      may post messages. An address is `mailto:ops@example.com`, `mailto:*@example.com` or `https://…`.
    - `resources`: the resources that it declares for steps that name them, in any workflow.
    - `concurrency_key`: a text with `{input.field}`. `max_active_runs`, then 1 by default, and `overlap`
      apply to runs with the same key.
    - `alerts`: where the news of its failures goes, and its quiet hours, as in `Alerts(to="#incidents")`.
      Default: its channel, at any time.
    - `priority`: a number from -10 to 10. Among runs and steps that wait, those with a higher one come first.
    - `description`: what it does, in a sentence or two, for people who choose among workflows. Default: none.
    - `objectives`: what it is to reach, as in `Objectives(success="99%", p95="10m")`. Its health is judged by
      them. Several workflows can share one. Default: none, and its health is judged by its last runs.
    - `earlier_inputs`: earlier versions of its input that it still takes, as `EarlierInput(…)`, with how each
      becomes the next one. Default: none.
    - `result`: the text that a run's message shows when the run succeeded, with `{input.field}` and
      `{step.field}`. Default: the output of the last step.
    """

    def __init__(
        self,
        name: str,
        *,
        owner: str,
        input: type[Any] | None = None,
        channel: str | None = None,
        title: str | None = None,
        triggers: Iterable[Trigger] = (),
        max_active_runs: int | None = None,
        overlap: Literal["allow", "skip", "queue", "cancel_previous"] | None = None,
        max_parallel_steps: int | None = None,
        on_failure: OnFailure | None = None,
        may_run: Iterable[str] = (),
        may_cancel: Iterable[str] = (),
        may_operate: Iterable[str] = (),
        may_see: Iterable[str] = (),
        may_see_personal: Iterable[str] = (),
        resources: Resource | Iterable[Resource] = (),
        concurrency_key: str | None = None,
        priority: int = 0,
        description: str | None = None,
        result: str | None = None,
        alerts: Alerts | None = None,
        may_notify: Iterable[str] = (),
        objectives: Objectives | None = None,
        earlier_inputs: Iterable[EarlierInput] = (),
    ) -> None:
        if overlap is None:
            overlap = "allow" if max_active_runs is None and concurrency_key is None else "queue"
        self.options = WorkflowOptions(
            name=name,
            title=title,
            input=input,
            owner=owner,
            channel=channel,
            triggers=listed(triggers),
            max_active_runs=max_active_runs if max_active_runs is not None or overlap == "allow" else 1,
            overlap=overlap,
            max_parallel_steps=max_parallel_steps,
            on_failure=AskOwner() if on_failure is None else on_failure,
            may_run=several(may_run),
            may_cancel=several(may_cancel),
            may_operate=several(may_operate),
            may_see=several(may_see),
            resources=listed(resources),
            concurrency_key=concurrency_key,
            priority=priority,
            description=description,
            result=result,
            alerts=alerts,
            may_notify=several(may_notify),
            objectives=objectives,
            earlier_inputs=listed(earlier_inputs),
            may_see_personal=several(may_see_personal),
        )
        self.nodes: list[Node] = []
        self.file = _caller_file()
        self.location = _caller_location()
        """The line that makes it."""
        if (created := CREATED.get()) is not None:
            created.append(self)

    @property
    def name(self) -> str:
        return self.options.name

    @overload
    def step(self, function: Callable[P, R]) -> StepRef[P, R]: ...

    @overload
    def step(
        self,
        *,
        name: str | None = None,
        title: str | None = None,
        when: Condition | None = None,
        after: Iterable[Ref | str] = (),
        timeout: Duration | None = None,
        retry: Retry | None = None,
        on_failure: OnFailure | None = None,
        undo: Undo | Callable[..., Any] | None = None,
        poll: Poll | None = None,
        each: Ref | Field | str | None = None,
        at_once: int = 8,
        tolerate: int | str | None = None,
        alternative: Alternative | Callable[..., Any] | None = None,
        uses: Resource | str | Iterable[Resource | str] = (),
        quality: Quality | None = None,
        resource_timeout: Duration | None = None,
        alerts: Alerts | None = None,
        queue: str | None = None,
        run_in: Literal["process"] | None = None,
    ) -> Callable[[Callable[P, R]], StepRef[P, R]]: ...

    def step(
        self,
        function: Callable[..., Any] | None = None,
        *,
        name: str | None = None,
        title: str | None = None,
        when: Condition | None = None,
        after: Iterable[Ref | str] = (),
        timeout: Duration | None = None,
        retry: Retry | None = None,
        on_failure: OnFailure | None = None,
        undo: Undo | Callable[..., Any] | None = None,
        poll: Poll | None = None,
        each: Ref | Field | str | None = None,
        at_once: int = 8,
        tolerate: int | str | None = None,
        alternative: Alternative | Callable[..., Any] | None = None,
        uses: Resource | str | Iterable[Resource | str] = (),
        quality: Quality | None = None,
        resource_timeout: Duration | None = None,
        alerts: Alerts | None = None,
        queue: str | None = None,
        run_in: Literal["process"] | None = None,
    ) -> Any:
        """Declare a step that executes the function below it. A plain `def` runs in a thread.

        - `name`: the step's name. Default: the function's, so give it when you rename the function.
        - `title`: the name that people read. Default: `name`.
        - `when`: the condition under which it executes; otherwise it is skipped. Default: always.
        - `after`: the steps that end before it and whose output it does not take. Default: none.
        - `timeout`: how long an attempt may take. Default: any time.
        - `retry`: how often Signoff tries it. Default: once.
        - `on_failure`: what happens when it fails for good. Default: as the workflow says.
        - `poll`: how long and how often Signoff checks it again when it raises `NotYet`. Default: it fails.
        - `undo`: the function, or `Undo(function, …)`, that undoes it if it succeeded and its run fails or is
          cancelled. Default: it stays done.
        - `each`: the list for whose elements it executes, once for each: a step that returns a list, or a
          path such as `"load.rows"` or `"input.rows"`. The parameter that names no step takes the element.
          Default: none, and it executes once.
        - `at_once`: the number of elements that execute at the same time. Default: 8.
        - `tolerate`: the number of elements that may fail, such as 3 or `"10%"`. If more fail, the step
          fails. Steps that take its output take `list[Settled[T]]`. Default: none may fail, or any number if
          a step takes `list[Settled[T]]`.
        - `alternative`: the function, or `Alternative(function, …)`, that executes in its place when it fails
          for good. Default: none.
        - `uses`: the resources that each attempt uses, by name or as `Resource(…)`. Default: none.
        - `quality`: how many of its rows may be rejected, as in `Quality(row=Row, reject_over="20%")`.
          Default: Signoff checks no rows.
        - `resource_timeout`: how long it waits for them before it fails for good. Default: any time.
        - `alerts`: where the news of its failure goes, as in `Alerts(severity="high")`. For options that it
          leaves out, the workflow's `alerts` apply. Default: the workflow's `alerts`.
        - `queue`: the name of the queue whose workers execute it, such as `"gpu"`, where the installation has
          workers. A single process executes every queue. Default: `"default"`.
        - `run_in`: `"process"` executes it in a process of its own, so that a crash or a lack of memory only
          fails the step. Default: in the process of Signoff.
        """

        def declare(decorated: Callable[..., Any]) -> StepRef[Any, Any]:
            if problem := not_a_function(decorated):
                raise DefinitionError(
                    problem[0], remedy=problem[1], workflow=str(self.name), file=_first_location(self.file)
                )
            options = StepOptions(
                decorated,
                timeout,
                Retry(attempts=1) if retry is None else retry,
                on_failure,
                undo,
                poll,
                each,
                at_once,
                tolerate,
                alternative,
                listed(uses),
                quality,
                resource_timeout,
                alerts,
                queue=queue,
                run_in=run_in,
            )
            label = decorated.__name__ if name is None else name
            place = _function_location(decorated) or _first_location(self.file)
            node = Node(label, title, when, listed(after), place, step=options)
            self.nodes.append(node)
            return StepRef(label, decorated)

        return declare if function is None else declare(function)

    def approval(
        self,
        name: str,
        *,
        ask: str,
        show: Shows = None,
        advisory: bool = False,
        channel: str | None = None,
        title: str | None = None,
        when: Condition | None = None,
        after: Iterable[Ref | str] = (),
        revise: Iterable[Ref | str] | Ref | str = (),
        rounds: int | None = None,
        window: Window | None = None,
        **policy: Unpack[ApprovalPolicy],
    ) -> ApprovalRef:
        """Declare a step that asks people, and waits until enough of them have answered or it expires.

        A step that names it (as a parameter, in `when` or in `after`) runs only when it was approved, unless
        its own `when` names another outcome.

        Durations are texts such as `"90s"`, `"4h"` or `"2d"`, or a `timedelta`; at least one second and at
        most 366 days. Compiling names every mistake in an option with its line and the remedy.

        What people see:

        - `ask`: the question, with `{input.field}` and `{step.field}`. People see it on one line.
        - `show`: what they need to decide: a list of paths (`"build.version"`), pairs (`("Version",
          "build.version")`), `Link`, `Image`, `Table` and `Diff`; or a step, to show all its fields. Default:
          nothing.
        - `channel`: where it is asked. Default: the workflow's.
        - `title`: the name that people read. Default: `name`.

        When it is asked:

        - `when`: the condition under which people are asked; otherwise it is skipped. Default: always.
        - `after`: the steps that end before it is asked and that it does not show. Default: none.
        - `advisory`: no step waits for the approval. Default: False, and an approval that guards nothing is
          an error.

        When an approver wants something changed:

        - `revise`: the steps that run again, with `ctx.feedback`, when an approver requests changes. All
          steps between them and the approval run again too. Default: none, and nobody can request changes.
        - `rounds`: how often people are asked at most, from 2 to 10. Default: 3, with `revise`.

        When the guarded steps run:

        - `window`: when they may start, as `Window(…)`. An approval before it waits, and one that is not used
          in it expires. Default: None, for at any time.

        Everything else says who decides, how, and until when; `ApprovalPolicy` lists it.
        """
        check_keywords("approval", policy, keywords_of(Workflow.approval), self.name)
        options = approval_options(
            policy,
            ask=ask,
            show=show,
            channel=channel,
            advisory=advisory,
            revise=revise,
            rounds=rounds,
            window=window,
        )
        self._declare(name, title, when, after, approval=options)
        return ApprovalRef(name)


def _first_location(file: str) -> str:
    """The line of that file that is executing; the file where it is none of it."""
    frame = sys._getframe(1)
    while frame.f_code.co_filename != file and frame.f_back is not None:
        frame = frame.f_back
    return f"{file}:{frame.f_lineno}" if frame.f_code.co_filename == file else file


def _function_location(function: Callable[..., Any]) -> str:
    code = getattr(inspect.unwrap(function), "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code else ""


def _caller_location() -> str:
    frame = sys._getframe(2)
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def _caller_file() -> str:
    return sys._getframe(2).f_code.co_filename
