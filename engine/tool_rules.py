"""Public: read rules about calls of tools, and apply them."""

from pathlib import Path

from engine.authoring.tool_rule_file import read_tool_rules
from engine.errors import DefinitionError
from engine.kernel.tool_rules import is_denied, rule_on_call
from engine.model.definition.tool_rules import ToolRules, ToolRuling

__all__ = ["ToolRules", "ToolRuling", "is_denied", "read_tool_rules", "rule_on_call", "tool_rules_of_file"]


def tool_rules_of_file(path: Path) -> ToolRules:
    """Return the rules of a file. Raises `DefinitionError` or `DefinitionErrors` with every mistake."""
    try:
        return read_tool_rules(path.read_text("utf-8"), str(path))
    except OSError as error:
        problem, remedy = f"The file cannot be read ({error.strerror}).", "Give the path of a YAML file."
    except UnicodeDecodeError:
        problem, remedy = "The file is not UTF-8.", "Save it as UTF-8."
    raise DefinitionError(problem, remedy=remedy, file=str(path))
