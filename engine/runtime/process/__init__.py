"""Keep the process itself in order: tasks, the clock, the event loop, facts of the installation."""
