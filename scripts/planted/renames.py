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
        "kept = change.mapping.setdefault(name, channel)",
        "kept = channel",
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
        "if self.renamed is not None and self.router.was_renamed(destination.name):",
        "if self.renamed is not None and not destination.name:",
        _TESTS,
    ),
    Mutant(
        "messages go to the channel that took the name of a private one that the bot left",
        "bot/slack/followed_channels.py",
        "        if found is not None:  # Slack does not say",
        "        if found is not None and former:  # Slack does not say",
        _TESTS,
    ),
    Mutant(
        "an altered record of channels turns following them off",
        "bot/slack/followed_channels.py",
        "raise PeopleUnavailable(str(error)) from None",
        "self._noted = {}",
        _TESTS,
    ),
    Mutant(
        "a channel where Slack refused a post keeps its name",
        "bot/outbox/router.py",
        '            raise Unpostable(Problem("is_archived", ref))\n',
        '            raise Unpostable(Problem("is_archived", ref))\n'
        '        await self.posted(ref, str(record["id"]))\n',
        _TESTS,
    ),
    Mutant(
        "a post in doubt is looked for in a channel that took the name meanwhile",
        "bot/outbox/sender.py",
        "if destination.name:  # else",
        "if not destination.name:  # else",
        _TESTS,
    ),
    Mutant(
        "the owner of a renamed channel is looked up at every post",
        "bot/outbox/notices.py",
        "        self._renamed.add(about)\n",
        "",
        _TESTS,
    ),
    Mutant(
        "the operator is told of a rename while Slack does not answer",
        "bot/outbox/notices.py",
        "        if addressees.unavailable:\n            return\n",
        "        if addressees is None:\n            return\n",
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
