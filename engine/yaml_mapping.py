"""Public: read a YAML file of settings as plain data: bounded, without tags, and every key once."""

from typing import Any

from engine.errors import DefinitionError, DefinitionErrors

__all__ = ["read_mapping"]


def read_mapping(text: str, file: str) -> dict[str, Any]:
    """Return the one mapping of a file. Raises `DefinitionError` with the line and column of a mistake."""
    from engine.authoring.yaml_form.documents import read_documents  # noqa: PLC0415 - it loads the authoring

    try:
        documents = read_documents(text, file)
    except DefinitionErrors as several:
        raise several.errors[0] from None
    if len(documents) != 1:
        raise DefinitionError(
            f"The file has {len(documents)} documents.", remedy="Write one mapping.", file=f"{file}:1:1"
        )
    plain: dict[str, Any] = _plain(documents[0])
    return plain


def _plain(value: Any) -> Any:
    """Return the value without the marks of its file."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value
