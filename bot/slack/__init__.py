"""Slack as a service: calls, Socket Mode, the Bolt app, people and channels."""
