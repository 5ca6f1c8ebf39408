"""Planted bugs of personal data."""

from scripts.planted.mutant import Mutant

_DOORS = ("tests/bot/listeners/test_revealing.py",)
_REVEALS = ("tests/engine/runtime/runs/test_personal_reveals.py",)
_TESTS = ("tests/engine/runtime/execution/test_personal.py",)
MUTANTS = [
    Mutant(
        "personal data is stored as it is",
        "engine/authoring/personal.py",
        "return data if seals is None else seals.seal(",
        "return data if seals is not None else seals.seal(",
        _TESTS,
    ),
    Mutant(
        "an error about an input repeats personal data of a nested model",
        "engine/model/input/input_problems.py",
        "return {**field, **_HIDDEN} if is_personal(field) or holds_reference(field) else field",
        "return {**field, **_HIDDEN} if field.get(PERSONAL) else field",
        _TESTS,
    ),
    Mutant(
        "an approval shows a model that holds personal data",
        "engine/compiler/paths.py",
        'return "whole" if holds_personal(kind) else ""',
        'return "whole" if is_marked(kind) else ""',
        _TESTS,
    ),
    Mutant(
        "a plain field takes a sealed value",
        "engine/compiler/types/inputs.py",
        "(place := sealed_at(value) if not codec.has_personal else codec.sealed_at(valid)) is not None",
        "(place := sealed_at(value) if not codec.has_personal else None) is not None",
        _TESTS,
    ),
    Mutant(
        "a step whose type has no mark gets a sealed value",
        "engine/compiler/types/type_compat.py",
        "if holds_personal(writer) and not holds_personal(reader):",
        "if not holds_personal(writer) and holds_personal(reader):",
        _TESTS,
    ),
    Mutant(
        "the key that seals personal data can be deleted",
        "engine/audit/personal_keys.py",
        "if id_ == self._noted():",
        "if not id_:",
        _TESTS,
    ),
    Mutant(
        "a changed sealed value is opened",
        "engine/audit/personal_keys.py",
        "except (InvalidTag, ValueError):",
        "except ValueError:",
        _TESTS,
    ),
    Mutant(
        "Details in Slack show sealed values",
        "engine/model/text/personal.py",
        "return masked(value)",
        "return value",
        ("tests/bot/console/test_planted_personal.py", "tests/bot/listeners/test_planted_personal.py"),
    ),
    Mutant(
        "a serializer of the author's stores personal data as it is",
        "engine/compiler/definition/round_trip.py",
        "if not seals_itself(serialization):",
        "if serialization is None:",
        _TESTS,
    ),
    Mutant(
        "a marked field in untyped JSON is stored as it is",
        "engine/compiler/definition/round_trip.py",
        "self._context if self.has_personal else UNMARKED",
        "self._context if self.has_personal else None",
        _TESTS,
    ),
    Mutant(
        "a person who was removed still reveals personal data of earlier runs",
        "engine/runtime/runs/personal_reveals.py",
        "return [definition, current.definition if current is not None else None]",
        "return [definition]",
        _REVEALS,
    ),
    Mutant(
        "everybody reveals personal data where the workflow names nobody",
        "engine/runtime/access/authorization.py",
        "if not refs or not await refs_of(self.people, person.id, refs):\n"
        "                raise NotAllowed(personal_reveal",
        "if refs and not await refs_of(self.people, person.id, refs):\n"
        "                raise NotAllowed(personal_reveal",
        _REVEALS,
    ),
    Mutant(
        "a person reveals personal data of a run that they may not see",
        "engine/runtime/runs/personal_reveals.py",
        "if run is None or not await self._visibility.of(actor).sees(run):",
        "if run is None:",
        _REVEALS,
    ),
    Mutant(
        "an event about a reveal misses the fields of an earlier page",
        "engine/runtime/runs/personal_reveals.py",
        "opened = [each.field for each in values if not each.problem]",
        "opened = [each.field for each in values if not each.problem][:1]",
        _REVEALS,
    ),
    Mutant(
        "personal data is revealed without an event",
        "engine/runtime/runs/personal_reveals.py",
        "            await self._runs.apply(run_id, build, actor=actor)\n",
        "            pass\n",
        _REVEALS,
    ),
    Mutant(
        "the command line reveals personal data without a reason",
        "engine/runtime/runs/personal_reveals.py",
        'if actor.source == "cli" and not reason.strip():',
        'if actor.source == "api" and not reason.strip():',
        _REVEALS,
    ),
    Mutant(
        "the console reveals personal data without the token of its page",
        "bot/console/revealing.py",
        'if claims is None or (claims["user"], claims["request"]) != (reader.user, _subject(run.id)):',
        "if False:",
        _DOORS,
    ),
    Mutant(
        "the console reveals personal data in an answer that another process stores",
        "bot/console/revealing.py",
        "if RELAYED in request.headers:",
        "if not reader.user:",
        _DOORS,
    ),
    Mutant(
        "Details offer everybody to reveal personal data",
        "bot/listeners/button_clicks.py",
        "view = partial(run_details, detail, context.clock.now(), names, page, personal)",
        "view = partial(run_details, detail, context.clock.now(), names, page, True)",
        _DOORS,
    ),
]
