"""Declaring waits: for a time, a signal, or a run of another workflow."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from engine.authoring.child_options import ChildOptions
from engine.authoring.nodes import Nodes
from engine.authoring.options import Duration, OnFailure
from engine.authoring.refs import Field, NodeRef, Ref
from engine.authoring.wait_options import WaitOptions
from engine.model.definition.conditions import Condition

if TYPE_CHECKING:
    from engine.authoring.workflow import Workflow


class WaitNodes(Nodes):
    """Waits are rows: they take no slot, and outlast a restart."""

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
        self._declare(name, title, when, after, wait=options)
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
        self._declare(name, title, when, after, wait=options)
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
        self._declare(name, title, when, after, wait=options)
        return NodeRef(name)

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
        self._declare(name, title, when, after, child=options)
        return NodeRef(name)
