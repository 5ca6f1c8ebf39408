"""Notices to people: alerts, subscriptions, mutes, messages of steps, troubles."""
