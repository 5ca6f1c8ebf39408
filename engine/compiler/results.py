"""The text that people read when a run succeeded: whether its paths exist."""

from engine.compiler.definition.checks import Checks, did_you_mean
from engine.compiler.requests.approvals import brace_remedy
from engine.model.text.template import paths


def check_result(checks: Checks) -> None:
    """Refuse a value that is not a text, and a path that the declared types do not have."""
    template = checks.options.result
    if template is None:
        return
    if not isinstance(template, str) or not template.strip():
        remedy = 'Write a text such as "Shipped {build.version}", or leave it out.'
        checks.error(f"result is {template!r}.", remedy)
        return
    try:
        named = paths(template)
    except ValueError as error:
        checks.error(f"result: {error}.", brace_remedy(template))
        return
    for path in named:
        _check_path(checks, path)


def _check_path(checks: Checks, path: str) -> None:
    step, *fields = path.split(".")
    if step == "input" and checks.options.input is None:
        problem = f"result names {path}, but the workflow takes no input."
        checks.error(problem, "Give the workflow input=, or name a step.")
    elif step != "input" and step not in checks.names:
        problem = f"result names {path}, but this workflow has no step {step}."
        checks.error(problem, did_you_mean(step, [*checks.names, "input"]))
    else:
        checks.path(None, step, tuple(fields), "result")
