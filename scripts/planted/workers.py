"""Bugs of workers, and of the process that they work for."""

from scripts.planted.mutant import Mutant

_WORKERS = ("tests/engine/runtime/dispatch/test_workers.py",)
_QUEUE = ("tests/engine/runtime/dispatch/test_queue.py",)
_JOBS = "engine/store/postgres/jobs.py"
_KILLED = ("tests/crash/test_workers.py",)
_LINE = "engine/store/postgres/worker_line.py"
_DISPATCHER = "engine/runtime/dispatch/dispatcher.py"

MUTANTS = [
    Mutant(
        "a worker that was taken for dead goes on as if it were not",
        _LINE,
        "        if row is None:\n            log.warning(",
        "        if row == 0:\n            log.warning(",
        _KILLED,
    ),
    Mutant(
        "the steps of a dead worker are lost",
        _DISPATCHER,
        "            silent = beat is None or now - self._beats[worker][1] > limit\n",
        "            silent = False\n",
        _KILLED,
    ),
    Mutant(
        "a step on a worker executes again when the process that serves starts",
        "engine/runtime/execution/recovery.py",
        '    return record.state == "running" and elsewhere(record.run_id, record.step, record.attempt)\n',
        "    return False\n",
        _KILLED,
    ),
    Mutant(
        "a step of a queue of workers executes in the process that serves",
        "engine/kernel/transition.py",
        "and node.queue_name not in self._queues",
        "and node.queue_name in ()",
        _WORKERS,
    ),
    Mutant(
        "a step executes with other code than was verified",
        "engine/runtime/dispatch/jobs.py",
        "            code if code and code.digest == self.digest else None,\n",
        "            code,\n",
        _WORKERS,
    ),
    Mutant(
        "a cancelled step goes on on its worker",
        _DISPATCHER,
        '                and (record.state != "running" or record.attempt != known[0])\n',
        "                and False\n",
        _WORKERS,
    ),
    Mutant(
        "a worker keeps the resource of a step that has ended",
        _DISPATCHER,
        "                if uses and self._runs is not None:\n",
        "                if False:\n",
        _WORKERS,
    ),
    Mutant(
        "a step that its worker could not execute is never enqueued again",
        _DISPATCHER,
        "            if row.worker is None and now - self._unfetched[row.key] > limit:\n",
        "            if False:\n",
        _WORKERS,
    ),
    Mutant(
        "a worker executes more steps at once than it may",
        _LINE,
        "self._free = presence.parallel\n",
        "self._free = 64\n",
        _WORKERS,
    ),
    Mutant(
        "a step that kills its worker is tried forever",
        _DISPATCHER,
        "            blamed = alone or record.deaths + 1 >= _MAX_DEATHS\n",
        "            blamed = False\n",
        _KILLED,
    ),
    Mutant(
        "an attempt whose worker does not know of it waits forever",
        _LINE,
        "        for key in unknown & self._unknown:",
        "        for key in ():",
        _WORKERS,
    ),
    Mutant(
        "a report that makes no sense stops all others",
        _DISPATCHER,
        "                await self._give_up(runs, report, error)\n",
        "                raise\n",
        _WORKERS,
    ),
    Mutant(
        "a step waits for a worker though its queue is served here",
        _DISPATCHER,
        "            if queue in self.queues and not is_taken:\n",
        "            if False:\n",
        _WORKERS,
    ),
    Mutant(
        "a step begins on a worker though its run was paused",
        "engine/store/postgres/worker_statements.py",
        "state = 'paused')",
        "state = 'never')",
        _WORKERS,
    ),
    Mutant(
        "a worker hears of no step until it looks by itself",
        _LINE,
        "            if notice.payload in self._presence.queues:\n",
        "            if notice.payload in ():\n",
        _QUEUE,
    ),
    Mutant(
        "steps that wait in the earlier queue are not enqueued at the start",
        "engine/store/postgres/queue.py",
        "        if waiting:\n",
        "        if False:\n",
        _QUEUE,
    ),
    Mutant(
        "what a step showed before a restart stays after its end",
        _DISPATCHER,
        "            self._shown.add(key)\n",
        "            pass\n",
        _QUEUE,
    ),
    Mutant(
        "a job that a dead worker picked waits for days",
        _JOBS,
        "_PICKED_FOR = timedelta(seconds=2)",
        "_PICKED_FOR = timedelta(days=2)",
        _QUEUE,
    ),
    Mutant(
        "the log of the queue grows with each step",
        _JOBS,
        "BEGIN RETURN NULL; END",
        "BEGIN RETURN NEW; END",
        _QUEUE,
    ),
    Mutant(
        "the environment of the process names the tables of the queue",
        _JOBS,
        "        return (init_settings,)\n",
        "        return (env_settings, init_settings)\n",
        _QUEUE,
    ),
    Mutant(
        "a worker takes the steps of other queues",
        _JOBS,
        "for queue in queues],\n        concurrency_limits",
        "for queue in (*queues, 'yard')],\n        concurrency_limits",
        _QUEUE,
    ),
]
