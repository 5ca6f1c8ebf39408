"""Workflows written as data: an id, a trigger, and tasks in order that call services by name.

    {
        "id": "DailyGrantPipeline",
        "owner": "@grants-board",
        "trigger": {"type": "schedule", "cron": "0 2 * * *", "tz": "Europe/Berlin"},
        "tasks": [
            {"name": "Ingest", "service": "GrantIngestionService", "action": "fetch_new"},
            {"id": "board", "approval": {"ask": "Award these?", "approvers": ["@board"], "expires": "2d"}},
            {"name": "Award", "service": "PolicyService", "action": "update"},
        ],
    }

Each task gets the output of the one before it, and the first one the run's input. An action may take nothing,
`(data)` or `(data, ctx)`, sync or async. Tasks after an approval run only if it was approved, or, where the
approval has a `when` that was not met, nobody was asked. With `"advisory": True` they run whatever the
outcome, and an action with a parameter `outcome` gets it: an `Outcome`, or None where nobody was asked. The
next task must have one.

The options are those of `Workflow`, `Workflow.step`, `Workflow.approval`, and the triggers, under the same
names; `engine.authoring.dict_form.options` lists the few that differ, with the reason.
"""

from engine.authoring.dict_form.locations import location_in, name_of
from engine.authoring.dict_form.reader import from_dict

__all__ = ["from_dict", "location_in", "name_of"]
