"""How a workflow is written: steps wired by parameter names, approvals, triggers.

The parameters of a step name what it needs: `input` is the run's input, `ctx` the step's context, every
other name is the step whose output it wants. An author's mistakes are found by `engine.compiler`.
"""

import inspect
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, ParamSpec, TypeVar, Unpack, overload

from engine.authoring.alerts import Alerts
from engine.authoring.approval_options import (
    ApprovalOptions,
    ApprovalPolicy,
    Shows,
    approval_options,
    listed,
    several,
)
from engine.authoring.child_options import ChildOptions
from engine.authoring.keywords import check_keywords, keywords_of
from engine.authoring.notify_options import NotifyOptions, notify_function
from engine.authoring.objectives import Objectives
from engine.authoring.operation_functions import operation_function
from engine.authoring.options import Alternative, AskOwner, Duration, OnFailure, Retry, Undo
from engine.authoring.polling import Poll
from engine.authoring.quality import Quality
from engine.authoring.refs import ApprovalRef, DecisionRef, Field, NodeRef, Ref, StepRef
from engine.authoring.resources import Resource
from engine.authoring.secrets import Secret, name_of_secret
from engine.authoring.step_functions import not_a_function
from engine.authoring.triggers import Trigger
from engine.authoring.wait_options import WaitOptions
from engine.errors import DefinitionError
from engine.model.definition.conditions import Condition
from engine.model.definition.operations import ExitAction
from engine.steps.command import Command
from engine.steps.decision import Decision, Rule
from engine.steps.http import REPEATABLE, Http
from engine.steps.kind import StepKind
from engine.steps.sql import Sql

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Node:
    """A node as its author declared it, not checked yet. `location`: its file and line."""

    name: str
    title: str | None
    when: Condition | None
    after: tuple[Ref | str, ...]
    location: str
    step: "StepOptions | None" = None
    approval: "ApprovalOptions | None" = None
    wait: "WaitOptions | None" = None
    child: "ChildOptions | None" = None


@dataclass(frozen=True, slots=True)
class StepOptions:
    function: Callable[..., Any]
    timeout: Duration | None
    retry: Retry
    on_failure: OnFailure | None
    undo: Undo | Callable[..., Any] | None = None
    poll: Poll | None = None
    each: Ref | Field | str | None = None
    """The list for whose elements it executes."""
    at_once: int = 8
    tolerate: int | str | None = None
    alternative: Alternative | Callable[..., Any] | None = None
    uses: tuple[Resource | str, ...] = ()
    quality: Quality | None = None
    resource_timeout: Duration | None = None
    alerts: Alerts | None = None
    notify: NotifyOptions | None = None
    operation: StepKind | None = None
    queue: str | None = None
    run_in: str | None = None


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


