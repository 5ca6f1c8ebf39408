"""Alembic migrations, run at start. The scripts in `versions` are the schema's history."""
