"""Checks of the function below `@workflow.step`: it returns a value, and awaits every coroutine."""

import ast
import asyncio
import builtins
import inspect
import textwrap
import types
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from engine.authoring.context import LONG_SLEEP_REMEDY, MAX_SLEEP_SECONDS, StepContext, long_sleep_problem
from engine.authoring.nodes import Node
from engine.authoring.refs import StepRef
from engine.compiler.definition.checks import Checks

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def check_function(checks: Checks, node: Node, function: Callable[..., Any]) -> None:
    """Refuse a function whose result could never be stored."""
    inner = inspect.unwrap(function)
    if inspect.iscoroutinefunction(inner) and not inspect.iscoroutinefunction(function):
        checks.error(
            "The step is an async def, but a decorator around it is not, so nothing awaits the step.",
            "Write the decorator's inner function as an async def that awaits the function.",
            node,
        )
        return
    tree, first_line = _parsed(inner)
    if tree is None:
        return
    _check_decorators(checks, node, tree, first_line)
    _check_awaits(checks, node, inner, tree, first_line)
    _check_sleeps(checks, node, tree, first_line)
    if inner is function and _declares_a_value(checks, node, function) and gives_nothing(function):
        checks.error(
            "The step declares that it returns a value, but it has no return statement with a value.",
            "Return the value, or write -> None.",
            node,
        )


def gives_nothing(function: Callable[..., Any]) -> bool:
    """Does its source show that it always returns None? A body of `...` cannot be judged."""
    tree, _ = _parsed(function)
    if tree is None or all(_is_stub(statement) for statement in tree.body):
        return False
    return not any(
        isinstance(each, ast.Raise) or (isinstance(each, ast.Return) and each.value is not None)
        for each in _own(tree)
    )


def _declares_a_value(checks: Checks, node: Node, function: Callable[..., Any]) -> bool:
    declared = "return" in getattr(function, "__annotations__", {})
    mapped = node.step is not None and node.step.each is not None
    return declared and not mapped and checks.returns[node.name] in (str, int, float, bool, list, dict, bytes)


def _check_decorators(checks: Checks, node: Node, tree: _Function, first_line: int) -> None:
    """Refuse a decorator above `@workflow.step`: it gets the step, and the engine never calls it."""
    for number, decorator in enumerate(tree.decorator_list):
        if not _is_step(decorator):
            continue
        for above in tree.decorator_list[:number]:
            if not _is_step(above):
                checks.error(
                    f"Line {first_line + above.lineno - 1}: @{ast.unparse(above)} is above "
                    f"@{ast.unparse(decorator)}, so the step runs without it.",
                    "Move it below.",
                    node,
                )
        return


def _is_step(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Attribute) and called.attr == "step"


def _check_awaits(
    checks: Checks, node: Node, function: Callable[..., Any], tree: _Function, first_line: int
) -> None:
    """Refuse a call of an async function whose coroutine is returned or dropped."""
    local = {each.name for each in ast.walk(tree) if isinstance(each, ast.AsyncFunctionDef)} - {tree.name}
    for call in _returned_or_dropped(tree):
        called = _resolved(function, call.func)
        is_local = isinstance(call.func, ast.Name) and call.func.id in local
        if not (is_local or inspect.iscoroutinefunction(called)):
            continue
        name, line = ast.unparse(call.func), first_line + call.lineno - 1
        is_async = isinstance(tree, ast.AsyncFunctionDef)
        checks.error(
            f"Line {line} calls {name}(…), an async function, without await.",
            f"Write await {name}(…)" + ("." if is_async else ", and async def for the step."),
            node,
        )


def _check_sleeps(checks: Checks, node: Node, tree: _Function, first_line: int) -> None:
    """Refuse a sleep whose length shows that it holds a slot for too long."""
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and ast.unparse(call.func) == "ctx.sleep" and call.args):
            continue
        seconds = _number(call.args[0])
        if seconds is not None and seconds > MAX_SLEEP_SECONDS:
            line = first_line + call.lineno - 1
            checks.error(f"Line {line}: {long_sleep_problem(seconds)}", LONG_SLEEP_REMEDY, node)


def _number(expression: ast.expr) -> float | None:
    """The value of a number, or of a product of numbers such as `2 * 3600`."""
    match expression:
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            factors = _number(left), _number(right)
            return None if factors[0] is None or factors[1] is None else factors[0] * factors[1]
    return None


def _returned_or_dropped(tree: _Function) -> Iterator[ast.Call]:
    """Calls whose result the function returns as it is, also by way of a name, or does not use."""
    nodes = list(_own(tree))
    uses = Counter(each.id for each in nodes if isinstance(each, ast.Name))
    values = [each.value for each in nodes if isinstance(each, ast.Return)]
    returned = {value.id for value in values if isinstance(value, ast.Name)}
    for each in nodes:
        match each:
            case ast.Return(value=ast.Call() as call) | ast.Expr(value=ast.Call() as call):
                yield call
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                if name in returned and uses[name] == 2:  # assigned, returned, and nothing else
                    yield call


def _resolved(function: Callable[..., Any], called: ast.expr) -> Any:
    """Return what a name or a dotted name stands for when the step executes; None where that is unknown."""
    if isinstance(called, ast.Attribute):
        target = _resolved(function, called.value)
        if target is StepContext:
            return asyncio.sleep if called.attr == "sleep" else None
        return getattr(target, called.attr, None) if isinstance(target, types.ModuleType) else None
    if not isinstance(called, ast.Name):
        return None
    code = function.__code__ if isinstance(function, types.FunctionType) else None
    if code is not None and called.id == "ctx" and "ctx" in code.co_varnames[: code.co_argcount]:
        return StepContext
    if code is None or called.id in code.co_varnames or called.id in code.co_freevars:
        return None
    target = getattr(function, "__globals__", {}).get(called.id, getattr(builtins, called.id, None))
    return target.function if isinstance(target, StepRef) else target


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
