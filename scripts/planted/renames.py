"""Planted bugs in channels that were renamed, or archived for a time."""

from scripts.planted.mutant import Mutant

_TESTS = ("tests/bot/outbox/test_renamed_channels.py",)
MUTANTS = [
    Mutant(
        "a renamed channel is forgotten with its name",
        "bot/slack/followed_channels.py",
        "return await self._former(name, noted, found) if noted else None",
        "return found",
        _TESTS,
    ),
    Mutant(
        "a restart forgets which channel a name meant",
        "bot/slack/followed_channels.py",
        "change.mapping[name] = channel",
        "change.mapping.pop(name, None)",
        _TESTS,
    ),
    Mutant(
        "messages go to the channel that took the name of a renamed one",
        "bot/slack/followed_channels.py",
        "            raise NameTaken(name, noted)\n",
        "            return found\n",
        _TESTS,
    ),
    Mutant(
        "the owner is not told that the file names a channel by an earlier name",
        "bot/outbox/sender.py",
        "if self.renamed is not None and self.router.was_renamed(ref):",
        "if self.renamed is not None and not ref:",
        _TESTS,
    ),
    Mutant(
        "messages wait for minutes in a channel that was unarchived",
        "bot/listeners/events.py",
        '    async def unarchived(event: Event) -> None:\n        context.channel_opened(event["channel"])',
        "    async def unarchived(event: Event) -> None:\n        pass",
        ("tests/bot/listeners/test_channels_open_again.py",),
    ),
]
