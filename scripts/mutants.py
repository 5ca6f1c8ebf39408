"""Plants bugs in a copy of the engine, one at a time, and shows which test finds each: `make mutants`.

Exits with 1 if no test finds a bug: no test holds that promise then. `python -m scripts.mutants WORDS...`
plants only the bugs whose names contain one of these.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.planted import files, floods, people, shown, steps, upgrades
from scripts.planted.mutant import Mutant

ROOT = Path(__file__).resolve().parent.parent


MUTANTS = [
    *floods.MUTANTS,
    *files.MUTANTS,
    *people.MUTANTS,
    *shown.MUTANTS,
    *steps.MUTANTS,
    *upgrades.MUTANTS,
    Mutant(
        "the command line approves what its approver could not read",
        "bot/cli/acts.py",
        'if values["choice"] == "approve" and (why :=',
        'if values["choice"] == "never" and (why :=',
        ("tests/bot/test_cli.py",),
    ),
    Mutant(
        "any code says that a request was read on the command line",
        "bot/cli/unread.py",
        'if seen == shapes.request(request)["seen"]:',
        "if seen:",
        ("tests/bot/test_cli.py",),
    ),
    Mutant(
        "a large value is checked in one go",
        "engine/roundtrip.py",
        "len(value) <= _PIECE:",
        "len(value) <= 1_000_000:",
        ("tests/engine/test_roundtrip.py",),
    ),
    Mutant(
        "an author's test goes on after a refused decision",
        "engine/testing.py",
        "        if not answer.accepted:\n",
        "        if answer.code == 'unknown':\n",
        ("tests/engine/test_bench.py",),
    ),
    Mutant(
        "an author's test lacks the services of the workflow file",
        "engine/testing.py",
        "offered(_modules_of(workflows)) if registry is None else registry",
        "registry or Registry()",
        ("tests/engine/test_bench.py",),
    ),
    Mutant(
        "an author's test reads only the first page of runs",
        "engine/testing.py",
        "            if len(page) < RUNS_PER_PAGE:\n",
        "            if page:\n",
        ("tests/engine/test_bench.py",),
    ),
    Mutant(
        "the skip of a second approval passes for consent after the first was rejected",
        "engine/compiling/workflow.py",
        "        return [guards.with_earlier(spec, by_name, advisory) for spec in made]",
        "        return made",
        ("tests/engine/test_guards.py",),
    ),
    Mutant(
        "amounts inside lists and models are compared as texts",
        "engine/compiling/conditions.py",
        "    _refuse_parts(test, fitting)\n",
        "",
        ("tests/engine/test_typed_conditions.py",),
    ),
    Mutant(
        "addresses are ordered by their letters",
        "engine/compiling/conditions.py",
        "            one.source, (dict, set, frozenset, *_ADDRESSES)\n",
        "            one.source, (dict, set, frozenset)\n",
        ("tests/engine/test_typed_conditions.py",),
    ),
    Mutant(
        "None as a key of a dict is stored as a text",
        "engine/roundtrip.py",
        '    return schema["type"] != "dict" or schema["keys_schema"]["type"] in ("str", "int")',
        "    return True",
        ("tests/engine/test_roundtrip.py",),
    ),
    Mutant(
        "what people could not read in full is approved in Slack",
        "bot/listeners/deciding.py",
        '    if choice == "approve" and (why := await context.lacking(request_id)):',
        '    if choice == "never" and (why := await context.lacking(request_id)):',
        ("tests/bot/listeners/test_in_full.py",),
    ),
    Mutant(
        "a refused line holds the later lines of its thread",
        "bot/outbox/order.py",
        '            return delivery.state != "refused"',
        "            return True",
        ("tests/bot/outbox/test_outbox.py",),
    ),
    Mutant(
        "what does not fit on one page of Details is dropped",
        "bot/views/full.py",
        "            page, left = [], most_units\n",
        "            return\n",
        ("tests/bot/views/test_full.py",),
    ),
    Mutant(
        "a long line that is cut looks like two lines",
        "bot/views/full.py",
        "        yield row[start:end] + _GOES_ON",
        "        yield row[start:end]",
        ("tests/bot/views/test_full.py",),
    ),
    Mutant(
        "a text that cannot be shared as a file is not posted",
        "bot/outbox/sender.py",
        "            if isinstance(outcome, Rejected) and content.as_posts",
        "            if isinstance(outcome, Sent) and content.as_posts",
        ("tests/bot/listeners/test_in_full.py",),
    ),
    Mutant(
        "several are approved at once that were not shown whole",
        "bot/views/modals.py",
        "    return blocks if fits and fits_as_asked(request.ask) else []",
        "    return blocks",
        ("tests/bot/views/test_full.py",),
    ),
    Mutant(
        "a superseded approval is not marked",
        "engine/machine.py",
        'evolve(request, superseded="; ".join(found), version=request.version + 1)',
        "evolve(request, version=request.version + 1)",
        ("tests/engine/test_binding.py",),
    ),
    Mutant(
        "an open approval is not asked again when its code changed",
        "engine/runtime/superseding.py",
        "            if _changed(request, loaded):",
        "            if False:",
        ("tests/engine/test_binding.py",),
    ),
    Mutant(
        "a blocked loop is not noticed",
        "engine/runtime/watchdog.py",
        "self._now() - self._beat < BLOCKED_SECONDS",
        "self._now() - self._beat < 60",
        ("tests/engine/test_watchdog.py",),
    ),
    Mutant(
        "a large value is checked on the loop",
        "engine/runtime/runner.py",
        "if is_large(*values) else work()",
        "if False else work()",
        ("tests/engine/test_sizes.py",),
    ),
    Mutant(
        "a task of a step ends the process",
        "engine/runtime/runner.py",
        "        IN_STEP.set(True)\n",
        "",
        ("tests/engine/test_containment.py",),
    ),
    Mutant(
        "a loop that a step ended is a clean end",
        "bot/cli/serving.py",
        "        if not ending.asked:\n",
        "        if ending is None:\n",
        ("tests/bot/test_serving.py",),
    ),
    Mutant(
        "a suspended process is taken for a dead one",
        "engine/runtime/watchdog.py",
        "        self._looks += 1\n",
        "        self._looks += int((self._now() - self._beat) * 4)\n",
        ("tests/engine/test_watchdog.py",),
    ),
    Mutant(
        "a reason to cancel shows its credentials",
        "engine/runtime/engine.py",
        "reason=redacted(written(reason)) or",
        "reason=whole(reason) or",
        ("tests/engine/test_failures.py",),
    ),
    Mutant(
        "the last of two lists of one group wins",
        "bot/config_checks.py",
        "        if name in found:\n",
        "        if False:\n",
        ("tests/bot/test_config.py",),
    ),
    Mutant(
        "nothing is said to wait though not every request was looked at",
        "bot/views/answers.py",
        "    if all_seen:\n",
        "    if True:\n",
        ("tests/bot/views/test_lists.py",),
    ),
    Mutant(
        "the thread is told again at each start that nobody can answer",
        "engine/runtime/reviewing.py",
        "if ([*request.approvers], owner) not in said:",
        "if True:",
        ("tests/engine/test_unknown_people.py",),
    ),
    Mutant(
        "a private key that is logged line by line is read",
        "engine/loglines.py",
        "            shown[index] = HIDDEN\n",
        "            pass\n",
        ("tests/engine/test_loglines.py",),
    ),
    Mutant(
        "a log line cut before its credentials are hidden",
        "engine/failures.py",
        "redacted(whole(text[:_LONGEST_RAW]), secrets)",
        "redacted(whole(text[:limit]), secrets)",
        ("tests/engine/test_failures.py",),
    ),
    Mutant(
        "a fatal error in a group is tried again",
        "engine/failures.py",
        "for one in (error, *leaves)):",
        "for one in (error,)):",
        ("tests/engine/test_failures.py",),
    ),
    Mutant(
        "a run completed by skipping is a success like any other",
        "engine/planner.py",
        'else ("succeed", _without(graph, steps))',
        'else ("succeed", "")',
        ("tests/engine/test_skipped_runs.py",),
    ),
    Mutant(
        "a skipped step counts as done",
        "bot/views/steps.py",
        "states.count('succeeded')",
        "(states.count('succeeded') + states.count('skipped'))",
        ("tests/engine/test_skipped_runs.py",),
    ),
    Mutant(
        "a refused call does not mark the bot token",
        "bot/slackapi.py",
        "            if refusal.code in TOKEN:\n",
        "            if False:\n",
        ("tests/bot/test_monitor.py",),
    ),
    Mutant(
        "the bot token is checked by nobody while nothing is posted",
        "bot/monitor.py",
        "if self._api.token_refused or now - self._checked_at >= TOKEN_INTERVAL.total_seconds():",
        "if self._api.token_refused:",
        ("tests/bot/test_monitor.py",),
    ),
    Mutant(
        "nobody compares the connections that Slack counts with those we hold",
        "bot/socket.py",
        'if message.get("type") == "hello":',
        'if message.get("type") == "goodbye":',
        ("tests/bot/test_socket.py",),
    ),
    Mutant(
        "/readyz is well while dead connections take clicks",
        "bot/health.py",
        "        elif workspace.socket is not None and workspace.socket.problem:\n",
        "        elif False:\n",
        ("tests/bot/test_health.py",),
    ),
    Mutant(
        "a Slack that is away at the start ends the process",
        "bot/workspace.py",
        "            except PreflightFailed as failure:\n",
        "            except PreflightFailed as failure:\n                raise\n",
        ("tests/bot/test_workspace.py",),
    ),
    Mutant(
        "/readyz is well before Slack was reached",
        "bot/health.py",
        "        if workspace.missing:\n",
        "        if False:\n",
        ("tests/bot/test_health.py",),
    ),
    Mutant(
        "a clock that is set forward ends deadlines",
        "engine/store/commit.py",
        'connection.execute("UPDATE wait SET due_at = due_at + ? WHERE due_at IS NOT NULL", (jump,))',
        "pass",
        ("tests/engine/test_jumps.py",),
    ),
    Mutant(
        "an interval takes a repeated hour for one that it has seen",
        "engine/runtime/schedules.py",
        "named = when + self._ahead if",
        "named = when if",
        ("tests/engine/test_jumps.py",),
    ),
    Mutant(
        "idle connections keep everybody out",
        "bot/limits.py",
        "                oldest.force_close()\n",
        "                pass\n",
        ("tests/bot/test_limits.py",),
    ),
    Mutant(
        "a connection in use is closed for an idle one",
        "bot/limits.py",
        "if found not in self._busy]",
        "]",
        ("tests/bot/test_limits.py",),
    ),
    Mutant(
        "health waits while every place is taken",
        "bot/limits.py",
        " and request.path not in HEALTH:",
        ":",
        ("tests/bot/test_limits.py",),
    ),
    Mutant(
        "a body may take as long as it likes",
        "bot/limits.py",
        "asyncio.timeout(self._seconds)",
        "asyncio.timeout(None)",
        ("tests/bot/test_limits.py",),
    ),
    Mutant(
        "the bodies together have no bound",
        "bot/limits.py",
        "        if self._left < 0:\n",
        "        if False:\n",
        ("tests/bot/test_limits.py",),
    ),
    Mutant(
        "a body that is nested too deeply is a fault of ours",
        "bot/api.py",
        "    except RecursionError:\n",
        "    except ZeroDivisionError:\n",
        ("tests/bot/test_random_requests.py",),
    ),
    Mutant(
        "idle visitors keep the command line out",
        "engine/runtime/door.py",
        "                idle.cancel()\n",
        "                pass\n",
        ("tests/engine/test_door.py",),
    ),
    Mutant(
        "a receiver that hangs takes every place for callbacks",
        "bot/callbacks.py",
        "return own < _MOST_OF_ONE and len(self._telling) < _MOST_AT_ONCE",
        "return own < 4 and not self._telling",
        ("tests/bot/test_callbacks.py",),
    ),
    Mutant(
        "a rebound name reaches the local Slack",
        "localslack/server.py",
        'if host not in (f"{HOST}:{_port(request)}", f"localhost:{_port(request)}"):',
        "if not host:",
        ("tests/localslack/test_other_sites.py",),
    ),
    Mutant(
        "another site's page acts in the local Slack",
        "localslack/server.py",
        'if origin not in (None, f"http://{host}") or (elsewhere and not followed):',
        "if False:",
        ("tests/localslack/test_other_sites.py",),
    ),
    Mutant(
        "a name that is used again inherits what was asked",
        "bot/api.py",
        'f"{run.workflow}-{principal.mark}"',
        'f"{run.workflow}-"',
        ("tests/bot/test_api.py",),
    ),
    Mutant(
        "a long poll outlives its token",
        "engine/runtime/principals.py",
        "gates=gates)\n        self._tell()\n",
        "gates=gates)\n",
        ("tests/bot/test_api.py",),
    ),
    Mutant(
        "the token before a rotated one works forever",
        "engine/runtime/principals.py",
        'if before and now < datetime.fromisoformat(before["until"]) else []',
        "if before else []",
        ("tests/bot/test_api.py",),
    ),
    Mutant(
        "a signed request counts again",
        "bot/server.py",
        "        if name in self._seen:\n",
        "        if False:\n",
        ("tests/bot/test_server.py",),
    ),
    Mutant(
        "the SDK writes payloads into the log at DEBUG",
        "bot/quiet.py",
        "    logger.setLevel(logging.INFO)\n",
        "",
        ("tests/bot/test_socket.py",),
    ),
    Mutant(
        "an id leads a client to another address",
        "bot/client.py",
        "if not RUN_ID.fullmatch(id_):",
        "if not id_:",
        ("tests/bot/test_api.py",),
    ),
    Mutant(
        "a refused connection is asked for again at once",
        "bot/link.py",
        'if message.get("reason") == "too_many_websockets":',
        'if message.get("reason") == "never":',
        ("tests/bot/test_socket.py",),
    ),
    Mutant(
        "/readyz is well while Slack refuses the bot token",
        "bot/health.py",
        "        if self._api.token_refused:\n",
        "        if False:\n",
        ("tests/bot/test_health.py",),
    ),
    Mutant(
        "the thread says that the owner was told, whoever was",
        "bot/outbox/notices.py",
        '        if "owner" in told:\n',
        "        if True:\n",
        ("tests/bot/outbox/test_outbox.py",),
    ),
    Mutant(
        "the operator hears of no blocked message",
        "bot/outbox/notices.py",
        '            roles.setdefault(self.operator, "operator")\n',
        "            pass\n",
        ("tests/bot/outbox/test_outbox.py",),
    ),
    Mutant(
        "a decided question whose update fails has asked nobody",
        "bot/outbox/render.py",
        "            posted=row is not None and row.sent > 0,\n",
        "            posted=False,\n",
        ("tests/bot/outbox/test_outbox_render.py",),
    ),
    Mutant(
        "every window that Slack refuses was too late",
        "bot/listeners/surface.py",
        "        case Rejected(code) if code in _TOO_LATE:\n",
        "        case Rejected(code):\n",
        ("tests/bot/listeners/test_windows.py",),
    ),
    Mutant(
        "a cancelled plain function gives back its slot while it executes",
        "engine/runtime/runner.py",
        "            if key not in self._in_threads:\n                task.cancel()\n",
        "            task.cancel()\n",
        ("tests/engine/test_overruns.py",),
    ),
    Mutant(
        "a try beside a function that cannot be stopped",
        "engine/runtime/runner.py",
        '            await self._overrun(attempt.key, f"{late}: {UNSTOPPABLE}")\n',
        "            raise TimeoutError(late)\n",
        ("tests/engine/test_overruns.py",),
    ),
    Mutant(
        "a write that was refused for a lock is recorded later",
        "engine/store/sqlite.py",
        "        return [item for item in pending if item.error is None]",
        "        return pending",
        ("tests/engine/test_store_lock.py",),
    ),
    Mutant(
        "the guard of a transition removed",
        "engine/store/commit.py",
        "if version != change.leaves:",
        "if version > change.leaves + 99:",
    ),
    Mutant(
        "built on a refused transition, and taken",
        "engine/store/commit.py",
        "if change.lineage.broken or change.lineage in self._refused:",
        "if change.lineage in self._refused:",
    ),
    Mutant(
        "an event lost on its way to its row",
        "engine/store/commit.py",
        "self._events.append((*values, head))",
        "self._events[:] = [(*values, head)]",
    ),
    Mutant(
        "an event written before its row is sure",
        "engine/store/commit.py",
        "            if under_way >= change.limit:\n                raise Full(run.workflow)\n",
        "            if under_way >= change.limit:\n"
        "                self._events += [(*rows.event_values(e, run, count), head) for e in change.events]\n"
        "                raise Full(run.workflow)\n",
    ),
    Mutant(
        "a step that begins before its start is on the disk",
        "engine/runtime/runs.py",
        "        self._store.commit(change, settle, self._patience(actor))",
        "        self._committed(state, change, None)\n"
        "        self._store.commit(change, lambda error: settle(error) if error else"
        " (self._land(run_id, flight), settled(None), self._activity.leave()), self._patience(actor))",
        ("tests/engine/test_overtaken.py",),
    ),
    Mutant(
        "an old read becomes the run's state",
        "engine/runtime/runs.py",
        "        newest = run_id not in self._flights and self._landed.get(run_id, 0) <= since",
        "        newest = True",
    ),
    Mutant(
        "room of a stopped attempt is lost",
        "engine/runtime/runner.py",
        "            self._runs.give_room(1)",
        "            pass",
    ),
    Mutant(
        "what is committed while the alarm looks does not ring",
        "engine/runtime/alarm.py",
        "if self._looking or self._set_for is None or due < self._set_for:",
        "if self._set_for is None or due < self._set_for:",
    ),
    Mutant(
        "a run pruned before people were told of it",
        "engine/store/pruning.py",
        "told = [id_ for id_ in old if _told(connection, id_)]",
        "told = old",
    ),
    Mutant(
        "a post begun before that is written down",
        "bot/outbox/sender.py",
        "        await self.deliveries.begin(delivery.key)\n",
        "",
        ("tests/lives", "tests/bot/outbox"),
    ),
    Mutant(
        "a post in doubt is made again without a look",
        "bot/outbox/sender.py",
        'if delivery.state == "posting":\n                await self._settle(delivery)\n            elif',
        "if",
        ("tests/lives", "tests/bot/outbox"),
    ),
    Mutant(
        "the place in the log moves on before the messages are written",
        "engine/store/deliveries.py",
        "        await self._writer.submit(write)\n        faults",
        "        await self._writer.submit(lambda connection: connection.execute("
        "'INSERT INTO consumer (name, cursor) VALUES (?, ?) ON CONFLICT (name)"
        " DO UPDATE SET cursor = excluded.cursor', (consumer, cursor)))\n"
        "        await self._writer.submit(write)\n        faults",
        ("tests/engine/test_store.py", "tests/lives", "tests/bot/outbox"),
    ),
    Mutant(
        "a condition inverted",
        "engine/conditions.py",
        "return not evaluate(condition.no, view)",
        "return evaluate(condition.no, view)",
    ),
    Mutant(
        "a comparison that cannot be made counts as false",
        "engine/conditions.py",
        "    except Incomparable as reason:\n",
        "    except Incomparable as reason:\n        return False\n",
        ("tests/engine/test_typed_conditions.py",),
    ),
    Mutant(
        "typed values compared as text",
        "engine/compiling/conditions.py",
        'return test.model_copy(update={"value": value, "types": _types(found, kinds)})',
        'return test.model_copy(update={"value": value})',
        ("tests/engine/test_typed_conditions.py",),
    ),
    Mutant(
        "a value that a type never has compared without a word",
        "engine/compiling/conditions.py",
        "return any(_same(each, value) for each in one.values)",
        "return True",
        ("tests/engine/test_typed_conditions.py",),
    ),
    Mutant(
        "an approval whose condition cannot be decided lets its steps pass",
        "engine/planner.py",
        '        if is_approval and name not in taken and steps[name].state == "failed":',
        "        if False:",
        ("tests/engine/test_typed_conditions.py",),
    ),
    Mutant(
        "values stored under their aliases",
        "engine/roundtrip.py",
        'mode="json", by_alias=False',
        'mode="json", by_alias=None',
        ("tests/engine/test_roundtrip.py",),
    ),
    Mutant(
        "names of fields not read where a model has aliases",
        "engine/roundtrip.py",
        "return self.adapter.validate_python(value, by_alias=True, by_name=True)",
        "return self.adapter.validate_python(value)",
        ("tests/engine/test_roundtrip.py",),
    ),
    Mutant(
        "what came back from storing never compared",
        "engine/roundtrip.py",
        '        return _Comparison(self.is_loose).difference(value, back, "")\n',
        "        return None\n",
        ("tests/engine/test_roundtrip.py",),
    ),
    Mutant(
        "an infinite number taken for an empty value",
        "engine/roundtrip.py",
        "isinstance(before, float | Decimal) and not math.isfinite(before)",
        "isinstance(before, float | Decimal) and False",
        ("tests/engine/test_roundtrip.py",),
    ),
    Mutant(
        "a skipped step taken for a result",
        "engine/planner.py",
        'return need.join == "settled" or state == "succeeded" or (state == "skipped" and',
        'return need.join == "settled" or state == "succeeded" or (state == "skipped" or',
    ),
    Mutant(
        "one step more than may execute at once",
        "engine/runstate.py",
        "self.executing + len(self.suspects) < own",
        "self.executing + len(self.suspects) <= own",
    ),
    Mutant(
        "a dependency counted once too often",
        "engine/machine.py",
        "if state.missing[dependent] == 0 and self.record",
        "if state.missing[dependent] <= 1 and self.record",
    ),
    Mutant(
        "what executes is not held against what was approved",
        "engine/machine.py",
        "        if gates and self._asked_again(gates):",
        "        if gates and not gates:",
    ),
    Mutant(
        "an output that changed since is used",
        "engine/binding.py",
        " for step in _differing(now.outputs, then.outputs)]",
        " for step in ()]",
    ),
    Mutant(
        "changed code behind an approval is executed",
        "engine/binding.py",
        "        code={step: code(step) for step in gating.gated[approval]},",
        '        code={step: "" for step in gating.gated[approval]},',
    ),
    Mutant(
        "a reading that is done is awaited for ever",
        "engine/runtime/runs.py",
        "        if loading is None or loading.done():",
        "        if loading is None:",
    ),
    Mutant(
        "a receipt of rows that contradict the log",
        "engine/receipts.py",
        "    problems = [*proof.problems, *_contradictions(request, proof.events)]",
        "    problems = [*proof.problems]",
    ),
    Mutant(
        "cron fires at the second of two equal local times",
        "engine/schedule.py",
        "    instant = naive.replace(tzinfo=zone, fold=0).astimezone(UTC)",
        "    instant = naive.replace(tzinfo=zone, fold=1).astimezone(UTC)",
    ),
    Mutant(
        "an untouched field is read as text",
        "bot/views/form.py",
        "        if not untouched(element, entered):\n",
        "        if True:\n",
        ("tests/bot/views/test_form.py",),
    ),
    Mutant(
        "an emptied field becomes the default",
        "bot/views/fields.py",
        '    if kind == "multi_static_select":\n',
        "    if now is None and field.value is not None:\n"
        '        return field.schema.get("default")\n'
        '    if kind == "multi_static_select":\n',
        ("tests/bot/views/test_form.py",),
    ),
    Mutant(
        "a text goes into a form without escapes",
        "bot/views/fields.py",
        "isinstance(field.value, str) and needs_escapes(text):",
        "isinstance(field.value, str) and not text:",
        ("tests/bot/views/test_form.py",),
    ),
    Mutant(
        "a value that was checked replaces the one that was proposed",
        "engine/runtime/loaded.py",
        "{name: kept.get(name, each) for name, each in found.items()}",
        "dict(found)",
        ("tests/bot/views/test_form.py",),
    ),
    Mutant(
        "fields that a form does not send lose what was proposed",
        "engine/runtime/loaded.py",
        "typed({**current, **given}, request.form.fields, current)",
        "typed({**given}, request.form.fields, current)",
        ("tests/bot/views/test_form.py",),
    ),
    Mutant(
        "a confirmation that shows nothing is confirmed by nothing",
        "engine/confirming.py",
        "return bool(expected) and ",
        "return ",
        ("tests/engine/test_confirming.py",),
    ),
    Mutant(
        "compatible characters confirm each other",
        "engine/confirming.py",
        'return unicodedata.normalize("NFC", as_seen(text).translate(_FOLDED))',
        'return unicodedata.normalize("NFKC", as_seen(text).translate(_FOLDED))',
        ("tests/engine/test_confirming.py",),
    ),
    Mutant(
        "an object shown as a dash",
        "engine/wording.py",
        "        case Mapping() if value:\n",
        '        case Mapping() if value:\n            yield "–"\n            return\n',
        ("tests/bot/views/test_exact.py", "tests/bot/views/test_difference.py"),
    ),
    Mutant(
        "a number rounded",
        "engine/wording.py",
        "            yield repr(value)",
        '            yield f"{value:g}"',
        ("tests/bot/views/test_exact.py", "tests/engine/test_template.py"),
    ),
    Mutant(
        "a text that reads like a number",
        "engine/wording.py",
        " or _NUMBER.fullmatch(text) is not None",
        "",
        ("tests/bot/views/test_exact.py", "tests/bot/views/test_difference.py"),
    ),
    Mutant(
        "a mark that a value can imitate",
        "bot/views/visible.py",
        "character == _OPEN or ",
        "",
        ("tests/bot/views/test_exact.py", "tests/bot/views/test_difference.py"),
    ),
    Mutant(
        "a tag character shown as nothing",
        "bot/views/visible.py",
        '    if category == "Cf":\n',
        '    if category == "Cf" and character < "\\U000e0000":\n',
        ("tests/bot/views/test_exact.py", "tests/bot/views/test_difference.py"),
    ),
    Mutant(
        "markup of a value shown as markup",
        "bot/views/text.py",
        "    if not is_live(text):",
        '    if "`" not in text:',
        ("tests/bot/views/test_exact.py", "tests/bot/views/test_difference.py"),
    ),
    Mutant(
        "a difference of 1 and true not shown",
        "engine/wording.py",
        "    return in_words(one, ordered=True) == in_words(other, ordered=True)",
        "    return bool(one == other)",
        ("tests/bot/views/test_exact.py", "tests/bot/views/test_difference.py"),
    ),
    Mutant(
        "lines that look alike not told apart",
        "bot/views/difference.py",
        "    if looks(one[around]) != looks(other[around]):",
        "    if True:",
        ("tests/bot/views/test_exact.py", "tests/bot/views/test_difference.py"),
    ),
    Mutant(
        "options that look the same",
        "bot/views/text.py",
        "    if _alike(shown):\n",
        "    if False:\n",
        ("tests/bot/views/test_exact.py", "tests/bot/views/test_difference.py"),
    ),
    Mutant(
        "a question that collapses the spaces of a value",
        "engine/template.py",
        "value_at(match[1], scope)), line)",
        'value_at(match[1], scope)).strip().replace("\\n", " "), line)',
        ("tests/engine/test_template.py",),
    ),
    Mutant(
        "what takes an outcome runs after a rejection",
        "engine/compiling/guards.py",
        "when = test if when is None else when & test",
        "when = when",
        ("tests/engine/test_guards.py",),
    ),
    Mutant(
        "a condition may let an outcome through that it does not name",
        "engine/compiling/guards.py",
        "elif slips := _slips(spec, name, approvals):",
        "elif slips := []:",
        ("tests/engine/test_guards.py",),
    ),
    Mutant(
        "an approval may guard nothing",
        "engine/compiling/guards.py",
        "elif not (advisory or waiting or",
        "elif False and not (advisory or waiting or",
        ("tests/engine/test_guards.py",),
    ),
    Mutant(
        "a proposal may lack fields of the form",
        "engine/requests.py",
        "if missing := [name for name in known if name not in value]:",
        "if missing := []:",
        ("tests/engine/test_missing_values.py",),
    ),
    Mutant(
        "a name that is no reference is left out of the approvers",
        "engine/requests.py",
        "if not isinstance(each, str) or not REFERENCE.fullmatch(each.strip()):",
        "if not isinstance(each, str):",
        ("tests/engine/test_asking.py",),
    ),
    Mutant(
        "an f-string in a question filled in while the file is read",
        "engine/refs.py",
        '        raise _in_a_text(".".join((self._step, *self._path)))\n',
        "        return repr(self)\n",
        ("tests/engine/test_mistakes.py",),
    ),
    Mutant(
        "an outcome of another value found only after people approved",
        "engine/compiling/steps.py",
        "    elif (wrong := _outcome_mismatch(made, read)) is not None:\n",
        "    elif (wrong := None) is not None:\n",
        ("tests/engine/test_mistakes.py",),
    ),
    Mutant(
        "self_approval of a text taken for true",
        "engine/compiling/approvals.py",
        '    checks.flag(options.self_approval, "self_approval", node)\n',
        "",
        ("tests/engine/test_mistakes.py",),
    ),
    Mutant(
        "a workflow lost under another one's name",
        "engine/load.py",
        "    if lost:\n",
        "    if False:\n",
        ("tests/engine/test_mistakes.py",),
    ),
    Mutant(
        "an empty quorum that nobody can answer",
        "engine/compiling/quorums.py",
        "        if not quorum:\n",
        "        if False:\n",
        ("tests/engine/test_mistakes.py",),
    ),
    Mutant(
        "a call without await found only at night",
        "engine/compiling/functions.py",
        "        if not (is_local or inspect.iscoroutinefunction(called)):\n",
        "        if True:\n",
        ("tests/engine/test_mistakes.py",),
    ),
    Mutant(
        "a skip that does not name the rejection behind it",
        "engine/planner.py",
        '_ruled_out(graph, node.when, steps) or "not needed"',
        '"not needed"',
        ("tests/engine/test_guards.py",),
    ),
    Mutant(
        "nobody asked about an approval whose condition cannot be decided",
        "engine/machine.py",
        'self.move_step(step, "cannot_ask", started_at=self.now, attempt=number, failure=failure)\n',
        'self.move_step(step, "fail", ended_at=self.now, failure=failure)\n            return\n',
        ("tests/engine/test_typed_conditions.py",),
    ),
    Mutant(
        "a scalar has fields",
        "engine/compiling/paths.py",
        "    if is_scalar(kind):\n        raise NoSuchField(kind, name, [])\n",
        "",
        ("tests/engine/test_paths.py",),
    ),
    Mutant(
        "a bare number is a duration",
        "engine/durations.py",
        "        if not 0 < value < 1e9:\n",
        "        return float(value)\n        if not 0 < value < 1e9:\n",
        ("tests/engine/test_mistakes.py",),
    ),
    Mutant(
        "open requests behind the first page forgotten",
        "engine/runtime/paging.py",
        "        if len(page) < PAGE:\n            return\n",
        "        return\n",
        ("tests/engine/test_unknown_people.py",),
    ),
    Mutant(
        "what nobody can answer not looked at when the process starts",
        "engine/runtime/engine.py",
        "        self._reviewing.start()\n",
        "",
        ("tests/engine/test_unknown_people.py",),
    ),
]
_FOUND = re.compile(r"^FAILED (.+?)(?: - .*)?$", re.MULTILINE)


def main(words: list[str]) -> int:
    chosen = [mutant for mutant in MUTANTS if not words or any(word in mutant.name for word in words)]
    if not chosen:
        raise SystemExit(f"No bug has a name with {' or '.join(words)}.")
    with tempfile.TemporaryDirectory(prefix="signoff-mutants-") as folder:
        copy = Path(folder)
        for name in ("engine", "tests", "workflows", "bot", "localslack", "docs"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "manifest.yaml"):
            shutil.copy(ROOT / name, copy / name)
        survivors = 0
        for mutant in chosen:
            _right(mutant, copy)
        every = tuple(sorted({test for mutant in chosen for test in mutant.tests}))
        if wrong := _first_failure(copy, every):
            raise SystemExit(f"{wrong} fails without any bug: mend that first.")
        for mutant in chosen:
            found = _try(mutant, copy)
            survivors += found is None
            print(f"{'found' if found else 'SURVIVED':<9} {mutant.name:<55} {found or ''}", flush=True)
    return 1 if survivors else 0


def _right(mutant: Mutant, copy: Path) -> str:
    """The file without the bug, which must have the place for it."""
    right = (copy / mutant.file).read_text(encoding="utf-8")
    if mutant.old not in right:
        raise SystemExit(f"{mutant.name}: {mutant.old!r} is no longer in {mutant.file}.")
    return right


def _try(mutant: Mutant, copy: Path) -> str | None:
    """The test that found it."""
    file, right = copy / mutant.file, _right(mutant, copy)
    file.write_text(right.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        found = _first_failure(copy, mutant.tests)
    finally:
        file.write_text(right, encoding="utf-8")
    if found and "::" in found and (again := _first_failure(copy, (found,))):
        raise SystemExit(f"{again} fails without the bug too: it is no proof.")
    return found


def _first_failure(copy: Path, tests: tuple[str, ...]) -> str | None:
    """The first test that fails; None when all pass."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests],
            cwd=copy,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(copy)},
            capture_output=True,
            text=True,
            timeout=150,
        )
    except subprocess.TimeoutExpired:
        return "a test that never ended"
    if done.returncode == 0:
        return None
    found = _FOUND.search(done.stdout)
    return found[1] if found else "the tests could not even begin"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
