"""Planted bugs about input: the people whose input a run carries, captured deliveries, odd files and rows."""

from scripts.planted.mutant import Mutant

TESTS = ("tests/engine/runtime/access/test_further_requesters.py",)
_ADMISSION = "engine/runtime/runs/admission.py"
_STEP = "parent.actor, trigger, told, None, asked=asked, trace"
_PEOPLE = "    return frozenset() if request.policy.self_approval else requester_names(request)"
MUTANTS = [
    Mutant(
        "an approver of a quorum of two replaces the other approver",
        "engine/kernel/requests/reassignment.py",
        "whose is None or (quorum.needs == 1 and ",
        "whose is None or (",
        ("tests/engine/runtime/requests/test_reassignment.py",),
    ),
    Mutant(
        "the environment file of another user chooses the code",
        "bot/cli/env_file.py",
        "    if status.st_uid not in (os.geteuid(), 0):",
        "    if False:",
        ("tests/bot/cli/test_env_file.py",),
    ),
    Mutant(
        "a person whose run another one starts again approves it",
        _ADMISSION,
        "        asked = await self.requesters_of(origin.id)\n",
        "        asked = ()\n",
        TESTS,
    ),
    Mutant(
        "the requesters of a run before the last one are forgotten",
        "engine/kernel/requests/requesters.py",
        "    return people_among((run.actor, *run.further_requesters, *senders))",
        "    return people_among((run.actor, *senders))",
        TESTS,
    ),
    Mutant(
        "a person approves what they sent as a signal",
        "engine/kernel/requests/requesters.py",
        "    return people_among((run.actor, *run.further_requesters, *senders))",
        "    return people_among((run.actor, *run.further_requesters))",
        TESTS,
    ),
    Mutant(
        "the requesters of a parent approve in its child run",
        _ADMISSION,
        _STEP,
        "parent.actor, trigger, told, None, trace",
        TESTS,
    ),
    Mutant(
        "the requester of a run approves the run that its end starts",
        "engine/triggers/events.py",
        "str(event.seq), asked=asked)",
        "str(event.seq))",
        TESTS,
    ),
    Mutant(
        "a person approves the runs that they backfill",
        _ADMISSION,
        "self.start_scheduled(workflow, spec, when, when, (actor,))",
        "self.start_scheduled(workflow, spec, when, when)",
        TESTS,
    ),
    Mutant(
        "one requester alone is excluded",
        "engine/kernel/requests/requesters.py",
        _PEOPLE,
        "    return frozenset() if request.policy.self_approval else request.requester.names",
        TESTS,
    ),
    Mutant(
        "an earlier requester whom nobody knows approves at high risk",
        "engine/kernel/requests/requesters.py",
        "    requesters = (request.requester, *request.further_requesters)\n    return next",
        "    requesters = (request.requester,)\n    return next",
        TESTS,
    ),
    Mutant(
        "a captured delivery with another id in a header starts a second run",
        "engine/triggers/fact.py",
        'once=once if signed and by_header and not spec.equal_bodies else "",',
        'once="",',
        ("tests/bot/http/test_hooks.py",),
    ),
    Mutant(
        "of captured deliveries that come at once, each starts a run",
        "engine/store/writes/transitions.py",
        "        if fired.once:\n",
        "        if False:\n",
        ("tests/bot/http/test_hooks.py",),
    ),
    Mutant(
        "a row that cannot be read holds up all rows behind it",
        "engine/triggers/rows.py",
        "    except ValueError as error:  # bytes",
        "    except LookupError as error:  # bytes",
        ("tests/engine/triggers/test_file_triggers.py",),
    ),
    Mutant(
        "the same page of rows is asked for without a pause",
        "engine/triggers/rows.py",
        "            if len(page) == PAGE_SIZE and self._place == before:\n",
        "            if False:\n",
        ("tests/engine/triggers/test_file_triggers.py",),
    ),
    Mutant(
        "an odd name of a file ends the watch of its folder",
        "engine/triggers/files.py",
        "                except Exception as error:  # a name",
        "                except LookupError as error:  # a name",
        ("tests/engine/triggers/test_file_triggers.py",),
    ),
    Mutant(
        "a file whose time no calendar has holds up the others",
        "engine/triggers/files.py",
        "    except (OverflowError, ValueError, OSError):\n",
        "    except LookupError:\n",
        ("tests/engine/triggers/test_file_triggers.py",),
    ),
    Mutant(
        "a backfill that its filter holds back blocks everybody",
        "engine/runtime/runs/admission.py",
        "            if number % _FIRES_AT_ONCE == 0:",
        "            if False:",
        ("tests/engine/triggers/test_triggers.py",),
    ),
    Mutant(
        "a pipe in the folder of workflows is read forever",
        "engine/authoring/loader.py",
        "    if not file.is_file():\n        return False\n",
        "",
        ("tests/engine/authoring/test_load.py",),
    ),
    Mutant(
        "the demo opens as a person who approves",
        "bot/demo/demo.py",
        "if named and not await seen.approves(first):",
        "if named:",
        ("tests/bot/demo/test_demo_person.py",),
    ),
]
