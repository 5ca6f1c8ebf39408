"""Planted bugs about roles: who steers a workflow, and who learns that a private one exists."""

from scripts.planted.mutant import Mutant

_DOORS = ("tests/bot/listeners/visibility/test_doors.py",)
_RULE = ("tests/engine/kernel/test_roles.py",)
MUTANTS = [
    Mutant(
        "readers of the channel of a parent are not thought of",
        "engine/kernel/roles.py",
        "            elif parent.channel and not _same_channel(parent, child):\n",
        "            elif False:\n",
        ("tests/engine/kernel/test_roles.py",),
    ),
    Mutant(
        "a person who may start a workflow sees the runs of others",
        "engine/kernel/roles.py",
        "    return _once(*operating(workflow), *workflow.may_see)",
        "    return _once(*operating(workflow), *workflow.may_see, *workflow.may_run)",
        _RULE,
    ),
    Mutant(
        "a person who may cancel runs steers the workflow",
        "engine/kernel/roles.py",
        "    return _once(workflow.owner, *workflow.may_operate)",
        "    return _once(workflow.owner, *workflow.may_operate, *workflow.may_cancel)",
        _RULE,
    ),
    Mutant(
        "a message of a public run names a private one",
        "engine/kernel/roles.py",
        "    return not (is_private(other) and set(",
        "    return not (set(",
        _RULE,
    ),
    Mutant(
        "a person who unsubscribes a channel learns that a private workflow exists",
        "bot/listeners/subscribing.py",
        " or _loaded(context, subscribed)",
        "",
        _DOORS,
    ),
    Mutant(
        "a click on a card counts failures that the person does not see",
        "bot/listeners/button_clicks.py",
        "    if not await _knows_card(context, surface.user, value.id, counted):\n",
        "    if False:\n",
        _DOORS,
    ),
    Mutant(
        "a run names a private run that waits in one of its steps",
        "engine/runtime/queries/visibility.py",
        "detail.naming_only([each.id for each in detail.related if await self._sees_id(each.id)])",
        "detail",
        ("tests/engine/runtime/queries/test_private_related_runs.py",),
    ),
    Mutant(
        "a private run is told in the channel in which a person asked for it",
        "engine/runtime/runs/admission.py",
        "channel=None if is_private(definition) else channel,",
        "channel=channel,",
        ("tests/engine/runtime/queries/test_private_related_runs.py",),
    ),
    Mutant(
        "a message in a channel names private runs",
        "bot/views/runs/related.py",
        "for run in detail.related if not run.private])",
        "for run in detail.related])",
        ("tests/bot/views/test_related_runs.py",),
    ),
    Mutant(
        "people who see a workflow steer it",
        "engine/runtime/access/authorization.py",
        "        refs = roles.operating(definition)",
        "        refs = roles.watching(definition)",
        _DOORS,
    ),
]
