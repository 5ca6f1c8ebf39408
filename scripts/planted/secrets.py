"""Planted bugs in secrets: a value that reaches a record, and a source that gives another one."""

from scripts.planted.mutant import Mutant

_PLANTED = ("tests/engine/runtime/execution/test_secrets.py",)
_FORMS = ("tests/engine/model/test_known_secrets.py",)
_VAULT = ("tests/engine/test_vault.py",)
_RUNNER = "engine/runtime/execution/runner.py"
_KNOWN = "engine/model/text/known_secrets.py"

MUTANTS = [
    Mutant(
        "the output of a step is stored with a secret in it",
        _RUNNER,
        "                await _beside_loop(guard) if large else guard()\n",
        "",
        _PLANTED,
    ),
    Mutant(
        "a checkpoint is stored with a secret in it",
        "engine/runtime/execution/checkpoints.py",
        'of {self._step}", self._secrets)',
        'of {self._step}", ())',
        _PLANTED,
    ),
    Mutant(
        "the input of a follow-up run is stored with a secret in it",
        "engine/runtime/execution/follow_ups.py",
        'asks for", self._secrets)',
        'asks for", ())',
        _PLANTED,
    ),
    Mutant(
        "rows that the owner may accept are stored with a secret in them",
        _RUNNER,
        '        refuse_secrets(output, "The rows", secrets)\n',
        "",
        _PLANTED,
    ),
    Mutant(
        "a secret that a step reveals is not hidden from then on",
        "engine/vault.py",
        "        self.known.add(value, name)\n",
        "",
        _PLANTED + _VAULT,
    ),
    Mutant(
        "the output of a command shows its secret",
        "engine/steps/execution.py",
        "            self.secrets.add(self.env[variable], name)\n",
        "",
        _PLANTED,
    ),
    Mutant(
        "a secret in Base64 is found in one of its three places",
        _KNOWN,
        "    for place in range(3):",
        "    for place in range(1):",
        _FORMS,
    ),
    Mutant(
        "the beginning of a secret that a limit cut is shown",
        _KNOWN,
        "            if form.begin and form.begin in text:",
        "            if False:",
        _FORMS,
    ),
    Mutant(
        "the end of a secret that a limit cut is shown",
        _KNOWN,
        "            if form.end and form.end in text:",
        "            if False:",
        _FORMS,
    ),
    Mutant(
        "the name of a secret leads out of its folder",
        "engine/vault.py",
        "        if not NAME.fullmatch(name):",
        "        if False:",
        _VAULT,
    ),
    Mutant(
        "a step gets a secret that is too short to be hidden",
        "engine/vault.py",
        "        if len(value) < MIN_SECRET_LENGTH:",
        "        if False:",
        _VAULT,
    ),
    Mutant(
        "a file that cannot be read is passed over for the environment",
        "engine/vault.py",
        "            except FileNotFoundError:\n",
        "            except OSError:\n",
        _VAULT,
    ),
    Mutant(
        "a secret keeps the value that its command gave first",
        "engine/vault.py",
        "        return self._now() - at > (_KEEP_SECONDS if has_value else _AGAIN_SECONDS)",
        "        return False",
        _VAULT,
    ),
    Mutant(
        "a command that is slow holds steps that need none of its secrets",
        "engine/vault.py",
        "            await self.fresh(self._of_workflows.get(workflow, ()))",
        "            await self.fresh(self.expected)",
        _VAULT,
    ),
    Mutant(
        "a secret that another thread adds meanwhile is not hidden",
        _KNOWN,
        "        with self._adding:\n",
        "        if True:\n",
        _FORMS,
    ),
    Mutant(
        "the loop waits for the command though it has a value",
        "engine/vault.py",
        "        if asked is not None and not (_on_loop() and self._has_value(name)):",
        "        if asked is not None:",
        _VAULT,
    ),
    Mutant(
        "a secret in a text that Signoff formats becomes its name",
        "engine/authoring/secrets.py",
        "        str(self)\n",
        "        return self.name\n",
        _PLANTED,
    ),
    Mutant(
        "a field with a secret is accepted where no value can be made up",
        "engine/compiler/definition/round_trip_checks.py",
        "    if codec.has_secret:",
        "    if False:",
        ("tests/engine/compiler/test_roundtrip.py",),
    ),
]
