"""Base of the typed subcommands."""


class Command:
    """A subcommand as a person typed it. `bot.listeners.subcommands` has the answer to each."""

    __slots__ = ()
