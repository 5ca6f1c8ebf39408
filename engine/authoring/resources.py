"""Resources as an author writes them: something outside that steps use, and its limits."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Resource:
    """Something outside that steps use, such as an API or a database, with its limits.

    Steps of every workflow that name it share the limits. Declare it once, and name it elsewhere.

    - `name`: the name by which steps and commands know it.
    - `at_once`: the number of attempts that may use it at the same time. None: any number.
    """

    name: str
    at_once: int | None = None


Uses = Resource | str
