"""Slack's Web API: one module a family of methods, all of them in `registry.METHODS`."""
