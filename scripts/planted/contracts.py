"""Planted bugs in contracts over time."""

from scripts.planted.mutant import Mutant

_RULES = ("tests/bot/contracts/test_compatibility.py",)
_COMMANDS = ("tests/bot/cli/test_contracts.py",)
_FILE = "bot/contracts/compatibility.py"
_EARLIER = ("tests/engine/compiler/test_earlier_inputs.py",)
_SAMPLES = ("tests/bot/cli/test_contract_samples.py",)
_ACCEPTED = "engine/compiler/types/accepted_input.py"
MUTANTS = [
    Mutant(
        "the result of a failed transform of personal data is repeated",
        _ACCEPTED,
        "type(made).__name__ if earlier.codec.has_personal else",
        "type(made).__name__ if earlier.codec is None else",
        _EARLIER,
    ),
    Mutant(
        "a deleted file of a contract is not noticed",
        "bot/contracts/files.py",
        "        if name not in files:\n            raise UnreadableContract(\n",
        "        if name not in files:\n            continue\n            raise UnreadableContract(\n",
        _COMMANDS,
    ),
    Mutant(
        "without its index, a folder of contracts is complete",
        "bot/contracts/files.py",
        "    if versions or (folder / INDEX).exists():\n",
        "    if (folder / INDEX).exists():\n",
        _COMMANDS,
    ),
    Mutant(
        "a contract that a workflow still has is forgotten",
        "bot/cli/contract_files.py",
        "    if name in present_contracts(",
        "    if not name and name in present_contracts(",
        _COMMANDS,
    ),
    Mutant(
        "a new required field breaks no contract",
        _FILE,
        "for name in sorted(must - gives):",
        "for name in sorted((must - gives) & given.keys()):",
        _RULES,
    ),
    Mutant(
        "a lower maximum breaks no contract",
        _FILE,
        "if key in _MOST and _number(given) and _number(taken) and given <= taken:",
        "if key in _MOST and _number(given) and _number(taken):",
        _RULES,
    ),
    Mutant(
        "a removed field breaks no contract",
        _FILE,
        'depth, lost=self._side == "input")',
        "depth, lost=False)",
        _RULES,
    ),
    Mutant(
        "a value that is gone from a list breaks no contract",
        _FILE,
        "                if json.dumps(value) not in kept:",
        "                if not kept:",
        _RULES,
    ),
    Mutant(
        "a change in a definition to which a keyword refers breaks no contract",
        _FILE,
        "                left.append(reached[name])",
        "                reached[name] = None",
        _RULES,
    ),
    Mutant(
        "names of fields that are no longer taken break no contract",
        _FILE,
        'if key == "propertyNames":',
        'if key == "propertyNames" and key not in writer:',
        _RULES,
    ),
    Mutant(
        "a check without any contract passes",
        "bot/cli/commands/contracts.py",
        "if not any(each.version for each in found):",
        "if not found:",
        _COMMANDS,
    ),
    Mutant(
        "an input is compared as an output",
        "bot/contracts/files.py",
        'return "input" if name.endswith(".input") else "output"',
        'return "output"',
        _COMMANDS,
    ),
    Mutant(
        "a contract is compared with its first version",
        "bot/contracts/files.py",
        "max(versions, default=0), side_of(name)",
        "min(versions, default=0), side_of(name)",
        _COMMANDS,
    ),
    Mutant(
        "a broken contract passes the check",
        "bot/cli/commands/contracts.py",
        'refused = sum(each.state in ("broken", "gone") for each in found)',
        'refused = sum(each.state == "gone" for each in found)',
        _COMMANDS,
    ),
    Mutant(
        "the oldest version that an input fits counts",
        _ACCEPTED,
        "in reversed(list(enumerate(compiled.earlier))):",
        "in list(enumerate(compiled.earlier)):",
        _EARLIER,
    ),
    Mutant(
        "the result of a transform is not checked",
        _ACCEPTED,
        "return checked_input(codec, schema, name, made)",
        "return made if isinstance(made, dict) else made.model_dump()",
        _EARLIER,
    ),
    Mutant(
        "a webhook does not record how its input was transformed",
        "engine/runtime/runs/admission.py",
        "asked=asked, transforms=fired.transforms",
        "asked=asked",
        _EARLIER,
    ),
    Mutant(
        "an error of a transform repeats personal data",
        _ACCEPTED,
        'said = "" if earlier.codec.has_personal else',
        'said = "" if earlier.codec is None else',
        _EARLIER,
    ),
    Mutant(
        "a sample keeps a password",
        "bot/contracts/samples.py",
        "return HIDDEN if is_credential and alone == value else alone",
        "return alone",
        _SAMPLES,
    ),
    Mutant(
        "a check that returns False accepts a sample",
        "bot/contracts/consumers.py",
        "answer in (None, True)",
        "answer in (None, True, False)",
        _SAMPLES,
    ),
    Mutant(
        "a sample of an output may lose a field",
        "engine/runtime/workflows/contract_samples.py",
        "if lost := list(_lost(value, values)):",
        "if lost := list(_lost(values, value)):",
        _SAMPLES,
    ),
    Mutant(
        "a failed sample passes",
        "bot/cli/commands/contracts.py",
        "failed = sum(bool(each.problem) for each in tested)",
        "failed = 0",
        _SAMPLES,
    ),
    Mutant(
        "an invalid value becomes a sample",
        "bot/cli/sample_tests.py",
        "        if tested.problem:\n",
        "        if not tested:\n",
        _SAMPLES,
    ),
    Mutant(
        "a payload of a webhook that does not fit is not counted",
        "engine/triggers/intake.py",
        "await self._health.refused(workflow, spec.key, storable_text(str(error)))",
        "del error",
        ("tests/bot/cli/test_contract_drift.py",),
    ),
    Mutant(
        "nobody is told that facts fit again",
        "bot/outbox/projector.py",
        '"trigger.restored", TRIGGER_MISFIT, TRIGGER_FITS})',
        '"trigger.restored", TRIGGER_MISFIT})',
        ("tests/bot/outbox/test_trigger_notices.py",),
    ),
]
