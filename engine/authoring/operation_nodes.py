"""Declaring steps that need no function: messages, commands, requests, statements, decisions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from engine.authoring.alerts import Alerts
from engine.authoring.approval_options import listed
from engine.authoring.nodes import Nodes, StepOptions
from engine.authoring.notify_options import NotifyOptions, notify_function
from engine.authoring.operation_functions import operation_function
from engine.authoring.options import Duration, OnFailure, Retry, Undo
from engine.authoring.refs import DecisionRef, Field, NodeRef, Ref
from engine.authoring.resources import Resource
from engine.authoring.secrets import Secret, name_of_secret
from engine.model.definition.conditions import Condition
from engine.model.definition.operations import ExitAction, Place
from engine.steps.command import Command
from engine.steps.decision import Decision, Rule
from engine.steps.http import REPEATABLE, Http
from engine.steps.sql import Sql


class OperationNodes(Nodes):
    """Operations are steps as any other, with a retry, a timeout, an undo step and resources."""

    def notify(
        self,
        name: str,
        to: str,
        text: str,
        *,
        table: Ref | Field | str | None = None,
        subject: str | None = None,
        title: str | None = None,
        when: Condition | None = None,
        after: Iterable[Ref | str] = (),
        alerts: Alerts | None = None,
    ) -> NodeRef:
        """Declare a step that posts a message. It is posted once, also when the process dies meanwhile.

        - `to`: the workflow's channel, or a channel, group, person or address in its `may_notify`.
        - `text`: the message, with `{input.field}` and `{step.field}`.
        - `table`: the list of its rows: a step that returns a list of dicts, or a path such as `"load.rows"`.
          Default: none.
        - `subject`: the subject of an e-mail, with `{input.field}` and `{step.field}`. Default: the first
          line of the text.
        - `title`: the name that people read. Default: `name`.
        - `when`: the condition under which it is posted; otherwise it is skipped. Default: always.
        - `after`: the steps that end before it and that the text does not name. Default: none.
        - `alerts`: where the news goes if it cannot be posted. Default: as the workflow says.
        """
        message = NotifyOptions(to, text, table, subject)
        options = StepOptions(
            notify_function(name, message), None, Retry(attempts=1), None, alerts=alerts, notify=message
        )
        self._declare(name, title, when, after, step=options)
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
        where: Place = "process",
        image: str | None = None,
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
        - `memory_mb`: the memory that each of its processes may take, or a container. Default: any.
        - `output_kb`: how much of what it prints is kept, up to 1,000 kB: the last part. Default: 64.
        - `where`: `"process"`; `"sandbox"`, without a network, where it writes to its folder alone;
          `"container"`, the same with the programs of an image; or `"tmux"`, a session. Containers and
          sessions go on while Signoff restarts. Default: `"process"`.
        - `image`: the image of a container by its digest, as in `"registry.example.com/train@sha256:…"`.
        - `reads`: further files and folders that a sandbox or a container shows, read-only. Default: none.
        - `network`: whether a sandbox or a container has a network. Default: no.
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
            image=image,
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
        self._declare(name, title, when, after, step=options)
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
        self._declare(name, title, when, after, step=options)
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
        self._declare(name, title, when, after, step=options)
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
        self._declare(name, title, when, after, step=options)
        return DecisionRef(name)


def _names_of_secrets(by_place: Any) -> Any:
    """Return the names of the secrets. A value of another type stays, and is refused later."""
    if not isinstance(by_place, Mapping):
        return by_place
    return {place: name_of_secret(value) for place, value in by_place.items()}
