"""Threads that write and read one SQLite file."""
