"""Collects the mistakes of one file, so that its author can fix them together."""

from collections.abc import Iterator
from contextlib import contextmanager

from engine.errors import DefinitionError, DefinitionErrors
from engine.model.text.wording import count

MAX_TOLD = 10
"""Mistakes of one file that are told; the others are counted."""


class Mistakes:
    """Mistakes found so far, in the order in which they were found."""

    def __init__(self) -> None:
        self.found: list[DefinitionError] = []

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Note the mistake that ends the block, instead of raising it."""
        try:
            yield
        except DefinitionErrors as several:
            self.found += several.errors
        except DefinitionError as error:
            self.found.append(error)

    def tell(self) -> None:
        """Raise `DefinitionError` for one mistake, and `DefinitionErrors` for several.

        A part of a file that is used twice is told once.
        """
        errors = list({str(error): error for error in self.found}.values())
        if len(errors) == 1:
            raise errors[0]
        if left := errors[MAX_TOLD:]:
            more = f"And {count(len(left), 'more mistake')}."
            errors[MAX_TOLD:] = [DefinitionError(more, remedy="Fix those above first.", file=left[0].file)]
        if errors:
            raise DefinitionErrors(errors)
