"""Planted bugs in the messages that steps post."""

from scripts.planted.mutant import Mutant

MUTANTS = [
    Mutant(
        "a text of a step is read as markup",
        "bot/views/runs/notification.py",
        "rich(line(words(cut(text, _TEXT_UNITS)))) if text.strip() else None",
        '{"type": "section", "text": mrkdwn(text)} if text.strip() else None',
        ("tests/bot/outbox/test_notify.py",),
    ),
    Mutant(
        "a step posts to a channel that its author did not name",
        "engine/kernel/shapes/notifications.py",
        'if to in places(definition, channel):\n        return ""',
        'if to:\n        return ""',
        ("tests/bot/outbox/test_notify.py",),
    ),
    Mutant(
        "a step that is tried again posts its message again",
        "bot/outbox/projector.py",
        "{event.data['round']}:{event.data['to']}:{number}",
        "{event.data['attempt']}:{event.data['to']}:{number}",
        ("tests/bot/outbox/test_notify.py",),
    ),
    Mutant(
        "the tenth message of a step is posted before its second",
        "bot/outbox/projector.py",
        'follows=f"{earlier}{place}" if number > 1 else ""',
        'follows=""',
        ("tests/bot/outbox/test_outbox.py",),
    ),
    Mutant(
        "a message whose post is in doubt is overtaken by the next of its step",
        "bot/outbox/delivery_order.py",
        'if delivery.kind in ("line", "notify", LOOKUP):',
        'if delivery.kind == "line":',
        ("tests/bot/outbox/test_outbox.py",),
    ),
    Mutant(
        "a value in a message notifies a channel",
        "bot/views/runs/notification.py",
        "return mrkdwn(escape(written), limit)",
        "return mrkdwn(written, limit)",
        ("tests/bot/outbox/test_notify.py",),
    ),
    Mutant(
        "a message shows a credential",
        "engine/runtime/execution/notifications.py",
        "hidden = notifications.rewritten(content, self._hide)",
        "hidden = content",
        ("tests/bot/outbox/test_notify.py",),
    ),
]
