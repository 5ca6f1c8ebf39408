"""When schedules fire, and when people work."""
