"""Planted bugs in alerts: where the news of failures goes, and when it waits."""

from scripts.planted.mutant import Mutant

MUTANTS = [
    Mutant(
        "a failure of high severity waits for the end of quiet hours",
        "engine/kernel/resilience/alerts.py",
        'if spec.quiet is None or spec.severity == "high":',
        "if spec.quiet is None:",
        ("tests/bot/outbox/test_alerts.py",),
    ),
    Mutant(
        "a question expires in the quiet hours before anybody reads it",
        "engine/kernel/resilience/alerts.py",
        "(expires_at is not None and expires_at <= end)",
        "False",
        ("tests/bot/outbox/test_alerts.py",),
    ),
    Mutant(
        "a restart forgets that a message waits",
        "bot/outbox/order.py",
        "if seconds := held_seconds(delivery, self.now):",
        "if (seconds := held_seconds(delivery, self.now)) and not delivery.key:",
        ("tests/bot/outbox/test_alerts.py",),
    ),
    Mutant(
        "news of a failure is lost with a channel that is gone",
        "bot/outbox/projector.py",
        "if request.alert is not None:  # news of a failure is not lost with a channel that is gone",
        "if request.alert is not None and not request.alert.channels:",
        ("tests/bot/outbox/test_alerts.py",),
    ),
    Mutant(
        "people hear of every run on a card",
        "bot/outbox/projector.py",
        "(card is not None and (card.mute or card.leader.id != request.id))",
        "(card is not None and card.mute)",
        ("tests/bot/outbox/test_alerts.py",),
    ),
    Mutant(
        "a muted failure posts a new card",
        "bot/outbox/holding.py",
        "return latest(quiet, card.mute.until if card and card.mute else None)",
        "return quiet",
        ("tests/bot/outbox/test_mutes.py",),
    ),
    Mutant(
        "what a mute held back of runs that fail at once is never told",
        "bot/outbox/service.py",
        "return alerts if mute is None else await self._muted_alerts.hold(alerts, mute, detail, wanted)",
        "return alerts if mute is None else []",
        ("tests/bot/outbox/test_mutes.py",),
    ),
    Mutant(
        "what a mute held back waits for its first end, though it lasts longer or ended early",
        "bot/outbox/service.py",
        "wanted = await self._muted_alerts.moved(workflow, mute)",
        "wanted: list[Wanted] = []",
        ("tests/bot/outbox/test_mutes.py",),
    ),
    Mutant(
        "an approval waits while its workflow is muted",
        "bot/outbox/holding.py",
        "until = None if None in holds else min(",
        "until = None if holds == [] else mute.until if mute else min(",
        ("tests/bot/outbox/test_mutes.py",),
    ),
    Mutant(
        "anybody mutes the failures of a workflow",
        "engine/runtime/requests/mutes.py",
        'await self._authorization.may_own(actor, definition, f"{act} {definition.name}")',
        "pass",
        ("tests/engine/runtime/requests/test_mutes.py",),
    ),
    Mutant(
        "a mute never ends",
        "engine/runtime/requests/mutes.py",
        "if mute.until <= now:",
        "if mute.until < mute.at:",
        ("tests/engine/runtime/requests/test_mutes.py",),
    ),
    Mutant(
        "callbacks that fail each time never count as a problem",
        "bot/http/callbacks.py",
        "self._failing = self._failing or (self._clock.monotonic(), type(error).__name__)",
        "self._failing = (self._clock.monotonic(), type(error).__name__)",
        ("tests/bot/test_callbacks.py",),
    ),
]
