"""Sends the messages of steps to places outside Slack: e-mail by SMTP, and signed requests."""
