"""A node that posts a message: its options, and the function that it executes."""

import inspect
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from engine.authoring.refs import Field, Ref
from engine.model.text.template import filled, paths, value_at


@dataclass(frozen=True, slots=True)
class NotifyOptions:
    """A message as its author declared it, not checked yet."""

    to: str
    text: str
    table: Ref | Field | str | None = None
    subject: str | None = None

    @property
    def table_path(self) -> str:
        """The path of the rows, such as `load.rows`; empty where there are none."""
        if isinstance(self.table, Ref):
            return self.table.name
        if isinstance(self.table, Field):
            return repr(self.table).replace(".output", "", 1)
        return str(self.table).strip("{}") if self.table is not None else ""

    @property
    def paths(self) -> list[str]:
        """The paths that it names, right or wrong."""
        found = [self.table_path] if self.table_path else []
        with suppress(ValueError, TypeError):
            found = [*paths(self.text), *(paths(self.subject) if self.subject else []), *found]
        return found


def notify_function(name: str, options: NotifyOptions) -> Callable[..., Any]:
    """Return the function of the step: its parameters are the nodes that the message names."""

    async def notify(**outputs: Any) -> None:
        ctx = outputs.pop("ctx")
        table = value_at(options.table_path, outputs) if options.table_path else None
        text = filled(f"{options.text} ", outputs).strip()
        if options.subject is None:
            await ctx.notify(options.to, text, table=table)
        else:
            subject = " ".join(filled(f"{options.subject} ", outputs).split())
            await ctx.notify(options.to, text, table=table, subject=subject)

    steps = list(dict.fromkeys(path.split(".")[0] for path in options.paths))
    names = [*(step for step in steps if step.isidentifier()), "ctx"]
    parameters = [inspect.Parameter(each, inspect.Parameter.KEYWORD_ONLY) for each in dict.fromkeys(names)]
    notify.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    notify.__annotations__ = {"return": None}
    notify.__name__ = name if isinstance(name, str) else "notify"
    return notify
