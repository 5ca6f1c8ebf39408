"""Checks of an installation, each with its remedy: Slack, the machine, channels and people."""
