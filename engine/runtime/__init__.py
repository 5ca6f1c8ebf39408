"""Carries out what the kernel decides: runs, attempts, schedules, waits, recovery."""
