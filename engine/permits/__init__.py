"""Public: functions that verify a permit, in Python and TypeScript. Each is one file that stands alone."""