class Workflow:
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
    - `may_see`: the groups and people who see its runs instead of those who can read its channels. Everyone
      who takes part in a run sees it.
    - `may_notify`: the channels, groups and people, besides its own channel, to which its steps may post
      messages.
    - `resources`: the resources that it declares for steps that name them, in any workflow.
    - `concurrency_key`: a text with `{input.field}`. `max_active_runs`, then 1 by default, and `overlap`
      apply to runs with the same key.
    - `alerts`: where the news of its failures goes, and its quiet hours, as in `Alerts(to="#incidents")`.
      Default: its channel, at any time.
    - `priority`: a number from -10 to 10. Among runs and steps that wait, those with a higher one come first.
    - `description`: what it does, in a sentence or two, for people who choose among workflows. Default: none.
    - `objectives`: what it is to reach, as in `Objectives(success="99%", p95="10m")`. Its health is judged by
      them. Several workflows can share one. Default: none, and its health is judged by its last runs.
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
        may_see: Iterable[str] = (),
        resources: Resource | Iterable[Resource] = (),
        concurrency_key: str | None = None,
        priority: int = 0,
        description: str | None = None,
        result: str | None = None,
        alerts: Alerts | None = None,
        may_notify: Iterable[str] = (),
        objectives: Objectives | None = None,
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
            may_see=several(may_see),
            resources=listed(resources),
            concurrency_key=concurrency_key,
            priority=priority,
            description=description,
            result=result,
            alerts=alerts,
            may_notify=several(may_notify),
            objectives=objectives,
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

        Everything else says who decides, how, and until when; `ApprovalPolicy` lists it.
        """
        check_keywords("approval", policy, keywords_of(Workflow.approval), self.name)
        options = approval_options(
            policy, ask=ask, show=show, channel=channel, advisory=advisory, revise=revise, rounds=rounds
        )
        self.nodes.append(Node(name, title, when, listed(after), _caller_location(), approval=options))
        return ApprovalRef(name)

    def sleep(
        self,
        name: str,
        duration: Duration,
        *,
        title: str | None = None,
        when: Condition | None = None,
        after: Iterable[Ref | str] = (),
    ) -> NodeRef:
        """Declare a wait for a duration. It is a row: it takes no slot, and outlasts a restart.

        Its output is the moment at which it ended, a `datetime`.

        - `duration`: how long, from the moment at which the steps before it have ended.
        - `title`: the name that people read. Default: `name`.
        - `when`: the condition under which it waits; otherwise it is skipped. Default: always.
        - `after`: the steps that end before it begins. Default: none.
        """
        options = WaitOptions(duration=duration)
        self.nodes.append(Node(name, title, when, listed(after), _caller_location(), wait=options))
        return NodeRef(name)

    def until(
        self,
        name: str,
        at: str | datetime,
        *,
        title: str | None = None,
        when: Condition | None = None,
        after: Iterable[Ref | str] = (),
        on_failure: OnFailure | None = None,
    ) -> NodeRef:
        """Declare a wait until a moment. A moment that has passed ends it at once.

        Its output is that moment, a `datetime`.

        - `at`: a `datetime` with a time zone, or the path to one, as in `"{plan.starts_at}"`.
        - `title`: the name that people read. Default: `name`.
        - `when`: the condition under which it waits; otherwise it is skipped. Default: always.
        - `after`: the steps that end before it begins and that `at` does not name. Default: none.
        - `on_failure`: what happens when the path holds no moment. Default: as the workflow says.
        """
        options = WaitOptions(at=at, on_failure=on_failure)
        self.nodes.append(Node(name, title, when, listed(after), _caller_location(), wait=options))
        return NodeRef(name)

    def wait_for(
        self,
        name: str,
        *,
        expires: Duration,
        signal: str | None = None,
        model: type[Any] | None = None,
        on_expiry: Literal["fail", "skip"] = "fail",
        title: str | None = None,
        when: Condition | None = None,
        after: Iterable[Ref | str] = (),
        on_failure: OnFailure | None = None,
    ) -> NodeRef:
        """Declare a wait for a signal, a named message from outside. The first of a name counts, also when it
        comes before the wait.

        Its output is the signal's payload.

        - `expires`: how long it waits, or `"never"`.
        - `signal`: the signal's name. Default: `name`.
        - `model`: the Pydantic model of the payload. Default: the signal has none.
        - `on_expiry`: whether it fails when no signal came (`"fail"`), or is skipped (`"skip"`).
        - `title`: the name that people read. Default: `name`.
        - `when`: the condition under which it waits; otherwise it is skipped. Default: always.
        - `after`: the steps that end before it begins. Default: none.
        - `on_failure`: what happens when it expires and fails. Default: as the workflow says.
        """
        options = WaitOptions(
            signal=name if signal is None else signal,
            model=model,
            expires=expires,
            on_expiry=on_expiry,
            on_failure=on_failure,
        )
        self.nodes.append(Node(name, title, when, listed(after), _caller_location(), wait=options))
        return NodeRef(name)

    def notify(
        self,
        name: str,
        to: str,
        text: str,
        *,
        table: Ref | Field | str | None = None,
        title: str | None = None,
        when: Condition | None = None,
        after: Iterable[Ref | str] = (),
        alerts: Alerts | None = None,
    ) -> NodeRef:
        """Declare a step that posts a message. It is posted once, also when the process dies meanwhile.

        - `to`: the workflow's channel, or a channel, group or person in its `may_notify`.
        - `text`: the message, with `{input.field}` and `{step.field}`.
        - `table`: the list of its rows: a step that returns a list of dicts, or a path such as `"load.rows"`.
          Default: none.
        - `title`: the name that people read. Default: `name`.
        - `when`: the condition under which it is posted; otherwise it is skipped. Default: always.
        - `after`: the steps that end before it and that the text does not name. Default: none.
        - `alerts`: where the news goes if it cannot be posted. Default: as the workflow says.
        """
        message = NotifyOptions(to, text, table)
        options = StepOptions(
            notify_function(name, message), None, Retry(attempts=1), None, alerts=alerts, notify=message
        )
        self.nodes.append(Node(name, title, when, listed(after), _caller_location(), step=options))
        return NodeRef(name)

    def command(
        self,
        name: str,
        argv: Sequence[str],
        *,
        env: Iterable[str] = ("PATH",),
        secret_env: Mapping[str, Secret | str] | None = None,
        cwd: str | None = None,
        stdin: str | None = None,
        output: type[Any] | None = None,
        exit_codes: Mapping[int, ExitAction] | None = None,
        memory_mb: int | None = None,
        output_kb: int = 64,
        where: Literal["process", "sandbox", "tmux"] = "process",
        reads: Iterable[str] = (),
        network: bool = False,
        title: str | None = None,
        when: Condition | None = None,
        after: Iterable[Ref | str] = (),
        timeout: Duration | None = None,
        retry: Retry | None = None,
        on_failure: OnFailure | None = None,
        undo: Undo | Callable[..., Any] | None = None,
        uses: Resource | str | Iterable[Resource | str] = (),
        resource_timeout: Duration | None = None,
        alerts: Alerts | None = None,
    ) -> NodeRef:
        """Declare a step that executes a program, without a shell. Its output is a `CommandResult`.

        The program and everything that it starts end with the step. Its lines go to the step's log. An
        approval that guards the command shows it exactly as it will execute.

        - `argv`: the program and its arguments, with `{input.field}` and `{step.field}`. A value never makes
          more than one argument, and never an option.
        - `env`: the variables that it gets: `"NAME"` for one of the bot, or `"NAME=value"`. Default: the
          bot's `PATH`.
        - `secret_env`: by variable, the secret that it holds, or its name, as in
          `{"PGPASSWORD": secret("DB_PASSWORD")}`. Default: none.
        - `cwd`: its working folder, from the folder that all commands of the run share. Default: that folder.
        - `stdin`: the text that it reads, with `{input.field}` and `{step.field}`. Default: none.
        - `output`: the Pydantic model of the JSON that it prints, which is the step's output then. Default:
          none.
        - `exit_codes`: what follows from an exit code: `"ok"`, `"retry"`, `"ask"` the owner, or `"fail"` the
          run. Default: 0 is success, and the step fails with any other.
        - `memory_mb`: the memory that each of its processes may take. Default: any.
        - `output_kb`: how much of what it prints is kept, up to 1,000 kB: the last part. Default: 64.
        - `where`: `"process"`; `"sandbox"`, without a network, where it writes to its folder alone; or
          `"tmux"`, a session that goes on while Signoff restarts. Default: `"process"`.
        - `reads`: further files and folders that a sandbox shows, read-only. Default: none.
        - `network`: whether a sandbox has the network of the machine. Default: no.
        - `title`: the name that people read. Default: `name`.
        - `when`: the condition under which it executes; otherwise it is skipped. Default: always.
        - `after`: the steps that end before it and that it does not name. Default: none.
        - `timeout`: how long an attempt may take. Default: any time.
        - `retry`: how often Signoff tries it. Default: once.
        - `on_failure`: what happens when it fails for good. Default: as the workflow says.
        - `undo`: the function, or `Undo(function, …)`, that undoes it if it succeeded and its run fails or is
          cancelled. Default: it stays done.
        - `uses`: the resources that each attempt uses, by name or as `Resource(…)`. Default: none.
        - `resource_timeout`: how long it waits for them before it fails for good. Default: any time.
        - `alerts`: where the news of its failure goes, as in `Alerts(severity="high")`. Default: as the
          workflow says.
        """
        program = Command(
            argv=argv,
            env=listed(env),
            cwd=cwd,
            stdin=stdin,
            result=output,
            exit_codes=exit_codes,
            memory_mb=memory_mb,
            output_kb=output_kb,
            where=where,
            reads=listed(reads),
            network=network,
            secret_env=_names_of_secrets(secret_env),
        )
        options = StepOptions(
            operation_function(name, program),
            timeout,
            Retry(attempts=1) if retry is None else retry,
            on_failure,
            undo,
            uses=listed(uses),
            resource_timeout=resource_timeout,
            alerts=alerts,
            operation=program,
        )
        self.nodes.append(Node(name, title, when, listed(after), _caller_location(), step=options))
        return NodeRef(name)

    def http(
        self,
        name: str,
        url: str,
        *,
        method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] = "GET",
        json: Any = None,
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
        secret_headers: Mapping[str, Secret | str] | None = None,
        output: type[Any] | None = None,
        statuses: Mapping[int, ExitAction] | None = None,
        private: bool = False,
        output_kb: int = 1000,
        title: str | None = None,
        when: Condition | None = None,
        after: Iterable[Ref | str] = (),
        timeout: Duration | None = "1m",
        retry: Retry | None = None,
        on_failure: OnFailure | None = None,
        undo: Undo | Callable[..., Any] | None = None,
        uses: Resource | str | Iterable[Resource | str] = (),
        resource_timeout: Duration | None = None,
        alerts: Alerts | None = None,
    ) -> NodeRef:
        """Declare a step that sends a request over HTTP. Its output is an `HttpResult`.

        Signoff tries again after the answers 408, 425, 429 and 5xx and without an answer, as `retry` allows
        and not before `Retry-After`. All attempts have the same `Idempotency-Key`. An approval that guards
        the request shows it exactly as it will be sent.

        - `url`: the address, with `{input.field}` and `{step.field}` after the host. Values are
          percent-encoded.
        - `method`: the method. Default: `GET`.
        - `json`: the JSON that is sent, with `{input.field}` and `{step.field}` in its texts. Default: none.
        - `body`: the text that is sent, instead of `json`. Default: none.
        - `headers`: its headers, with `{input.field}` and `{step.field}`. Default: none of your own.
        - `secret_headers`: by header, the secret that it holds, as in `{"X-Api-Key": secret("API_KEY")}`, or
          its name, as in `{"Authorization": "Bearer API_TOKEN"}`. Default: none.
        - `output`: the Pydantic model of the JSON in the answer, which is the step's output then. Default:
          none.
        - `statuses`: what follows from a status: `"ok"`, `"retry"`, `"ask"` the owner, or `"fail"` the run.
          Default: 2xx is success, and the step fails with others.
        - `private`: the host may be inside this machine's networks. Default: False.
        - `output_kb`: how large an answer may be, up to 1,800 kB. Default: 1,000.
        - `title`: the name that people read. Default: `name`.
        - `when`: the condition under which it is sent; otherwise it is skipped. Default: always.
        - `after`: the steps that end before it and that it does not name. Default: none.
        - `timeout`: how long an attempt may take. Default: a minute.
        - `retry`: how often Signoff tries it. Default: `Retry()` for GET, HEAD, PUT and DELETE, and once for
          POST and PATCH.
        - `on_failure`: what happens when it fails for good. Default: as the workflow says.
        - `undo`: the function, or `Undo(function, …)`, that undoes it if it succeeded and its run fails or is
          cancelled. Default: it stays done.
        - `uses`: the resources that each attempt uses, by name or as `Resource(…)`. Default: none.
        - `resource_timeout`: how long it waits for them before it fails for good. Default: any time.
        - `alerts`: where the news of its failure goes, as in `Alerts(severity="high")`. Default: as the
          workflow says.
        """
        request = Http(
            method=method,
            url=url,
            payload=json,
            body=body,
            headers=headers,
            secret_headers=_names_of_secrets(secret_headers),
            result=output,
            statuses=statuses,
            private=private,
            output_kb=output_kb,
        )
        if retry is None:
            retry = Retry() if method in REPEATABLE else Retry(attempts=1)
        options = StepOptions(
            operation_function(name, request),
            timeout,
            retry,
            on_failure,
            undo,
            uses=listed(uses),
            resource_timeout=resource_timeout,
            alerts=alerts,
            operation=request,
        )
        self.nodes.append(Node(name, title, when, listed(after), _caller_location(), step=options))
        return NodeRef(name)

    def sql(
        self,
        name: str,
        url: Secret | str,
        query: str,
        *,
        params: Mapping[str, Any] | None = None,
        rows: type[Any] | None = None,
        write: bool = False,
        max_rows: int = 1000,
        output_kb: int = 1000,
        title: str | None = None,
        when: Condition | None = None,
        after: Iterable[Ref | str] = (),
        timeout: Duration | None = "1m",
        retry: Retry | None = None,
        on_failure: OnFailure | None = None,
        undo: Undo | Callable[..., Any] | None = None,
        uses: Resource | str | Iterable[Resource | str] = (),
        resource_timeout: Duration | None = None,
        alerts: Alerts | None = None,
    ) -> NodeRef:
        """Declare a step that executes a statement on a database. Its output is an `SqlResult`.

        Values are parameters, and never a part of the statement. An approval that guards the step shows the
        statement and its parameters exactly.

        - `url`: the secret that is the address of the database as SQLAlchemy takes it, or its name.
        - `query`: the statement, with `:name` for each parameter.
        - `params`: by name, the values, with `{input.field}` and `{step.field}`. A list is for `IN :name`.
          Default: none.
        - `rows`: the Pydantic model of a row; the step's output is a list of them then. Default: none.
        - `write`: the statement may change something. Default: False, and the database refuses a change
          where it can.
        - `max_rows`: how many rows it may give, up to 10,000. Default: 1,000.
        - `output_kb`: how large the rows may be, up to 1,800 kB. Default: 1,000.
        - `title`: the name that people read. Default: `name`.
        - `when`: the condition under which it executes; otherwise it is skipped. Default: always.
        - `after`: the steps that end before it and that it does not name. Default: none.
        - `timeout`: how long an attempt may take. Default: a minute.
        - `retry`: how often Signoff tries it. Default: `Retry()`, and once with `write`.
        - `on_failure`: what happens when it fails for good. Default: as the workflow says.
        - `undo`: the function, or `Undo(function, …)`, that undoes it if it succeeded and its run fails or is
          cancelled. Default: it stays done.
        - `uses`: the resources that each attempt uses, by name or as `Resource(…)`. Default: none.
        - `resource_timeout`: how long it waits for them before it fails for good. Default: any time.
        - `alerts`: where the news of its failure goes, as in `Alerts(severity="high")`. Default: as the
          workflow says.
        """
        statement = Sql(
            url=name_of_secret(url),
            query=query,
            params=params,
            row=rows,
            write=write,
            max_rows=max_rows,
            output_kb=output_kb,
        )
        if retry is None:
            retry = Retry(attempts=1) if write else Retry()
        options = StepOptions(
            operation_function(name, statement),
            timeout,
            retry,
            on_failure,
            undo,
            uses=listed(uses),
            resource_timeout=resource_timeout,
            alerts=alerts,
            operation=statement,
        )
        self.nodes.append(Node(name, title, when, listed(after), _caller_location(), step=options))
        return NodeRef(name)

    def decision(
        self,
        name: str,
        *,
        rules: Sequence[Rule] = (),
        default: str,
        thresholds: Mapping[str, float] | None = None,
        score: Ref | Field | str | None = None,
        margin: float | None = None,
        recommends: Mapping[str, Literal["approve", "reject"]] | None = None,
        groups: Sequence[str] = (),
        title: str | None = None,
        when: Condition | None = None,
        after: Iterable[Ref | str] = (),
        on_failure: OnFailure | None = None,
        alerts: Alerts | None = None,
    ) -> DecisionRef:
        """Declare a step that decides by rules, or by a model's score. Its output is a `Decided`.

        The output has the outcome, the confidence and the reasons, with the values that the rules compared.
        `signoff decision replay` shows what other rules would have decided.

        - `rules`: its rules, in order. The first that matches decides; with `thresholds`, all that match add
          points. Default: none, with `score`.
        - `default`: the outcome when no rule matches, or when the score reaches no threshold.
        - `thresholds`: by outcome, the lowest score, or the lowest probability, that gives it. Default: none,
          and the first rule decides.
        - `score`: the step, or the path such as `"model.risk"`, that has the score, or a dict with the
          probability of each outcome. Default: the points of the rules.
        - `margin`: the distance from the nearest threshold at which the confidence is 1; at a threshold it is
          0.5. Default: the confidence is 1.
        - `recommends`: by outcome, the answer that it recommends to approvers, as in `{"high": "reject"}`.
          `signoff insight` compares it with their answers. Default: none.
        - `groups`: fields of the input, as in `["input.team"]`: `signoff insight` compares their values.
          Default: none.
        - `title`: the name that people read. Default: `name`.
        - `when`: the condition under which it decides; otherwise it is skipped. Default: always.
        - `after`: the steps that end before it and that it does not name. Default: none.
        - `on_failure`: what happens when it cannot decide. Default: as the workflow says.
        - `alerts`: where the news of its failure goes, as in `Alerts(severity="high")`. Default: as the
          workflow says.
        """
        decision = Decision(rules, default, thresholds, score, margin, recommends, groups)
        options = StepOptions(
            operation_function(name, decision),
            None,
            Retry(attempts=1),
            on_failure,
            alerts=alerts,
            operation=decision,
        )
        self.nodes.append(Node(name, title, when, listed(after), _caller_location(), step=options))
        return DecisionRef(name)

    def child(
        self,
        name: str,
        workflow: "Workflow | str",
        *,
        input: Any = None,
        output: Ref | str | None = None,
        title: str | None = None,
        when: Condition | None = None,
        after: Iterable[Ref | str] = (),
        on_failure: OnFailure | None = None,
        each: Ref | Field | str | None = None,
        at_once: int = 8,
        tolerate: int | str | None = None,
    ) -> NodeRef:
        """Declare a run of another workflow, and wait for its end. The wait is a row: it takes no slot.

        Its output is that of the other workflow's last step, or of the step named by `output`. Where that
        step is skipped, it is skipped too. It fails when the child run fails or is cancelled.

        - `workflow`: the other workflow, or its name.
        - `input`: the input of the child run: a step or a path such as `"{plan}"`, or a mapping of values
          with such paths in it. With `each`, `{element}` stands for the element. Default: none, or the
          element.
        - `output`: the step of the other workflow whose output it gives. Default: the step that the other
          workflow's `result` names alone, or else the last one. If several steps are last, a mapping of their
          outputs by name.
        - `title`: the name that people read. Default: `name`.
        - `when`: the condition under which it runs; otherwise it is skipped. Default: always.
        - `after`: the steps that end before it begins and that `input` does not name. Default: none.
        - `on_failure`: what happens when the child run fails. Default: as the workflow says.
        - `each`: the list for whose elements it runs, a child run for each: a step that returns a list, or a
          path such as `"load.rows"` or `"input.rows"`. Its output is the list of their outputs. Default:
          none, and it runs once.
        - `at_once`: the number of child runs that are under way at the same time. Default: 8.
        - `tolerate`: the number of child runs that may fail, such as 3 or `"10%"`. If more fail, the step
          fails. Steps that take its output take `list[Settled[T]]`. Default: none may fail, or any number if
          a step takes `list[Settled[T]]`.
        """
        options = ChildOptions(workflow, input, output, on_failure, each, at_once, tolerate)
        self.nodes.append(Node(name, title, when, listed(after), _caller_location(), child=options))
        return NodeRef(name)


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


def _names_of_secrets(by_place: Any) -> Any:
    """Return the names of the secrets. A value of another type stays, and is refused later."""
    if not isinstance(by_place, Mapping):
        return by_place
    return {place: name_of_secret(value) for place, value in by_place.items()}
