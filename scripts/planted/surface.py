"""Planted bugs in what a person in Slack is told of runs and workflows."""

from scripts.planted.mutant import Mutant

MUTANTS = [
    Mutant(
        "a result shows the credentials of an output",
        "bot/views/runs/result.py",
        "    each_line = [redacted(row) for row in",
        "    each_line = [row for row in",
        ("tests/bot/views/test_results.py",),
    ),
    Mutant(
        "an address with a credential is a link",
        "engine/kernel/run_results.py",
        "withheld=shown != url",
        "withheld=False",
        ("tests/engine/kernel/test_run_results.py",),
    ),
    Mutant(
        "a path of a result is not checked",
        "engine/compiler/results.py",
        '        checks.path(None, step, tuple(fields), "result")',
        "        pass",
        ("tests/engine/kernel/test_run_results.py",),
    ),
    Mutant(
        "a page of runs ends the list without saying so",
        "engine/runtime/queries/visibility.py",
        "                        return FoundRuns(tuple(found), found[-1])",
        "                        return FoundRuns(tuple(found))",
        ("tests/bot/listeners/test_reading.py",),
    ),
    Mutant(
        "the chooser offers what the person may not start",
        "bot/listeners/starting.py",
        "    startable = [each for each in await context.seen_by(asker.user).workflows() if each.startable]",
        "    startable = [each for each in await context.seen_by(asker.user).workflows()]",
        ("tests/bot/listeners/test_reading.py",),
    ),
    Mutant(
        "a refusal is shared in the channel",
        "bot/listeners/subcommands.py",
        "    return reply, shared and isinstance(reply, Message) and not reply.refusal",
        "    return reply, shared",
        ("tests/bot/listeners/test_reading.py",),
    ),
    Mutant(
        "a run is shared outside its channels",
        "engine/runtime/queries/visibility.py",
        "        return bool(told) and await self._own.sees(run)",
        "        return await self._own.sees(run)",
        ("tests/bot/listeners/test_reading.py",),
    ),
    Mutant(
        "a workflow that only some may see is shared",
        "engine/runtime/queries/visibility.py",
        "        return not workflow.may_see and await self._own.sees_workflow(workflow)",
        "        return await self._own.sees_workflow(workflow)",
        ("tests/bot/listeners/test_reading.py",),
    ),
    Mutant(
        "any command can be shared in the channel",
        "bot/listeners/subcommands.py",
        "        if asker.public and not isinstance(command, _SHAREABLE):",
        "        if False:",
        ("tests/bot/listeners/test_reading.py",),
    ),
    Mutant(
        "a suggestion shows the raw id of a person",
        "bot/listeners/subcommands.py",
        "    corrected = await with_handles(context.people, error.corrected)",
        "    corrected = error.corrected",
        ("tests/bot/listeners/test_commands.py",),
    ),
    Mutant(
        "the doctor overlooks an escalation to nobody",
        "bot/cli/doctor/diagnosis.py",
        "            found += await _escalations(definition, source)",
        "            pass",
        ("tests/bot/test_doctor.py",),
    ),
    Mutant(
        "values of the last run that nobody touched are lost",
        "bot/listeners/modals.py",
        "    values = {**shown, **changed}",
        "    values = changed",
        ("tests/bot/listeners/test_reading.py",),
    ),
]
