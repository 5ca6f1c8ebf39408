"""Act on time: the alarm, schedules, waits that are due, and a clock that jumps."""
