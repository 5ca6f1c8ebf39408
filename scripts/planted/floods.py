"""Planted bugs about floods: whose messages and runs delay whose."""

from scripts.planted.mutant import Mutant

_FLOODS = ("tests/bot/outbox/test_floods.py",)
_LIMITS = ("tests/engine/kernel/test_start_limits.py",)
_ACTS = ("tests/engine/runtime/access/test_act_limits.py",)
MUTANTS = [
    Mutant(
        "a person asks as many questions as they like",
        "engine/runtime/requests/clarifications.py",
        '        self._act_limits.count(actor, "questions")\n',
        "",
        _ACTS,
    ),
    Mutant(
        "a request is reassigned without end",
        "engine/runtime/requests/reassignment.py",
        "        if len(request.people.handovers) >= MAX_HANDOVERS:\n",
        "        if False:\n",
        _ACTS,
    ),
    Mutant(
        "a workflow file asks ten thousand approvers",
        "engine/compiler/workflow.py",
        "            self._check_sizes(definition)\n",
        "",
        ("tests/engine/compiler/test_definition_errors.py",),
    ),
    Mutant(
        "a flood of a trigger is ended by no command",
        "engine/store/queries/runs.py",
        "    elif source:\n",
        "    elif source in ('slack', 'api', 'cli'):\n",
        ("tests/bot/test_cli.py",),
    ),
    Mutant(
        "the runs of a workflow are cancelled only for a starter",
        "bot/cli/commands/cancel.py",
        "    if started_by or workflow:\n        _cancel",
        "    if started_by:\n        _cancel",
        ("tests/bot/test_cli.py",),
    ),
    Mutant(
        "an empty starter means every starter",
        "bot/cli/main.py",
        "    refuse_empty_values(command)\n",
        "",
        ("tests/bot/test_cli_errors.py",),
    ),
    Mutant(
        "a cancel of a mistyped workflow or starter ends well",
        "bot/cli/handlers.py",
        "    if not counts:\n        await require_known(engine, chosen)\n",
        "",
        ("tests/bot/test_cli.py",),
    ),
    Mutant(
        "a changed run keeps the others of a flood from their end",
        "bot/cli/handlers.py",
        "except Altered as altered:  # it keeps",
        "except ZeroDivisionError as altered:  # it keeps",
        ("tests/bot/test_cli.py",),
    ),
    Mutant(
        "a cancel of thousands of runs is silent",
        "bot/cli/commands/cancel.py",
        "        if cancelled - noted >= steps:\n",
        "        if False:\n",
        ("tests/bot/test_cli.py",),
    ),
    Mutant(
        "the list of runs ends at its first page",
        "bot/cli/handlers.py",
        'values.get("states"), values["limit"], before)',
        'values.get("states"), values["limit"])',
        ("tests/bot/test_cli.py",),
    ),
    Mutant(
        "Ctrl-C at a question is called a bug",
        "bot/cli/main.py",
        "except (KeyboardInterrupt, typer.Abort):",
        "except KeyboardInterrupt:",
        ("tests/bot/test_cli.py",),
    ),
    Mutant(
        "a question is asked where there is no terminal",
        "bot/cli/confirmation.py",
        "if sys.stdin is None or not sys.stdin.isatty():",
        "if sys.stdin is None:",
        ("tests/bot/test_cli.py",),
    ),
    Mutant(
        "a request of the command line with a wrong parameter is a fault",
        "bot/control_socket.py",
        "await handler(checked(params), user)",
        "await handler(params, user)",
        ("tests/bot/test_random_control.py",),
    ),
    Mutant(
        "the source that was served last goes next",
        "bot/outbox/order.py",
        "        self._served[queue.lane, queue.source] = self._count\n",
        "",
        _FLOODS,
    ),
    Mutant(
        "a run's message that a question follows waits among the news",
        "engine/store/deliveries.py",
        "            connection.executemany(_HURRY, ",
        "            list(",
        _FLOODS,
    ),
    Mutant(
        "each reminder is posted, however late",
        "engine/store/deliveries.py",
        '_NEEDLESS = "UPDATE delivery SET sent = wanted WHERE key = ?',
        '_NEEDLESS = "UPDATE delivery SET sent = sent WHERE key = ?',
        _FLOODS,
    ),
    Mutant(
        "a person starts as many runs as they like",
        "engine/runtime/runs/admission.py",
        "        self._starts.count(actor, now)\n",
        "",
        _LIMITS,
    ),
    Mutant(
        "a person has as many unfinished runs as they like",
        "engine/kernel/schedules/start_limits.py",
        "        if count < self.open_runs:\n",
        "        if count >= 0:\n",
        _LIMITS,
    ),
    Mutant(
        "a question sent again counts against the limit",
        "engine/runtime/runs/admission.py",
        "actor.source in LIMITED and not (key and await self._exists(id_))",
        "actor.source in LIMITED",
        _LIMITS,
    ),
    Mutant(
        "a visitor of the control socket who makes way leaves a traceback in the log",
        "bot/control_socket.py",
        "        except asyncio.CancelledError:\n            log.debug",
        "        except ZeroDivisionError:\n            log.debug",
        ("tests/engine/store/test_door.py",),
    ),
]
