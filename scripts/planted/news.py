"""Planted bugs in the news that channels get of workflows."""

from scripts.planted.mutant import Mutant

MUTANTS = [
    Mutant(
        "a question is posted with the reminder that was due before anybody could see it",
        "bot/outbox/reminders.py",
        'if not want.key.startswith(REMINDER) or want.target["thread_of"] in seen',
        'if not want.key.startswith(REMINDER) or want.target["thread_of"] in rows',
        ("tests/bot/outbox/test_outbox.py",),
    ),
    Mutant(
        "a reminder is lost if nobody knows whether its question arrived",
        "bot/outbox/reminders.py",
        'if row.ref is not None or row.state == "posting"}',
        "if row.ref is not None}",
        ("tests/bot/outbox/test_outbox.py",),
    ),
    Mutant(
        "the news of a private workflow comes to a channel whose members may not see it",
        "bot/outbox/renderer.py",
        'if not await self.readers.may_read(event["channel"], detail.run.id):',
        'if not event["channel"]:',
        ("tests/bot/listeners/commands/test_subscribing.py",),
    ),
    Mutant(
        "anybody subscribes a channel to a private workflow",
        "bot/listeners/subscribing.py",
        "if not await context.engine.may_read_news(channel, workflow.name):",
        "if not workflow.name:",
        ("tests/bot/listeners/commands/test_subscribing.py",),
    ),
    Mutant(
        "a guest reads the news of a workflow whose channel they are not in",
        "engine/runtime/queries/audience.py",
        "return await self._only_members(readers.members - group.members)",
        "return True",
        ("tests/bot/listeners/commands/test_subscribing.py",),
    ),
    Mutant(
        "a question that was answered is told as one that waits",
        "bot/views/runs/news.py",
        'if kind == "waiting" and request is not None and request.state != "open":',
        'if kind == "waiting" and request is None:',
        ("tests/bot/outbox/test_news.py",),
    ),
    Mutant(
        "each run on the card of a failure is news",
        "bot/outbox/news.py",
        "(card.mute or card.leader.id != request.id)",
        "card.mute",
        ("tests/bot/outbox/test_news.py",),
    ),
    Mutant(
        "a picture of a run that may have arrived is posted again",
        "bot/outbox/run_pictures.py",
        'name = f"{short}-{opaque(picture_key(detail.run.id))}.png"',
        'name = f"{short}.png"',
        ("tests/bot/outbox/test_run_pictures.py",),
    ),
    Mutant(
        "a picture that hangs holds up the messages of its channel",
        "bot/outbox/delivery_order.py",
        'return f"pictures:{channel}" if delivery.kind == PICTURE else channel',
        "return channel",
        ("tests/bot/outbox/test_run_pictures.py",),
    ),
    Mutant(
        "a refused picture is tried again for as long as the run is kept",
        "bot/outbox/sender.py",
        "await self.deliveries.dead(delivery.key, str(problem))",
        "await self._later(delivery, self._patience(delivery), str(problem), refused=True)",
        ("tests/bot/outbox/test_run_pictures.py",),
    ),
]
