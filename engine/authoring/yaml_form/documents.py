"""Reads YAML as data that knows its places: no tags, no surprises of YAML 1.1, and everything bounded."""

import re
from typing import Any

import yaml

from engine.authoring.dict_form.marks import Mark, MarkedDict, MarkedList
from engine.authoring.mistakes import Mistakes
from engine.errors import DefinitionError

MAX_BYTES = 256 * 1024
MAX_VALUES = 20_000
"""Values of one file; each use of an alias counts."""
MAX_DEPTH = 40
_NULLS = re.compile(r"~|null|Null|NULL|")
_BOOLS = re.compile(r"true|True|TRUE|false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_TAGS = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
_STYLES = {None: 0, "'": 1, '"': 1}
"""Characters before the text of a scalar, by its style; a block has another form in the file."""


class _Loader(yaml.SafeLoader):
    """It composes nodes; values are read by the rules of YAML 1.2 below, so nothing is resolved here."""

    yaml_implicit_resolvers = {}  # noqa: RUF012  # its base declares it as an attribute of the class


def read_documents(text: str, file: str) -> list[MarkedDict]:
    """Return the mappings of a file, one a document.

    Raises `DefinitionError` or `DefinitionErrors`: each mistake has its line and column. Invalid YAML and a
    limit end the reading.
    """
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise DefinitionError(
            f"The file has more than {MAX_BYTES // 1024} KiB.",
            remedy="Split it into several files.",
            file=file,
        )
    try:
        nodes = list(yaml.compose_all(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        raise _invalid(error, file) from None
    except yaml.reader.ReaderError as error:
        raise DefinitionError(
            f"The file has the character {chr(error.character)!a}, which YAML does not allow."
            if isinstance(error.character, int)
            else "The file is not valid UTF-8.",
            remedy="Remove it.",
            file=_at(text, error.position).of(file),
        ) from None
    except RecursionError:
        raise DefinitionError(
            f"The file is nested more than {MAX_DEPTH} deep.",
            remedy="Nest it less deeply.",
            file=f"{file}:1:1",
        ) from None
    reader = _Reader(file)
    with reader.mistakes.collecting():
        values = [reader.document(node) for node in nodes]
    reader.mistakes.tell()
    return [value for value in values if isinstance(value, MarkedDict)]


class _Reader:
    """Makes values of nodes. `left`: how many more there may be."""

    def __init__(self, file: str) -> None:
        self.file, self.left, self.mistakes = file, MAX_VALUES, Mistakes()

    def error(self, node: Any, problem: str, remedy: str) -> DefinitionError:
        return DefinitionError(problem, remedy=remedy, file=_mark(node).of(self.file))

    def note(self, node: Any, problem: str, remedy: str) -> None:
        """Note a mistake, and read on."""
        self.mistakes.found.append(self.error(node, problem, remedy))

    def document(self, node: Any) -> Any:
        value = self.value(node, 0)
        if not isinstance(node, yaml.MappingNode):
            self.note(
                node, "The document is not a mapping.", "Begin with a name and a colon, such as id: deploy."
            )
        return value

    def value(self, node: Any, depth: int) -> Any:
        self.left -= 1
        if self.left < 0:
            raise self.error(
                node,
                f"The file has more than {MAX_VALUES:,} values; each use of an alias counts.",
                "Split it into several files, or use fewer aliases.",
            )
        if depth > MAX_DEPTH:
            # An alias within its own anchor ends here too.
            raise self.error(node, f"The file is nested more than {MAX_DEPTH} deep.", "Nest it less deeply.")
        if node.tag not in _TAGS:
            self.note(node, f"The value has the tag {node.tag}.", "Remove the tag, and write a plain value.")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, depth)
        if isinstance(node, yaml.SequenceNode):
            values = MarkedList(_mark(node))
            for item in node.value:
                values.append(self.value(item, depth + 1))
                values.items_at.append(_mark(item))
            return values
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, depth: int) -> MarkedDict:
        values = MarkedDict(_mark(node))
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if key is None or key_node.tag not in _TAGS:
                self.note(key_node, "The key is not a text.", "Write a name before the colon.")
                key = ""
            elif key in values:
                first = values.keys_at[key].line
                self.note(
                    key_node,
                    f"The key {key} is here twice; the first one is in line {first}.",
                    "Remove one of them.",
                )
            values[key] = self.value(value_node, depth + 1)
            values.keys_at[key], values.values_at[key] = _mark(key_node), _mark(value_node)
        return values

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        text = node.value
        if node.style is not None:
            return text
        if _NULLS.fullmatch(text):
            return None
        if _BOOLS.fullmatch(text):
            return text.lower() == "true"
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
        return text


def _mark(node: Any) -> Mark:
    start, end = node.start_mark, node.end_mark
    begins = _STYLES.get(getattr(node, "style", None)) if start.line == end.line else None
    return Mark(start.line + 1, start.column + 1, begins)


def _at(text: str, position: int) -> Mark:
    return Mark(text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position))


def _invalid(error: yaml.MarkedYAMLError, file: str) -> DefinitionError:
    mark = error.problem_mark or error.context_mark
    at = Mark(mark.line + 1, mark.column + 1).of(file) if mark else f"{file}:1:1"
    problem = " ".join(str(error.problem or error.context or "an error").split())
    tab = "found character '\\t'" in problem
    return DefinitionError(
        f"The file is not valid YAML: {problem}.",
        remedy="Indent with spaces." if tab else _remedy(problem),
        file=at,
    )


def _remedy(problem: str) -> str:
    if "mapping values are not allowed" in problem:
        return 'Write a text that has ": " in quotation marks.'
    if "cannot start any token" in problem or "alias" in problem:
        return "Write a text that begins with such a sign in quotation marks."
    return "Check the indentation, the quotation marks and the brackets around that place."
