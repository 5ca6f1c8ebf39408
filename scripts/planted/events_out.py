"""Planted bugs in the events for other systems."""

from scripts.planted.mutant import Mutant

_EVENTS = ("tests/bot/events_out/test_events_out.py",)
_KILLED = ("tests/crash/test_events_killed.py",)
MUTANTS = [
    Mutant(
        "a target with a mapping gets the newest form of the details",
        "bot/events_out/envelope.py",
        "    if transform is not None and not left_out:",
        "    if transform is None and not left_out and event.seq < 0:",
        _EVENTS,
    ),
    Mutant(
        "transformed details are sent however large they are",
        "bot/events_out/envelope.py",
        "details, left_out = _bounded(transformed(details, transform))",
        "details, left_out = transformed(details, transform), False",
        _EVENTS,
    ),
    Mutant(
        "an event that lacks what a mapping names is sent without its details",
        "bot/events_out/follower.py",
        "        if batch[0].error:\n",
        "        if batch[0].error and not batch[0].seq:\n",
        _EVENTS,
    ),
    Mutant(
        "a mapping may name an input that the target does not get",
        "bot/events_out/transforms.py",
        'if rest[0] == "input" and not with_input:',
        'if rest[0] == "inputs" and not with_input:',
        _EVENTS,
    ),
    Mutant(
        "an event that the operator skips is sent all the same",
        "bot/events_out/follower.py",
        "return [each for each in batch if each.seq not in self._skipped]",
        "return list(batch)",
        _EVENTS,
    ),
    Mutant(
        "an event is skipped without a record",
        "engine/runtime/process/skipped_events.py",
        'change.record("target.skipped", actor, ',
        'change.record("installation.noted", actor, ',
        _EVENTS,
    ),
    Mutant(
        "a mistyped workflow of a target is told only where the target has no other",
        "bot/events_out/specs.py",
        "            if name not in known\n",
        "            if not {*target.workflows} & {*known}\n",
        _EVENTS,
    ),
    Mutant(
        "the warning about a removed target stays until a restart",
        "bot/events_out/service.py",
        "        if self._left:\n            self._tasks",
        "        if False:\n            self._tasks",
        _EVENTS,
    ),
    Mutant(
        "of several mistakes in a file of settings none is told",
        "engine/yaml_mapping.py",
        "        raise several.errors[0] from None\n",
        "        documents = []\n",
        _EVENTS,
    ),
    Mutant(
        "an event that a target refused is skipped",
        "bot/events_out/follower.py",
        "(answer := await self._take(left)).error:",
        "(answer := await self._take(left)).error and not answer.pause:",
        _EVENTS,
    ),
    Mutant(
        "the place of a target moves before the target has the event",
        "bot/events_out/follower.py",
        "            await self._deliver(batch)\n            last = batch[-1].seq\n"
        "            await self._engine.deliveries.advance(self._consumer, last, [])",
        "            last = batch[-1].seq\n"
        "            await self._engine.deliveries.advance(self._consumer, last, [])\n"
        "            await self._deliver(batch)",
        _KILLED,
    ),
    Mutant(
        "a file gets an event twice after a crash",
        "bot/events_out/places.py",
        "for event in events if event.id not in known)",
        "for event in events)",
        _EVENTS,
    ),
    Mutant(
        "the last line of another program's file is cut off",
        "bot/events_out/places.py",
        "if not (_may_be_event(half) and",
        "if not (",
        _EVENTS,
    ),
    Mutant(
        "a target is said to get no events after the database works again",
        "bot/events_out/follower.py",
        '            self._error = ""  # a problem of the database is over, and no event says so',
        "            pass",
        _EVENTS,
    ),
    Mutant(
        "a target can name a type of event that does not exist",
        "bot/events_out/specs.py",
        "if type_ not in EVENT_TYPES | FIRST_WORDS:",
        'if type_.partition(".")[0] not in FIRST_WORDS:',
        _EVENTS,
    ),
    Mutant(
        "half a line stays in a file",
        "bot/events_out/places.py",
        "os.ftruncate(file, begin + whole)",
        "pass",
        _EVENTS,
    ),
    Mutant(
        "inputs of runs go out unasked",
        "bot/events_out/envelope.py",
        'dropped = _NEVER_SENT if with_input else _NEVER_SENT | {"input"}',
        "dropped = _NEVER_SENT",
        _EVENTS,
    ),
    Mutant(
        "credentials in details go out",
        "bot/events_out/envelope.py",
        "        case str():\n            return _clean(value, hide)",
        "        case str():\n            return value",
        _EVENTS,
    ),
    Mutant(
        "an address inside the network is called by its name",
        "bot/events_out/places.py",
        "if private else set()",
        "if address else set()",
        _EVENTS,
    ),
    Mutant(
        "events go out with a short secret",
        "bot/events_out/places.py",
        "if len(secret) < _MIN_SECRET_LENGTH:",
        "if not secret:",
        _EVENTS,
    ),
    Mutant(
        "a target gets the events of all workflows",
        "bot/events_out/specs.py",
        "if self.workflows and workflow not in self.workflows:",
        "if self.workflows and workflow is None:",
        _EVENTS,
    ),
    Mutant(
        "the place of a target that gets events is forgotten",
        "bot/cli/event_targets.py",
        "if PREFIX + name in engine.deliveries.places:",
        "if name in engine.deliveries.places:",
        _EVENTS,
    ),
]
