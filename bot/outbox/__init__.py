"""From events to messages: each one a view of a record, posted once, paced, and never lost from sight.

The whole is `bot.outbox.service`. It needs Slack's client; parts of this room that only judge records do not.
"""
