"""Nodes of a workflow as its author declares them, and the place in the file where that happens."""

import inspect
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from engine.authoring.alerts import Alerts
from engine.authoring.approval_options import ApprovalOptions, listed
from engine.authoring.child_options import ChildOptions
from engine.authoring.notify_options import NotifyOptions
from engine.authoring.options import Alternative, Duration, OnFailure, Retry, Undo
from engine.authoring.polling import Poll
from engine.authoring.quality import Quality
from engine.authoring.refs import Field, Ref
from engine.authoring.resources import Resource
from engine.authoring.wait_options import WaitOptions
from engine.model.definition.conditions import Condition
from engine.steps.kind import StepKind


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
    part_of: str = ""
    """The step of an agent to which it belongs."""


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


class Nodes:
    """The nodes that a workflow has so far, in the order of the file."""

    nodes: list[Node]

    def __init_subclass__(cls) -> None:
        """Let errors of Python name the class that authors know."""
        for name, member in vars(cls).items() if Nodes in cls.__bases__ else ():
            if inspect.isfunction(member) and not name.startswith("_"):
                member.__qualname__ = f"Workflow.{name}"

    def _declare(
        self,
        name: str,
        title: str | None,
        when: Condition | None,
        after: Iterable[Ref | str],
        *,
        step: StepOptions | None = None,
        approval: ApprovalOptions | None = None,
        wait: WaitOptions | None = None,
        child: ChildOptions | None = None,
        part_of: str = "",
    ) -> None:
        """Add a node, at the place where an author called the method that calls this one."""
        frame = sys._getframe(2)
        location = f"{frame.f_code.co_filename}:{frame.f_lineno}"
        self.nodes.append(
            Node(name, title, when, listed(after), location, step, approval, wait, child, part_of)
        )
