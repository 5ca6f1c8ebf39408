"""Steps with `run_in="process"`: what they cannot have, and the function that executes in their place."""

import os
from dataclasses import replace

from engine.authoring.nodes import Node, StepOptions
from engine.compiler.definition.checks import Checks
from engine.compiler.nodes.step_code import StepCode
from engine.steps.own_process import ProcessStep


def check_run_in(checks: Checks, node: Node, options: StepOptions) -> None:
    """Add the mistakes to those of the checks."""
    if options.run_in is None:
        return
    if options.run_in != "process":
        checks.error(f"run_in is {options.run_in!r}.", 'Write run_in="process", or leave it out.', node)
        return
    for option, value in (("poll", options.poll), ("quality", options.quality)):
        if value is not None:
            checks.error(
                f'run_in="process" does not go with {option}.',
                f"Leave one of them out, or use {option} in another step.",
                node,
            )
    if not (checks.file or "").endswith(".py"):
        checks.error(
            'run_in="process" needs a workflow in a Python file, which the process loads.',
            "Write the workflow in a file, or leave run_in out.",
            node,
        )


def in_own_process(checks: Checks, code: StepCode) -> StepCode:
    """Return code whose function has the step execute in a process."""
    codecs = dict(code.parameters)
    if code.input is not None:
        codecs["input"] = code.input
    step = ProcessStep(
        file=os.path.abspath(checks.file or ""),
        workflow=checks.options.name,
        step=code.step,
        digest=code.digest,
        store={name: codec.store for name, codec in codecs.items()},
        read=code.output.read,
        names=getattr(code.function, "__globals__", {}),
    )
    return replace(code, function=step.function(), is_async=True, takes_ctx=True)
