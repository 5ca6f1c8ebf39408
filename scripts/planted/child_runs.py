"""Bugs in how a run runs other workflows, and asks for runs that follow it."""

from scripts.planted.mutant import Mutant

TESTS = ("tests/engine/runtime/runs/test_child_runs.py",)
FOLLOW_UPS = ("tests/engine/runtime/runs/test_follow_up_runs.py",)
RETENTION = ("tests/engine/store/test_retention.py",)
MAPPED = ("tests/engine/runtime/runs/test_mapped_children.py",)
MAPS = "engine/kernel/shapes/map_transitions.py"
SIMULATION = ("tests/engine/kernel/test_simulation.py",)
KERNEL = "engine/kernel/shapes/child_runs.py"
MUTANTS = [
    Mutant(
        "the child runs of all elements have one id",
        KERNEL,
        "return derived_run_id(node.workflow, parent, step, str(attempt))",
        "return derived_run_id(node.workflow, parent, node.name, str(attempt))",
        MAPPED,
    ),
    Mutant(
        "the child runs of a list are not bounded by at_once",
        "engine/kernel/shapes/map_state.py",
        "        under_way = len(self.active) + len(self.awaited)\n",
        "        under_way = len(self.active)\n",
        MAPPED,
    ),
    Mutant(
        "child runs of a list go on after their step ended",
        MAPS,
        """        elif record.state == "waiting":
            child_runs.look_again(transition, name)
""",
        """        elif record.state == "waiting":
            transition.end_wait("child", f"{state.run.id}:{name}")
""",
        MAPPED,
    ),
    Mutant(
        "the child run of an element starts with code that nobody approved",
        "engine/runtime/runs/child_runs.py",
        "or transition.may_wait(node_of(step)):\n",
        "or transition.may_wait(step):\n",
        MAPPED,
    ),
    Mutant(
        "the child runs of a list start while their parent is paused",
        MAPS,
        """and state.run.state != "paused" and transition.may_wait(step):\n""",
        """and transition.may_wait(step):\n""",
        MAPPED,
    ),
    Mutant(
        "a child run without an output is a value of a list",
        KERNEL,
        "        if node.each is not None and not node.each.settled:\n",
        "        if False:\n",
        MAPPED,
    ),
    Mutant(
        "a list starts any number of child runs",
        "engine/kernel/shapes/map_state.py",
        """(MAX_CHILD_RUNS, "child workflow") if is_child""",
        """(MAX_ELEMENTS, "child workflow") if is_child""",
        MAPPED,
    ),
    Mutant(
        "Retry takes the failed child run again",
        KERNEL,
        "return derived_run_id(node.workflow, parent, step, str(attempt))",
        "return derived_run_id(node.workflow, parent, step)",
        TESTS,
    ),
    Mutant(
        "a cancelled parent forgets its child run",
        "engine/kernel/shapes/waits.py",
        "            child_runs.look_again(changes, step)\n",
        """            changes.end_wait("child", f"{changes.state.run.id}:{step}")\n""",
        TESTS,
    ),
    Mutant(
        "the end of a child run is not told to its parent",
        "engine/kernel/transition.py",
        "            child_runs.report(self)\n",
        "            pass\n",
        SIMULATION,
    ),
    Mutant(
        "a paused parent starts a child run",
        "engine/runtime/runs/child_runs.py",
        """        elif state.run.state == "paused":\n""",
        "        elif False:\n",
        TESTS,
    ),
    Mutant(
        "a child run that a pause held back never starts",
        "engine/kernel/control.py",
        "    child_runs.resume(transition)\n",
        "",
        TESTS,
    ),
    Mutant(
        "a child run that is created after its parent ended goes on",
        "engine/runtime/runs/child_runs.py",
        "        if not is_open(now, step):\n",
        "        if False:\n",
        TESTS,
    ),
    Mutant(
        "the engine is the requester of a child run",
        "engine/runtime/runs/admission.py",
        "values, parent.actor, trigger, told, None, asked=asked, trace=parent.trace_id",
        """values, Actor("engine", "engine"), trigger, told, None""",
        TESTS,
    ),
    Mutant(
        "a rejected child run counts as done",
        KERNEL,
        """    if record is not None and record.state == "skipped":\n""",
        "    if False:\n",
        TESTS,
    ),
    Mutant(
        "a step takes the end of the child run of an earlier attempt",
        KERNEL,
        """    if run_id(state.run.id, node, step, record.attempt) != child:\n""",
        "    if False:\n",
        TESTS,
    ),
    Mutant(
        "a child run starts without a look at what was approved",
        "engine/runtime/runs/child_runs.py",
        "        return not await self._change(state.run.id, partial(_ask_again, step))\n",
        "        return True\n",
        TESTS,
    ),
    Mutant(
        "a child run that has not started stays when its approval is asked again",
        "engine/kernel/approval_binding.py",
        "        if starts_child(state, step):\n",
        "        if False:\n",
        TESTS,
    ),
    Mutant(
        "people are asked again only when the changed child run is due to start",
        "engine/kernel/requests/approval_digest.py",
        """ or starts_child(state, step)\n""",
        "\n",
        TESTS,
    ),
    Mutant(
        "an approval does not cover the workflow that runs after it",
        "engine/runtime/workflows/workflow_registry.py",
        """        return self._child_digest(node.workflow) if isinstance(node, ChildSpec) else ""\n""",
        """        return ""\n""",
        TESTS,
    ),
    Mutant(
        "workflows may run each other in a circle",
        "engine/compiler/child_links.py",
        "    return problems or _circles(workflows)\n",
        "    return problems\n",
        TESTS,
    ),
    Mutant(
        "all follow-up runs of an attempt are one",
        "engine/kernel/shapes/follow_ups.py",
        "str(attempt), str(number))",
        "str(attempt))",
        FOLLOW_UPS,
    ),
    Mutant(
        "a run is removed before its follow-up run has started",
        "engine/store/writes/pruning.py",
        "kind IN ('child', 'report', 'follow_up')",
        "kind IN ('child', 'report')",
        RETENTION,
    ),
    Mutant(
        "a child run is removed before its parent was told of its end",
        "engine/store/writes/pruning.py",
        "kind IN ('child', 'report', 'follow_up')",
        "kind IN ('child', 'follow_up')",
        RETENTION,
    ),
    Mutant(
        "two threads get the same follow-up run",
        "engine/runtime/execution/follow_ups.py",
        "        with self._lock:",
        "        if True:",
        FOLLOW_UPS,
    ),
    Mutant(
        "a follow-up run starts again at each look",
        "engine/kernel/shapes/follow_ups.py",
        """    changes.end_wait("follow_up", follow_up.id)\n    changes.event("follow_up.started\"""",
        """    changes.event("follow_up.started\"""",
        FOLLOW_UPS,
    ),
    Mutant(
        "a step may sleep for an hour",
        "engine/runtime/execution/runner.py",
        "            if seconds > MAX_SLEEP_SECONDS:\n",
        "            if False:\n",
        FOLLOW_UPS,
    ),
    Mutant(
        "a parent of many child runs leaves memory while they run",
        "engine/kernel/live_run.py",
        "(map_.awaited and len(map_.items) > SHORT_MAP)",
        "False",
        ("tests/engine/runtime/runs/test_mapped_children.py",),
    ),
    Mutant(
        "a parent is read for each child run that starts",
        "engine/runtime/runs/child_runs.py",
        "        if (state := await self._runs.settled(run_id)) is not None:\n            return state\n",
        "",
        ("tests/engine/runtime/runs/test_mapped_children.py",),
    ),
    Mutant(
        "the requesters of a parent are read for each child run",
        "engine/runtime/runs/admission.py",
        "        found = live or await",
        "        found = await",
        ("tests/engine/runtime/runs/test_mapped_children.py",),
    ),
]
