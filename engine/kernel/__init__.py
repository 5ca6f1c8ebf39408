"""Pure decisions: planner, policy, transitions, cron, working hours, retry. No clock, no loop."""
