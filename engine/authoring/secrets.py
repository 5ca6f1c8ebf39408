"""Secrets that an author names. Only the name is in the file; a step reveals the value while it executes."""

from contextvars import ContextVar
from typing import Any, NoReturn

from engine.errors import DefinitionError, Fatal
from engine.vault import NAME, VAULT, reveal

NAMED: ContextVar[list[str] | None] = ContextVar("NAMED", default=None)
"""Collects the names of a file while it is loaded."""


class Secret:
    """A secret by its name. It has no value and cannot be printed."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def reveal(self) -> str:
        """Return the value, in a step. Raises `Fatal` if it is not set."""
        if NAMED.get() is not None and VAULT.get() is None:
            raise DefinitionError(
                f'secret("{self.name}") is revealed while the file is loaded.',
                remedy="Call reveal() in the function of a step that needs the value.",
            )
        return reveal(self.name)

    def __repr__(self) -> str:
        return f'secret("{self.name}")'

    def __str__(self) -> NoReturn:
        raise TypeError(
            f'secret("{self.name}") is not a text. Call reveal() in the step that needs its value.'
        )

    def __format__(self, spec: str) -> NoReturn:
        str(self)
        raise AssertionError


def secret(name: str) -> Secret:
    """Name a secret at the top of a workflow file; `reveal()` gives its value in a step.

    The value comes from a file in `SIGNOFF_SECRETS_DIR`, the environment or `SIGNOFF_SECRETS_COMMAND`.
    Signoff stores it nowhere, and hides it in logs, errors and messages.
    """
    if not isinstance(name, str) or not NAME.fullmatch(name):
        # The name may be the secret itself, so no message shows it.
        raise DefinitionError(
            "secret() has no name of a secret.",
            remedy='Give the name and not the value, of letters, digits and _, as in secret("PAYMENTS_KEY").',
        )
    if VAULT.get() is not None:
        raise Fatal(
            f'secret("{name}") is called in a step. Name it at the top of the file, so that signoff check '
            "finds out whether it is set, and call reveal() in the step."
        )
    if (named := NAMED.get()) is not None:
        named.append(name)
    return Secret(name)


def name_of_secret(value: Any) -> Any:
    """Return the name where an option takes names of secrets; anything else as it is."""
    return value.name if isinstance(value, Secret) else value
