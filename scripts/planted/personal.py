"""Planted bugs of personal data."""

from scripts.planted.mutant import Mutant

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
]
