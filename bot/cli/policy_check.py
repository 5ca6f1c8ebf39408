"""Checks a policy file for the command line."""

from engine import DefinitionError, DefinitionErrors
from engine.policies import PolicySet, read_policies


def check_policies(text: str, file: str) -> tuple[PolicySet | None, list[str]]:
    """Return the rules of a policy file, or None and a line for each mistake, with its place."""
    try:
        return read_policies(text, file), []
    except DefinitionErrors as several:
        return None, [_line(error) for error in several.errors]
    except DefinitionError as error:
        return None, [_line(error)]


def _line(error: DefinitionError) -> str:
    return f"{error.file}: {error.problem} {error.remedy}"
