"""Bugs in triggers: who may start a run from outside, and that no fact starts two."""

from scripts.planted.mutant import Mutant

_HOOKS = ("tests/bot/test_hooks.py",)
_FILES = ("tests/engine/test_file_triggers.py",)
_TRIGGERS = ("tests/engine/test_triggers.py",)

MUTANTS = [
    Mutant(
        "a webhook takes any signature",
        "bot/http/signatures.py",
        "if not any(hmac.compare_digest(expected, each) for each in signatures):",
        "if not signatures:",
        _HOOKS,
    ),
    Mutant(
        "a webhook takes any bearer token",
        "bot/http/signatures.py",
        'return "" if scheme.lower() == "bearer" and genuine else',
        'return "" if scheme.lower() == "bearer" else',
        _HOOKS,
    ),
    Mutant(
        "a webhook takes a signature of any age",
        "bot/http/signatures.py",
        "if abs(now - int(timestamp)) > replay:",
        "if now - int(timestamp) > replay:",
        _HOOKS,
    ),
    Mutant(
        "a webhook without its secret takes everything",
        "bot/http/hooks.py",
        "        if not secret:",
        "        if secret is None:",
        _HOOKS,
    ),
    Mutant(
        "the limit of a webhook's body is the same for all",
        "bot/http/hooks.py",
        "self._bodies.read(request, spec.max_bytes)",
        "self._bodies.read(request)",
        _HOOKS,
    ),
    Mutant(
        "each delivery to a webhook starts a run",
        "engine/kernel/facts.py",
        "digest = hashlib.sha256(orjson.dumps([trigger_key, *fact])).digest()",
        "digest = __import__('secrets').token_bytes(32)",
        _HOOKS,
    ),
    Mutant(
        "a fact that lacks what the filter compares does not meet it",
        "engine/kernel/facts.py",
        '        raise Unfit(workflow, [("filter", str(error))]) from None',
        "        return False",
        _HOOKS,
    ),
    Mutant(
        "the log has a line for each wrong token",
        "bot/http/hooks.py",
        "        if now - self._warned.get(spec.name, -_WARNING_SECONDS) >= _WARNING_SECONDS:",
        "        if now >= 0:",
        _HOOKS,
    ),
    Mutant(
        "a webhook that is off starts runs",
        "engine/runtime/engine.py",
        "if not await self._schedules.enabled(workflow, spec):",
        "if False:",
        _HOOKS,
    ),
    Mutant(
        "two workflows have the same webhook",
        "engine/runtime/workflows/workflow_registry.py",
        "if (other_name := self.webhook(spec.name)) is not None:",
        "if (other_name := self.webhook(spec.name)) is not None and False:",
        _HOOKS,
    ),
    Mutant(
        "a fact that joins a burst as it ends is lost",
        "engine/store/writes/transitions.py",
        "            self._check_burst(run.workflow, change.fired.key, *change.fired.burst)\n",
        "            pass\n",
        _TRIGGERS,
    ),
    Mutant(
        "a delivery of a burst counts again when the burst is over",
        "engine/store/writes/trigger_facts.py",
        "    connection.execute(statements.PUT_FACT, (workflow, key, fact, run_id, moment, None, None))\n",
        "",
        _TRIGGERS,
    ),
    Mutant(
        "workflows that start each other go on forever",
        "engine/triggers/events.py",
        "            if run.workflow == workflow:\n",
        "            if False:\n",
        _TRIGGERS,
    ),
    Mutant(
        "events before a trigger there was start runs",
        "engine/triggers/events.py",
        "self._places[key] = newest if cursor is None else int(cursor)",
        "self._places[key] = 0 if cursor is None else int(cursor)",
        _TRIGGERS,
    ),
    Mutant(
        "events while a trigger is off start runs",
        "engine/triggers/events.py",
        "        if not await self._door.enabled(workflow, spec):\n",
        "        if False:\n",
        _TRIGGERS,
    ),
    Mutant(
        "a value of dedup is kept forever",
        "engine/triggers/intake.py",
        "if last is not None and now - last.at < timedelta(seconds=spec.dedup_within):",
        "if last is not None:",
        _TRIGGERS,
    ),
    Mutant(
        "a file that still grows starts a run",
        "engine/triggers/files.py",
        "since = last[1] if last is not None and last[0] == arrival and last[1] <= now else now",
        "since = last[1] if last is not None and last[1] <= now else now",
        _FILES,
    ),
    Mutant(
        "a file that changed afterwards starts nothing",
        "engine/triggers/files.py",
        'return f"{self.path}|{self.size}|{self.modified_ns}"',
        "return self.path",
        _FILES,
    ),
    Mutant(
        "files that the filter held back are looked at again",
        "engine/triggers/files.py",
        "        if not started:\n",
        "        if False:\n",
        _FILES,
    ),
    Mutant(
        "a restart begins with the first row again",
        "engine/triggers/rows.py",
        "        if row is not None and row.cursor is not None:\n",
        "        if False:\n",
        _FILES,
    ),
    Mutant(
        "a row that does not fit holds up those after it",
        "engine/triggers/rows.py",
        "        except (InvalidInput, NotPossible) as error:\n",
        "        except NotPossible as error:\n",
        _FILES,
    ),
    Mutant(
        "the log has the address of a database",
        "engine/triggers/rows.py",
        'self._complain(f"the query failed ({type(error).__name__})")',
        'self._complain(f"the query failed ({self._url})")',
        _FILES,
    ),
]
