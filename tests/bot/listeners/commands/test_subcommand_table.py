"""The table of subcommands: whatever can be typed has an answer and a line in the help."""

from bot.listeners.subcommands import SUBCOMMANDS
from bot.slash.arguments import COMMANDS
from bot.slash.commands import Command


def test_every_subcommand_has_an_answer() -> None:
    # A dataclass with slots is made twice, so the classes are compared by name.
    assert {each.__name__ for each in SUBCOMMANDS} == {each.__name__ for each in Command.__subclasses__()}


def test_every_subcommand_but_help_is_in_the_help() -> None:
    usages = [usage for each in SUBCOMMANDS.values() for usage in each.usages]
    assert {usage.written.split()[0] for usage in usages} == set(COMMANDS) - {"help"}
    assert len({usage.written for usage in usages}) == len(usages)
