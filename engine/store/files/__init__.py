"""The database file: its owner, damage, deletion, and what SQLite's errors mean."""
