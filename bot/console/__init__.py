"""The web console: pages that show workflows, runs, approvals and events. They change nothing."""
