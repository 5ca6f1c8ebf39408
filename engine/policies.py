"""Public: read policy files, and try their rules."""

from pathlib import Path

from engine.authoring.policy_cases import try_cases
from engine.authoring.policy_file import read_policies
from engine.errors import DefinitionError
from engine.model.definition.policies import PolicySet, Ruling
from engine.runtime.queries.policy_replay import MAX_JUDGED, JudgedRun

__all__ = ["MAX_JUDGED", "JudgedRun", "PolicySet", "Ruling", "policies_of_file", "read_policies", "try_cases"]


def policies_of_file(path: Path) -> PolicySet:
    """Return the rules of a file. Raises `DefinitionError` or `DefinitionErrors` with every mistake."""
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise DefinitionError(
            f"The policy file cannot be read ({error.strerror}).",
            remedy="Give the path of a YAML file that Signoff may read.",
            file=str(path),
        ) from None
    except UnicodeDecodeError:
        raise DefinitionError(
            "The policy file is not UTF-8.", remedy="Save it as UTF-8.", file=str(path)
        ) from None
    return read_policies(text, str(path))
