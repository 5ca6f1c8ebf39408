"""The process that serves: its claim of the database, reloads, health, and end."""
