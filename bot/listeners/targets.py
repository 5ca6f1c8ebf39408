"""Targets of subcommands: a workflow or a run, by the name that a person typed."""

from engine import (
    AlteredRun,
    RunRecord,
    UnknownRun,
    UnknownWorkflow,
    VisibleRuns,
    WorkflowRecord,
    unknown_target,
)


async def workflow_named(seen: VisibleRuns, name: str) -> WorkflowRecord | None:
    """Return a workflow that the viewer may see; None without one."""
    try:
        return await seen.workflow(name)
    except UnknownWorkflow:
        return None


async def run_named(seen: VisibleRuns, name: str) -> RunRecord:
    """Return a run by a text that names no workflow. Raises `UnknownRun` and `UnknownWorkflow`."""
    try:
        return await seen.find_run(name)
    except AlteredRun:
        raise
    except UnknownRun as error:
        try:
            await seen.workflow(name)
        except UnknownWorkflow as unknown:
            raise unknown_target(error, unknown) from None
        raise
