"""What stands below `@workflow.step`: a function that gives a value, and awaits what has to be awaited."""

import ast
import asyncio
import builtins
import inspect
import textwrap
import types
from collections.abc import Callable, Iterator
from typing import Any

from engine.compiling.checks import Checks
from engine.context import StepContext
from engine.definition import Node
from engine.refs import StepRef

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def check_function(checks: Checks, node: Node, function: Callable[..., Any]) -> None:
    """Refuse a function whose result could never be stored."""
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        checks.error(
            "It uses yield, so it gives a generator, and a step returns one value.",
            "Collect the values in a list and return it.",
            node,
        )
        return
    inner = inspect.unwrap(function)
    if inspect.iscoroutinefunction(inner) and not inspect.iscoroutinefunction(function):
        checks.error(
            "It is an async def, and a decorator around it is not, so nothing awaits it.",
            "Write the decorator's inner function as an async def that awaits the function.",
            node,
        )
        return
    tree, first_line = _parsed(inner)
    if tree is None:
        return
    _check_awaits(checks, node, inner, tree, first_line)
    if inner is function and _declares_a_value(checks, node, function) and gives_nothing(function):
        checks.error(
            "It is declared to return a value, and it has no return statement with one.",
            "Return the value, or write -> None.",
            node,
        )


def gives_nothing(function: Callable[..., Any]) -> bool:
    """Does its source show that it always returns None? A body of `...` is no source to judge."""
    tree, _ = _parsed(function)
    if tree is None or all(_is_stub(statement) for statement in tree.body):
        return False
    return not any(
        isinstance(each, ast.Raise) or (isinstance(each, ast.Return) and each.value is not None)
        for each in _own(tree)
    )


def _declares_a_value(checks: Checks, node: Node, function: Callable[..., Any]) -> bool:
    declared = "return" in getattr(function, "__annotations__", {})
    return declared and checks.returns[node.name] in (str, int, float, bool, list, dict, bytes)


def _check_awaits(
    checks: Checks, node: Node, function: Callable[..., Any], tree: _Function, first_line: int
) -> None:
    """Refuse a call of an async function whose coroutine is returned or dropped."""
    local = {each.name for each in ast.walk(tree) if isinstance(each, ast.AsyncFunctionDef)} - {tree.name}
    for statement in _own(tree):
        if not isinstance(statement, ast.Return | ast.Expr) or not isinstance(statement.value, ast.Call):
            continue
        called = _resolved(function, statement.value.func)
        is_local = isinstance(statement.value.func, ast.Name) and statement.value.func.id in local
        if not (is_local or inspect.iscoroutinefunction(called)):
            continue
        name, line = ast.unparse(statement.value.func), first_line + statement.lineno - 1
        is_async = isinstance(tree, ast.AsyncFunctionDef)
        checks.error(
            f"Line {line} calls {name}(…), an async function, without await.",
            f"Write await {name}(…)" + ("." if is_async else ", and async def for the step."),
            node,
        )


def _resolved(function: Callable[..., Any], called: ast.expr) -> Any:
    """What a name or a dotted name stands for when the step executes; None where that is unknown."""
    if isinstance(called, ast.Attribute):
        found = _resolved(function, called.value)
        if found is StepContext:
            return asyncio.sleep if called.attr == "sleep" else None
        return getattr(found, called.attr, None) if isinstance(found, types.ModuleType) else None
    if not isinstance(called, ast.Name):
        return None
    code = function.__code__ if isinstance(function, types.FunctionType) else None
    if code is not None and called.id == "ctx" and "ctx" in code.co_varnames[: code.co_argcount]:
        return StepContext
    if code is None or called.id in code.co_varnames or called.id in code.co_freevars:
        return None
    found = getattr(function, "__globals__", {}).get(called.id, getattr(builtins, called.id, None))
    return found.function if isinstance(found, StepRef) else found


def _own(tree: _Function) -> Iterator[ast.AST]:
    """The nodes of its body, without those of functions inside it."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        here = waiting.pop()
        yield here
        if not isinstance(here, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(here))


def _is_stub(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def _parsed(function: Callable[..., Any]) -> tuple[_Function | None, int]:
    """Its source as a tree, and the line of the file on which that begins; None where there is none."""
    try:
        lines, first_line = inspect.getsourcelines(function)
        tree = ast.parse(textwrap.dedent("".join(lines))).body[0]
    except (OSError, TypeError, SyntaxError, IndexError):
        return None, 0
    return (tree, first_line) if isinstance(tree, ast.FunctionDef | ast.AsyncFunctionDef) else (None, 0)
