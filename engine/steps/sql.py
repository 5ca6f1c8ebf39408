"""SQL steps: one statement with parameters, with limits on rows, time and size."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any

from pydantic import BaseModel

from engine.authoring.context import StepContext
from engine.errors import CannotAsk, Fatal
from engine.model.definition.operations import SqlSpec, parts, paths_of
from engine.model.text.template import texts_in
from engine.model.values.json_safe import storage_problem
from engine.steps.command import is_count
from engine.steps.sql_text import CAST, bare, parameters_in, reads_only, statements_in
from engine.vault import revealed

MAX_ROWS = 10_000
MAX_OUTPUT_KB = 1800
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class SqlResult(BaseModel):
    """Result of a statement."""

    rows: list[dict[str, Any]] = []
    """The rows that it returned, by column."""
    affected: int | None = None
    """The number of rows that it changed; None where it changed none or the database does not tell."""


@dataclass(frozen=True)
class Sql:
    """A statement as its author declared it."""

    url: Any
    query: Any
    params: Any
    row: Any
    write: Any
    max_rows: Any
    output_kb: Any

    @property
    def output(self) -> Any:
        return SqlResult if self.row is None else list[self.row]  # type: ignore[name-defined]

    @cached_property
    def spec(self) -> SqlSpec:
        return SqlSpec(
            url=self.url,
            query=self.query,
            params=dict(self.params or {}),
            write=self.write,
            max_rows=self.max_rows,
            output_kb=self.output_kb,
        )

    @property
    def paths(self) -> list[str]:
        found: list[str] = []
        for _, text in texts_in(self.params, "params"):
            with suppress(ValueError, TypeError):
                found += paths_of(text)
        return found

    def problems(self) -> Iterator[tuple[str, str]]:
        if not isinstance(self.url, str) or not _VARIABLE.fullmatch(self.url):
            yield (
                "url is not the name of a variable.",
                'Write url="ORDERS_DB", and set ORDERS_DB where the bot starts.',
            )
        if not isinstance(self.write, bool):
            yield f"write is {self.write!r}.", "Write True or False."
        if self.row is not None and not isinstance(self.row, type):
            yield f"rows is {self.row!r}.", "Give a Pydantic model of a row."
        if not is_count(self.max_rows, MAX_ROWS):
            yield f"max_rows is {self.max_rows!r}.", f"Give a whole number from 1 to {MAX_ROWS:,}."
        if not is_count(self.output_kb, MAX_OUTPUT_KB):
            yield f"output_kb is {self.output_kb!r}.", f"Give a whole number from 1 to {MAX_OUTPUT_KB:,}."
        params_fit = isinstance(self.params, Mapping | None)
        if not params_fit:
            yield f"params is {self.params!r}.", 'Write params={"id": "{input.id}"}.'
        if not isinstance(self.query, str) or not self.query.strip():
            yield f"query is {self.query!r}.", 'Write query="SELECT … WHERE id = :id".'
            return
        yield from self._query_problems()
        if params_fit:
            yield from self._param_problems()

    def _query_problems(self) -> Iterator[tuple[str, str]]:
        if found := re.search(r"\{[A-Za-z_][\w.]*\}", self.query):
            yield (
                f"query has {found[0]}, and a value cannot be a part of a statement.",
                f'Write :name in the query, and params={{"name": "{found[0]}"}}.',
            )
        if cast := CAST.search(bare(self.query)):
            yield f"query casts :{cast[1]} with ::.", f"Write CAST(:{cast[1]} AS …)."
        if statements_in(self.query) > 1:
            yield "query has several statements.", "Write a step for each of them."
        elif self.write is False and not reads_only(self.query):
            yield "query may change something.", "Give write=True if it should."

    def _param_problems(self) -> Iterator[tuple[str, str]]:
        given, named = set(self.params or {}), parameters_in(self.query)
        if odd := [name for name in given if not isinstance(name, str) or not _NAME.fullmatch(name)]:
            yield f"params has the name {odd[0]!r}.", "Use letters, digits and _, as in :order_id."
            return
        for name in sorted(named - given):
            yield f"query has :{name}, and params has no {name}.", f'Give params={{"{name}": …}}.'
        for name in sorted(given - named):
            yield f"params has {name}, and query has no :{name}.", f"Write :{name} in it, or leave it out."
        if problem := storage_problem(self.params):
            yield f"params can't be stored: {problem}.", "Give texts, numbers, lists and mappings."
            return
        for place, text in texts_in(self.params, "params"):
            try:
                parts(text)
            except ValueError as error:
                yield f"{place} is {text!r:.80}: a brace holds no path.", str(error)

    async def execute(self, values: Mapping[str, Any], ctx: StepContext) -> Any:
        try:
            bound = self.spec.values(values)
        except CannotAsk as error:
            raise Fatal(str(error)) from None
        address = await revealed(self.spec.url)
        # SQLAlchemy takes a fifth of a second to import, which a thin command line would wait for.
        statement = import_module("engine.steps.sql_statement").Statement
        return await statement(self.spec, address, bound, ctx).result(self.row)
