"""Planted bugs in the messages that steps post."""

from scripts.planted.mutant import Mutant

_OUTSIDE = ("tests/bot/notify_out/test_notify_out.py",)
_TOLD = ("tests/bot/notify_out/test_told.py",)
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
    Mutant(
        "a mail of a step that is tried again goes out again",
        "bot/notify_out/service.py",
        "return [want for key, want in new.items() if key not in known]",
        "return list(new.values())",
        _OUTSIDE,
    ),
    Mutant(
        "an address that its author did not name gets a mail",
        "engine/kernel/shapes/notifications.py",
        "if any(is_outside(each) and covers(each, to) for each in definition.may_notify):",
        "if definition.may_notify:",
        _OUTSIDE,
    ),
    Mutant(
        "a mail that is refused for good is tried for a day",
        "bot/notify_out/smtp.py",
        "500 <= code < 600)",
        "code > 600)",
        _OUTSIDE,
    ),
    Mutant(
        "the password of the mail server goes over the network unencrypted",
        "bot/notify_out/smtp.py",
        'if wanted.tls == "starttls":',
        'if wanted.tls == "starttls" and server.has_extn("starttls"):',
        _OUTSIDE,
    ),
    Mutant(
        "a row of a mail that another program wrote is sent",
        "bot/notify_out/messages.py",
        " or key_of(event) != delivery.key:",
        ":",
        _OUTSIDE,
    ),
    Mutant(
        "a restart forgets which mails were given up",
        "bot/notify_out/service.py",
        "        await self._recall()\n",
        "",
        _OUTSIDE,
    ),
    Mutant(
        "people are told again of a mail that was given up before the restart",
        "bot/outbox/notices.py",
        "return [want for want in wanted if want.key not in known]",
        "return wanted",
        _TOLD,
    ),
    Mutant(
        "a mail that was sent is told as given up",
        "bot/outbox/renderer.py",
        "event is None or row is None or row.state != outside.GIVEN_UP:",
        "event is None or row is None:",
        _TOLD,
    ),
    Mutant(
        "a subject holds a line break",
        "engine/model/notices/outside.py",
        "if any(not character.isprintable() for character in subject):",
        "if not subject:",
        _OUTSIDE,
    ),
    Mutant(
        "the text of a mail is read as HTML",
        "bot/notify_out/content.py",
        "{html.escape(text)}</p>'",
        "{text}</p>'",
        _OUTSIDE,
    ),
    Mutant(
        "a step seems to send a mail where no mail server is set",
        "engine/kernel/shapes/notifications.py",
        "if unreachable:",
        "if unreachable and not message.to:",
        _OUTSIDE,
    ),
]
