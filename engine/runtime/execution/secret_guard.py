"""Keeps secrets out of the database: no value that a step hands over is stored with one in it."""

from collections.abc import Collection
from typing import Any

import orjson

from engine.errors import ContractError
from engine.model.text.known_secrets import KnownSecrets


def refuse_secrets(value: Any, what: str, secrets: Collection[str]) -> None:
    """Raise `ContractError` where JSON contains a secret: masked, it would be another value."""
    if not secrets:
        return
    text = value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    name = KnownSecrets.of(secrets).name_in(text)
    if name is None:
        return
    which = f"the secret {name}" if name else "a secret of Signoff"
    remedy = f'Leave it out, and call secret("{name}").reveal() in each step that needs it.'
    raise ContractError(
        f"{what} contains {which}, which Signoff does not store. {remedy if name else 'Leave it out.'}"
    )
